"""Which representation of a thing a request asks for (RFC 9110 §12.5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_RANGES = 32
"""Browsers send up to eight; what comes after so many is not read."""


@dataclass(frozen=True)
class _Range:
    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely the range names the media type; 0 when it does not."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if (self.type, self.subtype) == (type_, "*"):
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The offered media type that the header likes best; of equals the one offered first.

    An empty header takes the first. None when the header refuses all of them.
    """
    ranges = tuple(_ranges(accept))
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    return best if _quality(best, ranges) > 0 else None


def takes_coding(accept_encoding: str, coding: str) -> bool:
    """Whether the header takes a content coding: it names it, or `*`, with a weight above zero."""
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(",")[:MAX_RANGES]:
        name, *parameters = item.split(";")
        weights.setdefault(name.strip(), _weight(parameters))
    return weights.get(coding, weights.get("*", 0.0)) > 0


def _quality(media_type: str, ranges: Sequence[_Range]) -> float:
    """The quality that the most specific range gives it."""
    closest = max(ranges, key=lambda given: given.specificity(media_type))
    return closest.quality if closest.specificity(media_type) else 0.0


def _ranges(accept: str) -> Iterator[_Range]:
    for item in accept.lower().split(",")[:MAX_RANGES]:
        media_range, *parameters = item.split(";")
        type_, slash, subtype = media_range.strip().partition("/")
        if slash:
            yield _Range(type_, subtype, _weight(parameters))


def _weight(parameters: Sequence[str]) -> float:
    """The `q` of a range, held to 0 to 1; one that is no number counts as 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 1.0
    return 1.0
