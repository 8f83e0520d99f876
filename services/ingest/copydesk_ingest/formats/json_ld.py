"""Articles in schema.org's vocabulary as JSON-LD: alone, in a list, in an `@graph`.

What a page says about itself in its own JSON-LD is not read here: that is enrich's work.
"""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from copydesk_ingest.formats.foreign import Text, article_text, left_out, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import plain, to_html
from copydesk_ingest.formats.values import (
    first_string,
    joined,
    objects,
    says_something,
    string,
    text_in,
    worded,
)
from copydesk_shared import json_ld
from copydesk_shared.contracts.submission import GivenLink
from copydesk_shared.json_values import Document, given, members

_TEXTS: Final = ("articleBody", "reviewBody", "text")
_ADDRESS: Final = ("@id", "url", "@value")

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


def is_json_ld(document: Document) -> bool:
    """Whether an object is JSON-LD beyond doubt."""
    return "@context" in document and ("@type" in document or "@graph" in document)


def article_nodes(document: object) -> list[Document]:
    """The articles in a document, each with the nodes that it refers to by `@id` put in."""
    return json_ld.articles(list(json_ld.find_nodes(document, json_ld.IN_DOCUMENT)))


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
            "byline": joined(json_ld.people(given(node, "author", "creator"))),
            "language": json_ld.language(node.get("inLanguage")),
            "published": _date(given(node, "datePublished", "dateCreated")),
            "modified": _date(node.get("dateModified")),
            "section": _section(node),
            "keywords": json_ld.keywords(node.get("keywords")),
            "expires": _date(node.get("expires")),
        },
        text=_text(node),
        document=node,
        names=_NAMES,
        images=json_ld.pictures(node.get("image")),
        links=_links(node),
    )


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


def _section(node: Document) -> str | None:
    if found := json_ld.names(node.get("articleSection")):
        return found[0]
    for part in objects(node.get("isPartOf")):
        if not any(name.endswith(_NO_SECTION) for name in json_ld.types(part)):
            return plain(first_string(part, "name"))
    return None


def _links(node: Document) -> Iterator[GivenLink]:
    """What the article cites, is made of or is related to: addresses, or objects that have one."""
    for one in (member for name in json_ld.RELATED for member in members(node.get(name))):
        if isinstance(one, dict):
            href = worded(one.get("url"), *_ADDRESS) or first_string(one, "@id", "@value")
            label = plain(worded(one.get("headline"))) or plain(worded(one.get("name")))
            yield GivenLink(href=_as_address(href), label=label)
        elif says_something(one):
            yield GivenLink(href=_as_address(string(one)))


def _as_address(text: str | None) -> str:
    """An address as it is, and nothing for other text: a citation may be in words."""
    return text if text and text.strip().startswith(("http://", "https://", "/")) else ""
