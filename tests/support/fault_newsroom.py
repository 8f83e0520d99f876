"""All four services in the test's own process, over a Redis and an engine that it may hurt."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from faststream.asgi import AsgiFastStream
from httpx2 import ASGITransport, AsyncClient, Response
from pydantic import SecretStr
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_enrich.app import create_app as create_enrich
from copydesk_enrich.settings import EntityEngine
from copydesk_enrich.settings import Settings as EnrichSettings
from copydesk_index.app import create_app as create_index
from copydesk_index.settings import Settings as IndexSettings
from copydesk_ingest.app import create_app as create_ingest
from copydesk_ingest.settings import Settings as IngestSettings
from copydesk_shared.contracts.events import ArticleIndexed
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.receipts import read_many
from copydesk_shared.streams import DEAD, ENRICHED, EVENTS, RAW, RAW_BULK
from copydesk_shared.testing.patience import eventually

RECLAIM_AFTER: Final = timedelta(seconds=1)
WORK: Final = (RAW, RAW_BULK, ENRICHED)


def names(word: str, count: int) -> list[str]:
    return [f"{word}{number}" for number in range(count)]


@dataclass(frozen=True)
class Told:
    """What the services logged: the events in order, each with its fields."""

    events: list[Mapping[str, Any]] = field(default_factory=list)

    def names(self) -> set[str]:
        return {str(event["event"]) for event in self.events}

    def of(self, name: str) -> list[Mapping[str, Any]]:
        return [event for event in self.events if event["event"] == name]


@dataclass(frozen=True)
class Newsroom:
    """Clients of the running services; `redis` goes to the server by a way that is not hurt."""

    redis: "Redis"
    ingest: AsyncClient
    gateway: AsyncClient
    stages: Mapping[str, AsyncClient]
    told: Told
    may_end: bool
    """Whether a service may give up and end its process, to be started anew."""

    async def post(self, name: str, **fields: Any) -> Response:
        """Post the article of that name; its text holds the name as a word."""
        key = fields.pop("key", None)
        text = f"The harbour council talked about {name} on Tuesday, and found it sound and dry."
        article = {"external_id": name, "title": f"About {name}", "content": text} | fields
        headers = {"Idempotency-Key": key} if key else {}
        return await self.ingest.post("/v1/articles", json=article, headers=headers)

    async def accepted(self, *names: str) -> list[str]:
        """Post all at once, each again until it is taken; the submission ids."""
        return list(await asyncio.gather(*(self._until_taken(name) for name in names)))

    async def _until_taken(self, name: str, *, within: float = 60.0) -> str:
        async def taken() -> str | None:
            response = await self.post(name, key=f"key-{name}")
            if response.status_code == 503:
                return None
            assert response.status_code in {200, 202}, response.text
            return str(response.json()["submission_id"])

        return await eventually(taken, within=within) or ""

    async def outcomes(
        self, submission_ids: Sequence[str], *, within: float = 20.0
    ) -> set[Outcome]:
        """How the submissions ended, once all have."""

        async def all_ended() -> set[Outcome]:
            receipts = await read_many(self.redis, submission_ids)
            open_ones = [r for r in receipts if r is None or not r.outcome.final]
            assert not open_ones, open_ones[:3]
            return {receipt.outcome for receipt in receipts if receipt is not None}

        return await eventually(all_ended, within=within)

    async def all_indexed(self, submission_ids: Sequence[str], *, within: float = 20.0) -> None:
        assert await self.outcomes(submission_ids, within=within) == {Outcome.INDEXED}

    async def found(self, name: str) -> bool:
        response = await self.gateway.get("/v1/search", params={"q": name})
        assert response.status_code == 200, response.text
        return any(name in hit["title"].split() for hit in response.json()["hits"])

    async def all_found(self, *names: str, within: float = 10.0) -> None:
        async def all_of_them() -> bool:
            return all([await self.found(name) for name in names])

        await eventually(all_of_them, within=within)

    async def unready(self, part: str) -> Mapping[str, str]:
        """The reasons why a part is not ready; empty when it is."""
        response = await self._client(part).get("/health/ready")
        checks: Mapping[str, str] = response.json()["checks"]
        assert response.status_code == (503 if checks else 200)
        return checks

    async def all_ready(self, *, within: float = 15.0) -> None:
        parts = ("ingest", "gateway", *self.stages)

        async def ready() -> bool:
            reasons = {part: await self.unready(part) for part in parts}
            assert not any(reasons.values()), reasons
            return True

        await eventually(ready, within=within)

    async def at_rest(self, *, within: float = 10.0) -> None:
        """Nothing waits, nothing is pending, nobody died."""

        async def empty() -> bool:
            for stream in WORK:
                pending: Any = await self.redis.xpending(stream.name, stream.group)
                left = (await self.redis.xlen(stream.name), pending["pending"])
                assert left == (0, 0), (stream.name, left)
            return True

        await eventually(empty, within=within)
        assert await self.redis.xrange(DEAD.name) == []

    async def indexed_events(self) -> list[tuple[str, int]]:
        """What search was told to show: article id and version, in order."""
        rows: Any = await self.redis.xrange(EVENTS.name)
        events = [ArticleIndexed.model_validate_json(row[b"__data__"]) for _, row in rows]
        return [(event.article_id, event.version) for event in events]

    async def metric(self, part: str, name: str) -> float:
        """The sum of a metric's samples."""
        text = (await self._client(part).get("/metrics", follow_redirects=True)).text
        lines = [line for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} "))]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    def _client(self, part: str) -> AsyncClient:
        return {"ingest": self.ingest, "gateway": self.gateway, **self.stages}[part]


@asynccontextmanager
async def a_newsroom(
    redis_url: str,
    search_dir: Path,
    *,
    search_url: str | None = None,
    watched_at: str | None = None,
    enrich: int = 1,
    index: int = 1,
    may_end: bool = False,
    **settings: Any,
) -> AsyncIterator[Newsroom]:
    """Run the services until the block ends, without names being recognised.

    `watched_at` is the Redis for the test's own eyes when the services go another way.
    """
    common = {
        "redis_url": SecretStr(redis_url),
        "search_dir": search_dir,
        "search_url": search_url,
        "reclaim_after": RECLAIM_AFTER,
        **settings,
    }
    async with AsyncExitStack() as stack:
        stack.enter_context(_no_quitting())
        redis = Redis.from_url(watched_at or redis_url)
        stack.push_async_callback(redis.aclose)
        stages: dict[str, AsyncClient] = {}
        for number in range(1, enrich + 1):
            enricher = create_enrich(EnrichSettings(entities=EntityEngine.NONE, **common))
            stages[f"enrich-{number}"] = await _running(enricher, stack)
        for number in range(1, index + 1):
            stages[f"index-{number}"] = await _running(create_index(IndexSettings(**common)), stack)
        app = create_ingest(IngestSettings(**common))
        await stack.enter_async_context(app.router.lifespan_context(app))
        newsroom = Newsroom(
            redis=redis,
            ingest=await stack.enter_async_context(_client(app)),
            gateway=await stack.enter_async_context(
                a_gateway(redis_url, search_dir, search_url=search_url)
            ),
            stages=stages,
            told=stack.enter_context(_listening()),
            may_end=may_end,
        )
        await newsroom.all_ready()
        yield newsroom
        assert newsroom.may_end or "work_failed" not in newsroom.told.names()


async def _running(app: AsgiFastStream, stack: AsyncExitStack) -> AsyncClient:
    await stack.enter_async_context(app.start_lifespan_context())
    return await stack.enter_async_context(_client(app))


def _client(app: Any) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app=app), base_url="http://service", timeout=60)


@contextmanager
def _no_quitting() -> Iterator[None]:
    """A service whose work has failed ends its process by SIGTERM; here that is the test's."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _listening() -> Iterator[Told]:
    """Collect what is logged from now on; `configure_logging` has set the handlers by then."""
    told = Told()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.msg, dict):
                told.events.append(record.msg)

    ear = Ear()
    logging.getLogger().addHandler(ear)
    try:
        yield told
    finally:
        logging.getLogger().removeHandler(ear)
