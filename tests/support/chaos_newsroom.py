"""The publishers of a chaos run: they post at a steady rate and insist on an answer.

Each desk has articles of its own. A post whose answer was lost, or that was refused for the
moment, comes again with the same Idempotency-Key until it is confirmed. What is posted follows
from the seed; how many posts fit into the time does not.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import httpx2
from chaos_ledger import Confirmed, Kind, Ledger

FIRST_PAUSE_S: Final = 0.1
LAST_PAUSE_S: Final = 1.0
POISONS: Final = ("raises", "hangs", "dies")
BATCH: Final = 12
_VOCABULARY: Final = (
    "harbour council tram budget museum bridge ferry school storm market mayor engineer vote "
    "delay report station river library nurse factory strike garden tunnel concert archive"
)


@dataclass(frozen=True)
class Mix:
    """How often each kind of post comes, by weight.

    A storm is three corrections at once; `spoil` corrects an article into poison, `cure` back.
    What is posted again is one of a desk's `hot` latest articles: the fewer, the more races.
    """

    new: int = 40
    correct: int = 25
    storm: int = 4
    repeat: int = 8
    withdraw: int = 10
    republish: int = 8
    batch: int = 3
    poison: float = 0.5
    spoil: float = 0.5
    cure: int = 1
    hot: int = 15


INNOCENT: Final = Mix(poison=0, spoil=0, cure=0)
"""Nothing that hangs or kills a worker, so that what waits, waits for a fault."""


@dataclass
class _Copy:
    """An article as its desk knows it: the latest text and the latest answer."""

    external_id: str
    body: dict[str, str]
    last: Confirmed | None = None

    @property
    def kind(self) -> Kind | None:
        return self.last.kind if self.last else None


class Desk:
    """One publisher. Its posts follow each other, but for the corrections of a storm."""

    def __init__(
        self, number: int, *, seed: int, client: httpx2.AsyncClient, ledger: Ledger, mix: Mix
    ) -> None:
        self._source = f"desk-{number}"
        self._prefix = f"chaos-{seed}-{number}"
        self._pick = random.Random(f"desk {seed} {number}")  # noqa: S311  # repeatable, not secret
        self._client = client
        self._ledger = ledger
        self._hot = mix.hot
        self._copies: list[_Copy] = []
        self._posts = 0
        self._ways: Mapping[str, tuple[Kind | None, Callable[[_Copy], Awaitable[int]]]] = {
            "new": (None, self._first),
            "batch": (None, self._batch),
            "poison": (None, self._poison),
            "correct": (Kind.PUBLISH, self._correct),
            "storm": (Kind.PUBLISH, self._storm),
            "repeat": (Kind.PUBLISH, self._repeat),
            "withdraw": (Kind.PUBLISH, self._withdraw),
            "spoil": (Kind.PUBLISH, self._poison),
            "republish": (Kind.WITHDRAW, self._republish),
            "cure": (Kind.POISON, self._correct),
        }
        self._weights = [getattr(mix, name) for name in self._ways]
        self.under_way = ""

    async def post(self) -> int:
        """Make one post, whatever it takes; the number of submissions it made."""
        (what,) = self._pick.choices(list(self._ways), self._weights)
        of, act = self._ways[what]
        if of is None:
            return await act(self._new())
        copy = self._recent(of)
        return await (act(copy) if copy else self._first(self._new()))

    def _new(self) -> _Copy:
        external_id = f"{self._source}-{len(self._copies)}"
        copy = _Copy(external_id, self._text(external_id))
        self._copies.append(copy)
        return copy

    def _recent(self, kind: Kind) -> _Copy | None:
        fitting = [copy for copy in self._copies if copy.kind is kind]
        return self._pick.choice(fitting[-self._hot :]) if fitting else None

    def _text(self, external_id: str) -> dict[str, str]:
        paragraphs = (" ".join(self._pick.choices(_VOCABULARY.split(), k=30)) for _ in range(3))
        return {
            "source": self._source,
            "external_id": external_id,
            "title": f"{external_id}: {' '.join(self._pick.choices(_VOCABULARY.split(), k=4))}",
            "content": "\n\n".join(f"{text.capitalize()}." for text in paragraphs),
            "content_type": "text/plain",
        }

    async def _first(self, copy: _Copy) -> int:
        return await self._publish(copy, copy.body)

    async def _correct(self, copy: _Copy) -> int:
        return await self._publish(copy, self._text(copy.external_id))

    async def _republish(self, copy: _Copy) -> int:
        """After a withdrawal, half the time with the very text that was withdrawn."""
        same = self._pick.random() < 0.5
        return await self._publish(copy, copy.body if same else self._text(copy.external_id))

    async def _publish(self, copy: _Copy, body: dict[str, str]) -> int:
        copy.body = body
        copy.last = self._confirm(await self._insist(body), Kind.PUBLISH)
        return 1

    async def _poison(self, copy: _Copy) -> int:
        poison = self._pick.choice(POISONS)
        copy.body = self._text(copy.external_id) | {"title": f"poison: {poison}"}
        copy.last = self._confirm(await self._insist(copy.body), Kind.POISON, poison)
        return 1

    async def _storm(self, copy: _Copy) -> int:
        """Three corrections at once: the pipeline decides which of them is the newest."""
        bodies = [self._text(copy.external_id) for _ in range(3)]
        answers = await asyncio.gather(*(self._insist(body) for body in bodies))
        for body, answer in zip(bodies, answers, strict=True):
            confirmed = self._confirm(answer, Kind.PUBLISH)
            if copy.last is None or confirmed.version > copy.last.version:
                copy.body, copy.last = body, confirmed
        return len(bodies)

    async def _repeat(self, copy: _Copy) -> int:
        answer = await self._insist(copy.body)
        if copy.last:
            self._ledger.confirm_repeat(
                copy.last, submission_id=answer["submission_id"], version=answer["version"]
            )
        return 1

    async def _withdraw(self, copy: _Copy) -> int:
        if copy.last:
            answer = await self._insist_on("DELETE", f"/v1/articles/{copy.last.article_id}")
            copy.last = self._confirm(answer, Kind.WITHDRAW)
        return 1

    async def _batch(self, first: _Copy) -> int:
        copies = [first, *(self._new() for _ in range(BATCH - 1))]
        lines = b"\n".join(json.dumps(copy.body).encode() for copy in copies)
        answer = await self._insist_on(
            "POST",
            "/v1/articles:batch",
            content=lines,
            headers=self._headers("application/x-ndjson"),
        )
        for copy, item in zip(copies, answer["items"], strict=True):
            copy.last = self._confirm(item, Kind.PUBLISH)
        return BATCH

    def _confirm(self, answer: Mapping[str, Any], kind: Kind, poison: str = "") -> Confirmed:
        confirmed = Confirmed(
            answer["submission_id"], answer["article_id"], answer["version"], kind, poison
        )
        self._ledger.confirm(confirmed)
        return confirmed

    async def _insist(self, body: Mapping[str, str]) -> Mapping[str, Any]:
        return await self._insist_on(
            "POST",
            "/v1/articles",
            content=json.dumps(body).encode(),
            headers=self._headers("application/json"),
        )

    def _headers(self, content_type: str) -> Mapping[str, str]:
        self._posts += 1
        return {
            "Content-Type": content_type,
            "Idempotency-Key": f"{self._prefix}-{self._posts}",
        }

    async def _insist_on(self, method: str, path: str, **request: Any) -> Mapping[str, Any]:
        """Send until it is confirmed as a whole; a refusal for good is a fault of the run."""
        pause, self.under_way = FIRST_PAUSE_S, f"{method} {path} of {self._source}"
        while True:
            try:
                answer = await self._client.request(method, path, **request)
            except httpx2.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                answer.raise_for_status()
                found: Mapping[str, Any] = answer.json()
                if all(item["status"] < 300 for item in found.get("items", ())):
                    self.under_way = ""
                    return found
            await asyncio.sleep(pause)
            pause = min(pause * 2, LAST_PAUSE_S)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much is posted: `rate` submissions a second for `duration_s`, at most `limit` in all."""

    rate: float
    duration_s: float
    limit: int


async def publish(desks: Sequence[Desk], ledger: Ledger, *, pace: Pace, patience_s: float) -> None:
    """Post at the pace, then wait up to `patience_s` for the last answers."""
    begun, posted = monotonic(), 0

    async def keep_posting(desk: Desk) -> None:
        nonlocal posted
        while (now := monotonic() - begun) < pace.duration_s and posted < pace.limit:
            if posted < now * pace.rate:
                made = await desk.post()
                posted += made
            else:
                await asyncio.sleep(0.02)

    tasks = [asyncio.create_task(keep_posting(desk)) for desk in desks]
    done, late = await asyncio.wait(tasks, timeout=pace.duration_s + patience_s)
    ledger.unconfirmed += [desk.under_way for desk in desks if desk.under_way]
    for task in late:
        task.cancel()
    for task in done:
        task.result()
