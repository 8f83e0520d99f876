"""When Redis will be full, from samples."""

import math

import pytest

from copydesk_index.memory import DAY_S, ENOUGH, EVERY_S, WINDOW, MemoryForecast

MB = 2**20


def forecast(*used: float) -> MemoryForecast:
    """A sample a minute."""
    found = MemoryForecast()
    for number, each in enumerate(used):
        found.add(number * EVERY_S, int(each))
    return found


def test_steady_growth_is_told_in_days() -> None:
    a_day = 100 * MB
    samples = [a_day * number * EVERY_S / DAY_S for number in range(120)]
    days = forecast(*samples).days_to_full(int(samples[-1]) + 7 * a_day)
    assert days == pytest.approx(7, rel=0.01)


def test_a_peak_in_the_night_is_no_trend() -> None:
    flat = [500 * MB + 100 * MB * math.sin(2 * math.pi * n / WINDOW) for n in range(WINDOW)]
    rising = forecast(*[200 * MB + 100 * MB * n / WINDOW for n in range(WINDOW)])
    assert forecast(*flat).days_to_full(1000 * MB) > rising.days_to_full(1000 * MB)


def test_memory_that_does_not_grow_is_never_full() -> None:
    assert forecast(*[500 * MB] * 60).days_to_full(1000 * MB) == math.inf
    assert forecast(*range(600 * MB, 500 * MB, -MB)).days_to_full(1000 * MB) == math.inf


def test_nothing_is_said_without_a_limit_or_after_too_few_samples() -> None:
    assert math.isnan(forecast(*range(60)).days_to_full(0))
    assert math.isnan(forecast(*range(ENOUGH - 1)).days_to_full(1000 * MB))


def test_a_full_memory_is_full_now() -> None:
    assert forecast(*range(60)).days_to_full(10) == 0


def test_only_the_last_day_counts() -> None:
    long_ago = [MB * n for n in range(500)]
    lately = [500 * MB] * WINDOW
    assert forecast(*long_ago, *lately).days_to_full(1000 * MB) == math.inf
