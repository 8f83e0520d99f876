# ruff: noqa: RUF001  # typographic marks are meant here

import pytest

from copydesk_enrich.extraction.bylines import read_bio, split_byline, with_bios
from copydesk_shared.contracts.article import Author


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ada Marlowe", ["Ada Marlowe"]),
        ("By Ada Marlowe and Tess Oakley", ["Ada Marlowe", "Tess Oakley"]),
        ("Ada Marlowe, Tess Oakley, and Jan Reed", ["Ada Marlowe", "Tess Oakley", "Jan Reed"]),
        ("Ada Marlowe | Tess Oakley; Ada Marlowe", ["Ada Marlowe", "Tess Oakley"]),
        ("BY ADA MARLOWE", ["Ada Marlowe"]),
        ("Ada Marlowe, Staff Writer", ["Ada Marlowe"]),
        ("Ada Marlowe ada@example.org @ada", ["Ada Marlowe"]),
        ("Harbour News Desk", ["Harbour News Desk"]),
        ("", []),
        ("  ,; ", []),
    ],
)  # fmt: skip
def test_a_byline_names_its_authors(byline: str, names: list[str]) -> None:
    assert [author.name for author in split_byline(byline)] == names


@pytest.mark.parametrize(
    "paragraph",
    [
        "Malik is a skilled writer with a passion for news.",
        "Ada Marlowe covers the coast for the Herald.",
        "Jan van Dijk, has reported from the harbour since 2009.",
        "Tess Oakley is the Herald’s chief correspondent.",
        "Élodie Ruiz est journaliste et correspondante du Phare.",
        "Jan Reed schreibt für den Boten über Schiffe.",
    ],
)
def test_a_closing_introduction_is_a_biography(paragraph: str) -> None:
    bio = read_bio(paragraph, rest=["The tide was out."], known=[])
    assert bio is not None
    assert bio.bio == paragraph


@pytest.mark.parametrize(
    "paragraph",
    [
        "The bridge is old.",
        "He is a writer.",
        "Coastline reports that the bridge will open.",
        "Oakley is the mayor of Port Elder.",
        "Nobody covers the coast better.",
    ],
)
def test_prose_is_no_biography(paragraph: str) -> None:
    rest = ["Nobody came."] if paragraph.startswith("Nobody") else ["The tide was out."]
    assert read_bio(paragraph, rest=rest, known=[]) is None


def test_a_person_of_the_story_is_no_author_unless_bylined() -> None:
    paragraph, rest = "Ada Marlowe is a writer.", ["Marlowe wrote to the mayor."]
    assert read_bio(paragraph, rest=rest, known=[]) is None
    assert read_bio(paragraph, rest=rest, known=[Author(name="Ada Marlowe")]) is not None


def test_biographies_join_their_authors_and_add_the_rest() -> None:
    merged = with_bios(
        [Author(name="Ada")], [Author(name="ada", bio="a"), Author(name="Jo", bio="j")]
    )
    assert [author.bio for author in merged] == ["a", "j"]
