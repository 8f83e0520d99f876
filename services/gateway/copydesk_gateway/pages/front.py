"""What the search page shows: chips, facet groups, results, and advice when there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from copydesk_gateway.copies import Shared
from copydesk_gateway.dates import moment
from copydesk_gateway.engines.port import Hit
from copydesk_gateway.pages.advice import Advice
from copydesk_gateway.pages.chart import Chart
from copydesk_gateway.pages.chips import Chip
from copydesk_gateway.pages.dates_shown import when
from copydesk_gateway.pages.facet_groups import FacetGroup, FacetLink, Finding, facet_groups
from copydesk_gateway.pages.links import FeedLink, SearchState, feeds
from copydesk_gateway.pages.pager import RELATIONS, Pager, pager
from copydesk_gateway.pages.timeline import timeline
from copydesk_gateway.pages.typed import Box
from copydesk_gateway.params import Asked
from copydesk_gateway.query import Collapse, Filters, Sort
from copydesk_gateway.search import Found, FoundHit

PAGE_SIZE: Final = 20
EDITION_SIZE: Final = 21
"""A lead and twenty more, which fill whole rows of two, of three or of four."""

OPENING_CHARS: Final = 1800
"""Text that fills the space beside four stories; what is too much of it is not shown."""

LEAD_FROM_CHARS: Final = 1000
"""A text so long has something to lead with."""

LEADS: Final = 8
"""So many of the latest may lead."""


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
    shared: Shared | None


@dataclass(frozen=True)
class Aside:
    """What the page knows beside the search.

    What narrows it, which articles share their text, what was found inside a facet, and ways out
    when the search found nothing.
    """

    box: Box
    chips: Sequence[Chip]
    shared: Mapping[str, Shared] = field(default_factory=dict)
    finding: Finding | None = None
    advice: Sequence[Advice] = ()


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
    clear_url: str
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
    pager: Pager | None


def front_page(
    state: SearchState, asked: Asked, found: Found, aside: Aside, *, continued: bool, today: date
) -> FrontPage:
    """The page of a search; `continued` when it is not the first."""
    browsing = not asked.request.query.terms and not asked.request.query.excluded
    edition = state.url == "/" and not continued
    groups = facet_groups(state, found.facets, aside.finding)
    hits = _led(found) if edition else found.hits
    return FrontPage(
        state=state,
        today=today,
        browsing=browsing,
        edition=edition,
        continued=continued,
        heading=_heading(state, asked, aside),
        description=f"{_total(found)} to search and to read.",
        chips=aside.chips,
        clear_url=state.without_filters().searching(aside.box.words).url,
        groups=groups,
        sections=[link for group in groups if group.name == "section" for link in group.shown],
        timeline=timeline(state, found.calendar) if found.calendar else None,
        sorts=_sorts(state, asked, browsing=browsing),
        collapse_url=state.collapsed(Collapse.DUPLICATES).url
        if state.collapse is Collapse.NONE and found.hits
        else None,
        notices=_notices(asked, found),
        results=[_result(hit, aside.shared) for hit in hits],
        opening=_opening(hits[0].hit) if edition and hits else "",
        total=_total(found),
        took_ms=found.took_ms,
        advice=aside.advice,
        feeds=feeds(state),
        pager=pager(state, asked.request, found, continued=continued),
    )


def _heading(state: SearchState, asked: Asked, aside: Aside) -> str:
    if asked.request.query.terms:
        return f"Results for “{aside.box.words or state.q}”"
    if aside.chips or asked.request.filters != Filters():
        return "Articles"
    return "Oldest first" if asked.request.sort is Sort.OLDEST else "Latest"


def _notices(asked: Asked, found: Found) -> list[str]:
    notices = [warned.message for warned in (*asked.warnings, *found.warnings)]
    if found.as_of is not None:
        notices.insert(0, f"Search is away just now. This is what it found {when(found.as_of)}.")
    return notices


def _led(found: Found) -> list[FoundHit]:
    """The newest first that has something to lead with, in the language of most articles."""
    hits = list(found.hits)
    counted = found.facets.get("language", ())
    most = max(counted, key=lambda each: each.count).value if counted else None
    for number, each in enumerate(hits[:LEADS]):
        if each.hit.language == most and len(each.hit.body) >= LEAD_FROM_CHARS:
            return [hits[number], *hits[:number], *hits[number + 1 :]]
    return hits


def _opening(hit: Hit) -> str:
    """How the lead goes on: the beginning of its text, to the end of a sentence if there is one.

    Where the summary is that beginning already, what follows it. Empty for a short text, which
    would leave a hole.
    """
    if len(hit.body) < LEAD_FROM_CHARS:
        return ""
    body = " ".join(hit.body[: 2 * OPENING_CHARS].split())
    rest = body.removeprefix(" ".join(hit.summary.split()).rstrip("…")).lstrip()
    cut = rest[:OPENING_CHARS]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! ", "” ", '" '))
    return cut[: end + 1] if end > 0 else ""


def _sorts(state: SearchState, asked: Asked, *, browsing: bool) -> list[SortLink]:
    labels = {Sort.RELEVANCE: "Best match", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
    return [
        SortLink(label, state.sorted_by(sort).url, sort is asked.request.sort)
        for sort, label in labels.items()
        if not (browsing and sort is Sort.RELEVANCE)
    ]


def _result(found: FoundHit, shared: Mapping[str, Shared]) -> Result:
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
        shared=shared.get(hit.article_id),
    )


def _total(found: Found) -> str:
    noun = "article" if found.total.value == 1 else "articles"
    return f"{RELATIONS[found.total.relation]}{found.total.value:,} {noun}"
