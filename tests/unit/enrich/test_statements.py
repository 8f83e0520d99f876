"""What a page states about itself in JSON-LD, and what is said of what nobody can read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book
from copydesk_shared.contracts.article import Image

URL = "https://herald.example/bridge"
BODY = "<article><h1>Council votes</h1><p>The council voted on Sunday for the bridge.</p></article>"


def extract(text: str, *, head: str = "", body: str = BODY) -> Found:
    block = f'<script type="application/ld+json">{text}</script>'
    html = f"<html><head>{head}{block}</head><body>{body}</body></html>"
    return extract_html(html, url=URL, title=None, rules=rule_book())


def stated(**properties: Any) -> Found:
    return extract(json.dumps({"@type": "NewsArticle"} | properties))


def told(found: Found) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.field) for warning in found.warnings]


def test_a_graph_in_which_one_node_refers_to_the_other() -> None:
    graph = [
        {
            "@type": "Article", "@id": f"{URL}#article", "author": {"@id": "#ada"},
            "image": {"@id": f"{URL}#primaryimage"}, "inLanguage": "en-US",
        },
        {"@type": "ImageObject", "@id": f"{URL}#primaryimage", "url": "/lead.jpg", "caption": "It"},
        {"@type": "Person", "@id": "#ada", "name": "Ada Marlowe"},
        {"@type": "WebPage", "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [{"name": "Home"}, {"item": {"name": "Local &amp; Region"}}]}},
    ]  # fmt: skip
    found = extract(json.dumps({"@context": "https://schema.org", "@graph": graph}))
    assert [author.name for author in found.authors] == ["Ada Marlowe"]
    assert found.images == (Image(href="https://herald.example/lead.jpg", caption="It"),)
    assert found.language == "en-US"
    assert found.breadcrumbs == ("Home", "Local & Region")
    assert found.warnings == ()


def test_entities_in_a_headline_are_decoded() -> None:
    found = stated(headline="Council&#8217;s Wall &amp; the Sea")
    assert found.title == "Council\u2019s Wall & the Sea"


def test_values_in_their_odder_forms() -> None:
    found = stated(
        headline=["Council Votes", "Council Votes, Again"],
        author={"name": ["Ada Marlowe", "Tom Roe"]},
        image={"url": ["/1.jpg", "/2.jpg"]},
        keywords=[{"@type": "DefinedTerm", "name": "bridge"}, "harbour"],
        datePublished={"@type": "DateTime", "@value": "2026-05-03T10:00:00Z"},
        articleSection=[{"name": "Local"}],
    )
    assert found.title == "Council Votes"
    assert [author.name for author in found.authors] == ["Ada Marlowe", "Tom Roe"]
    assert [image.href for image in found.images] == ["https://herald.example/1.jpg"]
    assert found.keywords == ("bridge", "harbour")
    assert found.published is not None
    assert found.published.value == datetime(2026, 5, 3, 10, tzinfo=UTC)
    assert found.section == "Local"
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("name", "value", "warning"),
    [
        ("datePublished", "yesterday", ("invalid_date", "published")),
        ("dateModified", "2026-13-45", ("invalid_date", "modified")),
        ("keywords", ["bridge", 7], ("field_left_out", "keywords")),
        ("author", {"@id": "#nobody"}, ("field_left_out", "byline")),
        ("image", {"@id": f"{URL}#primaryimage"}, ("invalid_image", "images")),
        ("inLanguage", "the English one", ("unknown_language", "language")),
        ("headline", {"text": "x"}, ("field_left_out", "title")),
    ],
)
def test_what_cannot_be_read_is_told(name: str, value: object, warning: tuple[str, str]) -> None:
    found = stated(**{name: value})
    assert told(found) == [warning]
    assert name in found.warnings[0].message


def test_a_long_value_is_quoted_in_part() -> None:
    (warning,) = stated(datePublished="x" * 100_000).warnings
    assert len(warning.message) < 200


@pytest.mark.parametrize("kind", ["Organization", "NewsMediaOrganization"])
def test_an_organisation_signs_where_nobody_else_does(kind: str) -> None:
    press = json.dumps({"@type": "Article", "author": {"@type": kind, "name": "Velda Union"}})
    assert [author.name for author in extract(press).authors] == ["Velda Union"]
    named = extract(press, head='<meta name="author" content="Ada Marlowe">')
    assert [author.name for author in named.authors] == ["Ada Marlowe"]
    signed = extract(press, body=f"{BODY}<p class='byline'>By Tom Roe</p>")
    assert [author.name for author in signed.authors] == ["Tom Roe"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!-- {} -->", None),
        ("//<![CDATA[\n{}\n//]]>", None),
        ("[{},]", "json_ld_mended"),
    ],
)
def test_a_block_that_is_nearly_json_is_read(text: str, code: str | None) -> None:
    node = '{"@type": "NewsArticle", "headline": "Council\n Votes Again", "author": "Ada Marlowe"}'
    found = extract(text.replace("{}", node))
    assert found.title == "Council Votes Again"
    assert [author.name for author in found.authors] == ["Ada Marlowe"]
    assert told(found) == ([(code, None)] if code else [])


def test_a_block_that_is_no_json_is_told() -> None:
    found = extract('{"@type": "NewsArticle", "headline": "A "quoted" word"}')
    assert told(found) == [("json_ld_unreadable", None)]
    assert found.title == "Council votes"


def test_entities_in_a_stated_text_are_decoded() -> None:
    text = "Ships &amp; boats lay in the harbour.<br>" + "The storm had come at night. " * 40
    found = extract(
        json.dumps({"@type": "Article", "articleBody": text}), body="<p>It is open.</p>"
    )
    assert found.paragraphs[0].startswith("Ships & boats lay")
