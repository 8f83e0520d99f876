"""The breadcrumbs of a page: as JSON-LD, as microdata or RDFa, or as the list that readers see."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk_enrich.extraction.lines import tidy
from copydesk_shared import json_ld
from copydesk_shared.json_values import Document, given, members

# By their attributes, which costs a third of looking through the elements.
_MARKED = XPath(
    "|".join(f"//*/@{name}[contains(.,'BreadcrumbList')]/.." for name in ("itemtype", "typeof"))
)
_SHOWN = XPath(
    "|".join(f"//*/@{name}[contains(.,'readcrumb')]/.." for name in ("class", "id", "aria-label"))
)
_HEADLINE = XPath(".//h1")
_NAMES = XPath(".//*[@itemprop='name' or @property='name']")
# `has-breadcrumbs` tells of the part of a page around them.
_NAMED = re.compile(r"(?:(?!has|with|no)\w+[-_]+)*bread-?crumbs?(?:[-_]+\w+)*", re.IGNORECASE)
_ITEMS = XPath(".//li[not(.//li)]")
_SEPARATORS = " \t/>»›|→•·\\–—-:"
_HIDDEN = re.compile(r"you are here|breadcrumbs?|skip to .*", re.IGNORECASE)
_MOST_CRUMBS = 12
_LONGEST_CRUMB = 120
_LONGEST_TRAIL = 600
_MOST_TRIED = 6


@dataclass(frozen=True)
class Breadcrumbs:
    """The names in order, and the element that shows a trail, which is no part of the text."""

    names: tuple[str, ...] = ()
    shown: HtmlElement | None = None


def page_breadcrumbs(tree: HtmlElement, nodes: Iterable[Document]) -> Breadcrumbs:
    """The trail that the page states, else the one that it shows."""
    shown, crumbs = _shown(tree)
    return Breadcrumbs(_clean(_of_nodes(nodes)) or crumbs, shown)


def _clean(trail: Iterable[str]) -> tuple[str, ...]:
    crumbs = [tidy(crumb).strip(_SEPARATORS)[:_LONGEST_CRUMB] for crumb in trail]
    return tuple(crumb for crumb in crumbs if crumb and not _HIDDEN.fullmatch(crumb))[:_MOST_CRUMBS]


def _of_nodes(nodes: Iterable[Document]) -> Iterator[str]:
    for node in nodes:
        if "breadcrumblist" in json_ld.types(node):
            for item in members(node.get("itemListElement")):
                if isinstance(item, dict):
                    yield from json_ld.names(given(item, "name", "item"))[:1]
            return


def _shown(tree: HtmlElement) -> tuple[HtmlElement | None, tuple[str, ...]]:
    for trail in (*_MARKED(tree)[:_MOST_TRIED], *filter(_is_named, _SHOWN(tree)[:_MOST_TRIED])):
        if len(tidy(str(trail.text_content()))) > _LONGEST_TRAIL:
            continue
        names = [name.get("content") or str(name.text_content()) for name in _NAMES(trail)]
        items = [str(item.text_content()) for item in _ITEMS(trail)]
        if crumbs := _clean(names or items or map(str, trail.itertext())):
            return trail, crumbs
    return None, ()


def _is_named(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    label = element.get("aria-label") or ""
    named = any(map(_NAMED.fullmatch, names)) or "readcrumb" in label
    return named and element.tag != "body" and not _HEADLINE(element)
