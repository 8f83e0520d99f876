"""The parameters of a search, as a URL carries them, and the request that they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from copydesk_gateway import dates
from copydesk_gateway.cursor import resume
from copydesk_gateway.query import Filters, SearchRequest, Sort
from copydesk_gateway.query_text import Warned, parse
from copydesk_shared.search_schema import FACETS

MAX_LIMIT = 100
MAX_VALUES = 50
MAX_Q = 1000


def _listed(value: object) -> object:
    """Let `a,b` stand for `a` and `b`, and check the names, so that an error names the list."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list):
        return given
    names = [name.strip() for item in given for name in str(item).split(",") if name.strip()]
    unknown = [name for name in names if name not in FACETS]
    if unknown:
        raise PydanticCustomError(
            "facet",
            "{unknown}: not one of {known}",
            {"unknown": ", ".join(unknown), "known": ", ".join(FACETS)},
        )
    return list(dict.fromkeys(names))


def _present(values: list[str]) -> list[str]:
    """Drop blanks, which a form sends for what was left empty."""
    return [value for value in values if value.strip()]


def _date(value: str) -> str:
    if value.strip():
        try:
            dates.first_second(value)
        except (ValueError, OverflowError) as exc:
            raise PydanticCustomError("date", "not an ISO 8601 date or date-time") from exc
    return value.strip()


Values = Annotated[list[str], AfterValidator(_present), Field(max_length=MAX_VALUES)]
DateText = Annotated[str, AfterValidator(_date)]


class PageParams(BaseModel):
    """What a search page understands; more than that it ignores, for links grow trackers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str = Field(
        "",
        max_length=MAX_Q,
        description='Words, "phrases", -exclusions, and section:, source:, lang:, entity:"…", '
        "before:, after:. What cannot be read as syntax is searched as words, with a warning.",
    )
    source: Values = Field([], description="Repeat for alternatives, as for all filters.")
    section: Values = []
    language: Values = Field([], description="ISO 639-1 codes.")
    entity: Values = Field([], description="Names as in `facets=entities`.")
    published_from: DateText = Field(
        "", alias="from", description="ISO date or date-time, included; UTC without a zone."
    )
    published_to: DateText = Field(
        "", alias="to", description="ISO date (the whole day included) or date-time."
    )
    sort: Sort | None = Field(
        None, description="relevance is the default with words, newest without."
    )
    cursor: str = Field("", max_length=64, description="`next_cursor` of the page before.")


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


class SearchParams(PageParams):
    """What the API understands; anything else is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(20, ge=1, le=MAX_LIMIT, description="Hits a page.")
    facets: Annotated[list[str], BeforeValidator(_listed)] = Field(
        [],
        description=f"Count the values of {', '.join(FACETS)}; repeated or comma separated.",
    )
    highlight: bool = Field(
        default=False, description="Add title and snippet with <mark>, HTML-escaped."
    )


@dataclass(frozen=True)
class Asked:
    """What the parameters ask for, and what of them could not be done as written."""

    request: SearchRequest
    warnings: tuple[Warned, ...]


def asked(params: PageParams, *, limit: int, facets: Sequence[str]) -> Asked:
    """The request of the parameters; filters within `q` add to those given beside it.

    Raises `InvalidCursorError`.
    """
    parsed = parse(params.q)
    within = parsed.filters
    filters = Filters(
        source=_union(params.source, within.source),
        section=_union(params.section, within.section),
        language=_union([code.lower() for code in params.language], within.language),
        entity=_union(params.entity, within.entity),
        published_from=_latest(params.published_from, within.published_from),
        published_to=_earliest(params.published_to, within.published_to),
    )
    warnings = parsed.warnings
    start, end = filters.published_from, filters.published_to
    if start is not None and end is not None and start > end:
        ends = [f"{dates.moment(second):%Y-%m-%d %H:%M}" for second in (start, end)]
        warnings = (*warnings, Warned("empty_range", " is later than ".join(ends) + "."))
    request = SearchRequest(
        query=parsed.query,
        filters=filters,
        sort=params.sort or (Sort.RELEVANCE if parsed.query.terms else Sort.NEWEST),
        limit=limit,
        facets=tuple(facets),
    )
    return Asked(resume(request, params.cursor) if params.cursor else request, warnings)


def _union(given: Sequence[str], within: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*given, *within)))


def _latest(given: str, within: int | None) -> int | None:
    seconds = [dates.first_second(given)] if given else []
    return max([*seconds, *([] if within is None else [within])], default=None)


def _earliest(given: str, within: int | None) -> int | None:
    seconds = [dates.last_second(given)] if given else []
    return min([*seconds, *([] if within is None else [within])], default=None)
