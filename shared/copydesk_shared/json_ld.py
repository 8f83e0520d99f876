"""schema.org's vocabulary as JSON-LD: the nodes of a document, and what their properties hold.

Who writes JSON-LD takes liberties: a name is a string, an object, a list of either. A property is
read as far as it can be understood, and nothing here raises; `unread` tells what cannot.
"""

import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from copydesk_shared.contracts.submission import GivenImage
from copydesk_shared.json_values import Document, given, members

ARTICLE_TYPES: Final = ("article", "posting", "report")
"""Ends of the types' names: NewsArticle, ReportageNewsArticle, LiveBlogPosting, Report."""

IN_DOCUMENT: Final = ("@graph", "mainEntity", "itemListElement", "item")
"""What holds the nodes of a document that was handed in for its articles."""

IN_PAGE: Final = ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb")
"""The same in a page, which may list other articles as well."""

MAX_DEPTH: Final = 6

_ORGANISATIONS = ("organization", "corporation")
RELATED: Final = ("relatedLink", "citation", "isBasedOn")
"""What an article cites, is made of or is related to."""

_REFER: Final = ("author", "creator", "image", "isPartOf", *RELATED)
_GIST: Final = ("@type", "name", "headline", "url", "contentUrl", "caption", "creditText")
_MAX_REFERENCES: Final = 20
_MAX_REFERRED: Final = 300
"""Characters of each string of a node that is referred to."""
_MAX_STRINGS = 4
_MAX_LINE = 2000
_TAG = re.compile(r"<[/!A-Za-z][^<>]{0,500}>")
_SPACE = re.compile(r"\s+")


def find_nodes(document: object, within: Collection[str], depth: int = 0) -> Iterator[Document]:
    """The objects of a document, as far as they lie in lists and in the properties `within`."""
    if depth > MAX_DEPTH:
        return
    if isinstance(document, list):
        for item in document:
            yield from find_nodes(item, within, depth + 1)
    elif isinstance(document, dict):
        yield document
        for name in within:
            if name in document:
                yield from find_nodes(document[name], within, depth + 1)


def articles(nodes: Sequence[Document]) -> list[Document]:
    """The articles among the nodes, each with those that it refers to by `@id` put in."""
    known = {node["@id"]: _gist(node) for node in nodes if isinstance(node.get("@id"), str)}
    # Beside an article, a review is the review of something in it.
    found = list(filter(is_article, nodes)) or list(filter(_stands_alone, nodes))
    return [_with_references(node, known) for node in found]


def types(node: Document) -> list[str]:
    """The names of the node's types, in lower case."""
    return [str(name).lower() for name in members(node.get("@type"))]


def is_article(node: Document) -> bool:
    return any(name.endswith(ARTICLE_TYPES) for name in types(node))


def is_organisation(node: Document) -> bool:
    """Whether it is an organisation and no person: a blog's owner may be called both."""
    named = types(node)
    return "person" not in named and any(name.endswith(_ORGANISATIONS) for name in named)


def names(value: object) -> list[str]:
    """The names in a value, each once: strings, objects with a name, lists of these."""
    found: list[str | None] = []
    for one in members(value):
        name = given(one, "name", "@value") if isinstance(one, dict) else one
        found += [line(part) for part in members(name)[:_MAX_REFERENCES]]
    return list(dict.fromkeys(name for name in found if name))


def persons(value: object) -> list[str]:
    """The names in a value that are not said to be an organisation's."""
    return names(
        [one for one in members(value) if not (isinstance(one, dict) and is_organisation(one))]
    )


def people(value: object) -> list[str]:
    """The names of persons; of organisations only where no person is named."""
    return persons(value) or names(value)


def keywords(value: object) -> list[str]:
    """A list, or a string with commas: both are schema.org."""
    return names([part.strip() for part in value.split(",")] if isinstance(value, str) else value)


def pictures(value: object) -> list[GivenImage]:
    """The pictures in a value, with their addresses as they stand."""
    found = []
    for one in members(value):
        if href := _address(one):
            described = one if isinstance(one, dict) else {}
            found.append(
                GivenImage(
                    href=href,
                    caption=_first(names(described.get(key)) for key in ("caption", "description")),
                    credit=_credit(described),
                )
            )
    return found


def addresses(value: object) -> list[str]:
    """The addresses in a value, as they stand: strings, and objects that have or refer to one."""
    return [
        address.strip()
        for one in members(value)
        for address in ((one.get("@id"), one.get("url")) if isinstance(one, dict) else (one,))
        if isinstance(address, str) and address.strip()
    ]


def language(value: object) -> str | None:
    """The tag of a language, by whatever name it goes."""
    for one in members(value):
        if isinstance(one, dict):
            keys = ("alternateName", "@value", "name")
            return _first(names(one.get(key)) for key in keys if key in one)
        return line(one)
    return None


def unread(value: object, read: Callable[[object], object]) -> list[Any]:
    """The members of a value of which `read` makes nothing; blank ones are none."""
    return [one for one in members(value) if one not in ("", {}, [], None) and not read(one)]


def line(value: object) -> str | None:
    """A string as a line of text, without tags and with its entities decoded; None if blank."""
    if not isinstance(value, str):
        return None
    if "<" in value or "&" in value:
        value = html.unescape(_TAG.sub("", value[: 2 * _MAX_LINE]))
    return _SPACE.sub(" ", value).strip() or None


def _stands_alone(node: Document) -> bool:
    """Whether a node that is no article by its type is one if there is no other."""
    return any(name.endswith("review") for name in types(node)) or "articleBody" in node


def _with_references(node: Document, known: Mapping[str, Document]) -> Document:
    def followed(value: object) -> object:
        if isinstance(value, list):
            first = [followed(item) for item in value[:_MAX_REFERENCES]]
            return [*first, *value[_MAX_REFERENCES:]]
        reference = value.get("@id") if isinstance(value, dict) and len(value) == 1 else None
        return known.get(reference, value) if isinstance(reference, str) else value

    whole = {name: value for name, value in node.items() if name not in IN_DOCUMENT}
    return whole | {name: followed(node[name]) for name in _REFER if name in node}


def _gist(node: Document) -> Document:
    """What is used of a node that others refer to; bounded, since thousands may refer to one."""
    found: dict[str, Any] = {}
    for name in _GIST:
        strings = [
            value[:_MAX_REFERRED] for value in members(node.get(name)) if isinstance(value, str)
        ]
        if strings:
            found[name] = strings[:_MAX_STRINGS] if len(strings) > 1 else strings[0]
    return found


def _address(value: object) -> str | None:
    """Of an object `url` before `contentUrl`; its `@id` only where that is no part of a page."""
    if isinstance(value, dict):
        found = [one for key in ("url", "contentUrl") for one in members(value.get(key))]
        node_id = value.get("@id")
        if isinstance(node_id, str) and "#" not in node_id:
            found.append(node_id)
    else:
        found = [value]
    return next((one.strip() for one in found if isinstance(one, str) and one.strip()), None)


def _credit(picture: Document) -> str | None:
    """Everybody who is credited, in the first property that credits somebody."""
    properties = ("creditText", "creator", "copyrightHolder")
    return next((", ".join(all_) for key in properties if (all_ := people(picture.get(key)))), None)


def _first(lists: Iterable[Sequence[str]]) -> str | None:
    return next((found[0] for found in lists if found), None)
