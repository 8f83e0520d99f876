"""The two scripts of ingest against a real server: what they write, and what they refuse to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from copydesk_ingest.accept import Accepter, Idempotency, Prepared, prepare
from copydesk_ingest.accepted import Verdict
from copydesk_ingest.draft import Draft
from copydesk_ingest.group_commit import GroupCommit
from copydesk_ingest.identity import identify
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.pressure import Room
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.store_watch import StoreWatch
from copydesk_shared import keys, receipts, streams
from copydesk_shared.compression import decompress
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.contracts.submission import ArticleSubmitted, Op
from copydesk_shared.durability import Durability
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.testing.valkey import valkey_server

TEXT = "The harbour council voted on Tuesday to rebuild the old pier."
Everything = Callable[[], Awaitable[dict[bytes, object]]]
Queued = Callable[..., Awaitable[list[ArticleSubmitted]]]

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = Idempotency("key", "body")


def an_article(content: str = TEXT, **fields: Any) -> Prepared:
    draft = Draft(source="wire", content_type="text/plain", content=content).model_copy(
        update=fields
    )
    return prepare(draft, received_at=AT, trace=None)


@pytest.fixture
async def accepter(redis: "Redis") -> AsyncIterator[Accepter]:
    async with running(redis) as accepter:
        yield accepter


class running:  # noqa: N801  # reads as a phrase: `async with running(redis)`
    def __init__(self, redis: "Redis", *, backlog_limit: int = 1000) -> None:
        self._commits = GroupCommit(redis, timeout=timedelta(seconds=5), queue_limit=1000)
        self._accepter = Accepter(
            redis,
            self._commits,
            room=Room(backlog_limit=backlog_limit, memory_limit_share=0.8),
            watch=StoreWatch(
                redis,
                durability=Durability.EVERYSEC,
                metrics=IngestMetrics(CollectorRegistry()),
            ),
        )

    async def __aenter__(self) -> Accepter:
        self._task = asyncio.create_task(self._commits.run())
        return self._accepter

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def hash_of(redis: "Redis", key: str) -> dict[bytes, bytes]:
    fields: Any = await redis.hgetall(key)
    return dict(fields)


async def event_in(redis: "Redis", stream: str) -> bytes:
    """The data of the stream's only entry."""
    entries: Any = await redis.xrange(stream)
    [(_, fields)] = entries
    data: bytes = fields[streams.DATA_FIELD.encode()]
    return data


async def test_an_accepted_article_is_queued_stored_and_has_a_receipt(
    redis: "Redis", accepter: Accepter, queued: Queued
) -> None:
    article = an_article(external_id="7", url="https://example.org/a", modified=AT)
    accepted = await accepter.accept(article)
    assert (accepted.verdict, accepted.version, accepted.duplicate) == (Verdict.ACCEPTED, 1, False)

    [event] = await queued()
    assert event.article_id == accepted.article_id
    assert (event.submission_id, event.version, event.content) == (article.submission_id, 1, TEXT)

    stored = await hash_of(redis, keys.article(accepted.article_id))
    raw = decompress(stored.pop(b"raw"))
    assert orjson.loads(b"{" + raw)["content"] == TEXT
    aliases = [
        keys.alias("wire", kind, value)
        for kind, value in (("external_id", "7"), ("url", "https://example.org/a"))
    ]
    names = stored.pop(b"aliases").decode().split()
    assert [keys.ALIAS_PREFIX + name for name in names] == aliases
    assert stored == {
        b"version": b"1",
        b"state": b"live",
        b"content_hash": identify(article.draft).content_hash.encode(),
        b"submission_id": article.submission_id.encode(),
        b"source": b"wire",
        b"external_id": b"7",
        b"url": b"https://example.org/a",
        b"modified_ms": str(int(AT.timestamp() * 1000)).encode(),
    }
    assert await redis.mget(aliases) == [accepted.article_id.encode()] * 2
    receipt = await receipts.read(redis, article.submission_id)
    assert receipt is not None
    assert (receipt.outcome, receipt.accepted_at, receipt.version) == (Outcome.ACCEPTED, AT, 1)
    assert await redis.ttl(keys.receipt(article.submission_id)) == -1
    assert await redis.zscore(keys.CHANGED, accepted.article_id) == AT.timestamp() * 1000


async def test_a_repeated_submission_is_accepted_once(
    redis: "Redis", accepter: Accepter, everything: Everything
) -> None:
    article = an_article()
    first = await accepter.accept(article, idempotency=KEY)
    before = await everything()
    assert await accepter.accept(article, idempotency=KEY) == first
    assert await everything() == before


async def test_the_same_again_changes_nothing_and_a_change_is_a_version(
    redis: "Redis", accepter: Accepter, everything: Everything, queued: Queued
) -> None:
    first = await accepter.accept(an_article(external_id="7"))
    before = await everything()
    again = await accepter.accept(an_article(external_id="7"))
    assert (again.verdict, again.duplicate) == (Verdict.DUPLICATE, True)
    assert (again.submission_id, again.version) == (first.submission_id, 1)
    assert await everything() == before

    changed = await accepter.accept(an_article(external_id="7", title="Pier"))
    assert (changed.article_id, changed.version) == (first.article_id, 2)
    back = await accepter.accept(an_article(external_id="7"))
    assert (back.version, back.duplicate) == (3, False)
    assert [event.version for event in await queued()] == [1, 2, 3]


async def test_an_article_is_found_by_any_identifier_given_before(accepter: Accepter) -> None:
    url = "https://example.org/a"
    first = await accepter.accept(an_article(url=url))
    named = await accepter.accept(an_article(url=f"{url}/?utm_source=x", external_id="7"))
    by_name = await accepter.accept(an_article("Another text", external_id="7"))
    by_url = await accepter.accept(an_article("A third text", url=url))
    assert {a.article_id for a in (first, named, by_name, by_url)} == {first.article_id}
    assert [a.version for a in (first, named, by_name, by_url)] == [1, 2, 3, 4]


async def test_two_external_ids_stay_two_articles_though_they_share_an_address(
    accepter: Accepter,
) -> None:
    url = "https://example.org/live"
    first = await accepter.accept(an_article(external_id="7", url=url))
    second = await accepter.accept(an_article(external_id="8", url=url))
    assert first.article_id != second.article_id
    assert (await accepter.accept(an_article(external_id="7", url=url))).duplicate
    assert (await accepter.accept(an_article(external_id="8", url=url))).duplicate


async def test_a_source_never_touches_the_articles_of_another(accepter: Accepter) -> None:
    fields = {"external_id": "7", "url": "https://example.org/a"}
    first = await accepter.accept(an_article(**fields))
    other = await accepter.accept(an_article(source="other", **fields))
    assert first.article_id != other.article_id
    assert other.version == 1


async def test_a_dead_article_can_be_posted_again_unchanged(
    redis: "Redis", accepter: Accepter
) -> None:
    first = await accepter.accept(an_article())
    await redis.hset(keys.article(first.article_id), "state", "dead")
    await redis.hdel(keys.article(first.article_id), "content_hash")
    again = await accepter.accept(an_article())
    assert (again.article_id, again.version, again.duplicate) == (first.article_id, 2, False)
    assert (await hash_of(redis, keys.article(first.article_id)))[b"state"] == b"live"


async def test_one_idempotency_key_is_one_request(
    redis: "Redis", accepter: Accepter, everything: Everything
) -> None:
    articles = [an_article() for _ in range(50)]
    answers = await asyncio.gather(*(accepter.accept(a, idempotency=KEY) for a in articles))
    assert {answer.submission_id for answer in answers} == {articles[0].submission_id}
    assert [answer.verdict for answer in answers].count(Verdict.ACCEPTED) == 1
    assert not any(answer.duplicate for answer in answers)
    assert await redis.xlen(streams.RAW.name) == 1
    assert 86_000 < await redis.ttl(keys.idempotency(KEY.key)) <= 86_400

    before = await everything()
    with pytest.raises(RefusedError) as refusal:
        await accepter.accept(an_article("Another"), idempotency=Idempotency(KEY.key, "other"))
    assert refusal.value.code == "idempotency_conflict"
    assert await everything() == before


async def test_a_replayed_duplicate_is_a_duplicate(accepter: Accepter) -> None:
    first = await accepter.accept(an_article())
    for verdict in (Verdict.DUPLICATE, Verdict.REPLAYED):
        answer = await accepter.accept(an_article(), idempotency=KEY)
        assert (answer.verdict, answer.duplicate) == (verdict, True)
        assert answer.submission_id == first.submission_id


async def test_the_backlog_has_a_limit_over_both_streams(
    redis: "Redis", everything: Everything
) -> None:
    async with running(redis, backlog_limit=2) as accepter:
        await accepter.accept(an_article("one"))
        await accepter.accept(an_article("two"), bulk=True)
        before = await everything()
        for bulk in (False, True):
            with pytest.raises(DependencyDownError) as refusal:
                await accepter.accept(an_article("three"), bulk=bulk)
            assert refusal.value.code == "backlog_full"
        assert (await accepter.accept(an_article("one"))).duplicate
        assert await everything() == before


async def test_bulk_is_queued_apart(redis: "Redis", accepter: Accepter, queued: Queued) -> None:
    await accepter.accept(an_article(), bulk=True)
    assert await redis.xlen(streams.RAW.name) == 0
    assert [event.content for event in await queued(streams.RAW_BULK.name)] == [TEXT]


async def test_a_withdrawal_leaves_a_tombstone_and_passes_the_backlog(
    redis: "Redis", accepter: Accepter, everything: Everything
) -> None:
    first = await accepter.accept(an_article(external_id="7"))
    await redis.hset(
        keys.article(first.article_id), mapping={"enriched": "x", "enriched_version": 1}
    )
    gone = await accepter.withdraw(first.article_id, at=AT, trace=None)
    assert (gone.verdict, gone.version, gone.duplicate) == (Verdict.WITHDRAWN, 2, False)
    stored = await hash_of(redis, keys.article(first.article_id))
    assert set(stored) == {
        *(b"version", b"state", b"submission_id", b"source", b"external_id", b"aliases")
    }
    assert (stored[b"version"], stored[b"state"]) == (b"2", b"withdrawn")

    event = ArticleEnriched.model_validate_json(await event_in(redis, streams.ENRICHED.name))
    assert event == ArticleEnriched(
        article_id=first.article_id,
        version=2,
        op=Op.WITHDRAW,
        submission_id=gone.submission_id,
        received_at=AT,
    )
    receipt = await receipts.read(redis, gone.submission_id)
    assert receipt is not None
    assert (receipt.outcome, receipt.version) == (Outcome.ACCEPTED, 2)

    before = await everything()
    again = await accepter.withdraw(first.article_id, at=AT, trace=None)
    assert again.duplicate
    assert (again.submission_id, again.version) == (gone.submission_id, 2)
    assert await everything() == before

    back = await accepter.accept(an_article(external_id="7"))
    assert (back.article_id, back.version, back.duplicate) == (first.article_id, 3, False)


async def test_an_unknown_article_cannot_be_withdrawn(redis: "Redis", accepter: Accepter) -> None:
    with pytest.raises(RefusedError) as refusal:
        await accepter.withdraw("unknown", at=AT, trace=None)
    assert refusal.value.status == 404
    assert await redis.dbsize() == 0


ARTICLE = an_article(external_id="7", url="https://example.org/a")
ID = ARTICLE.identity.article_id


async def plant(redis: "Redis", key: str) -> None:
    """A value of a type that no key of ours has."""
    await redis.delete(key)
    await redis.rpush(key, "foreign")


@pytest.mark.parametrize(
    "key",
    [
        streams.RAW.name,
        streams.RAW_BULK.name,
        keys.receipt(ARTICLE.submission_id),
        keys.CHANGED,
        keys.alias("wire", "external_id", "7"),
        keys.alias("wire", "url", "https://example.org/a"),
        keys.article(ID),
        keys.idempotency(KEY.key),
    ],
    ids=["raw", "bulk", "receipt", "changed", "external_id", "url", "article", "idempotency"],
)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
async def test_a_foreign_type_at_any_key_of_accept_stops_it_before_it_writes(
    redis: "Redis", accepter: Accepter, key: str, known: bool, everything: Everything
) -> None:
    if known:
        await accepter.accept(an_article("An older text", **_identifiers()))
    await plant(redis, key)
    before = await everything()
    with pytest.raises(DependencyDownError) as refusal:
        await accepter.accept(ARTICLE, idempotency=KEY)
    assert refusal.value.code == "store_fault"
    assert await everything() == before

    await redis.delete(key)
    accepted = await accepter.accept(ARTICLE, idempotency=KEY)
    assert accepted.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("key", [keys.article(ID), streams.ENRICHED.name, keys.CHANGED])
async def test_a_foreign_type_at_any_key_of_withdraw_stops_it_before_it_writes(
    redis: "Redis", accepter: Accepter, key: str, everything: Everything
) -> None:
    await accepter.accept(ARTICLE)
    await plant(redis, key)
    before = await everything()
    with pytest.raises(DependencyDownError) as refusal:
        await accepter.withdraw(ID, at=AT, trace=None)
    assert refusal.value.code == "store_fault"
    assert await everything() == before


async def test_the_neighbours_of_a_fault_are_accepted(
    redis: "Redis", accepter: Accepter, queued: Queued
) -> None:
    await plant(redis, keys.alias("wire", "external_id", "bad"))
    articles = [an_article(f"text {i}", external_id=str(i)) for i in range(20)]
    articles.insert(10, an_article(external_id="bad"))
    answers = await asyncio.gather(*map(accepter.accept, articles), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers].count("Accepted") == 20
    assert isinstance(answers[10], DependencyDownError)
    assert [event.external_id for event in await queued()] == [str(i) for i in range(20)]


def _identifiers() -> dict[str, str]:
    return {"external_id": "7", "url": "https://example.org/a"}


async def test_a_full_server_refuses_to_accept_and_still_withdraws(tmp_path: Path) -> None:
    with valkey_server(tmp_path) as url:
        redis = Redis.from_url(url)
        async with running(redis) as accepter:
            known = await accepter.accept(an_article("An older text", **_identifiers()))
            accepted = await accepter.accept(an_article("Another"), idempotency=KEY)
            await redis.config_set("maxmemory", "1mb")
            before = await redis.dbsize(), await redis.xlen(streams.RAW.name)
            offers: list[Callable[[], Any]] = [
                lambda: accepter.accept(ARTICLE),
                lambda: accepter.accept(ARTICLE, idempotency=Idempotency("new", "body")),
                lambda: accepter.accept(an_article("New"), bulk=True),
            ]
            for offer in offers:
                with pytest.raises(DependencyDownError) as refusal:
                    await offer()
                assert refusal.value.code == "store_full"
            assert before == (await redis.dbsize(), await redis.xlen(streams.RAW.name))

            again = await accepter.accept(an_article("Another"), idempotency=KEY)
            assert again.submission_id == accepted.submission_id
            gone = await accepter.withdraw(known.article_id, at=AT, trace=None)
            assert gone.version == 2
            assert await redis.xlen(streams.ENRICHED.name) == 1

            await redis.config_set("maxmemory", "0")
            assert (await accepter.accept(ARTICLE)).version == 3
        await redis.aclose()


async def test_a_receipt_says_how_a_submission_ended(redis: "Redis", accepter: Accepter) -> None:
    accepted = await accepter.accept(an_article())
    await redis.hset(
        keys.receipt(accepted.submission_id),
        mapping={
            "outcome": "dead",
            "enriched_ms": 1_000,
            "ended_ms": 2_500,
            "code": "no_content",
            "hint": "Nothing to read.",
        },
    )
    receipt = await receipts.read(redis, accepted.submission_id)
    assert receipt is not None
    assert receipt.outcome.final
    assert (receipt.code, receipt.hint) == ("no_content", "Nothing to read.")
    assert receipt.ended_at == datetime(1970, 1, 1, 0, 0, 2, 500_000, tzinfo=UTC)
    assert await receipts.read_many(redis, ["unknown", accepted.submission_id]) == [None, receipt]


async def test_what_enrich_reads_is_the_contract(redis: "Redis", accepter: Accepter) -> None:
    await accepter.accept(an_article('"Quoted", \\ and \u2028 new\nlines', title="Ünïcode"))
    event = ArticleSubmitted.model_validate_json(await event_in(redis, streams.RAW.name))
    assert (event.content, event.title) == ('"Quoted", \\ and \u2028 new\nlines', "Ünïcode")
