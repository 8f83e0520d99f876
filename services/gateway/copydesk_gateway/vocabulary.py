"""The words that the news uses now: headlines and names of the newest articles.

It serves both engines alike, of which only one could list its words, and corrects what they do not:
a typo in the first letter or in a short word, and in the beginning of a name.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

import structlog
from rapidfuzz import process
from rapidfuzz.distance import OSA

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import SearchRequest, Sort
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.words import fold, words

log: structlog.stdlib.BoundLogger = structlog.get_logger()

MAX_ARTICLES: Final = 5_000
PAGE: Final = 250
FRESH_S: Final = 600.0
SHORTEST: Final = 4
"""A shorter word is near to too many."""

SHORTEST_BEGINNING: Final = 5
"""So many letters the beginning of a name has at least: fewer begin too many names."""

LONG: Final = 8
"""From so many letters on two edits are forgiven, in shorter words one."""


class Words:
    """Words with how often each is used; the most usual spelling stands for all of one word.

    `names` are those of them that stand in names.
    """

    def __init__(self, counts: Counter[str], *, names: Iterable[str] = ()) -> None:
        self._counts: Counter[str] = Counter()
        self._spellings: dict[str, str] = {}
        for spelling, count in counts.most_common():
            folded = fold(spelling)
            self._counts[folded] += count
            self._spellings.setdefault(folded, spelling)
        self._folded = list(self._counts)
        self._names = {fold(name) for name in names}

    def knows(self, word: str) -> bool:
        return fold(word) in self._counts

    def nearest(self, word: str) -> str | None:
        """The word that needs the fewest edits, else the name that begins so; None if all are far.

        Of several a name is preferred, then the most used. Two letters in each other's place are
        one edit.
        """
        folded = fold(word)
        if len(folded) < SHORTEST:
            return None
        near = _near(folded, {each: each for each in self._folded})
        if not near and len(folded) >= SHORTEST_BEGINNING:
            near = self._beginning(folded)
        best = min(
            near,
            key=lambda each: (near[each], each not in self._names, -self._counts[each]),
            default=None,
        )
        return self._spellings[best] if best else None

    def _beginning(self, folded: str) -> dict[str, int]:
        """Names of which a beginning is near, with the edits."""
        edits: dict[str, int] = {}
        forgiven = _forgiven(len(folded))
        for letters in range(len(folded) - forgiven, len(folded) + forgiven + 1):
            begun = {name: name[:letters] for name in self._names if len(name) > letters}
            for name, distance in _near(folded, begun).items():
                edits[name] = min(distance, edits.get(name, distance))
        return edits


def _near(folded: str, choices: dict[str, str]) -> dict[str, int]:
    """The keys whose values are near, with the edits."""
    found = process.extract(
        folded,
        choices,
        scorer=OSA.distance,
        score_cutoff=_forgiven(len(folded)),
        limit=None,
    )
    return {key: int(distance) for _, distance, key in found}


def _forgiven(letters: int) -> int:
    return 1 if letters < LONG else 2


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
            self._words = await self._gathered()
        except DependencyDownError as exc:
            if self._words is None:
                raise
            log.warning("vocabulary_delayed", error=exc.message)
        finally:
            self._making = None
        self._made_at = self._clock()
        return self._words

    async def _gathered(self) -> Words:
        counts: Counter[str] = Counter()
        names: set[str] = set()
        seen, after_key = 0, None
        while seen < self._max_articles:
            page = await self._engine.search(
                SearchRequest(sort=Sort.NEWEST, limit=PAGE, after_key=after_key)
            )
            for hit in page.hits:
                named = [word for name in hit.entities for word in _words(name)]
                counts.update((*_words(hit.title), *named))
                names.update(named)
            seen += len(page.hits)
            if not page.more:
                break
            after_key = page.after_key
        return await asyncio.to_thread(Words, counts, names=names)


def _words(text: str) -> list[str]:
    return [word for word in words(text) if len(word) >= SHORTEST]
