"""What an HTML page says about itself: JSON-LD first, then OpenGraph and other meta tags."""

# ruff: noqa: RUF001  # typographic marks are meant here

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk_enrich.extraction.bylines import split_byline
from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.found import Dated
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.own_article import Node, own_article
from copydesk_shared.contracts.article import Author, Image, Provenance

_ARTICLE_TYPES = ("article", "posting", "report", "review")
# Deeper than any page nests its graph, shallow enough for hostile ones.
_DEEPEST = 6
_MOST_IMAGES = 20
# Headlines that a page may show above its text: of the article, for search engines, for sharing.
_MOST_TITLES = 6
_MOST_KEYWORDS = 30
_TITLE_SEPARATORS = (" | ", " - ", " – ", " — ", " · ", " • ")
# Meta tags by which systems tell the same; the first that is there counts.
_PUBLISHED = (
    "article:published_time", "datepublished", "og:article:published_time", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "pubdate", "publish-date",
    "publication_date", "article.published", "date",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "parsely-author", "byl", "sailthru.author", "dc.creator",
    "dcterms.creator", "citation_author",
)  # fmt: skip

_CREDITS = XPath(
    ".//*[contains(@class,'credit') or contains(@class,'Credit') or contains(@class,'source')"
    " or contains(@class,'copyright') or contains(@class,'photographer')]"
)


@dataclass(frozen=True)
class Metadata:
    """Fields as the page gives them; all optional."""

    title: str | None = None
    authors: tuple[Author, ...] = ()
    published: Dated | None = None
    modified: Dated | None = None
    section: str | None = None
    breadcrumbs: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    canonical_url: str | None = None
    images: tuple[Image, ...] = ()
    article_body: str | None = None


def read_metadata(tree: HtmlElement, *, url: str | None, title: str | None = None) -> Metadata:
    """Everything the head and the JSON-LD of a parsed page tell; `title` is the publisher's."""
    nodes = list(_nodes(tree))
    metas = _metas(tree)
    linked = _linked(tree, url)
    article = own_article(
        [node for node in nodes if _is_article(node)],
        addresses=(linked, url, absolute(metas.get("og:url"), url)),
        titles=(title, _title(metas), *shown_titles(tree)),
    )
    base = linked or _named(article, metas, url)
    return Metadata(
        title=_text(article.get("headline")) or _title(metas),
        authors=_authors(article.get("author")) or split_byline(_meta_author(metas)),
        published=_date(article.get("datePublished"))
        or _date(next((metas[name] for name in _PUBLISHED if name in metas), None)),
        modified=_date(article.get("dateModified")) or _date(metas.get("article:modified_time")),
        section=_text(article.get("articleSection")) or _text(metas.get("article:section")),
        breadcrumbs=_breadcrumbs(nodes),
        keywords=_keywords(article.get("keywords")) or _keywords(metas.get("keywords")),
        canonical_url=base,
        images=tuple(_images(tree, article, metas, base or url))[:_MOST_IMAGES],
        article_body=_stated_body(article),
    )


def shown_titles(tree: HtmlElement) -> list[str]:
    """The headlines of the first rank that the page shows."""
    return [tidy(str(h1.text_content())) for h1 in islice(tree.iter("h1"), _MOST_TITLES)]


def absolute(href: str | None, base: str | None) -> str | None:
    """An http(s) address, resolved against `base`; None for anything else."""
    if not href:
        return None
    try:
        joined = urljoin(base or "", href.strip())
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.netloc else None


def _nodes(tree: HtmlElement) -> Iterator[Node]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text:
            continue
        try:
            # Publishers break lines inside strings; lenient JSON reads them.
            yield from _walk(json.loads(script.text, strict=False))
        except (ValueError, RecursionError):
            continue


def _walk(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _walk(value.get(key), depth + 1)


def _types(node: Node) -> list[str]:
    found = node.get("@type")
    return [str(one).lower() for one in (found if isinstance(found, list) else [found])]


def _is_article(node: Node) -> bool:
    return any(name.endswith(_ARTICLE_TYPES) for name in _types(node))


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = tidy(meta.get("content") or "")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _text(value: Any) -> str | None:
    """The first string in a value that may be a list or a thing with a name."""
    if isinstance(value, list):
        value = next((item for item in value if item), None)
    if isinstance(value, dict):
        value = value.get("name")
    return tidy(value) or None if isinstance(value, str) else None


def _title(metas: dict[str, str]) -> str | None:
    title = metas.get("og:title") or metas.get("twitter:title")
    site = metas.get("og:site_name")
    if title and site:
        for separator in _TITLE_SEPARATORS:
            title = title.removesuffix(separator + site)
    return title


def _authors(value: Any) -> tuple[Author, ...]:
    people = value if isinstance(value, list) else [value]
    names = [
        _text(person)
        for person in people
        if not (isinstance(person, dict) and "organization" in _types(person))
    ]
    authors = [author for name in names if name for author in split_byline(name)]
    return tuple(dict.fromkeys(authors))


def _meta_author(metas: dict[str, str]) -> str:
    for name in _AUTHOR:
        if (value := metas.get(name)) and not value.startswith("http"):
            return value
    return ""


def _stated_body(article: Node) -> str | None:
    body = article.get("articleBody")
    return body if isinstance(body, str) else None


def _date(value: Any) -> Dated | None:
    text = _text(value)
    return parse_date(text, provenance=Provenance.METADATA) if text else None


def _keywords(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    words = (tidy(part) for part in parts if isinstance(part, str))
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_KEYWORDS]


def _breadcrumbs(nodes: list[Node]) -> tuple[str, ...]:
    for node in nodes:
        if "breadcrumblist" in _types(node):
            items = node.get("itemListElement")
            names = [
                _text(item.get("name") or item.get("item"))
                for item in (items if isinstance(items, list) else [])
                if isinstance(item, dict)
            ]
            return tuple(name for name in names if name)
    return ()


def _linked(tree: HtmlElement, url: str | None) -> str | None:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return absolute(link.get("href"), url)
    return None


def _named(article: Node, metas: dict[str, str], url: str | None) -> str | None:
    named = article.get("url")
    return absolute(metas.get("og:url"), url) or (
        absolute(named, url) if isinstance(named, str) else None
    )


def _images(
    tree: HtmlElement, article: Node, metas: dict[str, str], base: str | None
) -> Iterator[Image]:
    """The pictures that the metadata state, then each figure with a caption; every address once."""
    seen: set[str] = set()
    for image in (*_lead_images(article, metas, base), *_figures(tree, base)):
        if image.href is None or image.href not in seen:
            seen.add(image.href or "")
            yield image


def _lead_images(article: Node, metas: dict[str, str], base: str | None) -> Iterator[Image]:
    value = article.get("image")
    stated = [image for one in (value if isinstance(value, list) else [value])
              if (image := _stated_image(one, base))]  # fmt: skip
    # A list of bare addresses is one picture in several sizes.
    bare = all(image.caption is None and image.credit is None for image in stated)
    yield from stated[:1] if bare else stated
    if not stated and (href := absolute(metas.get("og:image"), base)):
        yield Image(href=href, caption=metas.get("og:image:alt"))


def _stated_image(value: Any, base: str | None) -> Image | None:
    if isinstance(value, str):
        href = absolute(value, base)
        return Image(href=href) if href else None
    if not isinstance(value, dict):
        return None
    address = value.get("url") or value.get("contentUrl") or value.get("@id")
    href = absolute(address, base) if isinstance(address, str) else None
    if href is None:
        return None
    return Image(
        href=href,
        caption=_text(value.get("caption")),
        credit=_text(value.get("creditText"))
        or _text(value.get("creator"))
        or _text(value.get("copyrightHolder")),
    )


def _figures(tree: HtmlElement, base: str | None) -> Iterator[Image]:
    for figure in tree.iter("figure"):
        caption = figure.find(".//figcaption")
        picture = figure.find(".//img")
        if caption is None or picture is None:
            continue
        credit = next((tidy(str(part.text_content())) for part in _CREDITS(caption)), "")
        text = tidy(str(caption.text_content()))[:500]
        if credit and text.endswith(credit):
            text = text.removesuffix(credit).rstrip(" (|–—-")
        source = picture.get("src")
        if not source or source.startswith("data:"):
            source = picture.get("data-src")
        if text or credit:
            yield Image(
                href=absolute(source, base), caption=text or None, credit=credit[:120] or None
            )
