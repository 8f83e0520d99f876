"""What the search page shows: chips, facet groups, results, and advice when there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from copydesk_gateway.dates import moment
from copydesk_gateway.engines.port import Hit, Relation
from copydesk_gateway.pages.advice import Advice, advice
from copydesk_gateway.pages.chart import Chart
from copydesk_gateway.pages.dates_shown import day, when
from copydesk_gateway.pages.facet_groups import FacetGroup, FacetLink, Finding, facet_groups
from copydesk_gateway.pages.languages import language_name
from copydesk_gateway.pages.links import FeedLink, SearchState, feeds
from copydesk_gateway.pages.timeline import timeline
from copydesk_gateway.params import Asked
from copydesk_gateway.query import Collapse, Filters, Sort
from copydesk_gateway.search import Found, FoundHit

PAGE_SIZE: Final = 20
OPENING_CHARS: Final = 700
"""Text that fills the space beside two stories."""

_CHIPS: Final = {
    "section": "Section",
    "source": "Source",
    "language": "Language",
    "entity": "About",
    "entity_id": "About",
    "person": "Person",
    "org": "Organisation",
    "place": "Place",
    "author": "By",
    "day": "On",
}


@dataclass(frozen=True)
class Chip:
    label: str
    value: str
    remove_url: str


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
class Aside:
    """What the page knows beside the search.

    What was found inside a facet, the names of entities by id, and the words as the news spells
    them when the search found nothing.
    """

    finding: Finding | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    did_you_mean: str | None = None


@dataclass(frozen=True)
class FrontPage:
    """`edition` is the first page of the latest, laid out as a front page; all else are lists."""

    state: SearchState
    today: date
    browsing: bool
    edition: bool
    continued: bool
    heading: str
    description: str
    chips: Sequence[Chip]
    groups: Sequence[FacetGroup]
    sections: Sequence[FacetLink]
    timeline: Chart | None
    sorts: Sequence[SortLink]
    collapse_url: str | None
    notices: Sequence[str]
    results: Sequence[Result]
    opening: str
    total: str
    took_ms: float
    advice: Sequence[Advice]
    feeds: Sequence[FeedLink]
    first_url: str | None
    next_url: str | None


def front_page(
    state: SearchState, asked: Asked, found: Found, aside: Aside, *, continued: bool, today: date
) -> FrontPage:
    """The page of a search; `continued` when it is not the first."""
    browsing = not asked.request.query.terms and not asked.request.query.excluded
    edition = state.url == "/" and not continued
    groups = facet_groups(state, found.facets, aside.finding)
    return FrontPage(
        state=state,
        today=today,
        browsing=browsing,
        edition=edition,
        continued=continued,
        heading=_heading(state, asked, browsing=browsing),
        description=f"{_total(found)} to search and to read.",
        chips=_chips(state, aside.names),
        groups=groups,
        sections=[link for group in groups if group.name == "section" for link in group.shown],
        timeline=timeline(state, found.calendar) if found.calendar else None,
        sorts=_sorts(state, asked, browsing=browsing),
        collapse_url=state.collapsed(Collapse.DUPLICATES).url
        if state.collapse is Collapse.NONE and found.hits
        else None,
        notices=_notices(asked, found),
        results=[_result(hit) for hit in found.hits],
        opening=_opening(found.hits[0].hit) if edition and found.hits else "",
        total=_total(found),
        took_ms=found.took_ms,
        advice=[] if found.hits else advice(state, asked.request.query, aside.did_you_mean),
        feeds=feeds(state),
        first_url=state.url if continued else None,
        next_url=state.page(found.next_cursor) if found.next_cursor else None,
    )


def _heading(state: SearchState, asked: Asked, *, browsing: bool) -> str:
    if not browsing:
        return f"Results for “{state.q}”"
    if state.filtered or asked.request.filters != Filters():
        return "Articles"
    return "Oldest first" if asked.request.sort is Sort.OLDEST else "Latest"


def _notices(asked: Asked, found: Found) -> list[str]:
    notices = [warned.message for warned in (*asked.warnings, *found.warnings)]
    if found.as_of is not None:
        notices.insert(0, f"Search is away just now. This is what it found {when(found.as_of)}.")
    return notices


def _opening(hit: Hit) -> str:
    """How the lead goes on: the beginning of its text, to the end of a sentence if there is one.

    Where the summary is that beginning already, what follows it.
    """
    body = " ".join(hit.body[: 2 * OPENING_CHARS].split())
    rest = body.removeprefix(" ".join(hit.summary.split()).rstrip("…")).lstrip()
    cut = rest[:OPENING_CHARS]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! ", "” ", '" '))
    return cut[: end + 1] if end > 0 else ""


def _chips(state: SearchState, names: Mapping[str, str]) -> list[Chip]:
    chips = [
        Chip(_CHIPS[name], _said(name, value, names), state.toggled(name, value).url)
        for name, value in state.values
    ]
    if state.published_from or state.published_to:
        value = f"{state.published_from or '…'} to {state.published_to or 'today'}"
        if state.published_from == state.published_to:
            value = state.published_from
        chips.append(Chip("Published", value, state.without_dates().url))
    if state.min_quality:
        chips.append(Chip("Quality from", state.min_quality, state.of_any_quality().url))
    if state.collapse is Collapse.DUPLICATES:
        chips.append(Chip("Copies", "hidden", state.collapsed(Collapse.NONE).url))
    return chips


def _said(name: str, value: str, names: Mapping[str, str]) -> str:
    if name == "language":
        return language_name(value)
    if name == "entity_id":
        return names.get(value, value)
    return day(date.fromisoformat(value)) if name == "day" else value


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


_RELATIONS: Final = {
    Relation.EXACT: "",
    Relation.ESTIMATED: "about ",
    Relation.AT_LEAST: "at least ",
}


def _total(found: Found) -> str:
    noun = "article" if found.total.value == 1 else "articles"
    return f"{_RELATIONS[found.total.relation]}{found.total.value:,} {noun}"
