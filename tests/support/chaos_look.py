"""Looking at a pipeline that has come to rest: everything that the oracle asks for."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import httpx2
import orjson
import tantivy
from chaos_observed import Happened, Letter, Observed, Read
from chaos_stack import ChaosStack
from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.contracts.submission import Op
from copydesk_shared.receipts import read_many
from copydesk_shared.store import ArticleStore, Standing
from copydesk_shared.streams import DATA_FIELD, DEAD, ENRICHED, EVENTS, RAW, RAW_BULK, Stream
from copydesk_shared.tantivy_schema import current_generation, open_index

WORK: Final[Sequence[Stream[Any]]] = (RAW, RAW_BULK, ENRICHED)
PAGE: Final = 500
MOST: Final = 10_000
"""More documents than a run ever makes; what is beyond counts as missing."""


async def look(stack: ChaosStack, *, index: str | None) -> Observed:
    """One look at everything; `index` is the name of Meilisearch's, None for the embedded one."""
    unready = await stack.heal(within=0)
    redis = Redis.from_url(stack.url("redis"))
    try:
        store = await _store(redis)
        return Observed(
            store=store,
            engine=await _meilisearch(stack, index) if index else _embedded(stack),
            found=await _found(stack),
            reads=await _reads(stack, list(store)),
            events=await _events(redis),
            receipts=await _receipts(redis),
            letters=await _letters(redis),
            handed_to_enrich=await _added(redis, RAW) + await _added(redis, RAW_BULK),
            handed_to_index=await _added(redis, ENRICHED),
            queued={stream.name: await redis.xlen(stream.name) for stream in WORK},
            pending={stream.name: await _pending(redis, stream) for stream in WORK},
            consumers_left=await _consumers_left(redis, stack.consumers),
            unready=unready,
            crashes=tuple(stack.crashes),
        )
    finally:
        await redis.aclose()


async def at_rest(stack: ChaosStack, submission_ids: Sequence[str]) -> bool:
    """Whether nothing is queued or pending and every receipt is final. Costs little."""
    redis = Redis.from_url(stack.url("redis"))
    try:
        for stream in WORK:
            if await redis.xlen(stream.name) or await _pending(redis, stream):
                return False
        receipts = await read_many(redis, submission_ids)
    finally:
        await redis.aclose()
    return all(receipt is not None and receipt.outcome.final for receipt in receipts)


async def _store(redis: "Redis") -> Mapping[str, Standing]:
    ids = await _ids(redis, keys.article(""))
    standings = await ArticleStore(redis).standings(ids)
    return {standing.article_id: standing for standing in standings if standing is not None}


async def _receipts(redis: "Redis") -> Mapping[str, Receipt]:
    receipts = await read_many(redis, await _ids(redis, keys.receipt("")))
    return {receipt.submission_id: receipt for receipt in receipts if receipt is not None}


async def _ids(redis: "Redis", prefix: str) -> list[str]:
    """What follows the prefix in the keys that have it; longer names (`…:versions`) are others."""
    found = {
        key.decode().removeprefix(prefix)
        async for key in redis.scan_iter(match=f"{prefix}*", count=PAGE)
    }
    return sorted(name for name in found if ":" not in name)


async def _events(redis: "Redis") -> list[Happened]:
    kinds = {"article_indexed": Op.PUBLISH, "article_withdrawn": Op.WITHDRAW}
    rows: Any = await redis.xrange(EVENTS.name)
    events = (orjson.loads(fields[DATA_FIELD.encode()]) for _, fields in rows)
    return [
        Happened(event["article_id"], event["version"], kinds[event["event"]]) for event in events
    ]


async def _letters(redis: "Redis") -> list[Letter]:
    rows: Any = await redis.xrange(DEAD.name)
    letters = (orjson.loads(fields[DATA_FIELD.encode()]) for _, fields in rows)
    return [Letter(letter["submission_id"], letter["code"]) for letter in letters]


async def _added(redis: "Redis", stream: Stream[Any]) -> int:
    if not await redis.exists(stream.name):
        return 0
    about: Any = await redis.xinfo_stream(stream.name)
    return int(about["entries-added"])


async def _pending(redis: "Redis", stream: Stream[Any]) -> int:
    if not await redis.exists(stream.name):
        return 0
    summary: Any = await redis.xpending(stream.name, stream.group)
    return int(summary["pending"])


async def _consumers_left(redis: "Redis", alive: frozenset[int]) -> list[str]:
    """Consumers whose process is none of the running parts; a name is `host-pid-start`."""
    left: list[str] = []
    for stream in WORK:
        if not await redis.exists(stream.name):
            continue
        consumers: Any = await redis.xinfo_consumers(stream.name, stream.group)
        names = [consumer["name"].decode() for consumer in consumers]
        left += [f"{name} of {stream.name}" for name in names if _pid(name) not in alive]
    return left


def _pid(consumer: str) -> int:
    return int(consumer.rsplit("-", 2)[1])


def _embedded(stack: ChaosStack) -> list[tuple[str, int]]:
    """All documents of the index as it lies on disk, whoever writes it."""
    name = current_generation(stack.search_dir)
    if name is None:
        return []
    searcher = open_index(stack.search_dir / name).searcher()
    hits = searcher.search(tantivy.Query.all_query(), MOST).hits
    documents = (searcher.doc(address)["document"][0] for _, address in hits)
    rows = (orjson.loads(bytes(document)) for document in documents)
    return [(row["id"], row["version"]) for row in rows]


async def _meilisearch(stack: ChaosStack, index: str) -> list[tuple[str, int]]:
    key = os.environ.get("MEILI_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    url = stack.url("search")
    async with httpx2.AsyncClient(base_url=url, trust_env=False, headers=headers) as client:
        answer = await client.post(
            f"/indexes/{index}/documents/fetch",
            json={"fields": ["id", "version"], "limit": MOST, "offset": 0},
        )
        if answer.status_code == 404:
            return []
        answer.raise_for_status()
        return [(row["id"], row["version"]) for row in answer.json()["results"]]


async def _found(stack: ChaosStack) -> int | str:
    async with _gateway(stack) as client:
        answer = await client.get("/v1/search", params={"limit": "1", "facets": "source"})
        if not answer.is_success:
            return answer.text
        total = answer.json()["total"]
        if total["relation"] == "exact":
            return int(total["value"])
        # Meilisearch counts up to a thousand: the export goes on to the last one.
        everything = await client.get("/v1/search.ndjson", params={"fields": "article_id"})
        return len(everything.text.splitlines()) if everything.is_success else everything.text


async def _reads(stack: ChaosStack, article_ids: Sequence[str]) -> Mapping[str, Read]:
    async with _gateway(stack) as client:

        async def read(article_id: str) -> Read:
            answer = await client.get(f"/v1/articles/{article_id}")
            version = answer.json()["version"] if answer.is_success else 0
            return Read(answer.status_code, version)

        return await _each(article_ids, read)


async def _each(
    names: Sequence[str], act: Callable[[str], Awaitable[Read]], *, at_once: int = 8
) -> Mapping[str, Read]:
    found: dict[str, Read] = {}
    waiting = list(names)

    async def work() -> None:
        while waiting:
            name = waiting.pop()
            found[name] = await act(name)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return found


def _gateway(stack: ChaosStack) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=stack.url("gateway"), trust_env=False, timeout=20)
