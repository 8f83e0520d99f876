"""The words that the news uses now: headlines and names of the newest articles.

It serves both engines alike, of which only one could list its words, and corrects what they do not:
a typo in the first letter or in a short word, and more typos than they forgive.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

import structlog
from rapidfuzz import process
from rapidfuzz.distance import OSA

from copydesk_gateway.engines.port import Hit, SearchEngine
from copydesk_gateway.query import SearchRequest, Sort
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.words import fold, words

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_ARTICLES: Final = 5_000
PAGE: Final = 250
FRESH_S: Final = 600.0
SHORTEST: Final = 4
"""A shorter word is near to too many."""


class Words:
    """Words with how often each is used; the most usual spelling stands for all of one word."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts: Counter[str] = Counter()
        self._spellings: dict[str, str] = {}
        for spelling, count in counts.most_common():
            folded = fold(spelling)
            self._counts[folded] += count
            self._spellings.setdefault(folded, spelling)
        self._folded = list(self._counts)

    def knows(self, word: str) -> bool:
        return fold(word) in self._counts

    def nearest(self, word: str) -> str | None:
        """The word that needs the fewest edits, of several the most used; None when all are far.

        Two edits are forgiven, from nine letters on three, and one in words of four.
        """
        folded = fold(word)
        if len(folded) < SHORTEST:
            return None
        near = process.extract(
            folded,
            self._folded,
            scorer=OSA.distance,
            score_cutoff=_forgiven(len(folded)),
            limit=None,
        )
        best = min(near, key=lambda found: (found[1], -self._counts[found[0]]), default=None)
        return self._spellings[best[0]] if best else None


def _forgiven(letters: int) -> int:
    return 1 if letters <= SHORTEST else 2 if letters < 9 else 3  # noqa: PLR2004  # said above


class Vocabulary:
    """Keeps `Words` of the newest articles. Made when first asked for, and anew behind the scenes.

    Raises `DependencyDownError` when it has to be made and the engine is away.
    """

    def __init__(
        self,
        engine: SearchEngine,
        *,
        max_articles: int = MAX_ARTICLES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._engine = engine
        self._max_articles = max_articles
        self._clock = clock
        self._words: Words | None = None
        self._made_at = float("-inf")
        self._making: asyncio.Task[Words] | None = None

    async def words(self) -> Words:
        """The words; those of up to some minutes ago, while newer ones are gathered."""
        if self._making is None and self._clock() - self._made_at > FRESH_S:
            self._making = asyncio.create_task(self._make())
        if self._words is None and self._making is not None:
            return await asyncio.shield(self._making)
        return self._words or Words(Counter())

    async def close(self) -> None:
        """Give up what is being gathered."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.wait([self._making])

    async def _make(self) -> Words:
        try:
            self._words = await asyncio.to_thread(Words, await self._counts())
        except DependencyDownError as exc:
            if self._words is None:
                raise
            log.warning("vocabulary_delayed", error=exc.message)
        finally:
            self._making = None
        self._made_at = self._clock()
        return self._words

    async def _counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        seen, after_key = 0, None
        while seen < self._max_articles:
            page = await self._engine.search(
                SearchRequest(sort=Sort.NEWEST, limit=PAGE, after_key=after_key)
            )
            counts.update(_spoken(page.hits))
            seen += len(page.hits)
            if not page.more:
                break
            after_key = page.after_key
        return counts


def _spoken(hits: Iterable[Hit]) -> Iterable[str]:
    for hit in hits:
        for text in (hit.title, *hit.entities):
            yield from (word for word in words(text) if len(word) >= SHORTEST)
