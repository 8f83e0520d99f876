"""The state of the search page as a URL: every filter, sort and page is a link."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from copydesk_gateway.params import PageParams
from copydesk_gateway.query import Sort

FILTERS = ("section", "source", "language", "entity")


@dataclass(frozen=True)
class SearchState:
    """What the page shows, apart from where in the list it stands."""

    q: str = ""
    values: tuple[tuple[str, str], ...] = ()
    published_from: str = ""
    published_to: str = ""
    sort: Sort | None = None

    @classmethod
    def of(cls, params: PageParams) -> "SearchState":
        return cls(
            q=params.q.strip(),
            values=tuple((name, v) for name in FILTERS for v in getattr(params, name)),
            published_from=params.published_from,
            published_to=params.published_to,
            sort=params.sort,
        )

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.values

    def toggled(self, name: str, value: str) -> "SearchState":
        """With the value if it was not there, without it if it was."""
        if self.has(name, value):
            kept = tuple(pair for pair in self.values if pair != (name, value))
            return replace(self, values=kept)
        return replace(self, values=(*self.values, (name, value)))

    def sorted_by(self, sort: Sort) -> "SearchState":
        return replace(self, sort=sort)

    def searching(self, q: str) -> "SearchState":
        return replace(self, q=q)

    def without_dates(self) -> "SearchState":
        return replace(self, published_from="", published_to="")

    def without_filters(self) -> "SearchState":
        return replace(self, values=(), published_from="", published_to="")

    @property
    def filtered(self) -> bool:
        return bool(self.values or self.published_from or self.published_to)

    @property
    def url(self) -> str:
        return self.page("")

    def page(self, cursor: str) -> str:
        """The URL of this search, going on at the cursor."""
        pairs = list(self._pairs())
        if cursor:
            pairs.append(("cursor", cursor))
        return f"/?{urlencode(pairs)}" if pairs else "/"

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.q:
            yield "q", self.q
        yield from self.values
        if self.published_from:
            yield "from", self.published_from
        if self.published_to:
            yield "to", self.published_to
        if self.sort:
            yield "sort", self.sort.value


def entity_search(name: str) -> str:
    return SearchState(values=(("entity", name),)).url


def section_search(name: str) -> str:
    return SearchState(values=(("section", name),)).url


def source_search(name: str) -> str:
    return SearchState(values=(("source", name),)).url
