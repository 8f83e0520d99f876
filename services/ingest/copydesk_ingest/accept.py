"""Accepting and withdrawing: the border between a publisher's request and the store."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

import orjson
from redis.asyncio import Redis

from copydesk_ingest.draft import Draft
from copydesk_ingest.group_commit import GroupCommit
from copydesk_ingest.identity import Identity, identify
from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.submission_ids import submission_id
from copydesk_shared import keys, lua, streams
from copydesk_shared.compression import compress
from copydesk_shared.contracts.submission import Op, Warned
from copydesk_shared.errors import DependencyDownError

IDEMPOTENCY_EXPIRY = timedelta(hours=24)


class Verdict(StrEnum):
    """What became of a request that was not refused."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REPLAYED = "replayed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Accepted:
    """The ids are the first submission's when the request changed nothing (`duplicate`)."""

    verdict: Verdict
    submission_id: str
    article_id: str
    version: int
    duplicate: bool
    warnings: tuple[Warned, ...] = ()

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.OK if self.duplicate else HTTPStatus.ACCEPTED


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


class Accepter:
    """Accepts and withdraws through two scripts; each runs whole or leaves no trace.

    Whatever is returned is confirmed by Redis. Running the same submission twice is safe: the
    scripts know its id.
    """

    def __init__(self, redis: "Redis", commits: GroupCommit, *, backlog_limit: int) -> None:
        self._commits = commits
        self._backlog_limit = backlog_limit
        self._accept = lua.script(redis, "accept")
        self._withdraw = lua.script(redis, "withdraw")

    async def accept(
        self, prepared: Prepared, *, bulk: bool = False, idempotency: Idempotency | None = None
    ) -> Accepted:
        """Queue a new version, or say that nothing changed. RefusedError, DependencyDownError."""
        draft, identity = prepared.draft, prepared.identity
        raw, other = streams.RAW.name, streams.RAW_BULK.name
        reply = await self._commits.call(
            self._accept,
            keys=[
                *((other, raw) if bulk else (raw, other)),
                keys.receipt(prepared.submission_id),
                keys.CHANGED,
                *(keys.alias(draft.source, kind, value) for kind, value in identity.identifiers),
                *([keys.idempotency(idempotency.key)] if idempotency else []),
            ],
            args=[
                len(identity.identifiers),
                keys.article(""),
                identity.article_id,
                identity.content_hash,
                self._backlog_limit,
                prepared.submission_id,
                prepared.tail,
                prepared.raw,
                _milliseconds(prepared.received_at),
                draft.source,
                draft.external_id or "",
                draft.url or "",
                _milliseconds(draft.modified) if draft.modified else "",
                idempotency.body_hash if idempotency else "",
                int(IDEMPOTENCY_EXPIRY.total_seconds()),
            ],
        )
        return self._accepted(reply, prepared)

    async def withdraw(self, article_id: str, *, at: datetime, trace: str | None) -> Accepted:
        """Set a tombstone; withdrawing again changes nothing. RefusedError for an unknown id."""
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
            ],
            args=[article_id, new_id, orjson.dumps(event)[1:], _milliseconds(at)],
        )
        if reply[0] == b"unknown":
            raise RefusedError(
                "not_found", "There is no such article.", status=HTTPStatus.NOT_FOUND
            )
        return _confirmed(reply)

    def _accepted(self, reply: list[bytes], prepared: Prepared) -> Accepted:
        match reply[0]:
            case b"conflict":
                raise RefusedError(
                    "idempotency_conflict",
                    "This Idempotency-Key was used for another request in the last 24 hours.",
                )
            case b"backlog":
                raise DependencyDownError(
                    "backlog_full",
                    f"{int(reply[1])} articles wait already, the limit is {self._backlog_limit}.",
                )
            case b"replayed":
                answer = orjson.loads(reply[1])
                return Accepted(Verdict.REPLAYED, **answer, warnings=prepared.draft.warnings)
            case _:
                return _confirmed(reply, warnings=prepared.draft.warnings)


def _confirmed(reply: list[bytes], *, warnings: tuple[Warned, ...] = ()) -> Accepted:
    verdict, article_id, version, first_id = (part.decode() for part in reply)
    return Accepted(
        verdict=Verdict(verdict),
        submission_id=first_id,
        article_id=article_id,
        version=int(version),
        duplicate=verdict == Verdict.DUPLICATE,
        warnings=warnings,
    )


def utc_now() -> datetime:
    return datetime.now(UTC)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
