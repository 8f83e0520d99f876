import pytest
from enrich_submissions import a_submission
from newsroom import an_article

from copydesk_enrich.extraction.learned import countable_keys, line_key
from copydesk_enrich.extraction.rules import rule_book
from copydesk_enrich.extraction.settled import Settled, extract
from copydesk_shared.contracts.article import Heading

LEAD = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."
NEXT = "A storm had closed it two years ago, and nobody had thought that the piers would stand."
LAST = "The first cars will cross in June."
NOTICE = "The Port Elder Herald is a member of the coastal press council and follows its code."
LABEL = "Neues vom Kai"
PROMO = "Mehr vom Hafen und seinen Schiffen jeden Morgen im Hafenbrief"
BACKGROUND = (
    "The bridge, which was built in 1911 and carried half of the traffic between the old town and"
    " the new harbour, was closed in May after a storm had damaged three of its piers."
)


def settle(*lines: str, known: tuple[str, ...] = (), html: bool = False) -> Settled:
    content = "".join(f"<p>{line}</p>" for line in lines) if html else "\n\n".join(lines)
    submitted = a_submission(
        content, title="A headline", content_type="text/html" if html else "text/plain"
    )
    known_lines = frozenset(map(line_key, known))
    return extract(submitted, rules=rule_book(), known_lines=known_lines)


def rules_of(settled: Settled) -> list[tuple[str, str]]:
    return [(block.rule, block.text) for block in settled.extraction.removed_blocks]


def test_a_known_promo_is_removed_wherever_it_stands() -> None:
    settled = settle(LEAD, PROMO, NEXT, known=(PROMO,))
    assert settled.paragraphs == (LEAD, NEXT)
    assert rules_of(settled) == [("learned", PROMO)]


def test_a_known_notice_is_removed_at_the_foot() -> None:
    settled = settle(LEAD, NEXT, NOTICE, LABEL, known=(NOTICE, LABEL))
    assert settled.paragraphs == (LEAD, NEXT)


@pytest.mark.parametrize("line", [BACKGROUND, "What happens next", "Share:"])
def test_background_and_headings_that_recur_are_prose(line: str) -> None:
    assert settle(LEAD, line, NEXT, known=(line,)).paragraphs == (LEAD, line, NEXT)


def test_known_lines_are_removed_from_pages_too() -> None:
    assert settle(LEAD, NEXT, LAST, NOTICE, known=(NOTICE,), html=True).paragraphs[-1] == LAST


def test_the_same_knowledge_gives_the_same_article() -> None:
    assert settle(LEAD, PROMO, NEXT, known=(PROMO,)) == settle(LEAD, PROMO, NEXT, known=(PROMO,))


def test_case_and_punctuation_do_not_make_another_line() -> None:
    assert line_key("Neues  vom Kai!") == line_key("NEUES VOM KAI")
    assert line_key("Neues vom Kai") != line_key("Neues vom Hai")


def test_headings_labels_and_pages_of_text_do_not_count() -> None:
    article = an_article(
        "a",
        paragraphs=("What we know", LEAD, "Share:", "x" * 700),
        headings=(Heading(paragraph=0, level=2),),
    )
    assert countable_keys(article) == (line_key(LEAD),)


def test_a_long_article_counts_its_head_and_its_foot() -> None:
    lines = tuple(f"Line number {number} of many" for number in range(500))
    keys = countable_keys(an_article("a", paragraphs=lines))
    assert len(keys) == 40
    assert keys[0] == line_key(lines[0])
    assert keys[-1] == line_key(lines[-1])
