"""Events named by what happened and where."""

import pytest
from entity_builders import EVENT, ORGANISATION, PLACE, ListBackend

from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.tagging import tag
from copydesk_shared.contracts.article import Entity

NAMES = {"NATO": ORGANISATION, "Vilnius": PLACE, "Elder Bay": PLACE, "U.S.": PLACE}


def events(*paragraphs: str) -> list[Entity]:
    entities = tag("", paragraphs, backend=ListBackend(NAMES), table=gazetteer(), max_words=600)
    return [entity for entity in entities if entity.type is EVENT]


@pytest.mark.parametrize(
    ("text", "form", "name"),
    [
        ("The NATO summit in Vilnius ended.", "NATO summit in Vilnius", "Vilnius summit"),
        ("At the Vilnius summit they met.", "Vilnius summit", "Vilnius summit"),
        ("At the NATO summit, Vilnius.", "NATO summit, Vilnius", "Vilnius summit"),
        ("The Vilnius NATO summit ended.", "Vilnius NATO summit", "Vilnius summit"),
        ("A quake near Elder Bay killed two.", "quake near Elder Bay", "Elder Bay earthquake"),
        ("The elections in the U.S. came.", "elections in the U.S.", "United States election"),
    ],
)  # fmt: skip
def test_an_event_has_one_name_however_it_is_written(text: str, form: str, name: str) -> None:
    (event,) = events(text)
    assert event.name == name
    assert [mention.text for mention in event.mentions] == [form]


def test_all_ways_to_write_it_are_one_event_and_the_place_stays_a_place() -> None:
    body = ["The NATO summit in Vilnius began.", "The Vilnius summit ended."]
    entities = tag("", body, backend=ListBackend(NAMES), table=gazetteer(), max_words=600)
    assert {(one.entity_id, one.count) for one in entities} == {
        ("event:vilnius-summit", 2),
        ("place:vilnius", 2),
        ("organisation:nato", 1),
    }


@pytest.mark.parametrize(
    "text",
    ["After the summit, Vilnius was quiet.", "After the NATO summit, Vilnius was quiet.",
     "The NATO summit began.", "The summit in May was in Vilnius.", "The Vilnius council met."],
)  # fmt: skip
def test_without_a_place_that_belongs_to_it_nothing_is_an_event(text: str) -> None:
    assert events(text) == []
