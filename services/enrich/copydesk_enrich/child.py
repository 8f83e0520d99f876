"""The worker's child process: holds the pipeline, and ends when its parent ends.

Everything here runs in the child, but for `configured_pipeline`, which only names what the child
builds. Messages are JSON bytes; failures travel as data, so that no exception needs to pickle.
"""

import ctypes
import importlib
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from copydesk_enrich.sentence_model import SentenceModel
from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.errors import (
    CopydeskError,
    DependencyDownError,
    PermanentError,
    TransientError,
)
from copydesk_shared.logging import bind, configure_logging

PIPELINE_UNAVAILABLE = "pipeline_unavailable"
_PR_SET_PDEATHSIG = 1
_TRACEBACK_CHARS = 8_000


class Enriches(Protocol):
    """What a pipeline can do; its own failures are PermanentError and TransientError.

    `known_lines` are the keys (`extraction.learned.line_key`) of the source's boilerplate.
    """

    def enrich(
        self, submitted: ArticleSubmitted, *, known_lines: Collection[str] = ()
    ) -> Article: ...


PipelineFactory = Callable[[Settings], Enriches]


@dataclass(frozen=True)
class Failure:
    """Why there is no article: the error's type by `permanent`, and the child's traceback."""

    permanent: bool
    code: str
    message: str
    traceback: str


def configured_pipeline(settings: Settings) -> Enriches:
    """What `settings.pipeline` names, built."""
    module, _, name = settings.pipeline.partition(":")
    factory: PipelineFactory = getattr(importlib.import_module(module), name)
    return factory(settings)


class _State:
    """What the child keeps between tasks: a pipeline, or why there is none."""

    pipeline: Enriches | None = None
    model: SentenceModel | None = None
    failure: Failure | None = None


def prepare(factory: PipelineFactory, settings: Settings, parent: int) -> None:
    """Become a child that dies with `parent` and holds a warm pipeline.

    A pipeline that cannot be built is remembered, not raised: the pool would only try again.
    """
    _die_with(parent)
    # Ctrl-C is the parent's business. SIGTERM kills at once: a Python handler, which the pool sets,
    # would wait for the very regular expression that hangs.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    configure_logging("enrich", environment=settings.environment, level=settings.log_level)
    # It warns of every page without text, which our answer says already.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        _State.pipeline = factory(settings)
        if settings.rerank:
            _State.model = SentenceModel.installed()
    except Exception as exc:  # noqa: BLE001  # told to the parent by the first task
        _State.failure = _failure(exc, permanent=False, code=PIPELINE_UNAVAILABLE)


def check() -> Failure | None:
    """Nothing once the pipeline is there, else why it is not."""
    return _State.failure


def enrich(submitted: bytes, known_lines: tuple[str, ...]) -> bytes | Failure:
    """The article of a submission, both as JSON."""
    if _State.pipeline is None:
        return _State.failure or Failure(
            permanent=False, code=PIPELINE_UNAVAILABLE, message="not built", traceback=""
        )
    try:
        submission = ArticleSubmitted.model_validate_json(submitted)
        with bind(
            submission_id=submission.submission_id,
            article_id=submission.article_id,
            trace=submission.trace,
        ):
            article = _State.pipeline.enrich(submission, known_lines=frozenset(known_lines))
        return article.model_dump_json().encode()
    except CopydeskError as exc:
        return _failure(exc, permanent=isinstance(exc, PermanentError), code=exc.code)
    except MemoryError as exc:
        return _failure(exc, permanent=False, code="out_of_memory")
    except BaseException as exc:  # noqa: BLE001  # a SystemExit of an engine must not reach the parent
        return _failure(exc, permanent=True, code="extraction_failed")


def embed(text: str) -> bytes | Failure:
    """The vector of a text, by the sentence model."""
    if _State.model is None:
        return _State.failure or Failure(
            permanent=False, code=PIPELINE_UNAVAILABLE, message="not built", traceback=""
        )
    return _State.model.embed(text)


def error_of(failure: Failure) -> CopydeskError:
    """The failure as the parent raises it, the child's traceback as a note at its end.

    A pipeline that cannot be built is nobody's fault but the set-up's: DependencyDownError.
    """
    kind: type[CopydeskError] = PermanentError if failure.permanent else TransientError
    if failure.code == PIPELINE_UNAVAILABLE:
        kind = DependencyDownError
    error = kind(failure.code, failure.message)
    if failure.traceback:
        error.add_note(failure.traceback)
    return error


def _failure(exc: BaseException, *, permanent: bool, code: str) -> Failure:
    message = exc.message if isinstance(exc, CopydeskError) else f"{type(exc).__name__}: {exc}"
    text = "".join(traceback.format_exception(exc))
    return Failure(permanent, code, message[:500], text[-_TRACEBACK_CHARS:])


def _die_with(parent: int) -> None:
    """Be killed by the kernel when the parent dies, kill -9 included."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_exit_after_parent, daemon=True).start()
    if os.getppid() != parent:  # it died before the kernel was told
        os._exit(1)


def _exit_after_parent() -> None:
    if (process := multiprocessing.parent_process()) is not None:
        multiprocessing.connection.wait([process.sentinel])
        os._exit(1)
