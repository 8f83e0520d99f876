"""Ages as operators write and read them."""

from datetime import timedelta

import pytest

from copydesk.ages import age, spoken
from copydesk.failures import CommandError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("2h", 7200), ("7d", 604_800), ("1.5H", 5400), (" 5m ", 300)],
)
def test_age_is_read_in_its_unit(text: str, seconds: float) -> None:
    assert age(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "-5m", "5w", "5m3s", "9999999d"])
def test_what_is_no_age_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CommandError, match="15m"):
        age(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0s"), (0.4, "0s"), (59, "59s"), (60, "1m"), (7199, "1h"), (200_000, "2d")],
)
def test_duration_is_spoken_in_its_largest_unit(seconds: float, text: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == text
