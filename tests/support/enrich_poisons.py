"""Pipelines that go wrong, for the tests of the worker; made in the child, so module-level."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from enrich_submissions import a_submission
from entity_builders import ListBackend

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_enrich.worker import Worker
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.errors import TransientError


class Touchy:
    """A working pipeline that obeys the title of an article."""

    def __init__(self, settings: Settings) -> None:
        plain = settings.model_copy(update={"entities": EntityEngine.NONE})
        self._pipeline = Pipeline(plain)

    def enrich(self, submitted: ArticleSubmitted, **_: object) -> Article:
        match submitted.title:
            case "raise":
                raise ZeroDivisionError("a bug")
            case "retry":
                raise TransientError("later", "not now")
            case "exit":
                raise SystemExit(3)
            case "sleep":
                time.sleep(600)
            case "backtrack":
                re.match(r"(a+)+$", "a" * 64 + "!")
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "vanish":
                os._exit(1)
            case "interrupt":
                os.kill(os.getpid(), signal.SIGINT)
            case "pid":
                Path(submitted.content).write_text(str(os.getpid()))
            case _:
                pass
        return self._pipeline.enrich(submitted)


def unbuildable(settings: Settings) -> Touchy:
    raise FileNotFoundError(f"no model {settings.entities_model}")


class Stumbling(ListBackend):
    """A recogniser with a bug."""

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        raise ZeroDivisionError(f"a bug, after {len(texts)} texts")


def stumbling(_model: str) -> Stumbling:
    return Stumbling({})


def run_and_hang(pid_file: str) -> None:
    """A parent process whose child hangs in a regular expression."""

    async def work() -> None:
        settings = Settings(entities=EntityEngine.NONE, extract_timeout=timedelta(seconds=60))
        worker = Worker(settings, pipeline_factory=Touchy)
        await worker.start()
        await worker.enrich(a_submission(pid_file, title="pid"))
        await worker.enrich(a_submission("The tide was out.", title="backtrack"))

    asyncio.run(work())
