"""A page that states several articles in JSON-LD is the one about itself."""

import json
from typing import Any

import pytest

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book

URL = "https://herald.example/bridge?utm_source=mail"
OTHER = {
    "@type": "NewsArticle", "url": "https://herald.example/ferry", "headline": "Ferry Strike Ends",
    "author": "Tom Roe", "datePublished": "2025-01-02",
}  # fmt: skip
OWN = {
    "@type": "NewsArticle", "headline": "Council Votes", "author": "Ada Marlowe",
    "datePublished": "2026-05-03",
}  # fmt: skip
BODY = (
    "<article><h1>Council votes!</h1><p>The council voted on Sunday for the bridge.</p></article>"
)


def extract(*nodes: dict[str, Any], head: str = "", body: str = BODY, url: str = URL) -> Found:
    blocks = "".join(
        f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes
    )
    html = f"<html><head>{head}</head><body>{blocks}{body}</body></html>"
    return extract_html(html, url=url, title=None, rules=rule_book())


@pytest.mark.parametrize(
    "address",
    [
        {"url": "http://herald.example/bridge/"},
        {"url": "/bridge"},
        {"@id": "https://herald.example/bridge#article"},
        {"mainEntityOfPage": "https://herald.example/bridge"},
        {"mainEntityOfPage": {"@type": "WebPage", "@id": "https://herald.example/bridge"}},
    ],
)
def test_the_article_with_the_address_of_the_page_is_its_own(address: dict[str, Any]) -> None:
    own = OWN | {"headline": "A Vote in the Council"} | address
    found = extract(OTHER, own)
    assert found.title == "A Vote in the Council"
    assert [author.name for author in found.authors] == ["Ada Marlowe"]
    assert found.published is not None
    assert found.published.value.year == 2026


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://herald.example/2026/bridge">',
        '<meta property="og:url" content="https://herald.example/2026/bridge">',
    ],
)
def test_the_page_may_name_its_address_itself(head: str) -> None:
    own = OWN | {"headline": "A Vote", "url": "https://herald.example/2026/bridge"}
    assert extract(OTHER, own, head=head, url="").title == "A Vote"


def test_a_sidebars_address_is_never_the_pages() -> None:
    assert extract(OTHER, OWN).canonical_url is None


def test_without_an_address_the_headline_tells() -> None:
    assert extract(OTHER, OWN).title == "Council Votes"
    og = '<meta property="og:title" content="Council Votes | Herald">'
    og += '<meta property="og:site_name" content="Herald">'
    assert extract(OTHER, OWN, head=og, body="<p>It voted.</p>").title == "Council Votes"


def test_without_a_headline_the_longest_text_tells_and_then_the_order() -> None:
    body = "<p>It voted.</p>"
    assert extract(OTHER, OWN | {"articleBody": "It voted."}, body=body).title == "Council Votes"
    assert extract(OTHER, OWN, body=body).title == "Ferry Strike Ends"


@pytest.mark.parametrize("value", [7, [], {}, [[]], "http://[", {"@id": 3}])
def test_an_address_that_is_none_costs_nothing(value: object) -> None:
    odd = OTHER | {"url": value, "mainEntityOfPage": value, "headline": value}
    assert extract(odd, OWN).title == "Council Votes"
