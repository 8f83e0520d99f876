"""Feeds, as a feed library and their specifications read them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk_gateway.feeds import Feed, Item, Picture, atom, json_feed, rss

ATOM = "{http://www.w3.org/2005/Atom}"
MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
HOSTILE = 'Ferry & rail <script>alert("1")</script> ]]> \x00\x0b\ufffe\ud800'
CLEAN = 'Ferry & rail <script>alert("1")</script> ]]> '


def an_item(number: int = 1, **fields: Any) -> Item:
    given: dict[str, Any] = {
        "article_id": f"00000000-0000-4000-8000-00000000000{number}",
        "source": "harbour-post",
        "url": f"https://news.example/articles/{number}",
        "original": f"https://harbour.example/{number}",
        "title": f"Story {number}",
        "summary": "What happened.",
        "paragraphs": None,
        "authors": ("Ada Nyberg", "Jon Pike"),
        "categories": ("Local", "Sund"),
        "language": "en",
        "published": MORNING,
        "updated": MORNING + timedelta(hours=number),
    }
    return Item(**(given | fields))


def a_feed(items: Sequence[Item], **fields: Any) -> Feed:
    given: dict[str, Any] = {
        "title": "Copydesk: ferry & rail",
        "description": "Articles from Copydesk",
        "home_url": "https://news.example/?q=ferry",
        "self_url": "https://news.example/v1/search.rss?q=ferry&cursor=AA",
        "first_url": "https://news.example/v1/search.rss?q=ferry",
        "next_url": "https://news.example/v1/search.rss?q=ferry&cursor=BB",
        "search_url": "https://news.example/opensearch.xml",
        "since": MORNING,
        "items": items,
    }
    return Feed(**(given | fields))


@pytest.mark.parametrize(("write", "version"), [(rss, "rss20"), (atom, "atom10")])
def test_a_feed_library_reads_all_of_it(write: Any, version: str) -> None:
    feed = a_feed([an_item(1), an_item(2, original=None)])
    read = feedparser.parse(write(feed))
    assert (read.bozo, read.version) == (False, version)
    assert read.feed.title == "Copydesk: ferry & rail"
    assert read.feed.subtitle == "Articles from Copydesk"
    links = {link.rel: link.href for link in read.feed.links}
    assert links["self"] == feed.self_url
    assert (links["first"], links["next"]) == (feed.first_url, feed.next_url)
    assert links["alternate"] == feed.home_url
    first, second = read.entries
    assert first.id == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert first.link == "https://news.example/articles/1"
    assert first.title == "Story 1"
    assert first.summary == "What happened."
    assert first.published_parsed[:5] == (2026, 3, 2, 7, 30)
    assert [tag.term for tag in first.tags] == ["Local", "Sund"]
    assert second.id != first.id


def test_atom_has_what_rfc_4287_wants() -> None:
    root = ET.fromstring(atom(a_feed([an_item(2), an_item(1, authors=())])))  # noqa: S314  # our own
    assert root.tag == f"{ATOM}feed"
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for required in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{required}")) == 1
    # The feed was updated when its newest item was.
    assert root.findtext(f"{ATOM}updated") == "2026-03-02T09:30:00+00:00"
    authors = [
        [author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author")]
        for entry in root.iter(f"{ATOM}entry")
    ]
    assert authors == [["Ada Nyberg", "Jon Pike"], ["harbour-post"]]
    via = [link.get("href") for link in root.iter(f"{ATOM}link") if link.get("rel") == "via"]
    assert via == ["https://harbour.example/2", "https://harbour.example/1"]


def test_rss_has_what_its_specification_wants() -> None:
    (channel,) = ET.fromstring(rss(a_feed([an_item()])))  # noqa: S314  # our own
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    assert channel.findtext("lastBuildDate") == "Mon, 02 Mar 2026 08:30:00 GMT"
    guid = channel.find("item/guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    assert channel.findtext("item/pubDate") == "Mon, 02 Mar 2026 07:30:00 GMT"


def test_json_feed_has_what_version_1_1_wants() -> None:
    read = json.loads(json_feed(a_feed([an_item(), an_item(2, paragraphs=("One.", "Two & 2."))])))
    assert read["version"] == "https://jsonfeed.org/version/1.1"
    assert read["title"]
    assert read["feed_url"] == "https://news.example/v1/search.rss?q=ferry"
    assert read["next_url"].endswith("cursor=BB")
    short, full = read["items"]
    assert short["id"] == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert (short["url"], short["external_url"]) == (
        "https://news.example/articles/1",
        "https://harbour.example/1",
    )
    assert short["content_text"] == short["summary"] == "What happened."
    assert short["authors"] == [{"name": "Ada Nyberg"}, {"name": "Jon Pike"}]
    assert short["tags"] == ["Local", "Sund"]
    assert datetime.fromisoformat(short["date_modified"]) == MORNING + timedelta(hours=1)
    assert full["content_html"] == "<p>One.</p><p>Two &amp; 2.</p>"
    assert "content_text" not in full


def test_each_item_names_its_publisher() -> None:
    feed = a_feed([an_item(), an_item(2, source="example-wire.org", authors=())])
    for written in (rss(feed), atom(feed)):
        entries = feedparser.parse(written).entries
        assert [entry.publisher for entry in entries] == ["harbour-post", "example-wire.org"]
    signed, unsigned = json.loads(json_feed(feed))["items"]
    assert (signed["_copydesk"], unsigned["_copydesk"]) == (
        {"source": "harbour-post"},
        {"source": "example-wire.org"},
    )
    assert unsigned["authors"] == [{"name": "example-wire.org"}]


def test_a_picture_goes_with_its_item() -> None:
    picture = Picture("https://news.example/quay.jpg?w=800", "Harbour Pictures")
    feed = a_feed([an_item(picture=picture), an_item(2)])
    pictured, plain = feedparser.parse(rss(feed)).entries
    (media,) = pictured.media_content
    assert (media["url"], media["medium"], media["type"]) == (picture.url, "image", "image/jpeg")
    assert pictured.media_credit[0]["content"] == "Harbour Pictures"
    assert "media_content" not in plain
    pictured, plain = feedparser.parse(atom(feed)).entries
    assert [(each.href, each.type) for each in pictured.enclosures] == [(picture.url, "image/jpeg")]
    assert plain.enclosures == []
    pictured, plain = json.loads(json_feed(feed))["items"]
    assert pictured["image"] == picture.url
    assert "image" not in plain
    assert Picture("https://news.example/picture/17").media_type is None


def test_whole_articles_are_escaped_html() -> None:
    feed = a_feed([an_item(paragraphs=("One <b>1</b>.", "Two."))])
    for written in (rss(feed), atom(feed)):
        (entry,) = feedparser.parse(written).entries
        assert entry.content[-1].value == "<p>One &lt;b&gt;1&lt;/b&gt;.</p><p>Two.</p>"


def test_an_empty_last_page_is_a_feed() -> None:
    feed = a_feed([], next_url=None)
    for write in (rss, atom):
        read = feedparser.parse(write(feed))
        assert (read.bozo, read.entries) == (False, [])
        assert "next" not in {link.rel for link in read.feed.links}
    assert json.loads(json_feed(feed))["items"] == []
    root = ET.fromstring(atom(feed))  # noqa: S314  # our own
    assert root.findtext(f"{ATOM}updated") == "2026-03-02T07:30:00+00:00"


def test_hostile_text_stays_text() -> None:
    item = an_item(title=HOSTILE, summary=HOSTILE, authors=(HOSTILE,), categories=(HOSTILE,))
    root = ET.fromstring(atom(a_feed([item], title=HOSTILE)))  # noqa: S314  # our own
    assert root.findtext(f"{ATOM}title") == CLEAN
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == CLEAN
    (channel,) = ET.fromstring(rss(a_feed([item])))  # noqa: S314  # our own
    assert channel.findtext("item/title") == CLEAN
    # A description is HTML to its readers.
    assert channel.findtext("item/description", "").startswith("Ferry &amp; rail &lt;script&gt;")
    assert json.loads(json_feed(a_feed([item])))["items"]


@settings(deadline=None)  # machines differ, and CI's are slow
@given(st.text(st.characters(), max_size=40))
def test_any_text_makes_a_feed_that_parses(text: str) -> None:
    feed = a_feed(
        [an_item(title=text, summary=text, paragraphs=(text,), authors=(text,))], title=text
    )
    for written in (rss(feed), atom(feed)):
        assert len(list(ET.fromstring(written))) > 0  # noqa: S314  # our own
    assert json.loads(json_feed(feed))
