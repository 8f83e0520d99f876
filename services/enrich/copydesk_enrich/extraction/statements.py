"""The JSON-LD of a page: its nodes, and what an article's node states."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lxml.html import HtmlElement

from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.found import Dated
from copydesk_enrich.extraction.lines import tidy
from copydesk_shared import json_ld, lenient_json
from copydesk_shared.contracts.article import Provenance
from copydesk_shared.contracts.submission import GivenImage, Warned
from copydesk_shared.json_values import Document, members

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_QUOTED_CHARS = 60
_WRONG_BLOCKS = {
    "json_ld_unreadable": "{} of the page's blocks of JSON-LD: no JSON, left out.",
    "json_ld_mended": "{} of the page's blocks of JSON-LD: not quite JSON, mended.",
}

Value = TypeVar("Value")


@dataclass(frozen=True)
class Statement:
    """What an article's node states; `warnings` tell what it states and nobody can use."""

    title: str | None
    persons: tuple[str, ...]
    organisations: tuple[str, ...]
    published: Dated | None
    modified: Dated | None
    section: str | None
    keywords: tuple[str, ...]
    language: str | None
    pictures: tuple[GivenImage, ...]
    url: str | None
    body: str | None
    warnings: tuple[Warned, ...]


def page_nodes(tree: HtmlElement) -> tuple[list[Document], list[Warned]]:
    """The nodes of all blocks in order, and what was wrong with the blocks."""
    nodes: list[Document] = []
    wrong: Counter[str] = Counter()
    for script in tree.iter("script"):
        text = (script.text or "").strip()
        if not text or "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            document, mended = lenient_json.loads(text)
        except ValueError:
            wrong["json_ld_unreadable"] += 1
            continue
        if mended:
            wrong["json_ld_mended"] += 1
        nodes += json_ld.find_nodes(document, json_ld.IN_PAGE)
    return nodes, [
        Warned(code=code, message=_WRONG_BLOCKS[code].format(count))
        for code, count in wrong.items()
    ]


def read_statement(node: Document) -> Statement:
    """What the node states, as far as it can be understood."""
    warnings: list[Warned] = []

    def read(
        name: str, by: Callable[[object], list[Value]], *, into: str, code: str = "field_left_out"
    ) -> list[Value]:
        value = node.get(name)
        for one in json_ld.unread(value, by)[:1]:
            shown = str(one)[:_QUOTED_CHARS]
            message = f"The page's JSON-LD has a {name} that cannot be used: {shown}"
            warnings.append(Warned(code=code, message=message, field=into))
        return by(value)

    names = read("author", _lines, into="byline")
    persons = list(map(tidy, json_ld.persons(node.get("author"))))
    return Statement(
        title=_first(read("headline", _lines, into="title")),
        persons=tuple(persons),
        organisations=() if persons else tuple(names),
        published=_first(read("datePublished", _dates, into="published", code="invalid_date")),
        modified=_first(read("dateModified", _dates, into="modified", code="invalid_date")),
        section=_first(read("articleSection", _lines, into="section")),
        keywords=tuple(map(tidy, read("keywords", json_ld.keywords, into="keywords"))),
        language=_first(read("inLanguage", _languages, into="language", code="unknown_language")),
        pictures=tuple(read("image", json_ld.pictures, into="images", code="invalid_image")),
        url=_first(read("url", json_ld.addresses, into="url")),
        body="\n".join(read("articleBody", _texts, into="content")) or None,
        warnings=tuple(warnings),
    )


def _first(values: list[Value]) -> Value | None:
    return values[0] if values else None


def _lines(value: object) -> list[str]:
    return [clean for name in json_ld.names(value) if (clean := tidy(name))]


def _texts(value: object) -> list[str]:
    return [one for one in members(value) if isinstance(one, str) and one.strip()]


def _dates(value: object) -> list[Dated]:
    found = (parse_date(text, provenance=Provenance.METADATA) for text in json_ld.names(value))
    return [date for date in found if date is not None]


def _languages(value: object) -> list[str]:
    tag = json_ld.language(value)
    return [tag] if tag and _LANGUAGE.fullmatch(tag) else []
