import pytest

from copydesk_enrich.extraction.lines import Line, split_lines
from copydesk_enrich.extraction.place import Place
from copydesk_enrich.extraction.rules import rule_book, third_person
from copydesk_enrich.extraction.strays import find_strays
from copydesk_enrich.extraction.text import extract_text

RULES = rule_book()
ABOVE = (
    "The council of Port Elder voted on Sunday evening to reopen the old harbour bridge, which a "
    "storm had closed two years ago."
)
BELOW = (
    "Nobody had thought that the piers would stand for so long, and the engineers were the first "
    "to say so in public."
)
STRAY = "Tess Oakley signs massive bridge bill into law"


def strays(*texts: str) -> list[str]:
    lines = split_lines("\n\n".join(texts))
    return [lines[number].text for number in sorted(find_strays(lines, RULES))]


@pytest.mark.parametrize(
    "headline",
    [
        STRAY,
        "Port Elder readies massive bridge celebration",
        "Harbour police officer accused of theft in Port Elder",
        "STORY: Sailor killed in attack on ferry",
        "2030: 'Not a wise thing': Captains pan Tess Oakley's bid for council",
    ],
)
def test_a_headline_alone_between_two_paragraphs_is_another_articles(headline: str) -> None:
    assert strays(ABOVE, headline, BELOW) == [headline]


def test_a_headline_alone_at_the_end_is_another_articles() -> None:
    assert strays(ABOVE, BELOW, STRAY) == [STRAY]


def test_junk_beside_a_headline_does_not_hide_it() -> None:
    assert strays(ABOVE, "Advertisement", STRAY, "Share on Facebook", BELOW) == [STRAY]


@pytest.mark.parametrize(
    "heading",
    [
        "What happens next",
        "Why Oakley signs massive bridge bills into law",
        "The mayor signs a bill for Port Elder",
        "Oakley is ready for her second term",
        "Next steps to hold Port Elder accountable",
        "Sailors of Port Elder in their own words",
        "Expect tough hearings and easy confirmation for Oakley",
        "Ferry Strike Enters Third Week In Port Elder",
        "Ada Marlowe, Tess Oakley and Ana Ruiz of Port Elder",
        "'Tess Oakley signs massive bridge bill into law'",
        "OAKLEY SIGNS MASSIVE BRIDGE BILL INTO LAW",
    ],
)
def test_a_heading_of_the_article_stays(heading: str) -> None:
    assert strays(ABOVE, heading, BELOW) == []


def test_an_article_with_headings_of_its_own_keeps_all() -> None:
    assert strays(ABOVE, STRAY, BELOW, "What happens next", ABOVE) == []


def test_lines_of_a_list_or_a_poem_stay() -> None:
    assert strays(ABOVE, STRAY, "Marlowe keeps old lamp for Port Elder", BELOW) == []
    assert strays("Roses are red", STRAY, "Violets are blue") == []


def test_a_wrapped_sentence_is_not_taken_apart() -> None:
    assert strays(f"{ABOVE}\n{STRAY}\n{BELOW}") == []


def test_a_line_that_a_page_places_is_left_to_the_page() -> None:
    place = Place("p")
    lines = [Line(text, block, place) for block, text in enumerate((ABOVE, STRAY, BELOW))]
    assert find_strays(lines, RULES) == frozenset()


def test_a_stray_headline_becomes_a_related_link() -> None:
    found = extract_text(f"{ABOVE}\n\n{STRAY}\n\n{BELOW}", title="Bridge", rules=RULES)
    assert found.paragraphs == (ABOVE, BELOW)
    assert [(link.title, link.position) for link in found.related_links] == [(STRAY, 1)]
    assert [block.rule for block in found.removed] == ["promo.stray-headline"]


@pytest.mark.parametrize(
    ("verb", "form"),
    [("seek", "seeks"), ("rush", "rushes"), ("defy", "defies"), ("pay", "pays"), ("go", "goes")],
)
def test_a_verb_has_a_form_for_the_third_person(verb: str, form: str) -> None:
    assert third_person(verb) == form
