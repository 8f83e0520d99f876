import pytest

from copydesk_enrich.extraction.dates import parse_date
from copydesk_shared.contracts.article import Precision, Provenance


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-04-12T17:30:00Z", "2024-04-12T17:30:00+00:00"),
        ("2024-04-12T17:30:00+0200", "2024-04-12T17:30:00+02:00"),
        ("2024-04-12T17:30:00.123Z", "2024-04-12T17:30:00.123000+00:00"),
        ("2024-04-12 17:30", "2024-04-12T17:30:00+00:00"),
        ("April 12, 2024 5:30 PM", "2024-04-12T17:30:00+00:00"),
        ("12 April 2024 at 5:30 pm EST", "2024-04-12T17:30:00-05:00"),
        ("Friday, Apr. 12, 2024, 12:05 a.m. ET", "2024-04-12T00:05:00-05:00"),
    ],
)
def test_a_time_is_exact_to_the_second(text: str, value: str) -> None:
    dated = parse_date(text, provenance=Provenance.TEXT)
    assert dated is not None
    assert (dated.value.isoformat(), dated.precision) == (value, Precision.SECOND)


@pytest.mark.parametrize("text", ["2024-04-12", "April 12, 2024", "12 Apr 2024", "12 April, 2024"])
def test_a_day_is_exact_to_the_day(text: str) -> None:
    dated = parse_date(text, provenance=Provenance.TEXT)
    assert dated is not None
    assert (dated.value.date().isoformat(), dated.precision) == ("2024-04-12", Precision.DAY)


@pytest.mark.parametrize("text", ["", "soon", "32 April 2024", "12 Brumaire 1799", "2024-13-40"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text, provenance=Provenance.TEXT) is None
