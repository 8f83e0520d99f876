"""What the body leaves out of the article's part of the page is on record, with its place."""

import time

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.left_out import settled
from copydesk_enrich.extraction.rules import rule_book
from copydesk_shared.contracts.article import RemovedBlock

LEAD = (
    "The council of Port Elder voted on Sunday to reopen the old harbour bridge, two years after a"
    " storm closed it to every kind of traffic and cut the old town in two."
)
NEXT = "A storm had closed it two years ago, and nobody had thought that the piers would stand."
LAST = "The first cars will cross in June, when the last of the cables has been laid."


def extract(html: str) -> Found:
    return extract_html(html, url=None, title="Council votes", rules=rule_book())


def left_out(html: str) -> list[tuple[str, str, int]]:
    removed = extract(html).removed
    return [(one.kind, one.text, one.position) for one in removed if one.rule == "html.left_out"]


def test_furniture_within_an_article_is_recorded_where_it_stood() -> None:
    html = f"""<body><ul><li><a href="/">Home</a></li></ul><article>
    <header><div class="byline">By Ann Lee</div></header>
    <p>{LEAD}</p><aside><p>A pull quote</p> <p>of the page</p></aside>
    <p>{NEXT}</p><div class="share"><a href="/x">Share this</a></div>
    <p>{LAST}</p><nav>Next page</nav></article><footer>Imprint</footer></body>"""
    assert extract(html).paragraphs == (LEAD, NEXT, LAST)
    assert left_out(html) == [
        ("page_chrome", "By Ann Lee", 0),
        ("page_chrome", "A pull quote of the page", 1),
        ("share_bar", "Share this", 2),
        ("page_chrome", "Next page", 3),
    ]


def test_a_text_that_is_all_there_leaves_nothing_out() -> None:
    assert left_out(f"<p>{LEAD}</p><ul><li>A gate</li></ul><p>{NEXT}<br><br>{LAST}</p>") == []
    assert left_out(f"<blockquote><p>Yes.</p><p>No.</p></blockquote><p>{LEAD}</p>") == []
    assert left_out(f"<table><tr><td>May</td><td>3</td></tr></table><p>{LEAD}</p>") == []
    assert left_out("<p>It is open.</p>") == []


def test_positions_count_what_was_kept() -> None:
    html = f"""<article><p>{LEAD}</p><p>Advertisement</p><p>{NEXT}</p>
    <aside>Of the page</aside><p>{LAST}</p></article>"""
    assert left_out(html) == [("page_chrome", "Of the page", 2)]
    block = RemovedBlock(kind="promo", text="x", position=3, rule="html.left_out")
    (moved,) = settled([block], paragraphs=["a", "junk", "b", "c"], kept=["a", "b", "c"])
    assert moved.position == 2


def test_a_long_block_is_cut_and_many_are_few() -> None:
    aside = f"<aside>{'Of the page. ' * 200}</aside>"
    found = left_out(f"<article><p>{LEAD}</p>{aside * 100}<p>{NEXT}</p><p>{LAST}</p></article>")
    assert len(found) == 40
    assert {len(text) for _, text, _ in found} == {300}


def test_what_was_left_out_lowers_no_quality() -> None:
    clean = f"<article><p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p></article>"
    found = extract(clean.replace("</article>", f"<aside>{'Of it. ' * 200}</aside></article>"))
    assert found.reasons == extract(clean).reasons


def test_a_page_of_scraps_costs_no_more_than_its_length() -> None:
    scraps = "".join(f"<div>{number} scraps of a page</div>" for number in range(20_000))
    begun = time.process_time()
    extract(f"<body><p>{LEAD}</p><p>{NEXT}</p>{scraps}<p>{LAST}</p></body>")
    assert time.process_time() - begun < 20
