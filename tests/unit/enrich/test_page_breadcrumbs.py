"""Breadcrumbs in the forms that pages show and state them in."""

import pytest

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book

TEXT = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."


def extract(trail: str) -> Found:
    html = f"<body>{trail}<article><h1>Council votes</h1><p>{TEXT}</p></article></body>"
    return extract_html(html, url=None, title=None, rules=rule_book())


@pytest.mark.parametrize(
    "trail",
    [
        "<nav aria-label='Breadcrumb'><ol><li><a>Home</a></li><li><a>Local</a></li></ol></nav>",
        "<ul class='breadcrumbs'><li>Home »</li><li><a>Local</a></li></ul>",
        "<p class='site-breadcrumb'><a>Home</a> &gt; <a>Local</a> &gt; <b>Council votes</b></p>",
        "<div id='breadcrumbs'>You are here: <a>Home</a> / <a>Local</a></div>",
        """<ol itemscope itemtype="https://schema.org/BreadcrumbList">
        <li itemprop="itemListElement"><a><span itemprop="name">Home</span></a>
        <meta itemprop="position" content="1"></li>
        <li itemprop="itemListElement"><a itemprop="item"><b itemprop="name">Local</b></a></li>
        </ol>""",
        "<p typeof='BreadcrumbList'><a property='name'>Home</a> <a property='name'>Local</a></p>",
    ],
)
def test_a_trail_becomes_breadcrumbs_and_section(trail: str) -> None:
    found = extract(trail)
    assert found.breadcrumbs[:2] == ("Home", "Local")
    assert found.section == "Local"
    assert found.paragraphs == (TEXT,)
    (removed,) = [block for block in found.removed if block.kind == "breadcrumb"]
    assert removed.text.startswith(("Home", "You are here"))


def test_what_is_stated_counts_before_what_is_shown() -> None:
    stated = (
        '<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement":'
        ' [{"@type": "ListItem", "name": "Harbour &amp; Sea"}]}</script>'
    )
    found = extract(f"<div class='breadcrumb'><a>Home</a> / <a>Local</a></div>{stated}")
    assert found.breadcrumbs == ("Harbour & Sea",)


@pytest.mark.parametrize("name", ["with-breadcrumbs", "has-breadcrumb", "no_breadcrumb"])
def test_a_part_of_the_page_around_a_trail_is_none(name: str) -> None:
    found = extract(f"<div class='{name}'><p>The first cars will cross in June.</p></div>")
    assert found.breadcrumbs == ()


def test_what_is_too_long_for_a_trail_is_none() -> None:
    assert extract(f"<div class='breadcrumbs'><p>{TEXT * 10}</p></div>").breadcrumbs == ()


def test_a_trail_is_bounded() -> None:
    trail = "".join(f"<li>{'x' * 30} {number}</li>" for number in range(15))
    assert len(extract(f"<ul class='breadcrumb'>{trail}</ul>").breadcrumbs) == 12
