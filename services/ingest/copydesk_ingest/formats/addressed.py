"""What comes with an article under its own address, pictures and links: nothing is fetched."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar
from urllib.parse import urljoin

from pydantic import ValidationInfo

from copydesk_ingest.formats.repairs import tell
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned

_ADDRESSES: Final = ("href", "url", "src")

Given = TypeVar("Given", GivenImage, GivenLink)


def addressed(value: object, info: ValidationInfo, *, left_out_as: str) -> object:
    """Objects with an `href`; one is a list of one, and an address alone is an object."""
    if not value:
        return []
    given = value if isinstance(value, list) else [value]
    found: list[dict[str, object]] = []
    as_it_should = isinstance(value, list)
    for one in given:
        members = one if isinstance(one, dict) else {"href": one}
        named = (name for name in _ADDRESSES if isinstance(members.get(name), str))
        if name := next(named, None):
            found.append(members | {"href": members[name]})
            as_it_should &= members is one and name == "href"
    if found and not as_it_should:
        tell(info, "field_repaired", "It is to be a list of objects, each with `href`.")
    if left_out := len(given) - len(found):
        tell(info, left_out_as, f"Left out: {left_out} without an address.")
    return found


def usable(
    given: Iterable[Given],
    tidied: Callable[[Given, str], Given],
    *,
    base: str | None,
    most: int,
    field: str,
    left_out_as: str,
    warnings: list[Warned],
) -> tuple[Given, ...]:
    """Those with whole http(s) addresses, each once; a warning tells what was left out.

    `tidied` makes one of them, with its address joined to `base`, what is kept.
    """
    found: dict[str, Given] = {}
    unusable = surplus = 0
    for one in given:
        href = _absolute(one.href, base)
        if href is None:
            unusable += 1
        elif len(found) < most:
            found.setdefault(href, tidied(one, href))
        else:
            surplus += href not in found

    def left_out(code: str, what: str) -> None:
        warnings.append(Warned(code=code, message=f"Left out: {what}.", field=field))

    if unusable:
        left_out(left_out_as, f"{unusable} without an http(s) address")
    if surplus:
        left_out("too_many", f"{surplus} after the first {most}")
    return tuple(found.values())


def _absolute(href: str, base: str | None) -> str | None:
    """A whole http(s) address, or None: a blank one, which joins to the base, is none."""
    if not href.strip():
        return None
    try:
        whole = urljoin(base or "https:", href.strip())
        canonical_url(whole)
    except ValueError:
        return None
    return whole
