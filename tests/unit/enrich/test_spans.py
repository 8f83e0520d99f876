# ruff: noqa: RUF001  # typographic marks are meant here

import pytest
from entity_builders import EVENT, ORGANISATION, PERSON, PLACE, WORK

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.spans import refine
from copydesk_shared.contracts.article import EntityType


def refined(text: str, part: str, kind: EntityType) -> list[str]:
    start = text.index(part)
    found = list(refine([text], [[Span(start, start + len(part), kind)]], gazetteer()))
    assert all(text[one.start : one.end] == one.form for one in found)
    return [one.form for one in found]


@pytest.mark.parametrize(
    ("part", "kind", "form"),
    [
        ("the United Nations", ORGANISATION, "United Nations"),
        ("America’s", PLACE, "America"),
        ("the United States’", PLACE, "United States"),
        ("“Oakley,”", PERSON, "Oakley"),
        ("U.S.", PLACE, "U.S."),
        ("Port Elder.", PLACE, "Port Elder"),
        ("Mayor Tess Oakley", PERSON, "Tess Oakley"),
        ("Vice President Dr. Jan Reed", PERSON, "Jan Reed"),
        ("Elder Inc.", ORGANISATION, "Elder Inc."),
        ("R-Calif", PLACE, "Calif"),
        ("his Harbour Party", ORGANISATION, "Harbour Party"),
    ],
)
def test_edges_that_are_no_part_of_the_name_go(part: str, kind: EntityType, form: str) -> None:
    assert refined(f"It was {part} then", part, kind) == [form]


def test_a_compound_is_split() -> None:
    assert refined("the U.S.-led Ramstein group", "U.S.-led Ramstein", ORGANISATION) == [
        "U.S.",
        "Ramstein",
    ]


def test_a_town_before_a_known_organisation_is_split_off() -> None:
    assert refined("the Vilnius NATO summit", "Vilnius NATO", ORGANISATION) == ["Vilnius", "NATO"]


def test_a_word_for_people_stays_only_before_a_compound() -> None:
    assert refined("the Russian-led Elder Bloc", "Russian-led Elder Bloc", ORGANISATION) == [
        "Russian",
        "Elder Bloc",
    ]
    assert refined("the Russian bloc", "Russian", ORGANISATION) == []


@pytest.mark.parametrize(
    ("text", "part", "kind"),
    [
        ("Secretary of State Reed", "State", ORGANISATION),
        ("the Ramstein group met", "Ramstein", PERSON),
        ("the Euro-Atlantic region", "Euro-Atlantic", EVENT),
        ("he read Salt again", "Salt", WORK),
        ("an American said", "American", PLACE),
        ("the Dutch came", "Dutch", ORGANISATION),
        ("on Monday", "Monday", ORGANISATION),
        ("it was nothing", "nothing", PERSON),
        ("write to a@example.org", "a@example.org", PERSON),
        ("Reed 2 won", "Reed 2", PERSON),
        ("“ ” said", "“ ”", PERSON),
        ("Q B C D E F G H I J K", "Q B C D E F G H I J K", ORGANISATION),
    ],
)
def test_junk_is_dropped(text: str, part: str, kind: EntityType) -> None:
    assert refined(text, part, kind) == []
