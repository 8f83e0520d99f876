"""Where in a list a page stands, and the ways to the pages around it."""

from dataclasses import dataclass
from typing import Final

from copydesk_gateway import cursor
from copydesk_gateway.engines.port import Relation
from copydesk_gateway.pages.links import SearchState
from copydesk_gateway.query import SearchRequest, Sort
from copydesk_gateway.search import Found

RELATIONS: Final = {
    Relation.EXACT: "",
    Relation.ESTIMATED: "about ",
    Relation.AT_LEAST: "at least ",
}
"""How a total is said."""


@dataclass(frozen=True)
class Pager:
    """`place` is empty where it is not known: a page by date knows only what it goes on behind."""

    place: str
    first_url: str | None
    previous_url: str | None
    next_url: str | None


def pager(
    state: SearchState, request: SearchRequest, found: Found, *, continued: bool
) -> Pager | None:
    """None when there is but one page; `continued` when this is not the first."""
    if not continued and not found.next_cursor:
        return None
    counted = request.sort is Sort.RELEVANCE
    previous = request.offset - request.limit
    return Pager(
        place=_place(request, found) if found.hits and (counted or not continued) else "",
        first_url=state.url if continued and not (counted and previous <= 0) else None,
        previous_url=_page(state, request, previous) if continued and counted else None,
        next_url=state.page(found.next_cursor) if found.next_cursor else None,
    )


def _page(state: SearchState, request: SearchRequest, offset: int) -> str:
    return state.page(cursor.write(request, offset)) if offset > 0 else state.url


def _place(request: SearchRequest, found: Found) -> str:
    """`21-40 of about 230`, with a dash between figures."""
    first, last = request.offset + 1, request.offset + len(found.hits)
    total = found.total
    return f"{first:,}\u2013{last:,} of {RELATIONS[total.relation]}{max(total.value, last):,}"
