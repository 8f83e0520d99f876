import pytest
from entity_builders import EVENT, ORGANISATION, PERSON, PLACE, WORK, mentions

from copydesk_enrich.entities.clusters import Cluster, cluster
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.spans import Mentioned
from copydesk_shared.contracts.article import EntityType


def clusters(*forms: tuple[str, EntityType]) -> list[tuple[str, EntityType, int]]:
    found: list[Cluster] = cluster(mentions(*forms), gazetteer())
    return [(one.name, one.type, len(one.mentions)) for one in found]


def test_a_surname_joins_the_full_name_whatever_the_model_takes_it_for() -> None:
    assert clusters(
        ("Tess Oakley", PERSON), ("Oakley", ORGANISATION), ("Oakley", PLACE), ("Tess", PERSON)
    ) == [("Tess Oakley", PERSON, 4)]


def test_a_name_with_a_middle_initial_or_suffix_is_the_same_person() -> None:
    assert clusters(
        ("Jan Reed", PERSON), ("Jan Q. Reed Jr.", PERSON), ("Jan Reed", PERSON), ("Reed", PERSON)
    ) == [("Jan Reed", PERSON, 4)]


def test_a_name_that_ends_in_another_is_the_same_person() -> None:
    assert clusters(("Ana Maria Ruiz", PERSON), ("Maria Ruiz", PERSON), ("Ruiz", PERSON)) == [
        ("Ana Maria Ruiz", PERSON, 3)
    ]


def test_of_two_with_one_surname_it_is_the_one_more_often_named_in_full() -> None:
    assert clusters(
        ("Ana Ruiz", PERSON), ("Ana Ruiz", PERSON), ("Leo Ruiz", PERSON), ("Ruiz", PERSON)
    ) == [("Ana Ruiz", PERSON, 3), ("Leo Ruiz", PERSON, 1)]


def test_a_surname_shared_evenly_stays_alone() -> None:
    assert clusters(("Ana Ruiz", PERSON), ("Leo Ruiz", PERSON), ("Ruiz", PERSON)) == [
        ("Ana Ruiz", PERSON, 1),
        ("Leo Ruiz", PERSON, 1),
        ("Ruiz", PERSON, 1),
    ]


def test_countries_and_capitals_are_places_whatever_the_model_says() -> None:
    assert clusters(("Kyiv", PERSON), ("Slovakia", ORGANISATION)) == [
        ("Kyiv", PLACE, 1),
        ("Slovakia", PLACE, 1),
    ]


def test_a_country_of_two_words_is_no_full_name() -> None:
    assert clusters(("New Zealand", PERSON), ("Zealand", PLACE)) == [
        ("New Zealand", PLACE, 1),
        ("Zealand", PLACE, 1),
    ]


def test_a_given_name_joins_only_where_it_is_taken_for_a_person() -> None:
    assert clusters(("Apple Reed", PERSON), ("Apple", ORGANISATION)) == [
        ("Apple Reed", PERSON, 1),
        ("Apple", ORGANISATION, 1),
    ]


def test_aliases_of_a_country_are_one_entity() -> None:
    assert clusters(("U.S.", PLACE), ("America", PLACE), ("United States", PLACE)) == [
        ("United States", PLACE, 3)
    ]


def test_the_city_and_the_actor_are_two() -> None:
    assert clusters(("Kerry Washington", PERSON), ("Washington", PLACE), ("Washington", PLACE)) == [
        ("Kerry Washington", PERSON, 1),
        ("Washington", PLACE, 2),
    ]


def test_the_majority_decides_the_type() -> None:
    assert clusters(("Elder", PLACE), ("Elder", ORGANISATION), ("Elder", PLACE)) == [
        ("Elder", PLACE, 3)
    ]


def test_an_acronym_joins_the_name_it_stands_for() -> None:
    assert clusters(("Port Elder Council", ORGANISATION), ("PEC", ORGANISATION)) == [
        ("Port Elder Council", ORGANISATION, 2)
    ]


def test_an_acronym_in_brackets_joins_whatever_its_letters() -> None:
    found = [
        Mentioned(0, 4, 21, "People of Freedom", ORGANISATION),
        Mentioned(0, 23, 26, "PdL", ORGANISATION, spelt_out="People of Freedom"),
        Mentioned(1, 0, 3, "PdL", ORGANISATION),
    ]
    assert [(one.name, len(one.mentions)) for one in cluster(found, gazetteer())] == [
        ("People of Freedom", 3)
    ]


def test_two_whose_middle_names_differ_are_two() -> None:
    assert clusters(
        ("George W. Bush", PERSON), ("George H. W. Bush", PERSON), ("George Walker Bush", PERSON)
    ) == [("George Walker Bush", PERSON, 2), ("George H. W. Bush", PERSON, 1)]


def test_a_town_is_no_person_for_a_model_that_says_so_but_for_her_full_name() -> None:
    assert clusters(("Paris", PERSON)) == [("Paris", PLACE, 1)]
    assert clusters(("Paris Hilton", PERSON), ("Paris", PERSON), ("Paris", PLACE)) == [
        ("Paris Hilton", PERSON, 2),
        ("Paris", PLACE, 1),
    ]


def test_a_company_is_one_with_and_without_its_suffix() -> None:
    assert clusters(("Elder Salt Inc.", ORGANISATION), ("Elder Salt", ORGANISATION)) == [
        ("Elder Salt", ORGANISATION, 2)
    ]


def test_capitals_are_a_spelling() -> None:
    assert clusters(("TESS OAKLEY", PERSON), ("Tess Oakley", PERSON)) == [
        ("Tess Oakley", PERSON, 2)
    ]


def test_an_event_stays_an_event() -> None:
    assert clusters(("Harbour Regatta", EVENT)) == [("Harbour Regatta", EVENT, 1)]


def test_a_given_name_and_a_surname_are_a_person_whatever_the_model_says() -> None:
    assert clusters(("Olaf Scholz", ORGANISATION), ("Scholz", ORGANISATION)) == [
        ("Olaf Scholz", PERSON, 2)
    ]
    assert clusters(("Brooklyn Beckham", ORGANISATION), ("Paris Hilton", ORGANISATION)) == [
        ("Brooklyn Beckham", PERSON, 1),
        ("Paris Hilton", PERSON, 1),
    ]
    assert clusters(("RFK Jr.", ORGANISATION)) == [("RFK Jr.", PERSON, 1)]


@pytest.mark.parametrize(
    "name",
    ["Morgan Stanley", "Howard Theater", "Jackson Generals", "Clinton Foundation", "Apple Reed",
     "Paris Saint-Germain", "Washington Post", "Indiana University", "Tess of Elder"],
)  # fmt: skip
def test_a_given_name_before_another_word_leaves_it_to_the_model(name: str) -> None:
    assert clusters((name, ORGANISATION)) == [(name, ORGANISATION, 1)]


def test_a_first_word_says_that_it_is_a_place_or_a_storm() -> None:
    assert clusters(("Port Elder", WORK), ("Storm Ottilie", ORGANISATION)) == [
        ("Port Elder", PLACE, 1),
        ("Storm Ottilie", EVENT, 1),
    ]


def test_a_given_name_of_somebody_named_in_full_is_no_place_but_a_town_may_be() -> None:
    assert clusters(
        ("Volodymyr Zelensky", PERSON), ("Volodymyr", PLACE), ("VOLODYMYR", ORGANISATION)
    ) == [("Volodymyr Zelensky", PERSON, 3)]
    assert clusters(("Brooklyn Beckham", PERSON), ("Brooklyn", PLACE)) == [
        ("Brooklyn Beckham", PERSON, 1),
        ("Brooklyn", PLACE, 1),
    ]


def test_spellings_of_one_slavic_name_are_one_person() -> None:
    assert clusters(
        ("Volodymyr Zelenskyy", PERSON),
        ("Volodymyr Zelensky", PERSON),
        ("Zelenskiy", PERSON),
        ("Zelensky", PERSON),
    ) == [("Volodymyr Zelenskyy", PERSON, 4)]
    assert clusters(("Sergei Lavrov", PERSON), ("Sergey Lavrov", PERSON)) == [
        ("Sergei Lavrov", PERSON, 2)
    ]


def test_names_that_only_look_alike_are_two_people() -> None:
    assert len(clusters(("Tess Kelly", PERSON), ("Tess Kelley", PERSON))) == 2
    assert len(clusters(("Ana Levi", PERSON), ("Ana Levy", PERSON))) == 2
    assert len(clusters(("Leo Oakovsky", PERSON), ("Ana Oakovskyy", PERSON))) == 2


def test_two_ways_to_write_one_id_are_one_entity() -> None:
    assert clusters(("Saint-Elder", PLACE), ("Saint Elder", PLACE)) == [("Saint-Elder", PLACE, 2)]


def test_nothing_has_no_clusters() -> None:
    assert clusters() == []
