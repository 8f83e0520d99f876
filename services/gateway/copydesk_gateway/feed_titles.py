"""What a feed is called after: its search, in words for the list of a feed reader."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from copydesk_gateway.pages.dates_shown import day
from copydesk_gateway.pages.languages import language_name
from copydesk_gateway.params import PageParams

_AGE: Final = re.compile(r"(\d{1,5})([hdw])", re.IGNORECASE | re.ASCII)
_UNITS: Final = {"h": "hour", "d": "day", "w": "week"}
_SPANS: Final = {"today": "today", "yesterday": "yesterday", "this week": "this week"}


def subject(params: PageParams, names: Mapping[str, str]) -> str:
    """The search in words, empty for all articles; `names` are those of entities by their id."""
    return ", ".join(_parts(params, names))


def _parts(params: PageParams, names: Mapping[str, str]) -> Iterator[str]:
    if params.q.strip():
        yield " ".join(params.q.split())
    yield from _alternatives(*params.section)
    named = (*params.entity, *params.person, *params.org, *params.place)
    yield from dict.fromkeys((*named, *(names.get(each, each) for each in params.entity_id)))
    if params.author:
        yield f"by {_listed(params.author)}"
    yield from _alternatives(*params.source)
    yield from _alternatives(*map(language_name, params.language))
    if params.day:
        yield f"on {_listed([day(date.fromisoformat(each)) for each in params.day])}"
    if params.published_from and params.published_from == params.published_to:
        yield _within(params.published_from)
    else:
        if params.published_from:
            yield _since(params.published_from)
        if params.published_to:
            yield f"until {_point(params.published_to)}"
    if params.min_quality:
        yield f"quality from {params.min_quality:g}"


def _alternatives(*values: str) -> Iterator[str]:
    if values:
        yield _listed(values)


def _listed(values: list[str] | tuple[str, ...]) -> str:
    return " or ".join(values)


def _since(text: str) -> str:
    age = _AGE.fullmatch(text)
    return f"the last {_counted(age)}" if age else f"since {_point(text)}"


def _within(text: str) -> str:
    return _point(text) if _plain(text) in _SPANS else f"of {_point(text)}"


def _point(text: str) -> str:
    """A date as given, where it is no age or name of a day."""
    age = _AGE.fullmatch(text)
    return f"{_counted(age)} ago" if age else _SPANS.get(_plain(text), text)


def _plain(text: str) -> str:
    return text.lower().replace("-", " ")


def _counted(age: re.Match[str]) -> str:
    number, unit = int(age[1]), _UNITS[age[2].lower()]
    return f"{number} {unit}{'' if number == 1 else 's'}"
