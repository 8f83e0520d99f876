"""Text in capitals, written as a recogniser knows it."""

# ruff: noqa: RUF001  # typographic marks are meant here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_enrich.entities.capitals import without_capitals
from copydesk_enrich.entities.gazetteer import gazetteer


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("BIDEN MET UKRAINIAN OFFICIALS IN WARSAW.", "Biden met Ukrainian officials in Warsaw."),
        (
            "KYIV - PRESIDENT VOLODYMYR ZELENSKY SAID THAT NATO AND THE U.S. WILL PAY.",
            "Kyiv - President Volodymyr Zelensky said that NATO and the U.S. will pay.",
        ),
        ("THE UNITED STATES MET THE WHITE HOUSE", "The United States met the White House"),
        ("HOPE OAKLEY LEFT HOPE ON IT", "Hope Oakley left hope on it"),
        ("THE LABOUR PARTY AND THE PARTY", "The Labour Party and the party"),
        ("THEY MET. “THEY” LEFT OAKLEY’S BRIDGE", "They met. “They” left Oakley’s bridge"),
    ],
)  # fmt: skip
def test_capitals_stay_where_names_may_be(text: str, written: str) -> None:
    assert without_capitals(text, gazetteer()) == written


@pytest.mark.parametrize(
    "text", ["Biden met officials of NATO, the EU and the US.", "NATO", "FLASH: NATO", "", "1 2 3"]
)
def test_text_that_does_not_shout_stays_as_it_is(text: str) -> None:
    assert without_capitals(text, gazetteer()) == text


@given(st.text(max_size=200).map(str.upper))
def test_every_letter_stays_in_its_place(text: str) -> None:
    written = without_capitals(text, gazetteer())
    assert len(written) == len(text)
    assert all(
        one == other or one.lower() == other.lower()
        for one, other in zip(text, written, strict=True)
    )
