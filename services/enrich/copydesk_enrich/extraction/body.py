"""The body of a page: trafilatura's choice, mended where it is known to fall short."""

import html
import re
from collections import Counter
from dataclasses import dataclass

import trafilatura
from lxml.html import HtmlElement

from copydesk_enrich.extraction.frames import frame_text
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.places import BLOCKS, block_text, squash
from copydesk_enrich.extraction.rows import without_bars

METHOD = f"trafilatura-{trafilatura.__version__}"
FALLBACK_METHOD = "html-blocks"

_BLOCKS = ("p", "li", "blockquote", "pre", "h2", "h3", "dd", "td")
# The blocks with rows in the place of their cells.
_PARTS = tuple(tag for tag in BLOCKS if tag not in {"td", "th"})
_INVISIBLE = ("script", "style", "nav", "noscript", "template", "head", "footer", "aside", "form")
_LONG_CHARS = 120
# A body that leaves out more than this share of the page's prose is looked at again.
_SUSPICIOUS = 0.5
# The JSON-LD body is believed over the page where it has so much more.
_FAR_MORE = 1.5
_FEWEST_WORDS = 100
_EMBEDS = ("twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "bluesky-embed")


@dataclass(frozen=True)
class Body:
    """Paragraphs of a page in order, and how they were won."""

    paragraphs: tuple[str, ...]
    method: str = METHOD
    reasons: tuple[str, ...] = ()


def find_body(tree: HtmlElement, *, url: str | None, stated: str | None) -> Body:
    """The body of a parsed page; `stated` is the `articleBody` of its JSON-LD. Changes the tree."""
    _free_embeds(tree)
    frame_text(tree)
    paragraphs = _extract(tree, url)
    if _gather(tree, paragraphs):
        paragraphs = _extract(tree, url)
    said = [
        clean
        for line in (stated or "").splitlines()
        if (clean := tidy(html.unescape(_TAG.sub(" ", line))))
    ]
    if _words(said) > max(_FEWEST_WORDS, _FAR_MORE * _words(paragraphs)):
        return Body(tuple(said), method="json-ld", reasons=("fallback_extractor",))
    if paragraphs:
        return Body(tuple(paragraphs))
    return Body(tuple(_all_blocks(tree)), method=FALLBACK_METHOD, reasons=("fallback_extractor",))


_TAG = re.compile(r"<[^<>]{1,1000}>")


def _extract(tree: HtmlElement, url: str | None) -> list[str]:
    document = trafilatura.bare_extraction(tree, url=url, fast=True, include_comments=False)
    text = getattr(document, "text", None) or ""
    found = [clean for line in text.split("\n") if (clean := without_bars(tidy(line)))]
    return _parted(tree, found[0]) if len(found) == 1 else found


def _parted(tree: HtmlElement, text: str) -> list[str]:
    """The blocks of a short page, whose text trafilatura gives as one line; else that line."""
    blocks = [
        block for block in tree.iter(*_PARTS) if next(block.iterdescendants(*_PARTS), None) is None
    ]
    whole = squash("".join(str(block.text_content()) for block in blocks)) == squash(text)
    return [said for block in blocks if (said := _item(block))] if whole else [text]


def _item(block: HtmlElement) -> str:
    """The text of a block; an item of a list is marked as trafilatura marks it."""
    text = block_text(block)
    return f"- {text}" if text and block.tag == "li" else text


def _free_embeds(tree: HtmlElement) -> None:
    """Let quoted posts be quotes: trafilatura drops what is called an embed."""
    for quote in tree.iter("blockquote"):
        if not any(name in (quote.get("class") or "") for name in _EMBEDS):
            continue
        text = _key(quote)
        element: HtmlElement | None = quote
        while element is not None and element.tag != "body" and _key(element) == text:
            element.attrib.pop("class", None)
            element.attrib.pop("id", None)
            element = element.getparent()


def _gather(tree: HtmlElement, paragraphs: list[str]) -> bool:
    """Join a body that the page cuts into several boxes of one kind; whether there was one.

    Advertising breaks long articles into sibling boxes, and trafilatura takes the first.
    """
    texts = [(element, str(element.text_content())) for element in tree.iter("p")]
    long = [(element, text) for element, text in texts if len(text) >= _LONG_CHARS]
    chars = sum(map(len, paragraphs))
    if sum(len(text) for _, text in long) < (1 + _SUSPICIOUS) * chars:
        return False
    have = frozenset(map(squash, paragraphs))
    boxes: Counter[HtmlElement] = Counter()
    missed: Counter[HtmlElement] = Counter()
    for element, text in long:
        if (box := element.getparent()) is not None:
            (boxes if squash(text) in have else missed)[box] += len(text)
    if missed.total() < _SUSPICIOUS * chars or not boxes:
        return False
    first, _ = boxes.most_common(1)[0]
    kind = _signature(first)
    twins = [box for box in missed if box is not first and _signature(box) == kind]
    # Two articles on one page, as endless scrolling makes, have a headline or a frame each.
    twins = [box for box in twins if _same_article(first, box)]
    if not first.get("class") or not twins:
        return False
    for box in twins:
        first.extend(list(box))
    return True


def _signature(box: HtmlElement) -> tuple[tuple[str, str | None], ...]:
    line = [box, *list(box.iterancestors())[:2]]
    return tuple((str(element.tag), element.get("class")) for element in line)


def _same_article(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether the nearest box around both holds one headline at most and no article of its own."""
    around = set(one.iterancestors())
    shared = next((above for above in other.iterancestors() if above in around), None)
    if shared is None or shared.tag in {"body", "html"}:
        return False
    return next(shared.iter("article"), shared) is shared and len(list(shared.iter("h1"))) <= 1


def _all_blocks(tree: HtmlElement) -> list[str]:
    """All visible text in block elements, for fragments too small for trafilatura."""
    for element in list(tree.iter(*_INVISIBLE)):
        element.drop_tree()
    texts = [tidy(str(block.text_content())) for block in tree.iter(*_BLOCKS)]
    found = [text for text in dict.fromkeys(texts) if text]
    if found:
        return found
    whole = tidy(str(tree.text_content()))
    return [whole] if whole else []


def _words(paragraphs: list[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _key(element: HtmlElement) -> str:
    return squash(str(element.text_content()))
