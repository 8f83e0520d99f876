from hypothesis import given
from hypothesis import strategies as st

from copydesk_enrich.extraction.repeats import find_repeats

QUOTE = "We have waited for this bridge for two years, and now we shall drive over it."


def test_a_pull_quote_is_a_repeat() -> None:
    assert find_repeats(["A", QUOTE, "B", QUOTE]) == {3}


def test_short_lines_may_repeat() -> None:
    assert find_repeats(["Q: Why?", "A: So.", "Q: Why?", "A: So."]) == frozenset()


def test_copy_that_was_pasted_twice_is_taken_once() -> None:
    body = [f"Paragraph {n} of the council's long report on the harbour. " * 3 for n in range(5)]
    assert find_repeats([*body, *body]) == {5, 6, 7, 8, 9}


def test_an_article_whose_form_repeats_keeps_its_lines() -> None:
    """A week of meals has the same breakfast on three days."""
    meals = [
        f"Oats with {fruit}, a spoon of honey and a cup of unsweetened almond milk."
        for fruit in ("pears", "plums", "figs", "dates")
    ]
    week = [line for day in range(4) for line in (f"Day {day}", *meals[day:], *meals[:day])]
    assert find_repeats(week) == frozenset()


@given(st.lists(st.text(max_size=90)))
def test_only_a_line_that_stood_before_is_a_repeat(lines: list[str]) -> None:
    assert all(lines[number] in lines[:number] for number in find_repeats(lines))
