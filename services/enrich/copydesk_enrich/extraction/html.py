"""HTML pages: the body by trafilatura, fields from the page's own metadata, junk by the rules."""

import re
from collections.abc import Sequence
from dataclasses import replace

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.metadata import extract_metadata

from copydesk_enrich.extraction.bylines import split_byline, with_bios
from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.headlines import headline_key
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.metadata import Metadata, absolute, read_metadata
from copydesk_enrich.extraction.rules import RuleBook
from copydesk_enrich.extraction.sweep import Sweep, as_lines
from copydesk_shared.contracts.article import Image, Provenance, RelatedLink

METHOD = f"trafilatura-{trafilatura.__version__}"
FALLBACK_METHOD = "html-blocks"
# libxml2 compares each attribute of a tag with all others: 100,000 of them cost 48 s. A long tag
# with few attributes is a picture in a data URI.
_OVERLONG_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)\s[^<>]{10000,}>")
_MOST_ATTRIBUTES = 500
_BLOCKS = ("p", "li", "blockquote", "pre", "h2", "h3", "dd", "td")
_INVISIBLE = ("script", "style", "nav", "noscript", "template", "head", "footer", "aside", "form")


def extract_html(html: str, *, url: str | None, title: str | None, rules: RuleBook) -> Found:
    """Clean paragraphs and fields of a page or fragment; no paragraphs when there is no text."""
    tree = _parse(html)
    if tree is None:
        return Found(method=METHOD, paragraphs=())
    # Before the metadata, whose fallback may change the tree; trafilatura copies it.
    paragraphs = _body(tree, url)
    method = METHOD
    reasons: tuple[str, ...] = ()
    if not paragraphs:
        method, reasons = FALLBACK_METHOD, ("fallback_extractor",)
        paragraphs = _blocks(tree)
    metadata = _completed(read_metadata(tree, url=url), tree, url)
    sweep = Sweep(rules)
    sweep.run(as_lines(paragraphs), title=title or metadata.title)
    return Found(
        method=method,
        paragraphs=tuple(sweep.paragraphs),
        title=metadata.title,
        authors=with_bios(metadata.authors or sweep.authors, sweep.bios),
        section=metadata.section,
        breadcrumbs=metadata.breadcrumbs,
        canonical_url=metadata.canonical_url,
        published=metadata.published or sweep.published,
        modified=metadata.modified or sweep.modified,
        images=tuple(_credited(metadata.images, rules)) + tuple(sweep.images),
        related_links=_addressed(sweep.links, tree, base=metadata.canonical_url or url),
        removed=tuple(sweep.removed),
        keywords=metadata.keywords,
        reasons=reasons,
    )


def _parse(html: str) -> HtmlElement | None:
    html = _OVERLONG_TAG.sub(_without_attributes, html.replace("\x00", ""))
    # Bytes, since lxml refuses text that declares an encoding of its own.
    data = html.encode("utf-8", "replace")
    try:
        tree = document_fromstring(
            data, parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError):  # an empty document
        return None
    return tree


def _without_attributes(tag: re.Match[str]) -> str:
    return f"<{tag[1]}>" if tag[0].count("=") > _MOST_ATTRIBUTES else tag[0]


def _body(tree: HtmlElement, url: str | None) -> list[str]:
    document = trafilatura.bare_extraction(tree, url=url, fast=True, include_comments=False)
    text = getattr(document, "text", None) or ""
    return [clean for line in text.split("\n") if (clean := tidy(line))]


def _blocks(tree: HtmlElement) -> list[str]:
    """All visible text in block elements, for fragments too small for trafilatura."""
    for element in list(tree.iter(*_INVISIBLE)):
        element.drop_tree()
    texts = [tidy(str(block.text_content())) for block in tree.iter(*_BLOCKS)]
    found = [text for text in dict.fromkeys(texts) if text]
    if found:
        return found
    whole = tidy(str(tree.text_content()))
    return [whole] if whole else []


def _completed(metadata: Metadata, tree: HtmlElement, url: str | None) -> Metadata:
    """Title, authors and date by trafilatura's heuristics where the page did not state them."""
    if metadata.title and metadata.authors and metadata.published:
        return metadata
    guess = extract_metadata(tree, default_url=url, extensive=False)
    return replace(
        metadata,
        title=metadata.title or tidy(guess.title or "") or None,
        authors=metadata.authors or split_byline(guess.author or ""),
        published=metadata.published
        or parse_date(guess.date or "", provenance=Provenance.METADATA),
        keywords=metadata.keywords or tuple(guess.tags or ()),
    )


def _credited(images: Sequence[Image], rules: RuleBook) -> list[Image]:
    """Captions that carry a credit, `… (AP Photo/Name)`, taken apart."""
    found = []
    for image in images:
        hit = rules.recognise(image.caption or "", in_head=False)
        if hit is not None and image.credit is None and "credit" in hit.groups:
            image = image.model_copy(  # noqa: PLW2901  # the credited twin
                update={"caption": hit.groups.get("caption"), "credit": hit.groups["credit"]}
            )
        found.append(image)
    return found


def _addressed(
    links: Sequence[RelatedLink], tree: HtmlElement, *, base: str | None
) -> tuple[RelatedLink, ...]:
    """Lifted promo lines with the addresses that their titles link to."""
    if not links:
        return ()
    hrefs = {
        headline_key(str(anchor.text_content())): anchor.get("href") for anchor in tree.iter("a")
    }
    return tuple(
        link.model_copy(update={"url": absolute(hrefs.get(headline_key(link.title)), base)})
        for link in links
    )
