# ruff: noqa: RUF001  # typographic marks are meant here

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("By", []),
        ("Ada Marlowe (ada@example.org), Tess Oakley", ["Ada Marlowe", "Tess Oakley"]),
        ("Ada Marlowe with additional reporting by Tess Oakley", ["Ada Marlowe", "Tess Oakley"]),
        ("Ada Marlowe as told to Jan Reed", ["Ada Marlowe", "Jan Reed"]),
        ("Guest author: Ada Marlowe", ["Ada Marlowe"]),
        ("Story Hinckley", ["Story Hinckley"]),
        ("Words by Ada Marlowe, photographs by Jan Reed", ["Ada Marlowe"]),
        ("Ada Marlowe in London and Jan Reed in Paris", ["Ada Marlowe", "Jan Reed"]),
        ("Jan Reed, Jr.", ["Jan Reed Jr."]),
        ("Jan Reed Jr. and Ada Marlowe, PhD", ["Jan Reed Jr.", "Ada Marlowe"]),
        ("Marlowe, Ada", ["Ada Marlowe"]),
        ("Marlowe, Ada; Reed, Jan", ["Ada Marlowe", "Jan Reed"]),
        ("Ada Marlowe, Reed", ["Ada Marlowe", "Reed"]),
    ],
)  # fmt: skip
def test_a_byline_names_its_authors(byline: str, names: list[str]) -> None:
    assert [author.name for author in split_byline(byline)] == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("JAN REED AND ANA RUIZ", ["Jan Reed", "Ana Ruiz"]),
        ("RONAN MCDONALD", ["Ronan McDonald"]),
        ("MARY O’BRIEN", ["Mary O’Brien"]),
        ("JAN VAN DER BERG", ["Jan van der Berg"]),
        ("J.K. MACDONALD III", ["J.K. Macdonald III"]),
        ("ADA", ["ADA"]),
    ],
)
def test_a_name_in_capitals_is_cased_as_people_write_it(byline: str, names: list[str]) -> None:
    assert [author.name for author in split_byline(byline)] == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Von Anna Kern und Ben Kurz", ["Anna Kern", "Ben Kurz"]),
        ("VON ANNA KERN UND BEN KURZ", ["Anna Kern", "Ben Kurz"]),
        ("Von Anna Kern", ["Anna Kern"]),
        ("Von Miller and Ada Marlowe", ["Von Miller", "Ada Marlowe"]),
        ("Par Élodie Ruiz et Jean Petit", ["Élodie Ruiz", "Jean Petit"]),
        ("Por Ana y Luis", ["Ana", "Luis"]),
        ("Por Ana Ruiz y Luis Gómez", ["Ana Ruiz", "Luis Gómez"]),
        ("Por José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Rui Costa e Silva", ["Rui Costa e Silva"]),
        ("Di Anna Rossi e Marco Bianchi", ["Anna Rossi", "Marco Bianchi"]),
        ("Di Stefano", ["Di Stefano"]),
        ("Door Jan Jansen en Piet de Vries", ["Jan Jansen", "Piet de Vries"]),
    ],
)
def test_a_byline_may_be_in_another_language(byline: str, names: list[str]) -> None:
    assert [author.name for author in split_byline(byline)] == names


@pytest.mark.parametrize(
    "byline",
    [
        "Ada Marlowe, Reuters",
        "Ada Marlowe, AFP",
        "Ada Marlowe, AP",
        "Ada Marlowe/Reuters",
        "Ada Marlowe, University of Lisbon",
        "Ada Marlowe of The Associated Press",
        "By ADA MARLOWE Associated Press",
    ],
)
def test_where_an_author_works_is_no_author(byline: str) -> None:
    assert [author.name for author in split_byline(byline)] == ["Ada Marlowe"]


def test_a_house_signs_alone_and_nobody_in_particular_does_not() -> None:
    assert split_byline("By Reuters") == (Author(name="Reuters"),)
    assert split_byline("THE ASSOCIATED PRESS") == (Author(name="The Associated Press"),)
    assert split_byline("By Staff and agencies") == ()
    assert split_byline("Staff writer") == ()


PARTS = (
    "By by Von Par Por Di und et y e and & , ; | / ( ) Jr. Staff agencies AP Reuters in for with"
    " additional reporting Doe Ada MARLOWE MCDONALD ada@example.org @ada Ph.D. Guest author: –"
)


@given(st.lists(st.sampled_from(PARTS.split()), max_size=12).map(" ".join) | st.text(max_size=500))
def test_authors_are_made_of_words_of_the_byline(byline: str) -> None:
    words = set(re.findall(r"\w+", byline.casefold()))
    for author in split_byline(byline):
        assert author.name.strip()
        assert set(re.findall(r"\w+", author.name.casefold())) <= words


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
