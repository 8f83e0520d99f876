import math
import time

import pytest

from copydesk_enrich.terms import LIMIT, fold, frequencies_for, terms_of, words

CURLY = "\N{RIGHT SINGLE QUOTATION MARK}"


def keys(text: str, language: str = "en") -> list[str]:
    return [word.key for word in words(text, language=language)]


def test_case_accents_and_possessives_do_not_make_another_word() -> None:
    assert keys(f"Zürich's ZURICH zurich{CURLY}s") == ["zurich"] * 3


def test_abbreviations_are_one_word() -> None:
    assert keys("The U.S. grew") == ["the", "us", "grew"]


def test_a_number_is_one_word_and_small_ones_are_none() -> None:
    assert keys("In 2026 some 4,200 of 30, or 2.5 per cent") == [
        "in", "2026", "some", "4,200", "of", "or", "2.5", "per", "cent",
    ]  # fmt: skip


def test_french_elisions_are_cut_and_english_names_are_not() -> None:
    assert keys(f"L{CURLY}inondation d'Aveline qu'on craint", "fr") == [
        "inondation",
        "aveline",
        "on",
        "craint",
    ]
    assert keys("O'Neill's d'Este") == ["oneill", "deste"]


def test_scripts_without_spaces_become_pairs_of_characters() -> None:
    assert keys("東京地震", "ja") == ["東京", "京地", "地震"]


def test_single_letters_and_punctuation_are_no_words() -> None:
    assert keys("A - b … 7 !") == []


def test_terms_are_heaviest_first_and_have_length_one() -> None:
    terms = terms_of("Ferry strike", "The ferry crews walked out in Lisbon.", language="en")
    weights = [term.weight for term in terms]
    assert weights == sorted(weights, reverse=True)
    assert math.isclose(sum(weight * weight for weight in weights), 1.0, abs_tol=0.001)
    assert terms[0].key == "ferry"


def test_words_that_every_article_has_are_no_terms() -> None:
    terms = terms_of("The state of it", "It was said that they have been there.", language="en")
    assert {term.key for term in terms}.isdisjoint({"the", "of", "it", "was", "that", "have"})


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("fr", "La batterie est prête, mais elle n'est pas dans le commerce", "batterie"),
        ("de", "Die Brücke wird nicht vor dem Frühjahr geöffnet", "brucke"),
        ("nl", "De haven blijft voor het verkeer gesloten", "haven"),
    ],
)
def test_function_words_of_other_languages_are_no_terms(
    language: str, text: str, left: str
) -> None:
    found = {term.key for term in terms_of(text, "", language=language)}
    assert left in found
    assert found.isdisjoint({"la", "est", "mais", "die", "nicht", "dem", "de", "voor", "het"})


def test_an_unknown_language_still_has_terms() -> None:
    assert terms_of("Höfnin lokuð", "Höfnin er lokuð", language="is")[0].text in {"höfnin", "lokuð"}


def test_terms_keep_the_spelling_of_the_text() -> None:
    assert {term.text for term in terms_of("Crue à Évreux", "", language="fr")} == {
        "crue",
        "évreux",
    }


def test_only_the_lead_and_forty_terms_count() -> None:
    long_text = " ".join(f"word{number}" for number in range(1000))
    terms = terms_of("A headline", long_text, language="en")
    assert len(terms) == LIMIT
    assert "word999" not in {
        term.key for term in terms_of("", long_text, language="en", limit=1000)
    }


def test_empty_text_has_no_terms() -> None:
    assert terms_of("", "", language="en") == ()


def test_terms_do_not_depend_on_chance() -> None:
    once = terms_of("Bridge closed", "alpha beta gamma delta", language="en")
    assert once == terms_of("Bridge closed", "alpha beta gamma delta", language="en")


def test_the_table_is_small_and_quick_to_load() -> None:
    frequencies_for.cache_clear()
    started = time.perf_counter()
    table = frequencies_for("en")
    # 6 ms measured; the bound leaves room for a busy machine.
    assert time.perf_counter() - started < 0.5
    assert 15_000 < len(table.by_word) < 30_000
    assert table.rarity("the") == 0.0
    assert table.rarity("stadium") < table.rarity("a-word-nobody-wrote")


def test_fold_is_idempotent() -> None:
    assert fold(fold("Straße ÉCLAIR Łódź")) == fold("Straße ÉCLAIR Łódź")
