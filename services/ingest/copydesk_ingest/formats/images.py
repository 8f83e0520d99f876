"""The pictures that come with an article."""

from collections.abc import Iterable
from typing import Final

from pydantic import ValidationInfo

from copydesk_ingest.formats.addressed import addressed, usable
from copydesk_ingest.formats.repairs import MAX_LINE
from copydesk_shared.contracts.submission import GivenImage, Warned

MAX_IMAGES: Final = 20
_INVALID: Final = "invalid_image"


def image_members(value: object, info: ValidationInfo) -> object:
    return addressed(value, info, left_out_as=_INVALID)


def usable_images(
    images: Iterable[GivenImage], *, base: str | None, warnings: list[Warned]
) -> tuple[GivenImage, ...]:
    """The images with whole http(s) addresses, each once; a warning tells what was left out."""
    return usable(
        images,
        _tidied,
        base=base,
        most=MAX_IMAGES,
        field="images",
        left_out_as=_INVALID,
        warnings=warnings,
    )


def _tidied(image: GivenImage, href: str) -> GivenImage:
    return GivenImage(href=href, caption=_line(image.caption), credit=_line(image.credit))


def _line(text: str | None) -> str | None:
    return (text or "").strip()[:MAX_LINE] or None
