"""HTML pages: the body by trafilatura, fields from the page's own metadata, junk by the rules."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.metadata import extract_title

from copydesk_enrich.extraction.body import METHOD, find_body
from copydesk_enrich.extraction.breadcrumbs import Trail
from copydesk_enrich.extraction.bylines import with_bios
from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.headlines import same_headline
from copydesk_enrich.extraction.left_out import left_out, settled, take_furniture
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.links import gather_links
from copydesk_enrich.extraction.metadata import Metadata, read_metadata, shown_titles
from copydesk_enrich.extraction.places import Regions, find_places, locate
from copydesk_enrich.extraction.rules import Kind, RuleBook
from copydesk_enrich.extraction.shortcodes import with_figures
from copydesk_enrich.extraction.signature import read_signature
from copydesk_enrich.extraction.sweep import Sweep, as_lines
from copydesk_shared.contracts.article import Image, Provenance

# libxml2 compares each attribute of a tag with all others: 100,000 of them cost 48 s. A long tag
# with few attributes is a picture in a data URI.
_LONG_TAG = 10_000
_OVERLONG_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)\s[^<>]{10000,}>")
_MOST_ATTRIBUTES = 500
# Not text, and much of a page: every copy that trafilatura makes of the tree is the cheaper.
_UNREAD = (
    "script", "style", "svg", "noscript", "template", "iframe", "head", "select", "button",
    "object", "video", "audio", "canvas", "map", "dialog", "menu",
)  # fmt: skip


def extract_html(
    html: str,
    *,
    url: str | None,
    title: str | None,
    rules: RuleBook,
    known_lines: Collection[str] = (),
) -> Found:
    """Clean paragraphs and fields of a page or fragment; no paragraphs when there is no text."""
    tree = _parse(html)
    if tree is None:
        return Found(method=METHOD, paragraphs=())
    stated = read_metadata(tree, url=url, title=title)
    metadata = _completed(stated, tree, url=url, titled=title is not None)
    trail = _without_trail(metadata.breadcrumbs.shown)
    etree.strip_elements(tree, *_UNREAD, with_tail=False)
    furniture = take_furniture(tree)
    titles = _titles(tree, title, metadata)
    body = find_body(tree, url=url, stated=metadata.article_body)
    found = locate(tree, body.paragraphs)
    regions = Regions(rules)
    places = find_places(found, body.paragraphs, regions=regions)
    left = left_out(found, body.paragraphs, furniture=furniture, regions=regions)
    sweep = Sweep(rules, known_lines)
    if trail:
        sweep.remove(Kind.BREADCRUMB, trail, rule="page.breadcrumbs")
    sweep.run(as_lines(body.paragraphs, places), titles=titles)
    left = settled(left, paragraphs=body.paragraphs, kept=sweep.paragraphs)
    base = metadata.canonical_url or url
    return Found(
        method=body.method,
        paragraphs=tuple(sweep.paragraphs),
        headings=sweep.headings,
        standfirst=sweep.standfirst,
        title=metadata.title,
        authors=with_bios(metadata.authors or sweep.authors, sweep.bios),
        section=metadata.section or _section(metadata.breadcrumbs.names, titles),
        breadcrumbs=metadata.breadcrumbs.names,
        canonical_url=metadata.canonical_url,
        published=metadata.published or sweep.published,
        modified=metadata.modified or sweep.modified,
        images=_merged(_credited(metadata.images, rules), sweep.images),
        related_links=gather_links(sweep.links, sweep.places, base=base),
        removed=tuple(sorted((*sweep.removed, *left), key=lambda block: block.position)),
        keywords=metadata.keywords,
        reasons=body.reasons,
        language=metadata.language,
        warnings=metadata.warnings,
    )


def _parse(html: str) -> HtmlElement | None:
    html = with_figures(html.replace("\x00", ""))
    # The plain check first: the expression takes half as long as parsing does.
    parts = html.split("<")
    if max(map(len, parts)) > _LONG_TAG and any(
        len(part) > _LONG_TAG and part.find(">", 0, _LONG_TAG) < 0 for part in parts
    ):
        html = _OVERLONG_TAG.sub(_without_attributes, html)
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


def _titles(tree: HtmlElement, given: str | None, metadata: Metadata) -> list[str]:
    return [title for title in (given, metadata.title, *shown_titles(tree)) if title]


def _without_trail(shown: HtmlElement | None) -> str:
    """Take the breadcrumbs out of the page; their text."""
    if shown is None or shown.getparent() is None:
        return ""
    text = tidy(" ".join(shown.itertext()))
    shown.drop_tree()
    return text


def _section(crumbs: Sequence[str], titles: Collection[str]) -> str | None:
    """The section that the trail leads to; where it ends in the article, that is none."""
    names = [crumb for crumb in crumbs if not any(same_headline(crumb, one) for one in titles)]
    return Trail(tuple(names)).section


def _completed(metadata: Metadata, tree: HtmlElement, *, url: str | None, titled: bool) -> Metadata:
    """Title, authors and date by what the page shows, where it did not state them.

    Who has a title needs none: the first heading of a bare fragment is no headline then.
    """
    title, authors, published = metadata.title, metadata.authors, metadata.published
    if published is None:
        date = find_date(tree, url=url, extensive_search=False, original_date=True)
        published = parse_date(date or "", provenance=Provenance.METADATA)
    return replace(
        metadata,
        title=title or (None if titled else tidy(extract_title(tree) or "") or None),
        authors=authors or read_signature(tree) or metadata.organisations,
        published=published,
    )


def _merged(pictures: Sequence[Image], captions: Sequence[Image]) -> tuple[Image, ...]:
    """The pictures, and those captions and credits of the text that are none of theirs."""
    known = {image.caption or image.credit for image in pictures}
    loose = [image for image in captions if (image.caption or image.credit) not in known]
    return (*pictures, *loose)


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
