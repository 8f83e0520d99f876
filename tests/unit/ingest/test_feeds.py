"""RSS, Atom and JSON Feed."""

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from read_formats import TEXT, Query, batch, codes, quiet, sample

from copydesk_ingest.draft import Draft
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import GivenImage

OSLO = timezone(timedelta(hours=1))
SAILS = "<p>The night ferry between Port Alder and Lundhaven sails again from Friday.</p>"


def test_rss_full_and_summary() -> None:
    full, short = batch(sample("ferry.rss"), "application/rss+xml")
    assert full == Draft(
        source="harbourfm.example",
        external_id="hfm-30611",
        url="https://harbourfm.example/transport/night-ferry?utm_source=rss",
        content_type="text/html",
        content=f"{SAILS}<p>Captain Ilse Brandt takes over from her father.</p>",
        title="Night ferry sails again & again",
        byline="Petra Vance",
        language="en-GB",
        published=datetime(2026, 11, 10, 6, 30, tzinfo=UTC),
        keywords=("Transport", "Ferries"),
        images=(
            GivenImage(href="https://harbourfm.example/uploads/jorun.jpg", credit="Petra Vance"),
        ),
        standfirst="The night ferry returns.",
    )
    assert quiet(short) == Draft(
        source="harbourfm.example",
        external_id="hfm-30612",
        url="https://harbourfm.example/weather/fog",
        content_type="text/plain",
        content="Fog has closed the outer harbour of Port Alder since dawn, and no ship is to move"
        " before noon.",
        title="Fog closes the outer harbour",
        language="en-GB",
        published=datetime(2026, 11, 10, 9, tzinfo=UTC),
    )
    assert codes(short) == [("summary_only", "content"), ("url_completed", "url")]


def test_atom() -> None:
    (draft,) = batch(sample("ferry.atom"), "application/atom+xml", [("source", "hafenblatt")])
    assert draft == Draft(
        source="hafenblatt",
        external_id="tag:hafenblatt.example,2026:faehre",
        url="https://hafenblatt.example/verkehr/faehre",
        content_type="text/html",
        content="<p>Die Nachtfähre zwischen Port Alder und Lundhaven fährt von Freitag an"
        " wieder.</p>",
        title="Die Nachtfähre fährt wieder",
        byline="Lena Osthoff, Jonas Beck",
        language="de",
        published=datetime(2026, 11, 10, 5, 30, tzinfo=UTC),
        modified=datetime(2026, 11, 10, 8, tzinfo=UTC),
        keywords=("Verkehr",),
        standfirst="Die Nachtfähre kehrt zurück.",
    )


def test_json_feed() -> None:
    full, short = batch(sample("ferry.feed.json"), "application/feed+json")
    assert full == Draft(
        source="harbourfm.example",
        external_id="hfm-30611",
        url="https://harbourfm.example/transport/night-ferry",
        content_type="text/html",
        content=SAILS,
        title="Night ferry sails again",
        byline="Petra Vance",
        language="en",
        published=datetime(2026, 11, 10, 7, 30, tzinfo=OSLO),
        modified=datetime(2026, 11, 10, 9, 5, tzinfo=OSLO),
        keywords=("Transport", "Ferries"),
        images=(GivenImage(href="https://harbourfm.example/uploads/jorun.jpg"),),
    )
    assert quiet(short) == Draft(
        source="harbourfm.example",
        external_id="30612",
        url="https://harbourfm.example/weather/fog",
        content_type="text/plain",
        content="Fog has closed the outer harbour of Port Alder since dawn.",
        byline="Harbour FM newsroom",
        language="en",
    )
    assert codes(short) == [("url_completed", "url"), ("invalid_date", "published")]


def rss(items: str, *, head: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def test_a_feed_that_is_broken_in_the_usual_ways_is_repaired() -> None:
    link = "https://a.example/?a=1&b=2"
    item = f"<item><link>{link}</link><description>{TEXT}&nbsp;\x0b&c.</description></item>"
    (draft,) = batch(rss(item), "text/xml")
    assert (draft.url, draft.content) == (link, f"{TEXT}\xa0&c.")
    assert ("xml_repaired", "content") in codes(draft)


def test_a_feed_in_the_encoding_that_it_declares() -> None:
    head = '<?xml version="1.0" encoding="windows-1252"?>'
    item = "<item><description>Le café de la gare a fermé mardi.</description></item>"
    body = rss(item, head=head).decode().encode("cp1252")
    (draft,) = batch(body, "application/rss+xml")
    assert draft.content == "Le café de la gare a fermé mardi."
    assert codes(draft) == [("summary_only", "content")]


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"", "broken_feed", 400),
        (b"<rss><channel>", "broken_feed", 400),
        (b"<html><p>x</p></html>", "broken_feed", 400),
        (rss("<item/>" * 21), "too_many_items", 413),
        (rss("<a>" * 60 + "</a>" * 60), "too_deep", 422),
        (rss("<a " + " ".join(f'a{n}=""' for n in range(101)) + "/>"), "too_many_tags", 422),
        (rss("<item>" + "<a/>" * 5001 + "</item>"), "too_many_tags", 422),
        (rss("x\n" * 500_001), "too_many_values", 422),
        (rss(f"<item><author>{'a' * 101}</author></item>"), "too_many_values", 422),
        (rss(f"<item><author>{'a b ' * 501}</author></item>"), "too_many_values", 422),
        (
            rss("<item/>", head='<!DOCTYPE x [<!ENTITY a "b">]>'),
            "entities_declared",
            422,
        ),
        (
            rss("<item/>", head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            "entities_declared",
            422,
        ),
    ],
)
def test_a_feed_that_cannot_be_read_is_refused(body: bytes, code: str, status: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        batch(body, "application/rss+xml")
    assert (refusal.value.code, refusal.value.status) == (code, status)


def test_a_body_that_looks_like_an_address_or_a_file_is_no_feed() -> None:
    for body in (b"https://127.0.0.1:9/feed", b"/etc/hostname", b"file:///etc/hostname"):
        with pytest.raises(RefusedError) as refusal:
            batch(body, "application/rss+xml")
        assert refusal.value.code == "broken_feed"


def feed_of(*, url: str | None = None, **fields: str) -> bytes:
    item = {"id": "1", "content_text": TEXT} | ({"url": url} if url else {})
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]} | fields
    return orjson.dumps(feed)


def source_of(body: bytes, media_type: str, query: Query | None = None) -> str:
    (draft,) = batch(body, media_type, query)
    return draft.source


@pytest.mark.parametrize(
    ("feed", "source"),
    [
        ({"home_page_url": "https://one.example/"}, "one.example"),
        ({"home_page_url": "https://two.example/"}, "two.example"),
        ({"home_page_url": "/", "feed_url": "https://two.example/feed"}, "two.example"),
        ({"home_page_url": "https://one.example/", "url": "https://two.example/a"}, "one.example"),
        ({"url": "https://two.example/a"}, "two.example"),
        ({}, "default"),
    ],
)
def test_an_item_belongs_to_the_home_page_of_its_feed(feed: dict[str, str], source: str) -> None:
    body = feed_of(**feed)
    assert source_of(body, "application/feed+json") == source
    assert source_of(body, "application/feed+json", [("source", "desk")]) == "desk"


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ('<link href="https://one.example/"/>', "one.example"),
        ("<id>https://one.example/feed</id>", "one.example"),
        ("<id>tag:one.example,2026:feed</id>", "one.example"),
        ("<id>tag:desk@one.example,2026:feed</id>", "one.example"),
        ('<id>urn:a</id><link rel="self" href="https://one.example/feed"/>', "one.example"),
        ("<id>urn:a</id>", "default"),
    ],
)
def test_an_entry_of_atom_belongs_to_what_its_feed_names(head: str, source: str) -> None:
    entry = f"<entry><id>1</id><content>{TEXT}</content></entry>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entry}</feed>'
    assert source_of(feed.encode(), "application/atom+xml") == source


def test_an_item_of_rss_belongs_to_the_channel() -> None:
    item = f"<item><guid>1</guid><description>{TEXT}</description></item>"
    body = rss(f"<link>https://one.example/news/</link>{item}")
    assert source_of(body, "application/rss+xml") == "one.example"


def test_a_teaser_in_html_is_not_taken_for_the_text_beside_it() -> None:
    item = {"id": "1", "content_html": "<p>The harbour</p>", "content_text": TEXT}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    (draft,) = batch(orjson.dumps(feed), "application/feed+json")
    assert draft.content == TEXT
    assert codes(draft) == [("field_left_out", "content_html")]
