# ruff: noqa: RUF001  # typographic marks are meant here

from copydesk_enrich.prose import count_words, first_words, reading_minutes, sentences
from copydesk_enrich.summary import MOST_CHARS, summarise


def test_words_hold_a_letter_or_a_digit() -> None:
    assert count_words("Salt – 12 pence, or not …") == 5


def test_reading_takes_a_minute_at_least() -> None:
    assert [reading_minutes(words) for words in (0, 230, 231)] == [1, 1, 2]


def test_sentences_end_where_the_next_begins() -> None:
    assert sentences("The U.S. sent Dr. Oakley. “Why?” she asked. No answer") == [
        "The U.S. sent Dr. Oakley.",
        "“Why?” she asked.",
        "No answer",
    ]


def test_a_cut_falls_between_words() -> None:
    assert first_words("one two three", limit=9) == "one two…"
    assert first_words("one two", limit=9) == "one two"
    assert len(first_words("x" * 50, limit=9)) == 9


def test_a_summary_is_whole_sentences_of_the_lead() -> None:
    lead = "The council voted on Sunday. " + "The bridge will open in June. " * 20
    summary = summarise([lead.strip()])
    assert summary.startswith("The council voted on Sunday.")
    assert summary.endswith("June.")
    assert len(summary) <= MOST_CHARS


def test_a_short_lead_is_joined_by_what_follows() -> None:
    assert summarise(["Short.", "The next one.", "And more."]) == "Short. The next one. And more."


def test_an_endless_first_sentence_is_cut() -> None:
    assert summarise(["word " * 500]).endswith("word…")


def test_nothing_has_no_summary() -> None:
    assert summarise([]) == ""
