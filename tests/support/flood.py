"""A flood: publishers who post faster than enrich can work, and do not wait when told to.

Measured: Redis' memory, how quickly posts are refused, and whether every accepted article ends.
"""

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from raw_http import Answer, Connection
from redis.asyncio import Redis

from copydesk.plan import StackConfig
from copydesk.stack import Stack
from copydesk_shared.receipts import read_many
from copydesk_shared.streams import RAW, RAW_BULK

CONNECTIONS: Final = 32
BATCH: Final = 20
WORDS: Final = 1500
TEXTS: Final = 200
SAMPLE_EVERY_S: Final = 0.25
WITHDRAW_EVERY_S: Final = 1.0
READ: Final = 500


@dataclass
class Posts:
    """How the posts of one kind were answered, in seconds by answer."""

    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def note(self, answer: Answer, seconds: float) -> None:
        if answer.status == 202:
            self.accepted.append(seconds)
        elif answer.status == 503 and "retry-after" in answer.headers:
            self.refused.append(seconds)
        else:
            self.others[f"{answer.status} {answer.body[:200]!r}"] += 1


@dataclass(frozen=True)
class Sample:
    """`at_s` since the start of the flood."""

    at_s: float
    memory: int
    waiting: int


@dataclass
class Flood:
    """What happened. `limit` is Redis' maxmemory in bytes."""

    limit: int
    singles: Posts = field(default_factory=Posts)
    batches: Posts = field(default_factory=Posts)
    withdrawals: Posts = field(default_factory=Posts)
    samples: list[Sample] = field(default_factory=list)
    submissions: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    first_refusal_s: float | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    drained_s: float = 0.0

    @property
    def memory_after_the_limit(self) -> list[float]:
        """Shares of maxmemory from a second after the first refusal on."""
        start = (self.first_refusal_s or 0.0) + 1.0
        return [sample.memory / self.limit for sample in self.samples if sample.at_s >= start]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def flood(folder: Path, *, seconds: float, maxmemory_mb: int, drain_within: float) -> Flood:
    """Start a stack, flood it for so long, and wait until every accepted article has ended."""
    environment = {
        **os.environ,
        "COPYDESK_ENTITIES": "none",
        "COPYDESK_PIPELINE": "slow_pipeline:SlowPipeline",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    limit = maxmemory_mb * 2**20
    config = StackConfig(
        data_dir=folder, environment=environment, redis_options={"maxmemory": str(limit)}
    )
    async with Stack(config) as stack:
        result = Flood(limit=limit)
        redis = Redis.from_url(stack.run.urls["redis"])
        try:
            await _Publishers(result, stack.run.urls["ingest"], redis).run(seconds)
            started = time.perf_counter()
            await _await_ends(result, redis, within=drain_within)
            result.drained_s = time.perf_counter() - started
        finally:
            await redis.aclose()
    return result


class _Publishers:
    """All connections but one post singly, one posts batches, and one more withdraws."""

    def __init__(self, result: Flood, url: str, redis: "Redis") -> None:
        self._result = result
        self._url = url
        self._redis = redis
        self._numbers = count()
        self._started = time.perf_counter()
        self._texts = [_text(number) for number in range(TEXTS)]

    async def run(self, seconds: float) -> None:
        self._started = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(CONNECTIONS - 1):
                tasks.create_task(self._singles(seconds))
            tasks.create_task(self._batches(seconds))
            tasks.create_task(self._withdrawals(seconds))
            tasks.create_task(self._samples(seconds))

    def _now(self) -> float:
        return time.perf_counter() - self._started

    async def _singles(self, seconds: float) -> None:
        connection = Connection(self._url)
        while self._now() < seconds:
            began = self._now()
            answer = await connection.send("POST", "/v1/articles", self._article())
            self._result.singles.note(answer, self._now() - began)
            self._learn([json.loads(answer.body)])
        await connection.close()

    async def _batches(self, seconds: float) -> None:
        connection = Connection(self._url)
        while self._now() < seconds:
            began = self._now()
            body = b"\n".join(self._article() for _ in range(BATCH))
            answer = await connection.send(
                "POST", "/v1/articles:batch", body, content_type="application/x-ndjson"
            )
            items = json.loads(answer.body).get("items")
            for item in items or ():
                told = {"retry-after": ""} if "retry_after" in item.get("problem", {}) else {}
                each = Answer(item["status"], told, json.dumps(item).encode())
                self._result.batches.note(each, self._now() - began)
            if items is None:
                self._result.batches.note(answer, self._now() - began)
            self._learn(items or [json.loads(answer.body)])
        await connection.close()

    async def _withdrawals(self, seconds: float) -> None:
        """An article each second, however full it is: these are always taken."""
        connection = Connection(self._url)
        while self._now() < seconds:
            await asyncio.sleep(WITHDRAW_EVERY_S)
            article_id = self._result.articles.pop(0)
            began = self._now()
            answer = await connection.send("DELETE", f"/v1/articles/{article_id}")
            self._result.withdrawals.note(answer, self._now() - began)
            self._learn([json.loads(answer.body)], withdrawal=True)
        await connection.close()

    async def _samples(self, seconds: float) -> None:
        while self._now() < seconds:
            memory: Any = await self._redis.info("memory")
            waiting = sum([await self._redis.xlen(s.name) for s in (RAW, RAW_BULK)])
            self._result.samples.append(Sample(self._now(), memory["used_memory"], waiting))
            await asyncio.sleep(SAMPLE_EVERY_S)

    def _learn(self, answers: Sequence[dict[str, Any]], *, withdrawal: bool = False) -> None:
        for answer in answers:
            if answer.get("submission_id"):
                self._result.submissions.append(answer["submission_id"])
                if not withdrawal:
                    self._result.articles.append(answer["article_id"])
            elif self._result.first_refusal_s is None:
                self._result.first_refusal_s = self._now()

    def _article(self) -> bytes:
        number = next(self._numbers)
        text = f"Report {number} from the flood.\n\n{self._texts[number % TEXTS]}"
        article = {"source": "flood", "external_id": str(number), "content": text}
        return json.dumps(article).encode()


def _text(seed: int) -> str:
    pick = random.Random(seed)  # noqa: S311  # repeatable, not secret
    words = ["".join(pick.choices("abcdefghiklmnoprstuvw", k=7)) for _ in range(WORDS // 4)]
    sentences = (" ".join(pick.choices(words, k=12)).capitalize() + "." for _ in range(WORDS // 12))
    return "\n\n".join(" ".join(four) for four in _by_four(sentences))


def _by_four(sentences: Iterator[str]) -> Iterator[tuple[str, ...]]:
    return zip(*[sentences] * 4, strict=False)


async def _await_ends(result: Flood, redis: "Redis", *, within: float) -> None:
    """Count the outcomes; what has not ended in time counts as it stands."""
    deadline = time.perf_counter() + within
    open_ones = list(result.submissions)
    while open_ones:
        still: list[str] = []
        for start in range(0, len(open_ones), READ):
            chunk = open_ones[start : start + READ]
            for submission_id, receipt in zip(chunk, await read_many(redis, chunk), strict=True):
                if receipt is not None and receipt.outcome.final:
                    result.outcomes[receipt.outcome] += 1
                else:
                    still.append(submission_id)
        open_ones = still
        if time.perf_counter() > deadline:
            result.outcomes["not ended"] += len(open_ones)
            return
        await asyncio.sleep(0.1)
