"""Accepting and withdrawing: the border between a publisher's request and the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from copydesk_ingest.accepted import Accepted, confirmed, replayed, warned
from copydesk_ingest.draft import Draft
from copydesk_ingest.faults import store_fault
from copydesk_ingest.group_commit import GroupCommit
from copydesk_ingest.identity import Identity, identify
from copydesk_ingest.pressure import Room
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.store_watch import StoreWatch
from copydesk_ingest.submission_ids import submission_id
from copydesk_shared import keys, lua, streams
from copydesk_shared.compression import compress
from copydesk_shared.contracts.submission import Op, Warned
from copydesk_shared.dates import FUTURE_AFTER
from copydesk_shared.errors import DependencyDownError

IDEMPOTENCY_EXPIRY = timedelta(hours=24)


@dataclass(frozen=True)
class Idempotency:
    """A publisher's key for one request, and the hash of that request."""

    key: str
    body_hash: str


@dataclass(frozen=True)
class Prepared:
    """A draft with everything computed that the accept script needs."""

    draft: Draft
    identity: Identity
    submission_id: str
    received_at: datetime
    tail: str
    raw: bytes

    @property
    def modified(self) -> datetime | None:
        """When the publisher changed the article; a date far in the future orders nothing.

        It would keep every later version out.
        """
        given = self.draft.modified
        return given if given and given <= self.received_at + FUTURE_AFTER else None


def prepare(draft: Draft, *, received_at: datetime, trace: str | None) -> Prepared:
    """Identify, number, serialise and compress: pure work, about 60 µs for a news article."""
    new_id = submission_id(received_at)
    tail = draft.event_tail(new_id, received_at=received_at, trace=trace)
    return Prepared(
        draft=draft,
        identity=identify(draft),
        submission_id=new_id,
        received_at=received_at,
        tail=tail,
        raw=compress(tail),
    )


@dataclass(frozen=True)
class Recall:
    """A withdrawal that names the article as its publisher does, as wires send it."""

    source: str
    identifiers: Sequence[tuple[str, str]]
    received_at: datetime
    trace: str | None = None
    warnings: tuple[Warned, ...] = ()


class Accepter:
    """Accepts and withdraws through two scripts; each runs whole or leaves no trace.

    Whatever is returned is confirmed by Redis. Running the same submission twice is safe: the
    scripts know its id.
    """

    def __init__(
        self, redis: "Redis", commits: GroupCommit, *, room: Room, watch: StoreWatch
    ) -> None:
        self._commits = commits
        self._room = room
        self._watch = watch
        self._redis = redis
        self._accept = lua.script(redis, "accept")
        self._withdraw = lua.script(redis, "withdraw")

    async def accept(
        self, prepared: Prepared, *, bulk: bool = False, idempotency: Idempotency | None = None
    ) -> Accepted:
        """Queue a new version, or say that nothing changed. RefusedError, DependencyDownError."""
        self._heed_durability()
        memory = self._watch.memory
        limit = self._room.entries(memory, bulk=False)
        # Whatever it is, a limit of 0 lets none in: Redis, short of memory, is spared the text.
        text = (prepared.tail, prepared.raw) if limit else ("", b"")
        size = sum(map(len, text))
        with self._watch.under_way(size):
            reply = await self._run(
                prepared,
                text=text,
                room=(self._room.entries(memory, bulk=bulk), limit),
                bulk=bulk,
                idempotency=idempotency,
            )
        if reply[0] == b"backlog":
            raise self._room.refusal(
                memory, backlog=int(reply[1]), bulk=bulk and reply[2] == b"new"
            )
        if reply[0] == b"accepted":
            self._watch.note_accepted(size)
        return self._accepted(reply, prepared)

    async def _run(
        self,
        prepared: Prepared,
        *,
        text: tuple[str, bytes],
        room: tuple[int, int],
        bulk: bool,
        idempotency: Idempotency | None,
    ) -> list[bytes]:
        """The script's reply; `room` is how long the queue may be: for a new one, for another."""
        draft, identity = prepared.draft, prepared.identity
        raw, other = streams.RAW.name, streams.RAW_BULK.name
        reply: list[bytes] = await self._commits.call(
            self._accept,
            keys=[
                *((other, raw) if bulk else (raw, other)),
                keys.receipt(prepared.submission_id),
                keys.CHANGED,
                keys.DUE,
                *(keys.alias(draft.source, kind, value) for kind, value in identity.identifiers),
                *([keys.idempotency(idempotency.key)] if idempotency else []),
            ],
            args=[
                len(identity.identifiers),
                keys.article(""),
                identity.article_id,
                identity.content_hash,
                room[0],
                prepared.submission_id,
                *text,
                _milliseconds(prepared.received_at),
                draft.source,
                draft.external_id or "",
                draft.url or "",
                _milliseconds(prepared.modified) if prepared.modified else "",
                idempotency.body_hash if idempotency else "",
                int(IDEMPOTENCY_EXPIRY.total_seconds()),
                keys.trace(""),
                keys.RECEIPT_EXPIRY_S,
                keys.receipt(""),
                _milliseconds(draft.expires) if draft.expires else "",
                room[1],
            ],
        )
        return reply

    async def withdraw(self, article_id: str, *, at: datetime, trace: str | None) -> Accepted:
        """Set a tombstone; withdrawing again changes nothing. RefusedError for an unknown id."""
        self._heed_durability()
        new_id = submission_id(at)
        event = {"op": Op.WITHDRAW, "submission_id": new_id, "received_at": at}
        if trace:
            event["trace"] = trace
        reply = await self._commits.call(
            self._withdraw,
            keys=[
                keys.article(article_id),
                streams.ENRICHED.name,
                keys.receipt(new_id),
                keys.CHANGED,
                keys.versions(article_id),
                keys.trace(article_id),
                keys.DUE,
            ],
            args=[
                article_id,
                new_id,
                orjson.dumps(event)[1:],
                _milliseconds(at),
                keys.receipt(""),
                keys.RECEIPT_EXPIRY_S,
            ],
        )
        if reply[0] == b"unknown":
            raise RefusedError(
                "not_found", "There is no such article.", status=HTTPStatus.NOT_FOUND
            )
        return confirmed(reply)

    async def recall(self, recall: Recall) -> Accepted:
        """Withdraw what has one of these identifiers, the strongest that is known; else 404.

        RefusedError, DependencyDownError.
        """
        aliases = [keys.alias(recall.source, *identifier) for identifier in recall.identifiers]
        known: list[Any] = []
        try:
            if aliases:
                known = await self._redis.mget(aliases)
        except (RedisError, OSError) as exc:
            raise store_fault(exc) from exc
        article_id = next((found.decode() for found in known if found), None)
        if article_id is None:
            raise RefusedError(
                "not_found",
                "There is no such article to withdraw.",
                status=HTTPStatus.NOT_FOUND,
            )
        accepted = await self.withdraw(article_id, at=recall.received_at, trace=recall.trace)
        return warned(accepted, recall.warnings)

    def _heed_durability(self) -> None:
        if self._watch.not_durable:
            raise DependencyDownError(
                "not_durable", f"The store cannot promise to keep it: {self._watch.not_durable}."
            )

    def _accepted(self, reply: list[bytes], prepared: Prepared) -> Accepted:
        match reply[0]:
            case b"conflict":
                raise RefusedError(
                    "idempotency_conflict",
                    "This Idempotency-Key was used for another request in the last 24 hours.",
                )
            case b"expired":
                raise RefusedError(
                    "already_expired",
                    "The date on which the article expires has passed.",
                    errors=[{"pointer": "/expires", "message": "in the past"}],
                )
            case b"replayed":
                return warned(replayed(orjson.loads(reply[1])), prepared.draft.warnings)
            case _:
                return warned(confirmed(reply), prepared.draft.warnings)


def utc_now() -> datetime:
    return datetime.now(UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
