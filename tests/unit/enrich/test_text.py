# ruff: noqa: RUF001  # typographic marks are meant here

import pytest
from enrich_submissions import SCRAPED

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.rules import rule_book
from copydesk_enrich.extraction.text import extract_text
from copydesk_shared.contracts.article import Author, Precision, Provenance

LEAD = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."
NEXT = "A storm had closed it two years ago, and nobody had thought that the piers would stand."


def extract(text: str, title: str | None = None) -> Found:
    return extract_text(text, title=title, rules=rule_book())


@pytest.fixture(scope="module")
def scraped() -> Found:
    return extract(SCRAPED)


def test_the_full_headline_is_found_by_the_truncated_crumb(scraped: Found) -> None:
    assert scraped.title == ("Council Votes to Reopen the Old Harbour Bridge After Two Years")


def test_breadcrumbs_give_the_section(scraped: Found) -> None:
    assert scraped.section == "Local"
    assert scraped.breadcrumbs[:3] == ("Home", "Local", "Article")


def test_only_prose_stays(scraped: Found) -> None:
    assert [text[:11] for text in scraped.paragraphs] == [
        "The council",
        "Mayor Tess ",
        '"We have wa',
        "The first c",
    ]


def test_a_hard_wrapped_paragraph_is_one(scraped: Found) -> None:
    assert "a storm had closed two years ago" in scraped.paragraphs[0]


def test_promo_lines_become_inline_links_where_they_stood(scraped: Found) -> None:
    assert [(link.label, link.title, link.position) for link in scraped.related_links] == [
        ("Read More", "Ferry Strike Enters Third Week", 2),
        ("Also Read", "Who Pays for the Sea Wall?", 3),
        ("Read Next", "Lighthouse Keeper Retires", 4),
    ]


def test_a_repeated_credit_is_one_image(scraped: Found) -> None:
    assert [image.credit for image in scraped.images] == ["LensHouse"]


def test_the_byline_takes_the_biography_at_the_foot(scraped: Found) -> None:
    assert scraped.authors == (
        Author(
            name="Ada Marlowe",
            bio="Ada Marlowe is a reporter who covers the coast for the Harbour Herald.",
        ),
    )


def test_a_date_line_is_read_with_its_zone(scraped: Found) -> None:
    assert scraped.published is not None
    assert scraped.published.value.isoformat() == "2026-05-03T17:30:00-05:00"
    assert scraped.published.precision is Precision.SECOND
    assert scraped.published.provenance is Provenance.TEXT


def test_every_line_taken_out_is_recorded_with_place_and_rule(scraped: Found) -> None:
    kept = "\n".join(scraped.paragraphs)
    recorded = "\n".join(block.text for block in scraped.removed)
    for line in filter(None, (" ".join(line.split()) for line in SCRAPED.splitlines())):
        assert line in kept or line in recorded
    newsletter = next(block for block in scraped.removed if block.kind == "newsletter")
    assert (newsletter.position, newsletter.rule) == (3, "chrome.newsletter")


@pytest.mark.parametrize(
    "paragraph",
    [
        "Read more than 200 books this year, the library says, and you may join its club.",
        "Credits: the bill gives families 2,000 dollars",
        "Share:",
        "Related: The two cases were heard together, the court said.",
        "Advertisement spending fell by 4 percent, and by 9 in print.",
    ],
)
def test_prose_that_looks_like_junk_stays(paragraph: str) -> None:
    found = extract(f"{LEAD}\n\n{paragraph}\n\n{NEXT}", title="A vote")
    assert found.paragraphs == (LEAD, paragraph, NEXT)
    assert found.removed == ()


def test_a_headline_that_the_text_repeats_is_taken_out() -> None:
    found = extract(f"council votes: BRIDGE\n\n{LEAD}", title="Council votes – bridge")
    assert found.paragraphs == (LEAD,)
    assert found.removed[0].rule == "headline.repeated"


def test_a_summary_that_ends_in_the_headline_is_the_standfirst() -> None:
    pasted = "The piers will stand, the engineers say. Oakley reopens old harbour bridge"
    found = extract(f"{pasted}\n\n{LEAD}\n\n{NEXT}", title="Tess Oakley reopens old harbour bridge")
    assert found.paragraphs == (LEAD, NEXT)
    assert found.standfirst == "The piers will stand, the engineers say."


@pytest.mark.parametrize(
    "first",
    [
        "The piers will stand, the engineers say. Ferries go on",
        "The piers will stand. Rep. Oakley said that she “reopens old harbour bridge.”",
        "The piers will stand. Tess Oakley reopens old harbour bridge.",
    ],
)
def test_a_first_paragraph_that_does_not_end_in_the_headline_stays(first: str) -> None:
    found = extract(f"{first}\n\n{NEXT}", title="Tess Oakley reopens old harbour bridge")
    assert found.paragraphs == (first, NEXT)


def test_a_headline_is_known_by_a_title_that_holds_a_players_button() -> None:
    headline = "Old harbour bridge may open"
    found = extract(f"{headline}\n\n{LEAD}", title=f"{headline}  Listen· 1:46")
    assert found.paragraphs == (LEAD,)


@pytest.mark.parametrize(
    "headline",
    [
        "Mayor says old bridge may open",
        "Council Lets The Harbour Have Its Bridge",
        "Share Old harbour bridge may open on Sunday",
    ],
)
def test_a_line_above_the_prose_that_varies_the_title_is_a_headline(headline: str) -> None:
    found = extract(f"{headline}\n\n{LEAD}", title="Old harbour bridge may open on Sunday")
    assert found.paragraphs == (LEAD,)


@pytest.mark.parametrize(
    "line", ["What happens next", "Why should the old bridge open?", "Old bridge, new mayor."]
)
def test_a_line_above_the_prose_that_says_something_else_stays(line: str) -> None:
    found = extract(f"{line}\n\n{LEAD}", title="Old harbour bridge may open on Sunday")
    assert found.paragraphs == (line, LEAD)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By ADA MARLOWE and Tess Oakley, Reuters", ["Ada Marlowe", "Tess Oakley"]),
        ("By Ada Marlowe, CNN", ["Ada Marlowe"]),
        ("By Ada Marlowe in Lisbon", ["Ada Marlowe"]),
        ("Von Anna Kern und Ben Kurz", ["Anna Kern", "Ben Kurz"]),
        ("Par Jean Petit, à Lyon", ["Jean Petit"]),
        ("Por Ana Ruiz", ["Ana Ruiz"]),
        ("By Our Correspondent", []),
    ],
)
@pytest.mark.parametrize("title", [None, "V"])
def test_a_byline_is_no_headline_and_no_prose(
    line: str, names: list[str], title: str | None
) -> None:
    found = extract(f"{line}\n\n{LEAD}\n\n{NEXT}", title=title)
    assert (found.title, found.paragraphs) == (title, (LEAD, NEXT))
    assert [author.name for author in found.authors] == names


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("12. April 2024, 17:30 Uhr", "2024-04-12"),
        ("Publié le 12 avril 2024", "2024-04-12"),
        ("20.11.2026", "2026-11-20"),
        ("Published 9:05 PM EST, Fri November 20, 2026", "2026-11-20"),
    ],
)
def test_a_date_line_may_be_written_in_many_ways(line: str, day: str) -> None:
    found = extract(f"{line}\n\n{LEAD}\n\n{NEXT}")
    assert (found.title, found.paragraphs) == (None, (LEAD, NEXT))
    assert found.published is not None
    assert found.published.value.date().isoformat() == day


@pytest.mark.parametrize(
    "line",
    [
        "Published: 12 April 2024 at 5:30 pm EST | By Ada Marlowe",
        "By Ada Marlowe, CNN • 12 April 2024, 5:30 pm EST",
        "By Ada Marlowe – 12 April 2024, 17:30 EST",
    ],
)
def test_a_line_may_say_who_and_when(line: str) -> None:
    found = extract(f"{line}\n\n{LEAD}\n\n{NEXT}")
    assert found.paragraphs == (LEAD, NEXT)
    assert [author.name for author in found.authors] == ["Ada Marlowe"]
    assert found.published is not None
    assert found.published.value.isoformat() == "2024-04-12T17:30:00-05:00"
    assert [block.text for block in found.removed] == [line]


def test_an_article_that_says_only_when_it_was_updated_was_published_then() -> None:
    when = "Updated 9:05 PM EST, Fri November 20, 2026"
    found = extract(f"By Ada Marlowe, CNN\n{when}\n{LEAD}\n{NEXT}", title="V")
    assert found.paragraphs == (LEAD, NEXT)
    assert found.published == found.modified
    assert found.published is not None
    assert found.published.value.isoformat() == "2026-11-20T21:05:00-05:00"


def test_a_link_may_stand_behind_a_hyphen_or_an_arrow() -> None:
    links = "Read Next - Ferry Strike Enters Third Week\n\nRead more -> Who Pays for the Sea Wall?"
    found = extract(f"{LEAD}\n\n{links}\n\n{NEXT}", title="V")
    assert found.paragraphs == (LEAD, NEXT)
    assert [(link.label, link.title) for link in found.related_links] == [
        ("Read Next", "Ferry Strike Enters Third Week"),
        ("Read more", "Who Pays for the Sea Wall?"),
    ]


def test_the_trade_under_a_byline_goes_with_it() -> None:
    found = extract(f"By Ada Marlowe\nSTAFF WRITERS\n\n{LEAD}\n\n{NEXT}", title="V")
    assert found.paragraphs == (LEAD, NEXT)
    assert [author.name for author in found.authors] == ["Ada Marlowe"]


def test_a_name_above_its_address_is_the_byline() -> None:
    found = extract(f"Ada Marlowe\n\nada@herald.example\n\n{LEAD}", title="V")
    assert found.paragraphs == (LEAD,)
    assert [author.name for author in found.authors] == ["Ada Marlowe"]


def test_a_first_line_that_reads_like_a_headline_is_the_title() -> None:
    found = extract(f"Council Votes to Reopen Bridge\n\n{LEAD}")
    assert (found.title, found.paragraphs) == ("Council Votes to Reopen Bridge", (LEAD,))


LONG = f"{LEAD[:-1]}, and the mayor was glad of it."


@pytest.mark.parametrize("headline", ["Mayor Wins", "Storm damage", "Council Resigns"])
@pytest.mark.parametrize("below", ["", "By Ada Marlowe\n12 April 2024\n\n"])
def test_a_headline_may_be_two_words(headline: str, below: str) -> None:
    text = f"{headline}\n\n{below}{LONG}\n\n{NEXT}"
    found = extract(text)
    assert (found.title, found.paragraphs) == (headline, (LONG, NEXT))


@pytest.mark.parametrize("line", ["Ada Marlowe", "Dear all,", "And then:"])
def test_two_words_that_are_a_name_or_open_the_text_are_no_headline(line: str) -> None:
    assert extract(f"{line}\n\n{LONG}\n\n{NEXT}").title is None


@pytest.mark.parametrize(
    ("trail", "headline"),
    [
        ("Home\nPolitics\nArticle", "Outgoing Mayor Wins One More Vote"),
        ("Home\nPolitics", "Mayor Wins"),
    ],
)
def test_crumbs_may_have_lost_numbers_and_strokes(trail: str, headline: str) -> None:
    found = extract(f"{trail}\n{headline}\nBy Ada Marlowe\n12 April 2024\n{LONG}\n{NEXT}")
    assert (found.title, found.section) == (headline, "Politics")
    assert found.paragraphs == (LONG, NEXT)
    assert [author.name for author in found.authors] == ["Ada Marlowe"]
    assert found.published is not None


def test_a_text_that_begins_at_home_is_no_trail() -> None:
    text = f"Home\n\n{LONG}\n\n{NEXT}"
    assert extract(text, title="V").paragraphs == ("Home", LONG, NEXT)


def test_a_byline_in_capitals_below_the_first_paragraph_is_no_link() -> None:
    found = extract(f"{LONG}\n\nBY ADA MARLOWE, TESS OAKLEY AND ANA RUIZ\n\n{NEXT}", title="V")
    assert found.paragraphs == (LONG, NEXT)
    assert found.related_links == ()
    assert [author.name for author in found.authors] == ["Ada Marlowe", "Tess Oakley", "Ana Ruiz"]


def test_who_and_when_may_stand_below_a_kicker() -> None:
    found = extract(f"Politics\n\nBy Ada Marlowe\n\n12 April 2024\n\n{LONG}\n\n{NEXT}", title="V")
    assert found.paragraphs == ("Politics", LONG, NEXT)
    assert [author.name for author in found.authors] == ["Ada Marlowe"]
    assert found.published is not None


def test_a_date_below_the_first_paragraph_is_a_heading() -> None:
    found = extract(f"{LEAD}\n\n12 April 2024\n\n{NEXT}", title="A diary")
    assert found.paragraphs == (LEAD, "12 April 2024", NEXT)


def test_text_without_a_headline_has_none() -> None:
    assert extract(f"{LEAD}\n\n{NEXT}").title is None


def test_a_single_line_is_body_not_headline() -> None:
    found = extract("Council Votes to Reopen Bridge")
    assert (found.title, found.paragraphs) == (None, ("Council Votes to Reopen Bridge",))


def test_a_list_article_keeps_its_list() -> None:
    text = f"{LEAD}\n\n1. Salt the water.\n2. Boil the rice.\n3. Wait."
    assert extract(text, title="Rice").paragraphs[1:] == (
        "1. Salt the water.",
        "2. Boil the rice.",
        "3. Wait.",
    )


def test_a_numbered_list_at_the_head_is_no_trail() -> None:
    text = "1. Salt the water.\n2. Boil the rice.\n3. Wait for ten minutes."
    assert len(extract(text, title="Rice").paragraphs) == 3


def test_a_long_paragraph_that_comes_twice_stays_once() -> None:
    found = extract(f"{LEAD}\n\n{NEXT}\n\n{LEAD}", title="A vote")
    assert found.paragraphs == (LEAD, NEXT)
    assert found.removed[0].kind == "repeat"


def test_short_lines_of_a_transcript_may_repeat() -> None:
    found = extract("No.\n\nYes.\n\nNo.\n\nYes.", title="A quarrel")
    assert found.paragraphs == ("No.", "Yes.", "No.", "Yes.")


def test_a_label_alone_takes_the_headline_below_it() -> None:
    found = extract(f"{LEAD}\n\nREAD MORE:\n\nFerry Strike Enters Third Week\n\n{NEXT}", title="V")
    assert found.paragraphs == (LEAD, NEXT)
    assert [(link.label, link.title) for link in found.related_links] == [
        ("READ MORE", "Ferry Strike Enters Third Week")
    ]


def test_a_label_alone_leaves_the_prose_below_it() -> None:
    assert extract(f"{LEAD}\n\nRead more:\n\n{NEXT}", title="V").paragraphs == (LEAD, NEXT)


def test_a_closing_paragraph_about_a_person_of_the_story_is_no_biography() -> None:
    last = "Marlowe is a writer who lives by the harbour."
    found = extract(f"Ada Marlowe won the prize.\n\n{last}", title="A prize")
    assert found.paragraphs[-1] == last
    assert found.authors == ()


def test_a_caption_with_an_agency_becomes_an_image() -> None:
    found = extract(f"{LEAD}\n\nThe bridge before the storm. (AP Photo/Ana Ruiz)", title="V")
    assert [(image.caption, image.credit) for image in found.images] == [
        ("The bridge before the storm.", "AP Photo/Ana Ruiz")
    ]


def test_a_caption_widget_says_its_credit_once() -> None:
    text = f"{LEAD}\n\nEnlarge this image toggle caption Ana Ruiz/HW Ana Ruiz/HW"
    assert extract(text, title="V").images[0].credit == "Ana Ruiz/HW"


def test_html_entities_left_in_text_are_decoded_with_a_warning() -> None:
    found = extract("Salt&nbsp;&amp;&#32;pepper &ldquo;now&rdquo;.", title="V")
    assert found.paragraphs == ("Salt & pepper “now”.",)
    assert found.warnings[0].code == "entities_decoded"


def test_control_and_invisible_characters_go() -> None:
    assert extract("Sa\x00lt\u200b and\x07 pepper.\ufeff", title="V").paragraphs == (
        "Salt and pepper.",
    )


def test_lines_without_blank_lines_are_paragraphs_of_their_own() -> None:
    assert extract(f"{LEAD}\n{NEXT}", title="V").paragraphs == (LEAD, NEXT)


def test_an_inline_trail_gives_the_section() -> None:
    found = extract(f"Home > News > Harbour\n\n{LEAD}", title="V")
    assert (found.section, found.breadcrumbs) == ("Harbour", ("Home", "News", "Harbour"))


@pytest.mark.parametrize(
    "below", ["", "Special for the Elder Herald\n\n", "HarbourPrice.example\n\n"]
)
def test_a_name_alone_above_the_prose_is_the_byline(below: str) -> None:
    found = extract(f"Ada Marlowe\n\n{below}{NEXT}\n\n{LEAD}", title="V")
    assert found.paragraphs == (NEXT, LEAD)
    assert [author.name for author in found.authors] == ["Ada Marlowe"]


def test_a_heading_alone_above_the_prose_is_no_byline() -> None:
    found = extract(f"Storm Damage\n\n{NEXT}\n\nThe damage of the storm was great.", title="V")
    assert found.paragraphs[0] == "Storm Damage"


def test_a_biography_above_the_prose_is_lifted() -> None:
    bio = "Ada Marlowe is a professor of tides at the Elder School."
    found = extract(f"{bio}\n\n{LEAD}\n\n{NEXT}", title="V")
    assert found.paragraphs == (LEAD, NEXT)
    assert found.authors == (Author(name="Ada Marlowe", bio=bio),)


def test_a_person_who_opens_a_story_is_no_author() -> None:
    lead = "Ada Marlowe is a professor of tides at the Elder School."
    found = extract(f"{lead}\n\n{LEAD}\n\nMarlowe said so on Sunday.", title="V")
    assert found.paragraphs[0] == lead


def test_a_headline_at_the_foot_is_another_articles() -> None:
    headline = "Ferry strikes in Port Elder enter third week"
    found = extract(f"{LEAD}\n\n{NEXT}\n\n{headline}", title="V")
    assert found.paragraphs == (LEAD, NEXT)
    assert [link.title for link in found.related_links] == [headline]


@pytest.mark.parametrize(
    "last",
    [
        "The mayor presented the same bridge on Sunday in a letter",
        "He has asked for a new bridge in the old harbour",
        "5. So much for the old harbour bridge",
        "Ana Ruiz, Elder Herald",
        "What happens next",
    ],
)
def test_what_is_no_headline_stays_at_the_foot(last: str) -> None:
    assert extract(f"{LEAD}\n\n{NEXT}\n\n{last}", title="V").paragraphs[-1] == last


def test_a_notice_is_one_only_behind_the_prose() -> None:
    notice = "For more on the bridge, read the Herald’s explainer."
    assert extract(f"{LEAD}\n\n{NEXT}\n\n{notice}", title="V").paragraphs == (LEAD, NEXT)
    assert notice in extract(f"{LEAD}\n\n{notice}\n\n{NEXT}", title="V").paragraphs
