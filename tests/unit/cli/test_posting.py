"""Posting against an ingest played by a function; nothing goes over a network."""

import asyncio
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from copydesk import sending
from copydesk.copy_source import Copy, CopySource
from copydesk.document_form import NDJSON
from copydesk.failures import CommandError, Exit
from copydesk.ledger import Ledger, ledger_path
from copydesk.posting import CONCURRENCY, Posted, Posting

Handler = Callable[[httpx2.Request], httpx2.Response]


class PlayedIngest:
    """Accepts all but copy that says "bad"; remembers requests in order."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.contents: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.url.path.endswith(":batch"):
            lines = request.content.decode().split("\n")
            items = [self._item(json.loads(line)["content"]) for line in lines]
            return httpx2.Response(207, json={"items": items})
        item = self._item(request.content.decode())
        if "problem" in item:
            return httpx2.Response(item["status"], json=item["problem"])
        return httpx2.Response(item["status"], json=item)

    @property
    def keys(self) -> list[str]:
        return [request.headers["Idempotency-Key"] for request in self.requests]

    def _item(self, content: str) -> dict[str, Any]:
        self.contents.append(content)
        if "bad" in content:
            problem = {"title": "Unprocessable", "status": 422, "code": "empty", "detail": "no"}
            return {"status": 422, "problem": problem}
        return {"status": 202, "submission_id": f"0-{content}", "article_id": content, "version": 1}


def a_source(copies: Iterable[Copy], *, ordered: bool = True) -> CopySource:
    given = list(copies)
    return CopySource(lambda: iter(given), count=len(given), ordered=ordered, identity="x")


def texts(*contents: str) -> list[Copy]:
    return [
        Copy(f"{number}.txt", content.encode(), "text/plain")
        for number, content in enumerate(contents)
    ]


def lines(*contents: str) -> list[Copy]:
    return [
        Copy(f"w:{number}", json.dumps({"content": content}).encode(), NDJSON, batched=True)
        for number, content in enumerate(contents)
    ]


async def posted(
    handler: Handler, source: CopySource, ledger: Ledger | None = None
) -> list[Posted]:
    transport = httpx2.MockTransport(handler)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ingest") as client:
        return await Posting(
            source, ingest=client, ledger=ledger or Ledger(None), progress=lambda _: None
        ).run()


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that would have been."""
    waits: list[float] = []

    async def sleep(delay_s: float) -> None:
        waits.append(delay_s)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waits


async def test_copy_is_posted_in_order_with_its_metadata() -> None:
    ingest = PlayedIngest()
    copy = Copy("a.txt", b"one", "text/plain", {"source": "desk", "keywords": ("x", "y")})
    results = await posted(ingest, a_source([copy, *texts("two", "bad")]))
    first = ingest.requests[0]
    assert first.url.params.multi_items() == [
        ("source", "desk"),
        ("keywords", "x"),
        ("keywords", "y"),
    ]
    assert first.headers["Content-Type"] == "text/plain"
    assert ingest.contents == ["one", "two", "bad"]
    assert [result.answer and result.answer["article_id"] for result in results] == [
        "one",
        "two",
        None,
    ]
    assert results[2].problem
    assert results[2].problem["code"] == "empty"
    assert len(set(ingest.keys)) == 3


async def test_lines_go_as_a_batch_and_each_gets_its_own_answer() -> None:
    ingest = PlayedIngest()
    results = await posted(ingest, a_source(lines("one", "bad", "two")))
    assert len(ingest.requests) == 1
    assert ingest.requests[0].headers["Content-Type"] == NDJSON
    assert [bool(result.answer) for result in results] == [True, False, True]


async def test_a_refused_batch_is_refused_for_each_of_its_lines() -> None:
    results = await posted(
        lambda _: httpx2.Response(413, text="<html>"), a_source(lines("one", "two"))
    )
    assert [result.problem and result.problem["code"] for result in results] == ["http_413"] * 2


async def test_unordered_copy_is_posted_side_by_side_within_a_bound() -> None:
    now = most = 0

    async def handler(request: httpx2.Request) -> httpx2.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1
        return httpx2.Response(202, json={"submission_id": request.content.decode()})

    transport = httpx2.MockTransport(handler)
    contents = [str(number) for number in range(30)]
    async with httpx2.AsyncClient(transport=transport, base_url="http://ingest") as client:
        results = await Posting(
            a_source(texts(*contents), ordered=False),
            ingest=client,
            ledger=Ledger(None),
            progress=lambda _: None,
        ).run()
    assert most == CONCURRENCY
    assert [result.answer and result.answer["submission_id"] for result in results] == contents


async def test_a_busy_ingest_is_waited_for_as_long_as_it_asks(no_waiting: list[float]) -> None:
    answers = iter([{"Retry-After": "2"}, {"Retry-After": "900"}, {}])
    ingest = PlayedIngest()

    def handler(request: httpx2.Request) -> httpx2.Response:
        headers = next(answers, None)
        return ingest(request) if headers is None else httpx2.Response(503, headers=headers)

    (result,) = await posted(handler, a_source(texts("one")))
    assert result.answer
    assert no_waiting == [2.0, 30.0, 2.0]


async def test_an_ingest_that_stays_busy_is_given_up(no_waiting: list[float]) -> None:
    (result,) = await posted(
        lambda _: httpx2.Response(503, headers={"Retry-After": "30"}), a_source(texts("one"))
    )
    assert result.problem
    assert sum(no_waiting) == sending.BUSY_LIMIT_S


async def test_a_lost_connection_is_tried_again_with_the_same_key(no_waiting: list[float]) -> None:
    ingest = PlayedIngest()

    def handler(request: httpx2.Request) -> httpx2.Response:
        answer = ingest(request)
        if len(ingest.requests) < 3:
            raise httpx2.ReadError("lost")
        return answer

    (result,) = await posted(handler, a_source(texts("one")))
    assert result.answer
    assert len(set(ingest.keys)) == 1
    assert no_waiting == [0.2, 0.4]


async def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, no_waiting: list[float]
) -> None:
    path = ledger_path(tmp_path, identity="wire", ingest_url="http://ingest")
    ingest = PlayedIngest()

    def failing(request: httpx2.Request) -> httpx2.Response:
        if len(ingest.requests) == 2:
            raise httpx2.ConnectError("gone")
        return ingest(request)

    source = a_source(texts("one", "two", "three"))
    with pytest.raises(CommandError) as failure:
        await posted(failing, source, Ledger.resume(path))
    assert failure.value.exit_code is Exit.UNREACHABLE
    assert no_waiting == list(sending.LOST_DELAYS_S)

    resumed = Ledger.resume(path)
    results = await posted(ingest, source, resumed)
    assert ingest.contents == ["one", "two", "three"]
    assert [result.resumed for result in results] == [True, True, False]
    assert [result.answer and result.answer["article_id"] for result in results] == [
        "one",
        "two",
        "three",
    ]
    resumed.close(complete=True)
    assert not path.exists()


async def test_the_last_answer_lost_in_a_kill_is_asked_again_with_its_key(tmp_path: Path) -> None:
    path, ingest = tmp_path / "ledger", PlayedIngest()
    await posted(ingest, a_source(texts("one", "two")), Ledger.resume(path))
    path.write_text(path.read_text()[:-20])  # the kill came while the line was written
    await posted(ingest, a_source(texts("one", "two")), Ledger.resume(path))
    assert ingest.contents == ["one", "two", "two"]
    assert ingest.keys[1] == ingest.keys[2]


async def test_changed_copy_is_posted_again_and_so_is_what_it_was_before(tmp_path: Path) -> None:
    path, ingest = tmp_path / "ledger", PlayedIngest()
    for content in ("one", "changed", "changed", "one"):
        ledger = Ledger.resume(path)
        await posted(ingest, a_source(texts(content, "bad")), ledger)
        ledger.close(complete=False)
    assert [content for content in ingest.contents if content != "bad"] == ["one", "changed", "one"]
    assert len(set(ingest.keys)) == len(ingest.keys)


async def test_restart_forgets(tmp_path: Path) -> None:
    path, ingest = tmp_path / "ledger", PlayedIngest()
    await posted(ingest, a_source(texts("one")), Ledger.resume(path))
    await posted(ingest, a_source(texts("one")), Ledger.resume(path, restart=True))
    assert ingest.contents == ["one", "one"]


async def test_a_feed_is_one_request_and_each_of_its_items_a_result() -> None:
    def ingest(request: httpx2.Request) -> httpx2.Response:
        assert request.url.path == "/v1/articles:batch"
        assert request.headers["Content-Type"] == "application/rss+xml"
        accepted = {"status": 202, "submission_id": "0-a", "article_id": "a", "version": 1}
        refused = {"status": 422, "problem": {"status": 422, "code": "empty"}}
        return httpx2.Response(207, json={"items": [accepted, refused]})

    feed = Copy("news.rss", b"<rss/>", "application/rss+xml")
    first, second = await posted(ingest, a_source([feed]))
    assert (first.name, second.name) == ("news.rss:1", "news.rss:2")
    assert first.answer
    assert second.problem
