"""The state of the search page as a URL: every filter, sort and page is a link."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from copydesk_gateway.params import PageParams
from copydesk_gateway.query import VALUED, Collapse, Sort, Valued
from copydesk_gateway.web import address

_FEEDS: Final = (
    ("RSS", "application/rss+xml", "rss"),
    ("Atom", "application/atom+xml", "atom"),
    ("JSON Feed", "application/feed+json", "json"),
)


@dataclass(frozen=True)
class SearchState:
    """What the page shows, apart from where in the list it stands."""

    q: str = ""
    values: tuple[tuple[str, str], ...] = ()
    published_from: str = ""
    published_to: str = ""
    min_quality: str = ""
    collapse: Collapse = Collapse.NONE
    sort: Sort | None = None

    @classmethod
    def of(cls, params: PageParams) -> "SearchState":
        return cls(
            q=params.q.strip(),
            values=tuple((name, v) for name in VALUED for v in getattr(params, name)),
            published_from=params.published_from,
            published_to=params.published_to,
            min_quality="" if params.min_quality is None else f"{params.min_quality:g}",
            collapse=params.collapse,
            sort=params.sort,
        )

    @property
    def params(self) -> PageParams:
        """The parameters that `of` reads."""
        single = dict(self.pairs())
        listed = {name: [v for other, v in self.values if other == name] for name in VALUED}
        return PageParams.model_validate(single | listed)

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.values

    def spelled(self, others: Mapping[Valued, Sequence[str]]) -> "SearchState":
        """With the values that stand for others, so that they are those of the facets."""
        values = (
            (name, each)
            for name, value in self.values
            for each in others.get(Valued(name, value), (value,))
        )
        return replace(self, values=tuple(dict.fromkeys(values)))

    def toggled(self, name: str, value: str) -> "SearchState":
        """With the value if it was not there, without it if it was."""
        if self.has(name, value):
            kept = tuple(pair for pair in self.values if pair != (name, value))
            return replace(self, values=kept)
        return replace(self, values=(*self.values, (name, value)))

    def sorted_by(self, sort: Sort) -> "SearchState":
        return replace(self, sort=sort)

    def best_first(self) -> "SearchState":
        """In the order that a search with words has by default."""
        return replace(self, sort=None)

    def searching(self, q: str) -> "SearchState":
        return replace(self, q=q)

    def collapsed(self, collapse: Collapse) -> "SearchState":
        return replace(self, collapse=collapse)

    def of_any_quality(self) -> "SearchState":
        return replace(self, min_quality="")

    def published(self, first: str, last: str) -> "SearchState":
        return replace(self, published_from=first, published_to=last)

    def without_dates(self) -> "SearchState":
        return replace(self, published_from="", published_to="")

    def without_filters(self) -> "SearchState":
        return SearchState(q=self.q, sort=self.sort)

    @property
    def filtered(self) -> bool:
        return self.without_filters() != self

    @property
    def url(self) -> str:
        return self.page("")

    def page(self, cursor: str) -> str:
        """The URL of this search, going on at the cursor."""
        return address("/", [*self._pairs(), *([("cursor", cursor)] if cursor else [])])

    def feed(self, suffix: str) -> str:
        """The URL of this search as a feed: `rss`, `atom` or `json`."""
        return address(f"/v1/search.{suffix}", self.pairs(without=("sort",)))

    def pairs(self, *, without: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The parameters that make this state, as a form keeps them in hidden fields."""
        return [(name, value) for name, value in self._pairs() if name not in without]

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.q:
            yield "q", self.q
        yield from self.values
        if self.published_from:
            yield "from", self.published_from
        if self.published_to:
            yield "to", self.published_to
        if self.min_quality:
            yield "min_quality", self.min_quality
        if self.collapse is not Collapse.NONE:
            yield "collapse", self.collapse.value
        if self.sort:
            yield "sort", self.sort.value


@dataclass(frozen=True)
class FeedLink:
    """A search as a feed."""

    name: str
    media_type: str
    url: str


def feeds(state: SearchState) -> list[FeedLink]:
    return [FeedLink(name, media_type, state.feed(suffix)) for name, media_type, suffix in _FEEDS]


def entity_url(entity_id: str) -> str:
    """The page of an entity."""
    return f"/entities/{quote(entity_id, safe=':')}"


def section_search(name: str) -> str:
    return SearchState(values=(("section", name),)).url


def source_search(name: str) -> str:
    return SearchState(values=(("source", name),)).url
