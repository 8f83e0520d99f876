"""The pictures that come with an article: only their addresses, since nothing is fetched."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin

from pydantic import ValidationInfo

from copydesk_ingest.formats.repairs import MAX_LINE, tell
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.submission import GivenImage, Warned

MAX_IMAGES: Final = 20
_ADDRESSES: Final = ("href", "url", "src")


def usable_images(
    images: Iterable[GivenImage], *, base: str | None, warnings: list[Warned]
) -> tuple[GivenImage, ...]:
    """The images with whole http(s) addresses, each once; a warning tells what was left out."""
    found: dict[str, GivenImage] = {}
    unusable = surplus = 0
    for image in images:
        href = absolute(image.href, base)
        if href is None:
            unusable += 1
        elif len(found) < MAX_IMAGES:
            found.setdefault(href, _trimmed(image, href))
        else:
            surplus += href not in found
    if unusable:
        warnings.append(_left_out("invalid_image", f"{unusable} without an http(s) address"))
    if surplus:
        warnings.append(_left_out("too_many", f"{surplus} after the first {MAX_IMAGES}"))
    return tuple(found.values())


def image_members(value: object, info: ValidationInfo) -> object:
    return addressed(value, info, left_out_as="invalid_image")


def addressed(value: object, info: ValidationInfo, *, left_out_as: str) -> object:
    """Objects with an `href`; one is a list of one, and an address alone is an object."""
    if not value:
        return []
    given = value if isinstance(value, list) else [value]
    found: list[dict[str, object]] = []
    as_it_should = isinstance(value, list)
    for image in given:
        members = image if isinstance(image, dict) else {"href": image}
        named = (name for name in _ADDRESSES if isinstance(members.get(name), str))
        if name := next(named, None):
            found.append(members | {"href": members[name]})
            as_it_should &= members is image and name == "href"
    if found and not as_it_should:
        tell(info, "field_repaired", "It is to be a list of objects, each with `href`.")
    if left_out := len(given) - len(found):
        tell(info, left_out_as, f"Left out: {left_out} without an address.")
    return found


def absolute(href: str, base: str | None) -> str | None:
    """A whole http(s) address, or None: a blank one, which joins to the base, is none."""
    if not href.strip():
        return None
    try:
        whole = urljoin(base or "https:", href.strip())
        canonical_url(whole)
    except ValueError:
        return None
    return whole


def _trimmed(image: GivenImage, href: str) -> GivenImage:
    return GivenImage(href=href, caption=_line(image.caption), credit=_line(image.credit))


def _line(text: str | None) -> str | None:
    return (text or "").strip()[:MAX_LINE] or None


def _left_out(code: str, what: str) -> Warned:
    return Warned(code=code, message=f"Left out: {what}.", field="images")
