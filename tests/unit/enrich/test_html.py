from datetime import UTC, datetime

import pytest

from copydesk_enrich.extraction.body import FALLBACK_METHOD
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book
from copydesk_shared.contracts.article import Image, Precision, Provenance

LEAD = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."
NEXT = "A storm had closed it two years ago, and nobody had thought that the piers would stand."
BODY = f"""
<nav><a href="/">Home</a> <a href="/local">Local</a></nav>
<article><h1>Council votes to reopen bridge</h1>
<figure><img src="/pictures/bridge.jpg"><figcaption>The bridge. It is old. (AP Photo/Ana Ruiz)
</figcaption></figure>
<p>{LEAD}</p><p>Advertisement</p>
<p>Read More: <a href="/ferry">Ferry Strike Enters Third Week</a></p>
<p>{NEXT}</p><p>The first cars will cross in June, when the last of the cables has been laid.</p>
<p>Ada Marlowe is a reporter who covers the coast.</p></article>
<footer>Imprint and contact</footer>
"""
JSON_LD = """
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "BreadcrumbList", "itemListElement": [
   {"@type": "ListItem", "name": "Home"}, {"@type": "ListItem", "item": {"name": "Local"}}]},
 {"@type": ["NewsArticle"], "headline": "Council votes to reopen bridge",
  "author": [{"@type": "Person", "name": "Ada Marlowe"}, {"@type": "Organization", "name": "HH"}],
  "datePublished": "2026-05-03T17:30:00+02:00", "dateModified": "2026-05-04",
  "articleSection": ["Local", "News"], "keywords": "bridge, harbour , bridge",
  "image": {"url": "/pictures/lead.jpg", "caption": "The bridge", "creditText": "Ana Ruiz"}}
]}</script>
"""
OPEN_GRAPH = """
<meta property="og:title" content="Council votes to reopen bridge | Harbour Herald">
<meta property="og:site_name" content="Harbour Herald">
<meta property="article:published_time" content="2026-05-03T17:30:00Z">
<meta property="article:section" content="Local"><meta name="author" content="By Ada Marlowe">
<meta property="og:image" content="https://example.org/og.jpg">
<link rel="canonical" href="https://example.org/bridge">
"""
URL = "https://example.org/a?utm=1"


def extract(html: str, title: str | None = None) -> Found:
    return extract_html(html, url=URL, title=title, rules=rule_book())


@pytest.fixture(scope="module")
def with_json_ld() -> Found:
    return extract(f"<html><head>{JSON_LD}</head><body>{BODY}</body></html>")


@pytest.fixture(scope="module")
def with_open_graph() -> Found:
    return extract(f"<html><head>{OPEN_GRAPH}</head><body>{BODY}</body></html>")


def test_the_body_is_the_articles_prose(with_json_ld: Found) -> None:
    assert with_json_ld.paragraphs[:2] == (LEAD, NEXT)
    assert len(with_json_ld.paragraphs) == 3


def test_json_ld_gives_the_fields(with_json_ld: Found) -> None:
    assert with_json_ld.title == "Council votes to reopen bridge"
    assert [author.name for author in with_json_ld.authors] == ["Ada Marlowe"]
    assert with_json_ld.section == "Local"
    assert with_json_ld.breadcrumbs == ("Home", "Local")
    assert with_json_ld.keywords == ("bridge", "harbour")


def test_dates_keep_zone_precision_and_provenance(with_json_ld: Found) -> None:
    assert with_json_ld.published is not None
    assert with_json_ld.published.value == datetime(2026, 5, 3, 15, 30, tzinfo=UTC)
    assert with_json_ld.published.provenance is Provenance.METADATA
    assert with_json_ld.modified is not None
    assert with_json_ld.modified.precision is Precision.DAY


def test_the_lead_picture_and_captioned_figures_become_images(with_json_ld: Found) -> None:
    assert with_json_ld.images == (
        Image(
            href="https://example.org/pictures/lead.jpg", caption="The bridge", credit="Ana Ruiz"
        ),
        Image(
            href="https://example.org/pictures/bridge.jpg",
            caption="The bridge. It is old.",
            credit="AP Photo/Ana Ruiz",
        ),
    )


def test_junk_in_html_is_lifted_by_the_same_rules(with_json_ld: Found) -> None:
    assert {block.kind for block in with_json_ld.removed} >= {
        "advertisement",
        "promo",
        "author_bio",
    }
    assert with_json_ld.authors[0].bio == "Ada Marlowe is a reporter who covers the coast."


def test_a_promo_link_keeps_its_address(with_json_ld: Found) -> None:
    (link,) = with_json_ld.related_links
    assert (link.label, link.title) == ("Read More", "Ferry Strike Enters Third Week")
    assert (link.url, link.position) == ("https://example.org/ferry", 1)


def test_open_graph_fills_in_where_there_is_no_json_ld(with_open_graph: Found) -> None:
    assert with_open_graph.title == "Council votes to reopen bridge"
    assert [author.name for author in with_open_graph.authors] == ["Ada Marlowe"]
    assert with_open_graph.section == "Local"
    assert with_open_graph.canonical_url == "https://example.org/bridge"
    assert with_open_graph.images[0].href == "https://example.org/og.jpg"


def test_trafilatura_fills_in_where_the_page_says_nothing() -> None:
    found = extract(f"<html><head><title>x</title></head><body>{BODY}</body></html>")
    assert found.title == "Council votes to reopen bridge"


def test_a_headline_that_the_body_repeats_is_not_a_paragraph(with_json_ld: Found) -> None:
    assert "Council votes to reopen bridge" not in with_json_ld.paragraphs


def test_a_fragment_is_enough() -> None:
    assert extract(f"<p>{LEAD}</p>").paragraphs == (LEAD,)
    assert extract(LEAD).paragraphs == (LEAD,)


def test_text_that_trafilatura_refuses_is_won_by_its_blocks() -> None:
    found = extract("<html><body><ul><li>Salt</li><li>Rice</li></ul></body></html>", title="V")
    assert found.paragraphs
    assert found.method == FALLBACK_METHOD or "Salt" in found.paragraphs[0]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "\x00",
        "<html></html>",
        "<html><body><script>alert('x')</script></body></html>",
        "<!-- nothing -->",
    ],
)
def test_a_page_without_text_has_no_paragraphs(html: str) -> None:
    assert extract(html).paragraphs == ()


@pytest.mark.parametrize(
    "json_ld",
    [
        "{",
        "[" * 10_000,
        '{"@type": 7}',
        '{"@type": "NewsArticle", "author": 3, "image": []}',
        "null",
    ],
)
def test_broken_json_ld_costs_only_itself(json_ld: str) -> None:
    head = f'<head><script type="application/ld+json">{json_ld}</script></head>'
    assert extract(f"<html>{head}<body>{BODY}</body></html>").paragraphs[0] == LEAD


def test_a_declared_encoding_does_not_matter_for_decoded_text() -> None:
    html = f'<?xml version="1.0" encoding="utf-16"?><html><body><p>{LEAD} Café.</p></body></html>'
    assert "Café" in extract(html).paragraphs[0]


def test_only_web_addresses_become_links() -> None:
    html = f"<p>{LEAD}</p><p>Read More: <a href='javascript:x()'>Ferry Strike Goes On</a></p>"
    assert extract(html).related_links[0].url is None
