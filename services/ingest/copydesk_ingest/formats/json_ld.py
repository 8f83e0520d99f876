"""Articles in schema.org's vocabulary as JSON-LD: alone, in a list, in an `@graph`.

What a page says about itself in its own JSON-LD is not read here: that is enrich's work.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from copydesk_ingest.formats.foreign import Text, article_text, left_out, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import plain, to_html
from copydesk_ingest.formats.values import (
    Document,
    first_string,
    given,
    joined,
    members,
    names_in,
    objects,
    says_something,
    string,
    text_in,
    unique,
    worded,
)
from copydesk_shared.contracts.submission import GivenImage, GivenLink

ARTICLE_TYPES: Final = ("article", "posting", "report")
"""Ends of the types' names: NewsArticle, ReportageNewsArticle, LiveBlogPosting, Report."""

_TEXTS: Final = ("articleBody", "reviewBody", "text")
_ADDRESS: Final = ("@id", "url", "@value")

MAX_DEPTH: Final = 6
_HOLD_NODES: Final = ("@graph", "mainEntity", "itemListElement", "item")
_RELATED: Final = ("relatedLink", "citation", "isBasedOn")
_REFER: Final = ("author", "creator", "image", "isPartOf", *_RELATED)
_GIST: Final = ("@type", "name", "headline", "url", "contentUrl", "caption", "creditText")
_MAX_REFERENCES: Final = 20
_MAX_REFERRED: Final = 300
"""Characters of each."""
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "external_id": ("identifier",),
    "url": ("url", "mainEntityOfPage"),
    "title": ("headline", "name"),
    "byline": ("author", "creator"),
    "language": ("inLanguage",),
    "section": ("articleSection",),
    "keywords": ("keywords",),
    "images": ("image",),
}
_NO_SECTION = ("website", "webpage", "product", "newspaper", "periodical", "publicationissue")
_PUBLISHERS = ("organization", "corporation", "newsmediaorganization")


def is_json_ld(document: Document) -> bool:
    """Whether an object is JSON-LD beyond doubt."""
    return "@context" in document and ("@type" in document or "@graph" in document)


def article_nodes(document: object) -> list[Document]:
    """The articles in a document, each with the nodes that it refers to by `@id` put in."""
    nodes = list(_nodes(document))
    known = {node["@id"]: _gist(node) for node in nodes if isinstance(node.get("@id"), str)}
    articles = [node for node in nodes if _is_article(node)]
    # Beside an article, a review is the review of something in it.
    articles = articles or [node for node in nodes if _stands_alone(node)]
    return [_with_references(node, known) for node in articles]


def read_json_ld(node: Document) -> Reading:
    """The reading of one article."""
    page = worded(node.get("url"), *_ADDRESS) or _page(node.get("mainEntityOfPage"))
    node_id = first_string(node, "@id")
    if page is None and node_id and node_id.startswith(("http://", "https://")):
        page = node_id
    return read_foreign(
        {
            "external_id": _identifier(node.get("identifier")) or (None if page else node_id),
            "url": page,
            "title": plain(worded(node.get("headline"))) or plain(worded(node.get("name"))),
            "byline": _byline(given(node, "author", "creator")),
            "language": _language(node.get("inLanguage")),
            "published": _date(given(node, "datePublished", "dateCreated")),
            "modified": _date(node.get("dateModified")),
            "section": _section(node),
            "keywords": _keywords(node.get("keywords")),
            "expires": _date(node.get("expires")),
        },
        text=_text(node),
        document=node,
        names=_NAMES,
        images=_images(node.get("image")),
        links=_links(node),
    )


def _nodes(value: object, depth: int = 0) -> Iterator[Document]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in _HOLD_NODES:
            if name in value:
                yield from _nodes(value[name], depth + 1)


def _with_references(node: Document, known: Mapping[str, Document]) -> Document:
    def followed(value: object) -> object:
        if isinstance(value, list):
            first = [followed(item) for item in value[:_MAX_REFERENCES]]
            return [*first, *value[_MAX_REFERENCES:]]
        reference = value.get("@id") if isinstance(value, dict) and len(value) == 1 else None
        return known.get(reference, value) if isinstance(reference, str) else value

    whole = {name: value for name, value in node.items() if name not in _HOLD_NODES}
    return whole | {name: followed(node[name]) for name in _REFER if name in node}


def _gist(node: Document) -> Document:
    """What is used of a node that others refer to; bounded, since thousands may refer to one."""
    return {
        name: value[:_MAX_REFERRED] for name in _GIST if isinstance(value := node.get(name), str)
    }


def _types(node: Document) -> list[str]:
    return [str(name).lower() for name in members(node.get("@type"))]


def _is_article(node: Document) -> bool:
    return any(name.endswith(ARTICLE_TYPES) for name in _types(node))


def _stands_alone(node: Document) -> bool:
    """Whether a node that is no article by its type is one if there is no other."""
    return any(name.endswith("review") for name in _types(node)) or "articleBody" in node


def _text(node: Document) -> Text:
    body = next((text for name in _TEXTS if (text := text_in(node.get(name)))), None)
    updates = [_update(update) for update in members(node.get("liveBlogUpdate"))]
    if any(updates):
        whole = (to_html(body) if body else "") + "".join(updates)
        told = article_text(
            f"<article>{whole}</article>", html=True, summary=text_in(node.get("description"))
        )
        if unread := updates.count(""):
            why = f"{unread} of {len(updates)} in `liveBlogUpdate` could not be read"
            return replace(told, warnings=[*told.warnings, left_out("content", why)])
        return told
    return article_text(body, summary=text_in(node.get("description")))


def _update(update: object) -> str:
    """One of the posts of a live blog; a heading of the second level may be taken for the title."""
    if not isinstance(update, dict):
        return to_html(update) if isinstance(update, str) else ""
    headline = plain(worded(update.get("headline"))) or plain(worded(update.get("name")))
    body = next((text for name in _TEXTS if (text := text_in(update.get(name)))), None)
    heading = f"<h3>{html.escape(headline, quote=False)}</h3>" if headline else ""
    return heading + (to_html(body) if body else "")


def _date(value: object) -> object:
    """`{"@value": …}` is JSON-LD's long form; of a list, the first."""
    return worded(value) if isinstance(value, dict | list) else value


def _page(value: object) -> str | None:
    if isinstance(value, dict):
        return first_string(value, *_ADDRESS)
    return worded(value, *_ADDRESS)


def _identifier(value: object) -> str | None:
    for one in members(value):
        found = first_string(one, "value", "@value") if isinstance(one, dict) else string(one)
        if found:
            return found
    return None


def _byline(value: object) -> str | None:
    """The people; the organisation only where no person is named."""
    people = [
        one for one in members(value)
        if not (isinstance(one, dict) and any(name.endswith(_PUBLISHERS) for name in _types(one)))
    ]  # fmt: skip
    return joined(names_in(people)) or joined(names_in(value))


def _language(value: object) -> str | None:
    for one in members(value):
        if isinstance(one, dict):
            return first_string(one, "alternateName", "@value", "name")
        return string(one)
    return None


def _section(node: Document) -> str | None:
    for name in names_in(node.get("articleSection")):
        if name:
            return name
    for part in objects(node.get("isPartOf")):
        if not any(name.endswith(_NO_SECTION) for name in _types(part)):
            return plain(first_string(part, "name"))
    return None


def _keywords(value: object) -> Sequence[str]:
    """A list, or a string with commas: both are schema.org."""
    words: list[Any] = value.split(",") if isinstance(value, str) else members(value)
    return unique(names_in(words))


def _links(node: Document) -> Iterator[GivenLink]:
    """What the article cites, is made of or is related to: addresses, or objects that have one."""
    for one in (member for name in _RELATED for member in members(node.get(name))):
        if isinstance(one, dict):
            href = worded(one.get("url"), *_ADDRESS) or first_string(one, "@id", "@value")
            label = plain(worded(one.get("headline"))) or plain(worded(one.get("name")))
            yield GivenLink(href=_as_address(href), label=label)
        elif says_something(one):
            yield GivenLink(href=_as_address(string(one)))


def _as_address(text: str | None) -> str:
    """An address as it is, and nothing for other text: a citation may be in words."""
    return text if text and text.strip().startswith(("http://", "https://", "/")) else ""


def _images(value: object) -> Iterator[GivenImage]:
    for one in members(value):
        if isinstance(one, str):
            yield GivenImage(href=one)
        elif isinstance(one, dict) and (href := first_string(one, "url", "contentUrl", "@id")):
            yield GivenImage(
                href=href,
                caption=plain(given(one, "caption", "description")),
                credit=plain(first_string(one, "creditText"))
                or joined(names_in(one.get("creator"))),
            )
