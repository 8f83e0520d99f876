"""The pictures of a page: those that it states, and those that it captions."""

from collections.abc import Iterable, Iterator, Mapping

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk_enrich.extraction.credits import bare_credit, part_credit
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.links import absolute
from copydesk_enrich.extraction.places import squash
from copydesk_shared.contracts.article import Image
from copydesk_shared.contracts.submission import GivenImage

_MOST_IMAGES = 20
_MOST_CAPTIONS = 100
_LONGEST_CAPTION = 500
_LONGEST_CREDIT = 120
# `<div><p class="caption">`, in a column of its own.
_MOST_BOXES = 3
_CAPTIONS = XPath(
    "//@class[contains(.,'aption')]/parent::*"
    "[self::p or self::div or self::span or self::small or self::em or self::dd]"
)
# It holds picture or caption, or is a figure's.
_IS_MORE = XPath("boolean(.//img | .//*[contains(@class,'aption')] | ancestor::figure)")
_CREDITS = XPath(
    ".//*[contains(@class,'credit') or contains(@class,'Credit') or contains(@class,'source')"
    " or contains(@class,'copyright') or contains(@class,'photographer')]"
)


def gather_pictures(
    tree: HtmlElement,
    *,
    stated: Iterable[GivenImage],
    metas: Mapping[str, str],
    base: str | None,
) -> tuple[Image, ...]:
    """The pictures that the metadata state, then each that has a caption; every address once."""
    seen: set[str] = set()
    found: list[Image] = []
    for image in (*_lead_images(stated, metas, base), *_figures(tree, base)):
        if image.href is None or image.href not in seen:
            seen.add(image.href or "")
            found.append(image)
    return tuple(found[:_MOST_IMAGES])


def _lead_images(
    stated: Iterable[GivenImage], metas: Mapping[str, str], base: str | None
) -> Iterator[Image]:
    found = [
        Image(href=href, caption=image.caption, credit=image.credit)
        for image in stated
        if (href := absolute(image.href, base))
    ]
    # A list of bare addresses is one picture in several sizes.
    bare = all(image.caption is None and image.credit is None for image in found)
    yield from found[:1] if bare else found
    if not found and (href := absolute(metas.get("og:image"), base)):
        yield Image(href=href, caption=metas.get("og:image:alt"))


def _figures(tree: HtmlElement, base: str | None) -> Iterator[Image]:
    """Pictures with a caption: in one figure, or one behind the other."""
    for figure in tree.iter("figure"):
        caption, picture = figure.find(".//figcaption"), figure.find(".//img")
        if caption is not None and picture is not None:
            yield from _captioned(picture, caption, base)
    for caption in _CAPTIONS(tree)[:_MOST_CAPTIONS]:
        if not _IS_MORE(caption) and (picture := _picture_before(caption)) is not None:
            yield from _captioned(picture, caption, base)


def _picture_before(caption: HtmlElement) -> HtmlElement | None:
    """The picture right before a caption, or before the box that holds nothing else."""
    box: HtmlElement | None = caption
    for _ in range(_MOST_BOXES):
        if box is None or squash(str(box.text_content())) != squash(str(caption.text_content())):
            return None
        before = box.getprevious()
        if before is not None:
            picture = next(before.iter("img"), None)
            return None if tidy(str(before.text_content())) else picture
        box = box.getparent()
    return None


def _captioned(picture: HtmlElement, caption: HtmlElement, base: str | None) -> Iterator[Image]:
    part = next((tidy(str(part.text_content())) for part in _CREDITS(caption)), "")
    text: str | None = tidy(str(caption.text_content()))[:_LONGEST_CAPTION]
    credit: str | None = bare_credit(part)[:_LONGEST_CREDIT]
    if part and text and text.endswith(part):
        text = text.removesuffix(part).rstrip(" (|–—-")  # noqa: RUF001  # dashes are meant
    elif not part:
        text, credit = part_credit(text or "")
    if text or credit:
        yield Image(
            href=absolute(_source(picture), base), caption=text or None, credit=credit or None
        )


def _source(picture: HtmlElement) -> str | None:
    """The address of a picture; one that loads late has it in another attribute."""
    values = (picture.get(name) for name in ("src", "data-src", "data-lazy-src", "data-original"))
    return next((value for value in values if value and not value.startswith("data:")), None)
