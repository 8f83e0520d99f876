"""The parameters of a search, as a URL or a body carries them, and the request that they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from copydesk_gateway import dates
from copydesk_gateway.cursor import resume
from copydesk_gateway.engines.port import MAX_DEPTH
from copydesk_gateway.histogram import Interval
from copydesk_gateway.hits import HIT_FIELDS
from copydesk_gateway.query import VALUED, Collapse, Filters, SearchRequest, Sort
from copydesk_gateway.query_text import MAX_VALUES, Warned, parse
from copydesk_shared.search_schema import FACETS

MAX_LIMIT: Final = 100
MAX_Q: Final = 1000
MAX_LONG_Q: Final = 8000
"""For a query in a body, which no proxy cuts."""


def _listed(known: Sequence[str]) -> BeforeValidator:
    """Let `a,b` stand for `a` and `b`, and check the names, so that an error names the list."""

    def listed(value: object) -> object:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list):
            return given
        names = [name.strip() for item in given for name in str(item).split(",") if name.strip()]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise PydanticCustomError(
                "name",
                "{unknown}: not one of {known}",
                {"unknown": ", ".join(unknown), "known": ", ".join(known)},
            )
        return list(dict.fromkeys(names))

    return BeforeValidator(listed)


def _present(values: list[str]) -> list[str]:
    """Drop blanks, which a form sends for what was left empty."""
    return [value for value in values if value.strip()]


def _days(values: list[str]) -> list[str]:
    try:
        return [date.fromisoformat(value.strip()).isoformat() for value in _present(values)]
    except ValueError as exc:
        raise PydanticCustomError("date", "not a day such as 2026-03-01") from exc


def _date(value: str) -> str:
    if value.strip():
        try:
            dates.first_second(value, datetime.now(UTC))
        except (ValueError, OverflowError) as exc:
            raise PydanticCustomError(
                "date", "not an ISO 8601 date or date-time, nor 7d or today"
            ) from exc
    return value.strip()


Values = Annotated[list[str], AfterValidator(_present), Field(max_length=MAX_VALUES)]
Days = Annotated[list[str], AfterValidator(_days), Field(max_length=MAX_VALUES)]
DateText = Annotated[str, AfterValidator(_date), Field(max_length=64)]


class FilterParams(BaseModel):
    """What narrows a search, and the text that it is for."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    q: str = Field(
        "",
        max_length=MAX_Q,
        description='Words, "phrases", -exclusions, OR, and the fields title:, entity:"…", '
        "person:, org:, place:, source:, section:, lang:, author:, day:, before:, after:. What "
        "cannot be read as syntax is searched as words, with a warning.",
    )
    source: Values = Field([], description="Repeat for alternatives, as for all filters.")
    section: Values = []
    language: Values = Field([], description="ISO 639-1 codes.")
    entity: Values = Field([], description="Names, as in `facets=entity`.")
    entity_id: Values = []
    person: Values = Field([], description="Names of entities of this type, as `org` and `place`.")
    org: Values = []
    place: Values = []
    author: Values = []
    day: Days = Field([], description="Days of publication (UTC), YYYY-MM-DD.")
    published_from: DateText = Field(
        "",
        alias="from",
        description="ISO date or date-time, included; UTC without a zone; or 7d, 36h, 2w, today, "
        "yesterday, this-week.",
    )
    published_to: DateText = Field(
        "", alias="to", description="ISO date (the whole day included) or date-time; or as `from`."
    )
    min_quality: float | None = Field(
        None, ge=0, le=1, allow_inf_nan=False, description="The least quality of extraction."
    )


class PageParams(FilterParams):
    """What a search page understands; more than that it ignores, for links grow trackers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    collapse: Collapse = Field(
        Collapse.NONE, description="`duplicates` shows of the copies of one text only one."
    )
    sort: Sort | None = Field(
        None, description="relevance is the default with words, newest without."
    )
    cursor: str = Field("", max_length=64, description="`next_cursor` of the page before.")


def once_each(given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters of a page: the first of each, and all of a filter that takes several values.

    The API refuses what pages are lenient with.
    """
    kept: list[tuple[str, str]] = []
    seen: set[str] = set()
    for name, value in given:
        if name in VALUED or name not in seen:
            kept.append((name, value))
        seen.add(name)
    return kept


class NoParams(BaseModel):
    """For what takes no parameters: any is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class VersionsParams(BaseModel):
    """For the list of versions, or the difference between two of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    diff: str = Field(
        "", pattern=r"^([1-9]\d{0,8}\.\.[1-9]\d{0,8})?$", description="`A..B`: from version A to B."
    )

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two versions to compare, None when all are to be listed."""
        if not self.diff:
            return None
        old, new = self.diff.split("..")
        return int(old), int(new)


class ChangesParams(VersionsParams):
    """As a page understands it: what it does not know it ignores."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class FrontParams(PageParams):
    """A search as its page has it: with what is looked for inside a facet."""

    within: str = Field("", max_length=32, description="The facet to look in.")
    find: str = Field("", max_length=100, description="How a word of the value begins.")


class StoryParams(BaseModel):
    """How an article's page is shown; what it does not know it ignores."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    marks: str = Field("", max_length=16, description="`on` marks the names in the text.")

    @property
    def marked(self) -> bool:
        return self.marks == "on"


class SearchParams(PageParams):
    """What the API understands; anything else is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(20, ge=1, le=MAX_LIMIT, description="Hits a page.")
    page: int | None = Field(
        None, ge=1, description=f"By relevance only, to hit {MAX_DEPTH:,}; by date, use `cursor`."
    )
    facets: Annotated[list[str], _listed(tuple(FACETS))] = Field(
        [], description=f"Count the values of {', '.join(FACETS)}; repeated or comma separated."
    )
    histogram: Interval | None = Field(
        None, description="Count the matches by date; auto chooses by how long the time is."
    )
    highlight: bool = Field(
        default=False,
        description="Add title and snippet with <mark>, HTML-escaped, whatever `fields` names.",
    )
    fields: Annotated[list[str], _listed(HIT_FIELDS)] = Field(
        [], description="Only these fields of a hit, and its article_id; comma separated."
    )

    @field_validator("page")
    @classmethod
    def _one_way_to_page(cls, page: int | None, info: ValidationInfo) -> int | None:
        """Of the page, so that the refusal names it; `cursor` and `limit` were read before."""
        if page is not None and info.data.get("cursor"):
            raise PydanticCustomError("page", "`page` and `cursor` exclude each other")
        if page is not None and page * info.data.get("limit", 1) > MAX_DEPTH:
            raise PydanticCustomError(
                "page", f"no page reaches beyond hit {MAX_DEPTH:,}; sort by date and use `cursor`"
            )
        return page


class SearchBody(SearchParams):
    """A search in a JSON body: the same names, lists as arrays, and room for a long query."""

    q: str = Field("", max_length=MAX_LONG_Q, description="As in the address, but longer.")


class ExportParams(FilterParams):
    """For all of what is found, in order of date."""

    collapse: Collapse = Collapse.NONE
    sort: Sort = Field(Sort.NEWEST, description="newest or oldest.")
    fields: Annotated[list[str], _listed(HIT_FIELDS)] = []

    @field_validator("sort")
    @classmethod
    def _by_date(cls, sort: Sort) -> Sort:
        if sort is Sort.RELEVANCE:
            raise PydanticCustomError("sort", "an export is in order of date: newest or oldest")
        return sort


class FacetParams(FilterParams):
    """For the values of one facet."""

    prefix: str = Field(
        "",
        max_length=100,
        description="Words of the value begin so; case and accents do not matter.",
    )
    limit: int = Field(20, ge=1, le=50)


class HistogramParams(FilterParams):
    interval: Interval = Interval.AUTO


@dataclass(frozen=True)
class Asked:
    """What the parameters ask for, and what of them could not be done as written."""

    request: SearchRequest
    warnings: tuple[Warned, ...]


def asked(
    params: PageParams,
    *,
    limit: int,
    facets: Sequence[str],
    calendar: bool = False,
    now: datetime | None = None,
) -> Asked:
    """The request of the parameters; filters within `q` add to those given beside it.

    Raises `InvalidCursorError`.
    """
    found = narrowed(params, sort=params.sort, collapse=params.collapse, now=now)
    request = replace(found.request, limit=limit, facets=tuple(facets), calendar=calendar)
    return replace(found, request=resume(request, params.cursor) if params.cursor else request)


def narrowed(
    params: FilterParams,
    *,
    sort: Sort | None = None,
    collapse: Collapse = Collapse.NONE,
    now: datetime | None = None,
) -> Asked:
    """The request for what the parameters narrow the articles to."""
    now = now or datetime.now(UTC)
    parsed = parse(params.q, now=now)
    filters = _filters(params, parsed.filters, now)
    warnings = parsed.warnings
    start, end = filters.published_from, filters.published_to
    if start is not None and end is not None and start > end:
        ends = [f"{dates.moment(second):%Y-%m-%d %H:%M}" for second in (start, end)]
        warnings = (*warnings, Warned("empty_range", " is later than ".join(ends) + "."))
    request = SearchRequest(
        query=parsed.query,
        filters=filters,
        sort=sort or (Sort.RELEVANCE if parsed.query.terms else Sort.NEWEST),
        collapse=collapse,
    )
    return Asked(request, warnings)


def _filters(params: FilterParams, within: Filters, now: datetime) -> Filters:
    values: dict[str, Any] = {
        name: _union(getattr(params, name), getattr(within, name)) for name in VALUED
    }
    values["language"] = tuple(dict.fromkeys(code.lower() for code in values["language"]))
    given = (params.published_from, params.published_to)
    return Filters(
        **values,
        published_from=_latest(params.published_from, within.published_from, now),
        published_to=_earliest(params.published_to, within.published_to, now),
        min_quality=params.min_quality,
        relative=within.relative or any(dates.relative(text, now) for text in given),
    )


def _union(given: Sequence[str], within: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*given, *within)))


def _latest(given: str, within: int | None, now: datetime) -> int | None:
    seconds = [dates.first_second(given, now)] if given else []
    return max([*seconds, *([] if within is None else [within])], default=None)


def _earliest(given: str, within: int | None, now: datetime) -> int | None:
    seconds = [dates.last_second(given, now)] if given else []
    return min([*seconds, *([] if within is None else [within])], default=None)
