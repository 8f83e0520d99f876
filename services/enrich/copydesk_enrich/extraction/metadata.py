"""What an HTML page says about itself: JSON-LD first, then OpenGraph and other meta tags."""

# ruff: noqa: RUF001  # typographic marks are meant here

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from copydesk_enrich.extraction.bylines import split_byline
from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.found import Dated
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.links import absolute
from copydesk_enrich.extraction.own_article import own_article
from copydesk_enrich.extraction.page_breadcrumbs import Breadcrumbs, page_breadcrumbs
from copydesk_enrich.extraction.pictures import gather_pictures
from copydesk_enrich.extraction.statements import page_nodes, read_statement
from copydesk_shared import json_ld
from copydesk_shared.contracts.article import Author, Image, Provenance
from copydesk_shared.contracts.submission import Warned

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


@dataclass(frozen=True)
class Metadata:
    """Fields as the page gives them; all optional.

    `organisations` are named as its author, and count where the page signs nobody.
    """

    title: str | None = None
    authors: tuple[Author, ...] = ()
    organisations: tuple[Author, ...] = ()
    published: Dated | None = None
    modified: Dated | None = None
    section: str | None = None
    breadcrumbs: Breadcrumbs = field(default_factory=Breadcrumbs)
    keywords: tuple[str, ...] = ()
    canonical_url: str | None = None
    images: tuple[Image, ...] = ()
    language: str | None = None
    article_body: str | None = None
    warnings: tuple[Warned, ...] = ()


def read_metadata(tree: HtmlElement, *, url: str | None, title: str | None = None) -> Metadata:
    """Everything the head and the JSON-LD of a parsed page tell; `title` is the publisher's."""
    nodes, wrong = page_nodes(tree)
    metas = _metas(tree)
    linked, og_url = _linked(tree, url), absolute(metas.get("og:url"), url)
    article = read_statement(
        own_article(
            json_ld.articles(nodes),
            addresses=(linked, url, og_url),
            titles=(title, _title(metas), *shown_titles(tree)),
        )
    )
    canonical = linked or og_url or absolute(article.url, url)
    return Metadata(
        title=article.title or _title(metas),
        authors=_people(article.persons) or split_byline(_meta_author(metas)),
        organisations=_people(article.organisations),
        published=article.published or _date(metas, *_PUBLISHED),
        modified=article.modified or _date(metas, "article:modified_time"),
        section=article.section or metas.get("article:section"),
        breadcrumbs=page_breadcrumbs(tree, nodes),
        keywords=article.keywords[:_MOST_KEYWORDS] or _keywords(metas.get("keywords", "")),
        language=article.language,
        canonical_url=canonical,
        images=gather_pictures(tree, stated=article.pictures, metas=metas, base=canonical or url),
        article_body=article.body,
        warnings=(*wrong, *article.warnings),
    )


def shown_titles(tree: HtmlElement) -> list[str]:
    """The headlines of the first rank that the page shows."""
    return [tidy(str(h1.text_content())) for h1 in islice(tree.iter("h1"), _MOST_TITLES)]


def _metas(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = tidy(meta.get("content") or "")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _title(metas: dict[str, str]) -> str | None:
    title = metas.get("og:title") or metas.get("twitter:title")
    site = metas.get("og:site_name")
    if title and site:
        for separator in _TITLE_SEPARATORS:
            title = title.removesuffix(separator + site)
    return title


def _people(names: Iterable[str]) -> tuple[Author, ...]:
    return tuple(dict.fromkeys(author for name in names for author in split_byline(name)))


def _keywords(text: str) -> tuple[str, ...]:
    return tuple(json_ld.keywords(text))[:_MOST_KEYWORDS]


def _meta_author(metas: dict[str, str]) -> str:
    for name in _AUTHOR:
        if (value := metas.get(name)) and not value.startswith("http"):
            return value
    return ""


def _date(metas: Mapping[str, str], *names: str) -> Dated | None:
    text = next((metas[name] for name in names if name in metas), "")
    return parse_date(text, provenance=Provenance.METADATA) if text else None


def _linked(tree: HtmlElement, url: str | None) -> str | None:
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return absolute(link.get("href"), url)
    return None
