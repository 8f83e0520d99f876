from collections import Counter

import pytest

from copydesk_enrich.extraction.rules import Rule, rule_book

BOOK = rule_book()
MATCHES = [(rule, line) for rule in BOOK.rules for line in rule.matches]
MISSES = [(rule, line) for rule in BOOK.rules for line in rule.misses]

PROSE = [
    "Read more than 200 books this year and you may join the club.",
    "Credits: the bill gives families 2,000 dollars",
    "Share:",
    "Share: 4 people",
    "Related costs rose again.",
    "Watch the sky, he said.",
    "By Monday the harbour was empty.",
    "More than 40 people came.",
    "Photo identification is needed.",
    "Follow the coast road to the lighthouse.",
    "Print sales fell.",
    "He signed up for the newsletter, and regretted it.",
    "Copyright was the question before the court.",
    "U.S. officials said so.",
    "“No,” she said.",
    "1,200",
    "Yes.",
]


@pytest.mark.parametrize(("rule", "line"), MATCHES, ids=lambda value: str(value)[:60])
def test_a_rule_recognises_its_examples(rule: Rule, line: str) -> None:
    hit = BOOK.recognise(line, in_head=True, in_foot=True)
    assert hit is not None
    assert hit.rule == rule.id


@pytest.mark.parametrize(("rule", "line"), MISSES, ids=lambda value: str(value)[:60])
def test_a_rule_lets_its_counterexamples_be(rule: Rule, line: str) -> None:
    assert rule.pattern.fullmatch(line) is None


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_no_junk(line: str) -> None:
    assert BOOK.recognise(line, in_head=False) is None


def test_every_rule_has_an_id_of_its_own_and_both_kinds_of_examples() -> None:
    assert max(Counter(rule.id for rule in BOOK.rules).values()) == 1
    assert all(rule.matches and rule.misses for rule in BOOK.rules)


def test_a_byline_is_one_only_before_the_prose() -> None:
    assert BOOK.recognise("By Ada Marlowe", in_head=False) is None


def test_a_biography_of_an_outlet_is_one_only_behind_the_prose() -> None:
    line = "Harbour Watch is a nonprofit newsroom that looks after the coast."
    assert BOOK.recognise(line, in_head=True) is None
    assert BOOK.recognise(line, in_head=False, in_foot=True) is not None


def test_a_line_beyond_the_limit_is_not_looked_at() -> None:
    assert BOOK.recognise("Read More: " + "A" * BOOK.max_chars, in_head=False) is None
