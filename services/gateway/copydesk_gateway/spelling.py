"""Values of filters as a reader may type them (`person:lindqvist`), found as they are indexed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import Either, Query, SearchRequest, Term, Valued
from copydesk_gateway.query_text import Warned
from copydesk_shared.words import fold, words

SPELLED: Final = ("section", "source", "language", "entity", "person", "org", "place", "author")
"""The filters whose values are names."""

PARTIAL: Final = ("entity", "person", "org", "place", "author")
"""Of these, a part of the name is enough where no name is equal."""

CANDIDATES: Final = 50
MAX_LOOKED_UP: Final = 10
SHOWN: Final = 5
"""So many spellings a warning names."""


@dataclass(frozen=True)
class Spelled:
    """A request with its values as the index has them.

    `others` holds the filters that are spelled otherwise now, each with what stands for it;
    `warnings` tells of them, and of the values that no article has.
    """

    request: SearchRequest
    others: Mapping[Valued, Sequence[str]] = field(default_factory=dict)
    warnings: Sequence[Warned] = ()


async def as_indexed(engine: SearchEngine, request: SearchRequest) -> Spelled:
    """The request with each value in the spellings that the engine holds, however cased.

    It does not matter where a value stands: in a filter, among alternatives, excluded. A name that
    no article has stands for those that hold its words in a row; what stands for nothing stays as
    it is. Values that are spelled as in the index cost one look-up together, each other one more,
    ten at most.
    """
    given = list(dict.fromkeys(_values(request)))
    if not given:
        return Spelled(request)
    held = await engine.held(given)
    unknown = [value for value in given if value not in held][:MAX_LOOKED_UP]
    found = dict(
        zip(unknown, await asyncio.gather(*(_found(engine, each) for each in unknown)), strict=True)
    )
    others = {value: names for value, names in found.items() if names}
    return Spelled(_respelled(request, others), others, tuple(_warnings(request, found)))


def _values(request: SearchRequest) -> Iterator[Valued]:
    """All values of names; those of the filters first."""
    for name, values in request.filters.values().items():
        yield from (Valued(name, value) for value in values if name in SPELLED)
    for term in (*request.query.terms, *request.query.excluded):
        for each in term.alternatives if isinstance(term, Either) else (term,):
            if isinstance(each, Valued) and each.name in SPELLED:
                yield each


async def _found(engine: SearchEngine, given: Valued) -> Sequence[str]:
    """The names that stand for a value that the engine has not; none when there are none."""
    wanted = _folded(given.value)
    if not wanted:
        return ()
    counts = await engine.facet_values(SearchRequest(), given.name, given.value, limit=CANDIDATES)
    known = [count.value for count in counts]
    equal = [name for name in known if _folded(name) == wanted]
    if equal or given.name not in PARTIAL:
        return equal
    return [name for name in known if _within(wanted, _folded(name))]


def _respelled(request: SearchRequest, others: Mapping[Valued, Sequence[str]]) -> SearchRequest:
    if not others:
        return request
    filters: dict[str, Any] = {
        name: tuple(
            dict.fromkeys(
                each for value in values for each in others.get(Valued(name, value), (value,))
            )
        )
        for name, values in request.filters.values().items()
    }

    def spelled(term: Term) -> Any:
        if isinstance(term, Either):
            return Either(tuple(map(spelled, term.alternatives)))
        if isinstance(term, Valued) and term in others:
            return replace(term, spellings=tuple(others[term]))
        return term

    return replace(
        request,
        filters=replace(request.filters, **filters),
        query=Query(
            tuple(map(spelled, request.query.terms)), tuple(map(spelled, request.query.excluded))
        ),
    )


def _warnings(request: SearchRequest, found: Mapping[Valued, Sequence[str]]) -> Iterator[Warned]:
    for given, names in found.items():
        sign = "-" if given in request.query.excluded else ""
        if names:
            told = [*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])]
            yield Warned(
                "read_as", f"{sign}{given.name}:{given.value} was read as {', '.join(told)}."
            )
        else:
            yield Warned("unknown_value", f"{sign}{given.name}:{given.value}: no article has that.")


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(text))
