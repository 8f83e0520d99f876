# ruff: noqa: RUF001  # typographic marks are meant here

import pytest
from entity_builders import ORGANISATION, PERSON, PLACE

from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_shared.contracts.article import EntityType

TABLE = gazetteer()


@pytest.mark.parametrize(
    ("form", "name", "kind"),
    [
        ("U.S.", "United States", PLACE),
        ("America", "United States", PLACE),
        ("Britain", "United Kingdom", PLACE),
        ("Kyiv", "Kyiv", PLACE),
        ("Kiev", "Kyiv", PLACE),
        ("Sucre", "Sucre", PLACE),
        ("WASHINGTON", "Washington", PLACE),
        ("EU", "European Union", ORGANISATION),
        ("North Atlantic Treaty Organization", "NATO", ORGANISATION),
    ],
)
def test_a_form_has_one_canonical_name(form: str, name: str, kind: EntityType) -> None:
    known = TABLE.look_up(form, taken_for=ORGANISATION)
    assert known is not None
    assert (known.name, known.type) == (name, kind)


@pytest.mark.parametrize("form", ["Jordan", "Georgia", "Paris", "Kyiv", "Washington", "Chad"])
def test_a_country_or_capital_is_never_a_person(form: str) -> None:
    known = TABLE.look_up(form, taken_for=PERSON)
    assert known is not None
    assert known.type is PLACE


@pytest.mark.parametrize("form", ["Virginia", "Hamilton"])
def test_a_name_that_is_more_often_a_persons_stays_one_if_taken_for_one(form: str) -> None:
    assert TABLE.look_up(form, taken_for=PERSON) is None
    assert TABLE.look_up(form, taken_for=ORGANISATION) is not None


def test_every_name_is_its_own_form() -> None:
    assert all(TABLE.known[known.name].name == known.name for known in TABLE.known.values())


def test_no_people_are_countries() -> None:
    assert not TABLE.people & TABLE.known.keys()


@pytest.mark.parametrize(
    ("people", "country"),
    [("Russian", "Russia"), ("Saudi", "Saudi Arabia"), ("French", "France"), ("Irish", "Ireland")],
)
def test_a_word_for_people_tells_their_country(people: str, country: str) -> None:
    assert TABLE.countries[people].name == country


def test_a_word_for_the_people_of_two_countries_tells_none() -> None:
    assert "Congolese" not in TABLE.countries


def test_it_holds_the_world() -> None:
    assert {"Ukraine", "Tuvalu", "Côte d’Ivoire", "Eswatini", "Taiwan"} <= TABLE.known.keys()
    assert len(TABLE.known) > 500
