"""What a search must find, by the plainest Python over the documents: no index, no engine's rules.

Words have to be whole and right, so queries are made of words that no typo and no prefix joins.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from copydesk_gateway.query import (
    Either,
    Filters,
    Phrase,
    Plain,
    Query,
    SearchRequest,
    Sort,
    Term,
    Titled,
    Valued,
    Word,
)
from copydesk_shared.search_schema import FACETS, SEARCHABLE, SearchDocument, day_of
from copydesk_shared.testing.meilisearch.documents import NOON_S, a_document

VOCABULARY = (
    *("anchor", "bramble", "copper", "dovecote", "ember", "furlong", "garrison", "hazelnut"),
    *("inkwell", "jasmine", "kestrel", "lantern", "mulberry", "nettle", "orchard", "pewter"),
    *("quarry", "rushes", "sandbank", "thicket", "umbrage", "vellum", "walnut", "yarrow"),
)
"""Of these no two are within two edits of each other, and none begins another."""

NAMES = ("Ada Lind", "Bo Ek", "Sund", "Port Authority", 'the "Planet"', "Málaga", "Rovers")
SOURCES = ("tidewater", "hilltop", "l'Écho", "marsh \\ fen")
SECTIONS = ("Politics", "Sport", None)
LANGUAGES = ("en", "de", "fr")
DAY_S = 86_400


def corpus(count: int, *, seed: int = 7) -> list[SearchDocument]:
    pick = random.Random(seed)  # noqa: S311  # the same corpus each time
    return [_document(number, pick) for number in range(count)]


def _document(number: int, pick: random.Random) -> SearchDocument:
    people = tuple(pick.sample(NAMES[:2], pick.randrange(3)))
    places = tuple(pick.sample(("Sund", "Málaga"), pick.randrange(2)))
    orgs = tuple(pick.sample(("Port Authority", 'the "Planet"', "Rovers"), pick.randrange(2)))
    names = (*people, *places, *orgs)
    return a_document(
        f"a{number:05}",
        title=" ".join(pick.choices(VOCABULARY, k=4)),
        summary=" ".join(pick.choices(VOCABULARY, k=3)),
        body=" ".join(pick.choices(VOCABULARY, k=8)),
        authors=tuple(pick.sample(("Ines Moreau", "Jon Pike"), pick.randrange(3))),
        entities=names,
        entity_ids=tuple(f"e{NAMES.index(name)}" for name in names),
        people=people,
        places=places,
        organisations=orgs,
        keywords=tuple(pick.sample(VOCABULARY, 1)),
        source=pick.choice(SOURCES),
        section=pick.choice(SECTIONS),
        language=pick.choice(LANGUAGES),
        published_s=NOON_S + pick.randrange(40 * DAY_S),
        quality=pick.choice((None, 0.2, 0.5, 0.9)),
        group_id=f"g{pick.randrange(3 * number // 4 + 1)}",
    )


def a_search(pick: random.Random) -> SearchRequest:
    """A search of any kind, in an order of date, in which every term must be found."""
    terms: list[Term] = [_plain(pick) for _ in range(pick.choice((0, 1, 1, 1, 2)))]
    if pick.random() < 0.4:
        # Not two of the same: that is no alternative.
        terms.append(Either(tuple(dict.fromkeys(_plain(pick) for _ in range(pick.randint(2, 3))))))
    filters = Filters(
        source=_some(pick, SOURCES),
        section=_some(pick, [each for each in SECTIONS if each]),
        language=_some(pick, LANGUAGES),
        entity=_some(pick, NAMES),
        person=_some(pick, NAMES[:2]),
        org=_some(pick, NAMES[3:5]),
        place=_some(pick, ("Sund", "Málaga")),
        author=_some(pick, ("Ines Moreau", "Jon Pike")),
        entity_id=_some(pick, ("e0", "e3")),
        day=_some(pick, [_day(NOON_S + number * DAY_S) for number in range(5)]),
        published_from=NOON_S + 10 * DAY_S if pick.random() < 0.15 else None,
        published_to=NOON_S + 30 * DAY_S if pick.random() < 0.15 else None,
        min_quality=0.5 if pick.random() < 0.1 else None,
    )
    excluded = tuple(_plain(pick) for _ in range(pick.choice((0, 0, 1, 2))))
    return SearchRequest(
        Query(tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(excluded))),
        filters,
        pick.choice((Sort.NEWEST, Sort.OLDEST)),
        limit=pick.choice((7, 40)),
        facets=tuple(pick.sample(sorted(FACETS), 2)),
        calendar=pick.random() < 0.3,
    )


def _plain(pick: random.Random) -> Plain:
    match pick.randrange(8):
        case 0:
            return Phrase(tuple(pick.sample(VOCABULARY, 2)))
        case 1 | 2:
            return Titled((pick.choice(VOCABULARY),))
        case 3:
            return Valued("person", pick.choice(NAMES[:2]))
        case 4:
            return Valued("source", pick.choice(SOURCES))
        case _:
            return Word(pick.choice(VOCABULARY))


def _some(pick: random.Random, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(pick.sample(list(values), pick.randint(1, 2))) if pick.random() < 0.1 else ()


def _day(published_s: int) -> str:
    return day_of(published_s // DAY_S).isoformat()


class _Row:
    """A document with its words and values at hand."""

    def __init__(self, document: SearchDocument) -> None:
        self.document = document
        values = (getattr(document, name) for name, _ in SEARCHABLE)
        listed = [(value,) if isinstance(value, str) else value for value in values]
        self.texts = [f" {text} " for texts in listed for text in texts]
        self.words = {word for text in self.texts for word in text.split()}
        self.values = {name: _values(document, name) for name in FACETS}


class Oracle:
    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._rows = [_Row(document) for document in documents]

    def expected(self, request: SearchRequest) -> list[str]:
        """The ids that a search finds, in its order."""
        found = [row.document for row in self._found(request, request.filters)]
        found.sort(key=lambda each: each.order_key, reverse=request.sort is Sort.NEWEST)
        return [each.id for each in found]

    def expected_facet(self, request: SearchRequest, name: str) -> Mapping[str, int]:
        """The counts of a facet, which ignores its own filter."""
        others = {n: given for n, given in vars(request.filters).items() if n != name}
        found = self._found(request, Filters(**others))
        return Counter(value for row in found for value in row.values[name])

    def _found(self, request: SearchRequest, filters: Filters) -> list[_Row]:
        given = filters.values()
        return [
            row
            for row in self._rows
            if all(not row.values[name].isdisjoint(values) for name, values in given.items())
            and _passes(row.document, filters)
            and _fits(row, request.query)
        ]


def _fits(row: _Row, query: Query) -> bool:
    return all(_has(row, term) for term in query.terms) and not any(
        _has(row, term) for term in query.excluded
    )


def _passes(document: SearchDocument, filters: Filters) -> bool:
    return (
        (filters.published_from is None or document.published_s >= filters.published_from)
        and (filters.published_to is None or document.published_s <= filters.published_to)
        and (
            filters.min_quality is None
            or (document.quality is not None and document.quality >= filters.min_quality)
        )
    )


def _has(row: _Row, term: Term) -> bool:
    match term:
        case Word(text=text):
            return text in row.words
        case Phrase(words=words):
            return any(f" {' '.join(words)} " in text for text in row.texts)
        case Titled(words=words):
            return f" {' '.join(words)} " in f" {row.document.title} "
        case Valued(name=name, value=value):
            return value in row.values[name]
        case Either(alternatives=alternatives):
            return any(_has(row, each) for each in alternatives)


def _values(document: SearchDocument, name: str) -> set[str]:
    if name == "day":
        return {_day(document.published_s)}
    value = getattr(document, FACETS[name])
    return set() if value is None else {value} if isinstance(value, str) else set(value)
