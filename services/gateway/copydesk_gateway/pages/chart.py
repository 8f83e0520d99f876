"""The geometry of a bar chart: counts over time as rectangles in an SVG's own units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 264
HEIGHT: Final = 72
GAP_SHARE: Final = 0.22
"""The part of a bar's slot that stays empty."""

LOWEST: Final = 2.0
"""A count of one is to be seen beside a count of a thousand."""

LEAST_TOP: Final = 5
"""So many articles the whole height stands for at least: a single one is no peak."""


@dataclass(frozen=True)
class Count:
    """So many articles in a span of time; `url` is where a reader finds them."""

    label: str
    count: int
    url: str | None = None


@dataclass(frozen=True)
class Bar:
    """The slot is the whole height above the base line, the bar what is painted of it."""

    label: str
    count: int
    url: str | None
    slot_x: float
    slot_width: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """`most` is the highest count; `earlier` counts what is before the first bar, if anything."""

    width: int
    height: int
    bars: Sequence[Bar]
    first: str
    last: str
    most: int
    earlier: Count | None = None


def chart(
    counts: Sequence[Count],
    *,
    earlier: Count | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Chart | None:
    """The bars of the counts in order, in proportion; None without any count.

    The highest is as high as the chart, if it stands for a few at least.
    """
    most = max((count.count for count in counts), default=0)
    if not most:
        return None
    top = max(most, LEAST_TOP)
    slot = width / len(counts)
    bars = []
    for number, count in enumerate(counts):
        tall = max(LOWEST, height * count.count / top) if count.count else 0.0
        bars.append(
            Bar(
                label=count.label,
                count=count.count,
                url=count.url if count.count else None,
                slot_x=round(number * slot, 2),
                slot_width=round(slot, 2),
                x=round((number + GAP_SHARE / 2) * slot, 2),
                y=round(height - tall, 2),
                width=round(slot * (1 - GAP_SHARE), 2),
                height=round(tall, 2),
            )
        )
    return Chart(width, height, bars, counts[0].label, counts[-1].label, most, earlier)
