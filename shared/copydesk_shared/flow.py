"""The flow through the stages: what waits where, who reads it, what is paused and what died."""

import time
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from copydesk_shared.streams import DEAD, ENRICHED, RAW, RAW_BULK, entry_ms
from copydesk_shared.switches import STAGES, Paused, Switches

READER_SILENT_MS: Final = 10_000
"""A reader asks for more each second, and its heartbeat asks while it works."""

STREAMS: Final = (
    ("enrich", "raw", RAW),
    ("enrich", "bulk", RAW_BULK),
    ("index", "enriched", ENRICHED),
)
"""The streams in the order of the flow, with the stage that reads each and a short name."""


@dataclass(frozen=True)
class Replica:
    """A reader as Redis knows it: when it last asked, and what it has taken and not finished."""

    name: str
    silent_s: float
    pending: int

    @property
    def reads(self) -> bool:
        return self.silent_s * 1000 < READER_SILENT_MS


@dataclass(frozen=True)
class StreamLag:
    """`waiting` entries, `pending` of them delivered; the oldest came in `age_s` seconds ago.

    `readers` are the replicas that read: none of a stage that is paused, stopped or not there.
    `replicas` are also those that have gone silent and are not forgotten yet.
    """

    stage: str
    stream: str
    waiting: int
    pending: int
    age_s: float | None
    readers: int
    replicas: list[Replica]


@dataclass(frozen=True)
class Flow:
    """The streams in order, the stages that are paused, and the number of dead letters."""

    streams: list[StreamLag]
    paused: dict[str, Paused]
    dead_letters: int

    @property
    def unread(self) -> list[StreamLag]:
        """The streams in which entries wait, that nobody reads though nobody paused the stage."""
        return [
            lag
            for lag in self.streams
            if lag.waiting and not lag.readers and lag.stage not in self.paused
        ]


async def flow(redis: "Redis") -> Flow:
    """The flow as it is now: two round trips. Raises `RedisError`."""
    async with redis.pipeline(transaction=False) as pipe:
        for _, _, stream in STREAMS:
            pipe.xlen(stream.name)
            pipe.xrange(stream.name, count=1)
            pipe.xpending(stream.name, stream.group)
            pipe.xinfo_consumers(stream.name, stream.group)
        pipe.xlen(DEAD.name)
        *answers, dead_letters = await pipe.execute(raise_on_error=False)
    for answer in (*answers, dead_letters):
        # Without a group, no stage has ever come up here; anything else is a failure.
        if isinstance(answer, Exception) and not _no_group(answer):
            raise answer
    switches = await Switches(redis).all()
    return Flow(
        streams=[
            _lag(stage, title, *answers[4 * number : 4 * number + 4])
            for number, (stage, title, _) in enumerate(STREAMS)
        ],
        paused={
            stage: paused
            for stage, switch in zip(STAGES, switches, strict=True)
            if (paused := switch.paused)
        },
        dead_letters=int(dead_letters),
    )


def _lag(
    stage: str, title: str, waiting: int, oldest: Any, summary: Any, consumers: Any
) -> StreamLag:
    grouped = not isinstance(consumers, Exception)
    replicas = [_replica(consumer) for consumer in consumers] if grouped else []
    return StreamLag(
        stage=stage,
        stream=title,
        waiting=waiting,
        pending=summary["pending"] if grouped else 0,
        age_s=_age_s(oldest[0][0]) if oldest else None,
        readers=sum(1 for replica in replicas if replica.reads),
        replicas=replicas,
    )


def _replica(consumer: Any) -> Replica:
    return Replica(consumer["name"].decode(), consumer["idle"] / 1000, consumer["pending"])


def _no_group(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, ResponseError) and ("NOGROUP" in text or "no such key" in text)


def _age_s(entry_id: bytes) -> float:
    return time.time() - entry_ms(entry_id) / 1000
