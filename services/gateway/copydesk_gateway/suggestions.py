"""What a reader may be about to type: names, headlines, and another spelling."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Final

from copydesk_gateway.engines.port import Hit, SearchEngine
from copydesk_gateway.held_words import HeldWords
from copydesk_gateway.highlight import Highlighter
from copydesk_gateway.params import FilterParams, narrowed
from copydesk_gateway.query import Query, SearchRequest, Sort, Word
from copydesk_gateway.spelling import as_indexed
from copydesk_gateway.vocabulary import Vocabulary, Words
from copydesk_shared.entities import EntityCard, EntityDirectory
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.store import ArticleStore
from copydesk_shared.told import folded
from copydesk_shared.words import WORD, words

MAX_WORDS: Final = 8
"""Of a longer text only the first are looked at."""

ENTITIES_LOOKED_THROUGH: Final = 2
"""Entities looked through for each one wanted: several can be of one name."""

LOOKED_THROUGH: Final = 4
"""Hits looked through for each one wanted: words can be in the text alone, and hits withdrawn."""


@dataclass(frozen=True)
class Headline:
    """`marked` is HTML: the escaped title with `<mark>` around what matched."""

    hit: Hit
    marked: str


@dataclass(frozen=True)
class Suggestions:
    """`entities` has each name once.

    `did_you_mean` is there when nothing else is and what was typed finds nothing, and finds
    something itself. Not `whole` are suggestions made while the search engine is away.
    """

    entities: Sequence[EntityCard]
    headlines: Sequence[Headline]
    did_you_mean: str | None
    whole: bool = True


class Suggester:
    """Suggests as somebody types. Headlines are missing while the search engine is away."""

    def __init__(
        self,
        engine: SearchEngine,
        store: ArticleStore,
        directory: EntityDirectory,
        vocabulary: Vocabulary,
        held: HeldWords,
    ) -> None:
        self._engine = engine
        self._store = store
        self._directory = directory
        self._vocabulary = vocabulary
        self._held = held

    async def suggest(self, text: str, *, limit: int) -> Suggestions:
        typed = words(text)[:MAX_WORDS]
        if not typed:
            return Suggestions((), (), None)
        entities = _named_once(
            await self._directory.starting_with(text.strip(), limit=limit * ENTITIES_LOOKED_THROUGH)
        )[:limit]
        try:
            headlines = await self._headlines(typed, limit=limit)
            other = None if entities or headlines else await self.did_you_mean(FilterParams(q=text))
        except DependencyDownError:
            return Suggestions(entities, (), None, whole=False)
        return Suggestions(entities, headlines, other)

    async def did_you_mean(self, params: FilterParams) -> str | None:
        """The text with its unknown words as the news spells them.

        None when the search finds something with all its words as it stands, or would find nothing
        so either, within the same filters. Words that any article has stay.
        """
        if await self._finds(params):
            return None
        known = await self._vocabulary.words()
        terms = narrowed(params).request.query.terms
        searched = [term.text for term in terms if isinstance(term, Word)][:MAX_WORDS]
        unknown = await self._held.missing(word for word in searched if not known.knows(word))
        other = await asyncio.to_thread(_respelled, params.q, unknown, known)
        if other == params.q or not await self._finds(params.model_copy(update={"q": other})):
            return None
        return other

    async def _finds(self, params: FilterParams) -> bool:
        """Whether an article holds all the words: by date none is left out, by relevance some."""
        given = narrowed(params, sort=Sort.NEWEST).request
        request = (await as_indexed(self._engine, given)).request
        return bool(await self._visible(replace(request, limit=LOOKED_THROUGH)))

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


def _named_once(cards: Sequence[EntityCard]) -> list[EntityCard]:
    """One card of each name, that of the most articles, in the place of the first."""
    of_name: dict[str, EntityCard] = {}
    for card in cards:
        name = folded(card.name)
        if name not in of_name or card.articles > of_name[name].articles:
            of_name[name] = card
    return list(of_name.values())


def _respelled(text: str, unknown: set[str], known: Words) -> str:
    """The text with those of the unknown words replaced that are near to a known."""
    parts: list[str] = []
    at = 0
    for word in WORD.finditer(text):
        if word[0] in unknown and (near := known.nearest(word[0])):
            parts += (text[at : word.start()], near.lower() if word[0].islower() else near)
            at = word.end()
    return "".join((*parts, text[at:]))
