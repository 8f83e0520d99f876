"""The pictures of a page: those that it states, and those that it captions."""

from collections.abc import Iterable, Iterator, Mapping

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.links import absolute
from copydesk_shared.contracts.article import Image
from copydesk_shared.contracts.submission import GivenImage

_MOST_IMAGES = 20
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
    for figure in tree.iter("figure"):
        caption = figure.find(".//figcaption")
        picture = figure.find(".//img")
        if caption is None or picture is None:
            continue
        credit = next((tidy(str(part.text_content())) for part in _CREDITS(caption)), "")
        text = tidy(str(caption.text_content()))[:500]
        if credit and text.endswith(credit):
            text = text.removesuffix(credit).rstrip(" (|–—-")  # noqa: RUF001  # dashes are meant
        source = picture.get("src")
        if not source or source.startswith("data:"):
            source = picture.get("data-src")
        if text or credit:
            yield Image(
                href=absolute(source, base), caption=text or None, credit=credit[:120] or None
            )
