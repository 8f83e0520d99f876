# ruff: noqa: RUF001  # typographic marks are meant here

from copydesk_enrich.keywords import find_keywords, stop_words

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


def test_a_text_in_a_language_without_a_list_still_has_keywords() -> None:
    assert stop_words("fi") == frozenset()
    assert find_keywords("Satama aukeaa", ["Satama aukeaa. Satama sulkeutui."], language="fi")


def test_nothing_has_none() -> None:
    assert find_keywords("", [], language="en") == ()
