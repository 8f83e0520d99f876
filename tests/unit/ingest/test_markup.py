"""Markup where text may stand: what counts as such, and what becomes of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_formats import TEXT, batch, codes, posted

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.markup import as_html, plain, plain_title, seen_text

LINKED = f'{TEXT} <a href="https://a.example/more">Read more</a>'


def rss_item(description: str) -> Draft:
    item = f"<item><title>x</title><description>{description}</description></item>"
    (draft,) = batch(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode(), "text/xml")
    return draft


def atom_entry(summary: str) -> Draft:
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:a</id>'
    (draft,) = batch(f"{head}{summary}</entry></feed>".encode(), "application/atom+xml")
    return draft


def of_feed(**item: Any) -> Draft:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"} | item]}
    return posted(feed, "application/feed+json")


def in_json_ld(**fields: Any) -> Draft:
    return posted({"@type": "NewsArticle", "articleBody": TEXT} | fields, "application/ld+json")


@pytest.mark.parametrize(
    "draft",
    [
        lambda: rss_item(LINKED.replace("<", "&lt;").replace(">", "&gt;")),
        lambda: rss_item(f"<![CDATA[{LINKED}]]>"),
        lambda: atom_entry(f'<summary type="html"><![CDATA[{LINKED}]]></summary>'),
        lambda: of_feed(summary=LINKED),
        lambda: of_feed(content_text=LINKED),
        lambda: in_json_ld(articleBody=LINKED),
        lambda: in_json_ld(articleBody=f"{TEXT}<br>{TEXT}"),
        lambda: posted({"uri": "urn:a", "body_text": LINKED}, "application/ninjs+json"),
    ],
)
def test_markup_behind_the_beginning_of_a_text_makes_it_html(draft: Any) -> None:
    found = draft()
    assert found.content_type == "text/html"
    assert TEXT in found.content


@pytest.mark.parametrize(
    "text",
    [
        "The index a<b rose where a < b, and 3 <5.",
        "I <3 the harbour, and so <do> you, R&D, AT&T & c.",
        "Write a <b> tag before what is bold, &c.",
        "Ferries &amp; boats sail.\n\nThey sail again.",
    ],
)
def test_prose_with_an_angle_bracket_or_an_entity_stays_text(text: str) -> None:
    draft = in_json_ld(articleBody=text)
    assert (draft.content_type, draft.content, codes(draft)) == ("text/plain", text, [])


def test_a_description_with_an_entity_is_html_and_one_without_is_text() -> None:
    assert rss_item(f"{TEXT} &amp;eacute;").content_type == "text/html"
    assert rss_item(TEXT).content_type == "text/plain"


def test_html_that_was_escaped_once_more_is_html() -> None:
    draft = in_json_ld(articleBody=f"&lt;p&gt;{TEXT}&lt;/p&gt;")
    assert (draft.content, draft.content_type) == (f"<p>{TEXT}</p>", "text/html")
    assert codes(draft) == [("content_type_assumed", "content_type")]


def test_paragraphs_of_a_text_with_a_few_tags_stay_paragraphs() -> None:
    assert as_html("One <b>bold</b>\nline.\n \nTwo.") == "<p>One <b>bold</b>\nline.</p><p>Two.</p>"
    assert as_html("One <b>bold</b>.\r\nTwo.") == "<p>One <b>bold</b>.</p><p>Two.</p>"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Fog &amp; rain &#8211; <em>again</em>", "Fog & rain – again"),  # noqa: RUF001
        ("Fog &amp;amp; rain", "Fog & rain"),
        ("&lt;b&gt;Fog&lt;/b&gt; again", "Fog again"),
        ("AT&T &copy Fog", "AT&T &copy Fog"),
        ("I <3 <fog>", "I <3 <fog>"),
    ],
)
def test_a_title_in_html_becomes_text(title: str, shown: str) -> None:
    assert plain(title) == shown
    assert plain_title(title) == shown
    own = posted({"content": TEXT, "title": title})
    assert own.title == shown
    assert codes(own) == ([] if title == shown else [("markup_removed", "title")])
    assert in_json_ld(headline=title).title == shown
    assert of_feed(title=title, content_text=TEXT).title == shown


@given(st.text(alphabet="<>/&;#x3ab =\"'!-\n", max_size=80))
def test_any_text_can_be_asked(text: str) -> None:
    plain(text)
    seen_text(text)
    made = as_html(text)
    assert made is None or "<" in made
