"""Filter values as a reader may type them (`section:politics`), found as they are indexed."""

from collections.abc import Sequence
from dataclasses import replace

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import Filters, Phrase, Query, SearchRequest
from copydesk_gateway.text import fold, words


async def as_indexed(engine: SearchEngine, filters: Filters) -> Filters:
    """The filters with each value in the spellings that the engine holds, however cased.

    Values that the engine does not know stay as they are. Two searches at most, and one more for
    each entity: meant for the rare search that found nothing.
    """
    spelled = filters
    if filters.section or filters.source:
        page = await engine.search(SearchRequest(facets=("section", "source"), limit=1))
        known = {name: [c.value for c in counts] for name, counts in page.facets.items()}
        spelled = replace(
            spelled,
            section=_respelled(filters.section, known.get("section", ())),
            source=_respelled(filters.source, known.get("source", ())),
        )
    entities: list[str] = []
    for name in filters.entity:
        entities += _respelled((name,), await _entities_like(engine, name))
    return replace(spelled, entity=tuple(dict.fromkeys(entities)))


async def _entities_like(engine: SearchEngine, name: str) -> Sequence[str]:
    """Entities of the articles that name it: entities are searched as text, too."""
    phrase = words(name)
    if not phrase:
        return ()
    request = SearchRequest(Query(terms=(Phrase(phrase),)), facets=("entities",), limit=1)
    page = await engine.search(request)
    return [count.value for count in page.facets.get("entities", ())]


def _respelled(values: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    spellings: dict[str, list[str]] = {}
    for value in known:
        spellings.setdefault(fold(value), []).append(value)
    return tuple(
        dict.fromkeys(
            spelling for value in values for spelling in spellings.get(fold(value), [value])
        )
    )
