"""Names that their own words give away."""

# ruff: noqa: RUF001  # typographic marks are meant here

import pytest
from entity_builders import EVENT, ORGANISATION, PERSON, PLACE
from hypothesis import given
from hypothesis import strategies as st

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.patterns import completed
from copydesk_shared.contracts.article import EntityType

Named = tuple[str, EntityType]


def found(text: str, *model: Named) -> list[Named]:
    spans = [Span(text.index(form), text.index(form) + len(form), kind) for form, kind in model]
    return [(text[one.start : one.end], one.type) for one in completed(text, spans, gazetteer())]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the 2031 Elderland presidential election.", "2031 Elderland presidential election"),
        (
            "the 2004 United States Senate election in New Hampshire, which",
            "2004 United States Senate election in New Hampshire",
        ),
        ("in the 2019–20 general election", "2019–20 general election"),
        ("the Elderland parliamentary elections in May", "Elderland parliamentary elections"),
        ("at the Port Elder Film Festival.", "Port Elder Film Festival"),
        ("after the Battle of Salt Creek they", "Battle of Salt Creek"),
    ],
)  # fmt: skip
def test_events_are_named_by_their_last_or_first_word(text: str, name: str) -> None:
    assert found(text) == [(name, EVENT)]


@pytest.mark.parametrize(
    "text",
    ["the election was called", "a general election", "in the November election", "the Party met",
     "of the Party", "his party", "Election day", "an election in Elderland"],
)  # fmt: skip
def test_a_word_alone_makes_no_name(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("The Harbour Party of Elderland won", "Harbour Party of Elderland", ORGANISATION),
        ("But Social and Labour Party votes", "Social and Labour Party", ORGANISATION),
        ("at the University of Port Elder, where", "University of Port Elder", ORGANISATION),
        ("the Kingdom of Elder fell", "Kingdom of Elder", PLACE),
        ("President Tess Oakley's Harbour Party", "Harbour Party", ORGANISATION),
        ("from the International Monetary Fund.", "International Monetary Fund", ORGANISATION),
    ],
)  # fmt: skip
def test_names_around_a_head_word(text: str, name: str, kind: EntityType) -> None:
    assert found(text) == [(name, kind)]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("after Storm Ottilie’s floods", "Storm Ottilie", EVENT),
        ("Winter Storm Uri froze it", "Winter Storm Uri", EVENT),
        ("when Hurricane Katrina came.", "Hurricane Katrina", EVENT),
        ("and Cyclone Freddy, too", "Cyclone Freddy", EVENT),
        ("a Typhoon Haiyan survivor", "Typhoon Haiyan", EVENT),
        ("at Port Elder on Sunday", "Port Elder", PLACE),
        ("under Mount Elder.", "Mount Elder", PLACE),
        ("Mayor Tess of Fort Elder, who", "Fort Elder", PLACE),
    ],
)  # fmt: skip
def test_a_first_word_may_say_what_a_name_is(text: str, name: str, kind: EntityType) -> None:
    assert found(text) == [(name, kind)]


@pytest.mark.parametrize(
    "text",
    ["the Storm came", "Port Authority workers", "the National Hurricane Center", "Storm, Ada",
     "Port Elder Wanderers won", "the storm Ada", "Storm The gates", "Storm Damage in town"],
)  # fmt: skip
def test_a_first_word_alone_or_within_a_longer_name_makes_none(text: str) -> None:
    assert found(text) == []


def test_a_whole_name_takes_the_place_of_the_models_parts() -> None:
    text = "the Liberal Party of Elder Bay said"
    assert found(text, ("Liberal Party", ORGANISATION), ("Elder Bay", PLACE)) == [
        ("Liberal Party of Elder Bay", ORGANISATION)
    ]


def test_what_lies_within_a_longer_name_of_the_models_stays_in_it() -> None:
    text = "the Elder Harbour Party Youth Wing met"
    assert found(text, ("Elder Harbour Party Youth Wing", ORGANISATION)) == [
        ("Elder Harbour Party Youth Wing", ORGANISATION)
    ]


def test_an_acronym_in_brackets_is_a_name_too() -> None:
    text = "The Harbour Users League (HUL) and Tess Oakley (TO) agreed."
    assert found(text, ("Harbour Users League", ORGANISATION), ("Tess Oakley", PERSON)) == [
        ("Harbour Users League", ORGANISATION),
        ("HUL", ORGANISATION),
        ("Tess Oakley", PERSON),
    ]


@given(st.lists(st.sampled_from(
    ["Party", "of", "the", "Elder", "election", "2012", "and", "Social", "(EP)", ",", "Kingdom",
     "United", "States", "’s", "University", "in", "\n", "İ", "ß", "."]
), max_size=60))  # fmt: skip
def test_names_never_overlap_and_lie_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    end = 0
    for span in completed(text, [], gazetteer()):
        assert end <= span.start < span.end <= len(text)
        end = span.end
