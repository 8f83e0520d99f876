# ruff: noqa: RUF001  # typographic marks are meant here

import pytest

from copydesk_enrich.keywords import find_keywords

TITLE = "Council votes to reopen harbour bridge"
BODY = [
    "The harbour bridge was closed by a storm, and the storm returned.",
    "The council said that engineers had looked at the harbour bridge and the piers.",
    "Engineers wouldn’t say more about the piers.",
]


def values(**options: object) -> list[str]:
    given = options.get("given", ())
    assert isinstance(given, tuple)
    return [word.value for word in find_keywords(TITLE, BODY, language="en", given=given)]


def test_what_comes_back_and_stands_in_the_headline_leads() -> None:
    assert values()[0] == "harbour bridge"
    assert {"engineers", "piers", "storm"} <= {value.casefold() for value in values()}


def test_the_words_of_a_pair_are_not_said_again() -> None:
    assert not {"harbour", "bridge"} & {value.casefold() for value in values()}


def test_stop_words_and_rare_words_are_none() -> None:
    assert not {"the", "said", "wouldn’t", "closed"} & {value.casefold() for value in values()}


def test_the_publishers_keywords_come_first_and_once() -> None:
    assert values(given=("Ferries", "Harbour bridge"))[:2] == ["Ferries", "Harbour bridge"]
    assert values(given=("Harbour bridge",)).count("harbour bridge") == 0


def test_scores_fall_from_one() -> None:
    scores = [word.score for word in find_keywords(TITLE, BODY, language="en")]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def keywords(title: str, *paragraphs: str, language: str = "en") -> set[str]:
    found = find_keywords(title, paragraphs, language=language)
    return {keyword.value.casefold() for keyword in found}


def test_verbs_are_none_and_end_no_phrase() -> None:
    found = keywords(
        "Lisbon Opens Flood Wall as Oakley Wins",
        "The council approved the flood wall that Lisbon opens. The council approved it.",
        "Oakley wins, and the council approved.",
    )
    assert {"flood wall", "council", "lisbon", "oakley"} <= found
    assert not {"lisbon opens", "opens", "wins", "approved"} & found
    assert not any(phrase.endswith((" approved", " wins", " opens")) for phrase in found)


def test_numbers_and_their_units_are_none_but_the_currency_is() -> None:
    found = keywords(
        "A 40 Million Euro Flood Wall",
        "The 40 million euro flood wall is long. Thirty walls cost eighty million euros.",
    )
    assert not {"euro", "euros", "million", "thirty", "eighty", "euro flood"} & found
    assert "euro" in keywords("The euro falls", "The euro fell to a low. The euro is weak.")


@pytest.mark.parametrize("language", ["und", "eo"])
def test_function_words_are_none_where_the_language_is_unknown_or_has_no_list(
    language: str,
) -> None:
    found = keywords(
        "Der Hafen und die Brücke",
        "The bridge and the harbour, and that of the others. Die Brücke und der Hafen und das.",
        language=language,
    )
    assert {"bridge", "brücke", "hafen"} & found
    assert not {"the", "and", "that", "und", "die", "der", "das"} & found


def test_other_languages_have_lists_of_their_own() -> None:
    found = keywords(
        "Satama aukeaa",
        "Satama aukeaa, mutta myös silta. Myös satama, mutta ei silta.",
        language="fi",
    )
    assert any("satama" in phrase for phrase in found)
    assert not {"mutta", "myös"} & found


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ja", "港の橋は嵐のあとで閉鎖された"),
        ("zh", "市议会批准重新开放港口大桥"),
        ("th", "สภาเมืองอนุมัติให้เปิดสะพานท่าเรืออีกครั้ง"),
    ],
)
def test_a_sentence_without_spaces_is_no_keyword(language: str, sentence: str) -> None:
    assert keywords(sentence, f"{sentence}。{sentence}", language=language) == set()


def test_a_word_of_an_indian_script_keeps_its_vowel_signs() -> None:
    assert "दिल्ली" in keywords("दिल्ली", "दिल्ली", language="hi")


def test_nothing_has_none() -> None:
    assert find_keywords("", [], language="en") == ()
