"""Headings, lists, quotes and tables stay, whether or not the page names the box of its text."""

import pytest

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book

LEAD = (
    "The council of Port Elder voted on Sunday to reopen the old harbour bridge, two years after a"
    " storm closed it to every kind of traffic and cut the old town in two."
)
NEXT = "Engineers say that the piers are sound, although nobody had thought that they would stand."
LAST = "The first cars will cross in June, when the last of the cables has been laid."
TEXT = f"""
<p>{LEAD}</p><h2>Why now</h2><p>{NEXT}</p>
<ul><li>A gate at the mouth of the river</li><li>A pump</li></ul>
<ol><li>First the gate is built</li><li>Then the pump</li></ol>
<blockquote><p>We have waited long for this day.</p></blockquote>
<h3>Costs</h3>
<table><thead><tr><th>Year</th><th>Cost</th></tr></thead>
<tbody><tr><td>2026</td><td>12 million</td></tr><tr><td>2027</td><td></td></tr></tbody></table>
<p>{LAST}</p>
"""
PARAGRAPHS = (
    LEAD, "Why now", NEXT, "- A gate at the mouth of the river", "- A pump",
    "- First the gate is built", "- Then the pump", "We have waited long for this day.",
    "Costs", "Year · Cost", "2026 · 12 million", "2027", LAST,
)  # fmt: skip
MENU = """
<ul class="menu"><li><a href="/">Home</a></li><li><a href="/local">Local news</a></li>
<li><a href="/sport">Sport</a></li></ul>
"""
FOOTER = """
<h3>More news</h3><ul><li><a href="/a">Ferry strike enters its third week</a></li>
<li><a href="/b">Mayor calls off the parade</a></li></ul>
<div id="footer"><p>Copyright Harbour Herald, Quay Street 5, Port Elder.</p></div>
"""


def extract(html: str, title: str | None = None) -> Found:
    return extract_html(html, url=None, title=title, rules=rule_book())


@pytest.mark.parametrize(
    "html",
    [
        TEXT,
        f"<div>{TEXT}</div>",
        f"<html><body>{TEXT}</body></html>",
        f"<html><body><h1>Council Votes</h1>{TEXT}</body></html>",
        f"<article>{TEXT}</article>",
        f"<main>{TEXT}</main>",
        f"<div class='entry-content'>{TEXT}</div>",
    ],
    ids=["fragment", "div", "page", "page with h1", "article", "main", "entry-content"],
)
def test_structure_stays_whatever_the_box_is_called(html: str) -> None:
    found = extract(html)
    assert found.paragraphs == PARAGRAPHS
    assert [(one.paragraph, one.level) for one in found.headings] == [(1, 2), (8, 3)]


@pytest.mark.parametrize(
    "html",
    [
        f"<nav><p>{LAST}</p></nav>{TEXT}<footer><p>Imprint and contact</p></footer>",
        f"{MENU}<h1>Council Votes</h1>{TEXT}{FOOTER}",
        f"{MENU}<div><h1>Council Votes</h1><div>{TEXT}</div></div>{FOOTER}",
    ],
    ids=["by tag", "beside the text", "around its box"],
)
def test_the_furniture_of_a_page_without_a_named_box_still_goes(html: str) -> None:
    assert extract(f"<html><body>{html}</body></html>").paragraphs == PARAGRAPHS


def test_sections_in_boxes_of_their_own_are_one_text() -> None:
    boxes = f"<div><p>{LEAD}</p></div><div><h2>Two</h2><p>{NEXT}</p><ul><li>A gate</li></ul></div>"
    assert extract(boxes).paragraphs == (LEAD, "Two", NEXT, "- A gate")


def test_a_long_paragraph_in_a_box_does_not_hide_the_short_ones_around_it() -> None:
    html = f"<p>{NEXT}</p><p>{LAST}</p><div><p>{LEAD}</p></div><p>{NEXT[::-1]}</p>"
    assert extract(html).paragraphs == (NEXT, LAST, LEAD, NEXT[::-1])


def test_a_few_words_keep_their_lists_and_tables() -> None:
    html = "<p>It is open.</p><ul><li>Salt</li></ul><table><tr><td>May</td><td>3</td></tr></table>"
    assert extract(html).paragraphs == ("It is open.", "- Salt", "May · 3")


def test_paragraphs_that_only_line_breaks_part_stay_apart() -> None:
    html = f"<div>{LEAD}<br><br>{NEXT}<br><br><b>Why now</b><br><br>{LAST}</div>"
    assert extract(html).paragraphs == (LEAD, NEXT, "Why now", LAST)


def test_rows_that_read_like_headlines_are_no_promo() -> None:
    row = "<tr><td>{}</td><td>{} Council</td></tr>".format
    rows = row("Ann Lee", "Harbour") + row("Tom Roe", "City")
    found = extract(f"<p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p><table>{rows}</table>")
    assert found.paragraphs[-2:] == ("Ann Lee · Harbour Council", "Tom Roe · City Council")


def test_a_bar_within_a_cell_stays() -> None:
    html = f"<p>{LEAD}</p><table><tr><td>north | south</td><td>3</td></tr></table><p>{NEXT}</p>"
    assert "north | south · 3" in extract(html).paragraphs


def test_the_first_heading_is_no_headline_where_the_publisher_gave_one() -> None:
    html = f"<h2>Why now</h2><p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p>"
    assert extract(html, title="Council Votes").paragraphs[0] == "Why now"
