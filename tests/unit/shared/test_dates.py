"""Dates as publishers and newsrooms write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_shared.contracts.submission import Precision
from copydesk_shared.dates import read_date, read_exact_date

ZONED = [
    ("2026-11-20T06:00:00Z", "2026-11-20T06:00:00+00:00"),
    ("2026-11-20T06:00:00+0200", "2026-11-20T06:00:00+02:00"),
    ("20261120T060000Z", "2026-11-20T06:00:00+00:00"),
    ("2026-11-20 06:00 UTC", "2026-11-20T06:00:00+00:00"),
    ("2026-11-20 06:00:00 GMT", "2026-11-20T06:00:00+00:00"),
    ("2026-11-20 06:00 CET", "2026-11-20T06:00:00+01:00"),
    ("2026-11-20 06:00 +0200", "2026-11-20T06:00:00+02:00"),
    ("2026-11-20 06:00:00.5 Z", "2026-11-20T06:00:00+00:00"),
    ("Fri, 20 Nov 2026 06:00:00 +0200", "2026-11-20T06:00:00+02:00"),
    ("20 Nov 2026 06:00 EST", "2026-11-20T06:00:00-05:00"),
]
WRITTEN = [
    ("Fri, 20 November 2026 06:00 CEST", "2026-11-20T06:00:00+02:00"),
    ("November 20, 2026 at 6:00 AM (GMT+5:30)", "2026-11-20T06:00:00+05:30"),
    ("NOVEMBER 20TH, 2026, 6:00 p.m. ET", "2026-11-20T18:00:00-05:00"),
    ("Friday, 20th November 2026, 12:05 am UTC-3", "2026-11-20T00:05:00-03:00"),
    ("9:05 PM EST, Fri November 20, 2026", "2026-11-20T21:05:00-05:00"),
]


@pytest.mark.parametrize(("text", "value"), [*ZONED, *WRITTEN])
def test_a_time_with_its_zone_is_exact(text: str, value: str) -> None:
    date = read_date(text)
    assert date is not None
    assert (date.value.isoformat(timespec="seconds"), date.precision) == (value, Precision.SECOND)
    assert date.zoned


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 06:00",
        "Fri, 20 November 2026 06:00",
        "November 20, 2026 6:00 AM XYZT",
        "20. November 2026, 6.00",
        "20. November 2026, 6:00 Uhr",
        "vendredi 20 novembre 2026 à 6h00",
        "20.11.2026 06:00",
        "06:00, 20/11/2026",
    ],
)
def test_without_a_zone_that_we_know_a_time_is_utc_and_says_so(text: str) -> None:
    date = read_date(text)
    assert date is not None
    assert date.value.isoformat() == "2026-11-20T06:00:00+00:00"
    assert not date.zoned


@pytest.mark.parametrize(
    "text",
    ["2026-11-20", "20261120", "November 20, 2026", "20 Nov 2026", "Fri, 20th November, 2026"],
)
def test_a_day_is_exact_to_the_day(text: str) -> None:
    date = read_date(text)
    assert date is not None
    assert (date.value.date().isoformat(), date.precision) == ("2026-11-20", Precision.DAY)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("12. März 2026", 3),
        ("12. Dezember 2026", 12),
        ("12 août 2026", 8),
        ("12 juin 2026", 6),
        ("12 juillet 2026", 7),
        ("12 de octubre de 2026", 10),
        ("12 de maio de 2026", 5),
        ("12 giugno 2026", 6),
        ("12 maart 2026", 3),
        ("12.3.2026", 3),
    ],
)
def test_a_month_may_be_named_in_another_language(text: str, month: int) -> None:
    date = read_date(text)
    assert date is not None
    assert (date.value.month, date.value.day, date.precision) == (month, 12, Precision.DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "32 April 2026",
        "2026-13-40",
        "12 Brumaire 1799",
        "11/12/2026",
        "20.13.2026",
        "0000-00-00",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(("text", "value"), ZONED)
def test_an_exact_date_says_nothing_else(text: str, value: str) -> None:
    date = read_exact_date(text)
    assert date is not None
    assert date.value.isoformat(timespec="seconds") == value
    assert read_exact_date(f"not before {text}") is None
    assert read_exact_date(f"{text} or later") is None


def test_an_exact_date_is_not_in_a_zone_that_nobody_knows() -> None:
    assert read_exact_date("2026-11-20 06:00 XYZT") is None
    assert read_exact_date("November 20, 2026") is None


@given(st.text(max_size=90) | st.text(st.sampled_from("0123456789-:T+ Z.,aApmNov"), max_size=40))
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = read_date(text)
    assert date is None or date.value.tzinfo is not None
    read_exact_date(text)
