"""What a reader may be about to type: names, headlines, and another spelling."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import Final

from copydesk_gateway.engines.port import Hit, SearchEngine
from copydesk_gateway.highlight import Highlighter
from copydesk_gateway.query import Query, SearchRequest, Word
from copydesk_gateway.query_text import parse
from copydesk_gateway.vocabulary import Vocabulary, Words
from copydesk_shared.entities import EntityCard, EntityDirectory
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.store import ArticleStore
from copydesk_shared.words import WORD, words

MAX_WORDS: Final = 8
"""Of a longer text only the first are looked at."""

LOOKED_THROUGH: Final = 4
"""Hits looked through for each one wanted: words can be in the text alone, and hits withdrawn."""


@dataclass(frozen=True)
class Headline:
    """`marked` is HTML: the escaped title with `<mark>` around what matched."""

    hit: Hit
    marked: str


@dataclass(frozen=True)
class Suggestions:
    """`did_you_mean` is there when nothing else is, and finds something."""

    entities: Sequence[EntityCard]
    headlines: Sequence[Headline]
    did_you_mean: str | None


class Suggester:
    """Suggests as somebody types. Headlines are missing while the search engine is away."""

    def __init__(
        self,
        engine: SearchEngine,
        store: ArticleStore,
        directory: EntityDirectory,
        vocabulary: Vocabulary,
    ) -> None:
        self._engine = engine
        self._store = store
        self._directory = directory
        self._vocabulary = vocabulary

    async def suggest(self, text: str, *, limit: int) -> Suggestions:
        typed = words(text)[:MAX_WORDS]
        if not typed:
            return Suggestions((), (), None)
        entities = await self._directory.starting_with(text.strip(), limit=limit)
        try:
            headlines = await self._headlines(typed, limit=limit)
            other = None if entities or headlines else await self.did_you_mean(text)
        except DependencyDownError:
            return Suggestions(entities, (), None)
        return Suggestions(entities, headlines, other)

    async def did_you_mean(self, text: str) -> str | None:
        """The text with its unknown words as the news spells them, if that finds something."""
        known = await self._vocabulary.words()
        now = datetime.now(UTC)
        terms = parse(text, now=now).query.terms
        searched = {term.text for term in terms if isinstance(term, Word)}
        other = await asyncio.to_thread(_respelled, text, searched, known)
        if other == text:
            return None
        query = parse(other, now=now).query
        found = await self._visible(SearchRequest(query=query, limit=LOOKED_THROUGH))
        return other if found else None

    async def _headlines(self, typed: Sequence[str], *, limit: int) -> list[Headline]:
        query = Query(tuple(Word(word) for word in typed))
        found = await self._visible(SearchRequest(query=query, limit=limit * LOOKED_THROUGH))
        highlighter = Highlighter(query, body_chars=0)
        headlines = [
            Headline(hit, highlighter.of(title=hit.title, summary="", body="").title)
            for hit in found
        ]
        return [headline for headline in headlines if "<mark>" in headline.marked][:limit]

    async def _visible(self, request: SearchRequest) -> list[Hit]:
        """The hits that the store says may be read: as a search, but not counted as one."""
        hits = (await self._engine.search(request)).hits
        readable = await self._store.readable([hit.article_id for hit in hits])
        return list(compress(hits, readable))


def _respelled(text: str, searched: set[str], known: Words) -> str:
    """The text with those of the searched words replaced that are unknown and near to a known."""
    parts: list[str] = []
    at = 0
    for number, word in enumerate(WORD.finditer(text)):
        if number < MAX_WORDS and word[0] in searched and not known.knows(word[0]):
            near = known.nearest(word[0]) or word[0]
            parts += (text[at : word.start()], near.lower() if word[0].islower() else near)
            at = word.end()
    return "".join((*parts, text[at:]))
