# ruff: noqa: RUF001  # typographic marks are meant here

from entity_builders import ORGANISATION, PERSON, PLACE, ListBackend

from copydesk_enrich.entities.backend import EntityBackend
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.tagging import tag
from copydesk_shared.contracts.article import Entity

BODY = [
    "Mayor Tess Oakley of Port Elder met the Harbour Board.",
    "Oakley’s plan, she said, was old. America’s mayors know it, and the U.S. pays.",
    "Nobody asked the Harbour Board. Oakley left for Port Elder.",
]
NAMES = {
    "Tess Oakley": PERSON,
    "Oakley": ORGANISATION,
    "Port Elder": PLACE,
    "Harbour Board": ORGANISATION,
    "America": PLACE,
    "U.S.": PLACE,
}


def tagged(
    title: str = "Oakley's plan", *, backend: EntityBackend | None = None, max_words: int = 600
) -> dict[str, Entity]:
    entities = tag(
        title,
        BODY,
        backend=backend or ListBackend(NAMES),
        table=gazetteer(),
        max_words=max_words,
    )
    return {entity.name: entity for entity in entities}


def test_a_person_is_one_entity_with_the_surname_as_alias() -> None:
    person = tagged()["Tess Oakley"]
    assert (person.entity_id, person.type) == ("person:tess-oakley", PERSON)
    assert (person.aliases, person.count) == (("Oakley",), 3)


def test_a_canonical_name_that_the_text_does_not_use_has_all_forms_as_aliases() -> None:
    assert tagged()["United States"].aliases == ("America", "U.S.")


def test_mentions_point_exactly_into_the_paragraphs() -> None:
    for max_words in (600, 8):
        for entity in tagged(max_words=max_words).values():
            for mention in entity.mentions:
                assert BODY[mention.paragraph][mention.start : mention.end] == mention.text


def test_the_most_relevant_comes_first_and_the_headline_counts() -> None:
    assert next(iter(tagged())) == "Tess Oakley"
    with_title = tagged("Harbour Board")["Harbour Board"].relevance
    assert with_title > tagged("Nothing")["Harbour Board"].relevance
    assert all(0 < entity.relevance <= 1 for entity in tagged().values())


def test_the_headline_alone_makes_no_entity() -> None:
    names = NAMES | {"Storm Ada": PERSON}
    assert "Storm Ada" not in tagged("Storm Ada comes", backend=ListBackend(names))


def test_beyond_the_cap_known_forms_are_still_counted() -> None:
    backend = ListBackend(NAMES)
    found = tagged(backend=backend, max_words=5)
    assert backend.read == ["Mayor Tess Oakley of Port"]
    assert found.keys() == {"Tess Oakley"}
    # The surname alone was not seen by the model, so only the full name can be matched.
    assert found["Tess Oakley"].count == 1
    assert tagged(max_words=12)["Tess Oakley"].count == 3


def test_a_run_without_spaces_is_blanked_for_the_model_only() -> None:
    backend = ListBackend({"Oakley": PERSON})
    text = "&" * 200 + " Oakley"
    (entity,) = tag("", [text], backend=backend, table=gazetteer(), max_words=600)
    assert backend.read == [" " * 200 + " Oakley"]
    assert text[entity.mentions[0].start :] == "Oakley"


def test_a_paragraph_in_capitals_is_read_without_them_and_shown_as_it_stands() -> None:
    body = ["MAYOR TESS OAKLEY MET THE PRESS IN WARSAW.", "Tess Oakley said so. Oakley left."]
    backend = ListBackend({**NAMES, "Warsaw": PLACE})
    entities = tag("", body, backend=backend, table=gazetteer(), max_words=600)
    found = {entity.name: entity for entity in entities}
    assert backend.read[0] == "Mayor Tess Oakley met the press in Warsaw."
    assert [mention.text for mention in found["Tess Oakley"].mentions] == [
        "TESS OAKLEY",
        "Tess Oakley",
        "Oakley",
    ]
    assert found["Warsaw"].mentions[0].text == "WARSAW"


def test_the_country_of_a_compound_counts_only_there() -> None:
    body = ["The Russian-led bloc met a Saudi-backed one.", "A Russian came, Russian as can be."]
    for max_words in (600, 7):
        entities = tag(
            "",
            body,
            backend=ListBackend({"Nobody": PERSON}),
            table=gazetteer(),
            max_words=max_words,
        )
        assert {(one.name, one.type, one.count) for one in entities} == {
            ("Russia", PLACE, 1),
            ("Saudi Arabia", PLACE, 1),
        }


def test_an_empty_article_has_no_entities() -> None:
    assert tag("", [], backend=ListBackend({}), table=gazetteer(), max_words=600) == ()
