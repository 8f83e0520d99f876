"""What the search page shows: chips, facet groups, results, and advice when there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from copydesk_gateway.dates import moment
from copydesk_gateway.engines.port import FacetCount, Relation
from copydesk_gateway.pages.languages import language_name
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.params import Asked
from copydesk_gateway.query import Either, Phrase, Sort, Term, Titled, Word
from copydesk_gateway.search import Found, FoundHit

PAGE_SIZE = 20
PAGE_FACETS = ("section", "entity", "source", "language")
_GROUPS = {
    "section": "Section",
    "entity": "People and places",
    "source": "Source",
    "language": "Language",
}
_CHIPS = {"section": "Section", "entity": "About", "source": "Source", "language": "Language"}
SHOWN_VALUES = 7


@dataclass(frozen=True)
class Chip:
    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class FacetLink:
    label: str
    count: int
    url: str
    selected: bool


@dataclass(frozen=True)
class FacetGroup:
    """`more` is what stands behind "show more"."""

    title: str
    shown: Sequence[FacetLink]
    more: Sequence[FacetLink]


@dataclass(frozen=True)
class SortLink:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Result:
    """`title` and `snippet` are escaped HTML."""

    article_id: str
    title: Markup
    snippet: Markup
    section: str | None
    source: str
    language: str
    authors: Sequence[str]
    published: datetime
    reading_minutes: int


@dataclass(frozen=True)
class Advice:
    """A way out of an empty result."""

    text: str
    url: str


@dataclass(frozen=True)
class FrontPage:
    state: SearchState
    today: date
    browsing: bool
    continued: bool
    heading: str
    chips: Sequence[Chip]
    groups: Sequence[FacetGroup]
    sorts: Sequence[SortLink]
    warnings: Sequence[str]
    results: Sequence[Result]
    total: str
    took_ms: float
    advice: Sequence[Advice]
    first_url: str | None
    next_url: str | None


def front_page(
    state: SearchState, asked: Asked, found: Found, *, continued: bool, today: date
) -> FrontPage:
    """The page of a search; `continued` when it is not the first."""
    browsing = not asked.request.query.terms and not asked.request.query.excluded
    return FrontPage(
        state=state,
        today=today,
        browsing=browsing,
        continued=continued,
        heading=_heading(state, asked, browsing=browsing),
        chips=_chips(state),
        groups=[group for name in PAGE_FACETS if (group := _group(state, name, found.facets))],
        sorts=_sorts(state, asked, browsing=browsing),
        warnings=[warned.message for warned in (*asked.warnings, *found.warnings)],
        results=[_result(hit) for hit in found.hits],
        total=_total(found),
        took_ms=found.took_ms,
        advice=[] if found.hits else _advice(state, asked),
        first_url=state.url if continued else None,
        next_url=state.page(found.next_cursor) if found.next_cursor else None,
    )


def _heading(state: SearchState, asked: Asked, *, browsing: bool) -> str:
    if not browsing:
        return f"Results for “{state.q}”"
    if state.filtered or asked.request.filters != type(asked.request.filters)():
        return "Articles"
    return "Oldest first" if asked.request.sort is Sort.OLDEST else "Latest"


def _chips(state: SearchState) -> list[Chip]:
    chips = [
        Chip(
            label=_CHIPS[name],
            value=language_name(value) if name == "language" else value,
            remove_url=state.toggled(name, value).url,
        )
        for name, value in state.values
    ]
    if state.published_from or state.published_to:
        value = f"{state.published_from or '…'} to {state.published_to or 'today'}"
        chips.append(Chip("Published", value, state.without_dates().url))
    return chips


def _group(
    state: SearchState, facet: str, facets: Mapping[str, Sequence[FacetCount]]
) -> FacetGroup | None:
    """The links of one facet, chosen values first; None when there is nothing to choose."""
    counts = {count.value: count.count for count in facets.get(facet, ())}
    chosen = [value for name, value in state.values if name == facet]
    values = list(dict.fromkeys((*chosen, *counts)))
    if not chosen and len(values) < 1 + (facet == "language"):
        return None
    links = [
        FacetLink(
            label=language_name(value) if facet == "language" else value,
            count=counts.get(value, 0),
            url=state.toggled(facet, value).url,
            selected=value in chosen,
        )
        for value in values
    ]
    cut = max(SHOWN_VALUES, len(chosen))
    return FacetGroup(_GROUPS[facet], links[:cut], links[cut : cut + 40])


def _sorts(state: SearchState, asked: Asked, *, browsing: bool) -> list[SortLink]:
    labels = {Sort.RELEVANCE: "Best match", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
    return [
        SortLink(label, state.sorted_by(sort).url, sort is asked.request.sort)
        for sort, label in labels.items()
        if not (browsing and sort is Sort.RELEVANCE)
    ]


def _result(found: FoundHit) -> Result:
    hit, marks = found.hit, found.highlights
    return Result(
        article_id=hit.article_id,
        title=Markup(marks.title) if marks else Markup.escape(hit.title),  # noqa: S704  # escaped
        snippet=Markup(marks.snippet) if marks else Markup.escape(hit.summary),  # noqa: S704  # escaped
        section=hit.section,
        source=hit.source,
        language=hit.language,
        authors=hit.authors,
        published=moment(hit.published_s),
        reading_minutes=hit.reading_minutes,
    )


def _total(found: Found) -> str:
    about = {Relation.EXACT: "", Relation.AT_LEAST: "at least "}.get(found.total.relation, "about ")
    noun = "article" if found.total.value == 1 else "articles"
    return f"{about}{found.total.value:,} {noun}"


def _advice(state: SearchState, asked: Asked) -> list[Advice]:
    """Ways out, the mildest first; each is a link that can be followed."""
    advice: list[Advice] = []
    query = asked.request.query
    if state.filtered:
        advice.append(Advice("Search without the filters", state.without_filters().url))
    if query.excluded:
        terms = [_written(term) for term in query.terms]
        if terms:
            advice.append(Advice("Leave nothing out", state.searching(" ".join(terms)).url))
    if any(isinstance(term, Phrase) for term in query.terms):
        loose = [" ".join(t.words) if isinstance(t, Phrase) else _written(t) for t in query.terms]
        advice.append(
            Advice("Search the words apart, not as a phrase", state.searching(" ".join(loose)).url)
        )
    if len(query.terms) > 1:
        advice += [
            Advice(f"Search only {text}", state.searching(text).url)
            for text in map(_written, query.terms[:4])
        ]
    advice.append(Advice("See the latest articles", "/"))
    return advice


def _written(term: Term) -> str:
    """A term as the reader may have written it."""
    match term:
        case Word(text=text):
            return text
        case Phrase(words=words):
            return f'"{" ".join(words)}"'
        case Titled(words=words):
            return f'title:"{" ".join(words)}"'
        case Either(alternatives=alternatives):
            return " OR ".join(map(_written, alternatives))
        case _:
            return f'{term.name}:"{term.value}"'
