"""What the status page says: a verdict, what is wrong with its remedy, and the figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from copydesk_gateway.status import Status
from copydesk_shared.flow import Replica, StreamLag

SLOW_S: Final = 60.0
"""An entry that waits longer than a minute says that its stage does not keep up."""

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and what an operator does about it; `commands` are to be typed as they are."""

    what: str
    remedy: str
    commands: Sequence[str] = ()


@dataclass(frozen=True)
class Box:
    """A stage or a queue in the flow, with its one figure."""

    name: str
    figure: str
    note: str
    stage: bool = False
    bad: bool = False


@dataclass(frozen=True)
class ReplicaRow:
    stage: str
    name: str
    pending: int
    silent: str
    reads: bool


@dataclass(frozen=True)
class StatusPage:
    status: Status
    verdict: str
    troubles: Sequence[Trouble]
    boxes: Sequence[Box]
    figures: Sequence[tuple[str, str]]
    replicas: Sequence[ReplicaRow]


def status_page(status: Status, *, memory_limit_share: float) -> StatusPage:
    """The page; from that share of Redis' memory on ingest refuses new articles."""
    troubles = list(_troubles(status, memory_limit_share))
    return StatusPage(
        status=status,
        verdict=_verdict(status, troubles),
        troubles=troubles,
        boxes=_boxes(status),
        figures=list(_figures(status)),
        replicas=_replicas(status.flow.streams),
    )


def spoken(seconds: float) -> str:
    """An age in its largest unit, rounded down: `12 s`, `3 min`."""
    whole = max(0, int(seconds))
    for unit, length in _UNITS:
        if whole >= length:
            return f"{whole // length} {unit}"
    return "0 s"


def _verdict(status: Status, troubles: Sequence[Trouble]) -> str:
    if troubles:
        count = len(troubles)
        return f"{count} thing{'' if count == 1 else 's'} to look at"
    waiting = sum(lag.waiting for lag in status.flow.streams)
    return f"All is well, {waiting:,} on the way" if waiting else "All is well, nothing waits"


def _troubles(status: Status, memory_limit_share: float) -> Iterator[Trouble]:
    flow = status.flow
    if status.searching.failure:
        yield Trouble(
            f"Search does not answer: {status.searching.failure}",
            "Articles can still be read by their address, and nothing that was accepted is lost.",
        )
    for lag in flow.unread:
        yield Trouble(
            f"Nobody reads {lag.stream}, where {lag.waiting:,} wait",
            f"Is {lag.stage} up? Its /health/ready says what it misses. If it stopped itself, "
            "its log says why.",
            (f"copydesk resume {lag.stage}",),
        )
    for stage in dict.fromkeys(lag.stage for lag in flow.streams):
        lags = [lag for lag in flow.streams if lag.stage == stage]
        idle = not any(lag.readers or lag.waiting for lag in lags)
        if idle and stage not in flow.paused:
            yield Trouble(f"No replica of {stage} reads", "Nothing waits for it yet. Is it up?")
    for stage, paused in flow.paused.items():
        yield Trouble(
            f"{stage} is paused since {paused.since:%d %B, %H:%M} UTC by {paused.by}",
            "What arrives is kept and waits.",
            (f"copydesk resume {stage}",),
        )
    for lag in flow.streams:
        if lag.readers and lag.age_s is not None and lag.age_s > SLOW_S:
            yield Trouble(
                f"{lag.stage} is behind: in {lag.stream} the oldest has waited {spoken(lag.age_s)}",
                f"More replicas of {lag.stage} help, if the machine has cores to spare.",
            )
    if status.memory.share >= memory_limit_share:
        yield Trouble(
            f"Redis has {status.memory.share:.0%} of its memory in use",
            "New articles are refused until there is room; what was accepted goes on.",
        )
    if flow.dead_letters:
        letters = "letter waits" if flow.dead_letters == 1 else "letters wait"
        yield Trouble(
            f"{flow.dead_letters:,} dead {letters} to be replayed or dropped",
            "Each says why it died.",
            ("copydesk dead list", "copydesk dead replay", "copydesk dead drop"),
        )


def _boxes(status: Status) -> list[Box]:
    raw, bulk, enriched = status.flow.streams
    paused = status.flow.paused
    searching = status.searching
    return [
        Box(
            "ingest",
            "paused" if "ingest" in paused else "open",
            "takes articles in",
            stage=True,
            bad="ingest" in paused,
        ),
        _queue("raw", [raw, bulk]),
        _stage("enrich", max(raw.readers, bulk.readers), paused="enrich" in paused),
        _queue("enriched", [enriched]),
        _stage("index", enriched.readers, paused="index" in paused),
        Box(
            "search",
            "away" if searching.failure else f"{searching.articles:,}",
            "does not answer" if searching.failure else "articles to be found",
            stage=True,
            bad=bool(searching.failure),
        ),
    ]


def _stage(name: str, readers: int, *, paused: bool) -> Box:
    note = "replica reading" if readers == 1 else "replicas reading"
    figure, note = ("paused", "by an operator") if paused else (str(readers), note)
    return Box(name, figure, note, stage=True, bad=paused or not readers)


def _queue(name: str, lags: Sequence[StreamLag]) -> Box:
    ages = [lag.age_s for lag in lags if lag.age_s is not None]
    pending = sum(lag.pending for lag in lags)
    note = f"waiting, {pending:,} in work"
    if ages:
        note += f", the oldest for {spoken(max(ages))}"
    return Box(
        name,
        f"{sum(lag.waiting for lag in lags):,}",
        note,
        bad=any(age > SLOW_S for age in ages),
    )


def _figures(status: Status) -> Iterator[tuple[str, str]]:
    visible, memory = status.visible, status.memory
    yield "Search last changed", _ago(visible.newest, status.at)
    count = f"{visible.lately:,}{' or more' if visible.more else ''}"
    yield "Changes of search in 5 min", count
    yield "Dead letters", f"{status.flow.dead_letters:,}"
    used = f"{memory.used / _MEBIBYTE:,.0f} MiB"
    limit = f" of {memory.limit / _MEBIBYTE:,.0f}, {memory.share:.0%}" if memory.limit else ""
    yield "Redis memory", used + limit


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "not in the last 7 days"
    return f"{spoken(max(timedelta(), now - moment).total_seconds())} ago"


def _replicas(streams: Sequence[StreamLag]) -> list[ReplicaRow]:
    """One row a replica: it may read several streams."""
    seen: dict[tuple[str, str], list[Replica]] = {}
    for lag in streams:
        for replica in lag.replicas:
            seen.setdefault((lag.stage, replica.name), []).append(replica)
    return [
        ReplicaRow(
            stage=stage,
            name=name,
            pending=sum(each.pending for each in parts),
            silent=spoken(min(each.silent_s for each in parts)),
            reads=any(each.reads for each in parts),
        )
        for (stage, name), parts in sorted(seen.items())
    ]
