"""The samples of each format, and what no document of any format may do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.batch import BatchLimits, split_batch
from copydesk_ingest.formats.checks import checked
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.limits import Limits
from copydesk_ingest.formats.media_types import BATCHES, Form
from copydesk_ingest.formats.reading import read_article
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import GivenImage

LIMITS = Limits(
    max_bytes=10**6,
    min_chars=20,
    html_max_depth=50,
    html_max_tags=1000,
    json_max_depth=32,
    embargo_max=timedelta(days=366),
)
BATCH = BatchLimits(max_items=20, article=LIMITS)
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
OSLO = timezone(timedelta(hours=1))
SAMPLES = Path(__file__).parents[3] / "samples" / "formats"
TEXT = "The harbour council voted on Tuesday."
SAILS = "<p>The night ferry between Port Alder and Lundhaven sails again from Friday.</p>"

Query = list[tuple[str, str]]


def read(body: bytes, media_type: str = "application/json", query: Query | None = None) -> Reading:
    return read_article(body, media_type=media_type, charset=None, query=query or [], limits=LIMITS)


def drafted(reading: Reading) -> Draft:
    return checked(reading, limits=LIMITS, received_at=NOW)


def posted(
    document: Any, media_type: str = "application/json", query: Query | None = None
) -> Draft:
    return drafted(read(orjson.dumps(document), media_type, query))


def batch(body: bytes, media_type: str, query: Query | None = None) -> list[Draft]:
    parts = split_batch(body, media_type=media_type, charset=None, query=query or [], limits=BATCH)
    drafts = [drafted(read(part.body, part.media_type, query)) for part in parts]
    return [
        draft.model_copy(update={"warnings": (*part.warnings, *draft.warnings)})
        for draft, part in zip(drafts, parts, strict=True)
    ]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def codes(draft: Draft) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.field) for warning in draft.warnings]


def quiet(draft: Draft) -> Draft:
    return draft.model_copy(update={"warnings": ()})


# JSON-LD


def test_json_ld_with_a_graph() -> None:
    draft = drafted(read(sample("ferry.jsonld"), "application/ld+json"))
    assert draft == Draft(
        source="www.aldercourier.example",
        external_id="courier-48502",
        url="https://www.aldercourier.example/transport/night-ferry-48502",
        content_type="text/plain",
        content="The night ferry between Port Alder and Lundhaven sails again from Friday, two"
        " years after fire closed its engine room.\n\nCaptain Ilse Brandt, 44, takes over from her"
        ' father. "I learned the route before I learned to read," she said on Tuesday.',
        title="Night Ferry Sails Again – With a New Captain",  # noqa: RUF001  # &#8211;
        byline="Noor Elahi, Jonas Beck",
        language="en-GB",
        published=datetime(2026, 11, 10, 6, 30, tzinfo=OSLO),
        modified=datetime(2026, 11, 10, 8, 5, tzinfo=OSLO),
        section="Transport",
        keywords=("ferry", "Lundhaven", "harbour"),
        images=(
            GivenImage(
                href="https://www.aldercourier.example/pictures/brandt.jpg",
                caption="Captain Ilse Brandt on the bridge of the Sankt Jorun",
                credit="Petra Vance",
            ),
        ),
    )


def a_node(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": TEXT} | fields


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("Jo Bloggs", "Jo Bloggs"),
        ({"@type": "Person", "name": "Jo Bloggs"}, "Jo Bloggs"),
        (["Jo Bloggs", {"name": "Ann Lee"}, "Jo Bloggs"], "Jo Bloggs, Ann Lee"),
        ([{"@type": "Organization", "name": "VP"}, {"@type": "Person", "name": "Jo"}], "Jo"),
        ({"@type": "Organization", "name": "Velda Press"}, "Velda Press"),
        ({"@id": "#nobody"}, None),
        (7, None),
    ],
)
def test_authors_of_json_ld(author: object, byline: str | None) -> None:
    assert posted(a_node(author=author), "application/ld+json").byline == byline


@pytest.mark.parametrize(
    "image",
    [
        "https://a.example/1.jpg",
        ["https://a.example/1.jpg"],
        {"@type": "ImageObject", "url": "https://a.example/1.jpg"},
        [{"contentUrl": "https://a.example/1.jpg"}, "https://a.example/1.jpg"],
    ],
)
def test_images_of_json_ld(image: object) -> None:
    draft = posted(a_node(image=image), "application/ld+json")
    assert draft.images == (GivenImage(href="https://a.example/1.jpg"),)


def test_the_section_of_json_ld_may_be_what_it_is_part_of() -> None:
    part = {"@type": "CreativeWorkSeries", "name": "Harbour"}
    assert posted(a_node(isPartOf=part), "application/ld+json").section == "Harbour"
    site = {"@type": ["WebSite"], "name": "The Alder Courier"}
    assert posted(a_node(isPartOf=site), "application/ld+json").section is None


def test_json_ld_with_html_and_json_ld_with_a_description_only() -> None:
    draft = posted(a_node(articleBody=f"<p>{TEXT}</p>"), "application/ld+json")
    assert (draft.content_type, codes(draft)) == (
        "text/html", [("content_type_assumed", "content_type")],
    )  # fmt: skip
    draft = posted(a_node(articleBody=" ", description=TEXT), "application/ld+json")
    assert (draft.content, codes(draft)) == (TEXT, [("summary_only", "content")])


def test_one_document_is_one_article_and_a_batch_takes_them_all() -> None:
    two = [a_node(identifier="a"), {"@type": "Person", "name": "Jo"}, a_node(identifier="b")]
    none_or_two: tuple[object, ...] = (two, [two[1]], {"@graph": []}, 7)
    for document in none_or_two:
        with pytest.raises(RefusedError) as refusal:
            read(orjson.dumps(document), "application/ld+json")
        assert refusal.value.code == "not_one_article"
    for several in (two, {"@graph": two}):
        drafts = batch(orjson.dumps(several), "application/ld+json")
        assert [draft.external_id for draft in drafts] == ["a", "b"]


# ninjs


def test_ninjs_1() -> None:
    draft = drafted(read(sample("ferry.ninjs1.json"), "application/ninjs+json"))
    assert draft == Draft(
        source="default",
        external_id="urn:newsml:veldapress.example:20261110:ferry-0117",
        content_type="text/html",
        content="<p>PORT ALDER (VP) - The night ferry between Port Alder and Lundhaven sails again"
        " from Friday.</p><p>Captain Ilse Brandt, 44, takes over from her father.</p>",
        title="Night ferry to Lundhaven sails again",
        byline="Jonas Beck",
        language="en",
        published=datetime(2026, 11, 10, 5, 40, tzinfo=UTC),
        modified=datetime(2026, 11, 10, 7, 12, tzinfo=UTC),
        keywords=("transport",),
        embargoed_until=datetime(2026, 11, 10, 8, tzinfo=UTC),
        images=(
            GivenImage(
                href="https://pictures.veldapress.example/9.jpg",
                caption="The Sankt Jorun in dry dock",
                credit="Petra Vance",
            ),
        ),
    )


def test_ninjs_2() -> None:
    draft = drafted(read(sample("ferry.ninjs2.json"), "application/ninjs+json"))
    assert draft == Draft(
        source="news.veldapress.example",
        external_id="https://news.veldapress.example/items/ferry-0117",
        url="https://news.veldapress.example/items/ferry-0117",
        content_type="text/html",
        content=SAILS,
        title="Night ferry to Lundhaven sails again",
        byline="Jonas Beck, Velda Press",
        language="en",
        published=datetime(2026, 11, 10, 5, 40, tzinfo=UTC),
        modified=datetime(2026, 11, 10, 7, 12, tzinfo=UTC),
        keywords=("transport", "harbours"),
        expires=datetime(2027, 11, 10, tzinfo=UTC),
        images=(
            GivenImage(
                href="https://pictures.veldapress.example/9.jpg",
                caption="The Sankt Jorun in dry dock",
                credit="Velda Press",
            ),
        ),
    )


def test_ninjs_3() -> None:
    query = [("source", "velda-press")]
    draft = drafted(read(sample("ferry.ninjs3.json"), "application/ninjs+json", query))
    assert draft == Draft(
        source="velda-press",
        external_id="urn:newsml:veldapress.example:20261110:ferry-0118",
        content_type="text/plain",
        content="Port Alder (VP) - Die Nachtfähre zwischen Port Alder und Lundhaven fährt von"
        " Freitag an wieder.",
        title="Nachtfähre nach Lundhaven fährt wieder",
        byline="Von Jonas Beck",
        language="de",
        published=datetime(2026, 11, 10, 5, 40, tzinfo=UTC),
        modified=datetime(2026, 11, 10, 7, 12, tzinfo=UTC),
        keywords=("Verkehr",),
        embargoed_until=datetime(2026, 11, 10, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize("status", ["canceled", "withheld"])
@pytest.mark.parametrize("name", ["pubstatus", "pubStatus"])
def test_a_killed_item_withdraws(name: str, status: str) -> None:
    reading = read(orjson.dumps({"uri": "urn:a", name: status}), "application/ninjs+json")
    assert (reading.withdraws, reading.metadata.external_id) == (True, "urn:a")


def test_an_embargo_that_cannot_be_read_is_refused() -> None:
    item = {"uri": "urn:a", "body_text": TEXT, "embargoed": "until the speech"}
    with pytest.raises(RefusedError) as refusal:
        read(orjson.dumps(item), "application/ninjs+json")
    assert refusal.value.errors[0]["pointer"] == "/embargoed_until"


# WordPress


def test_a_post_of_wordpress() -> None:
    draft = drafted(read(sample("ferry.wordpress.json"), query=[("format", "wordpress")]))
    assert draft == Draft(
        source="harbourfm.example",
        external_id="https://harbourfm.example/?p=8117",
        url="https://harbourfm.example/transport/night-ferry/",
        content_type="text/html",
        content=f"{SAILS}\n<p>Captain Ilse Brandt takes over from her father.</p>\n",
        title="Night ferry “Sankt Jorun” sails again",
        byline="Petra Vance & the night desk",
        published=datetime(2026, 11, 10, 6, 30, tzinfo=UTC),
        modified=datetime(2026, 11, 10, 8, 5, tzinfo=UTC),
        section="Transport",
        keywords=("Ferries & boats",),
        images=(
            GivenImage(
                href="https://harbourfm.example/uploads/jorun.jpg",
                caption="The Sankt Jorun at Pier 4",
            ),
        ),
    )


def a_post(**fields: Any) -> dict[str, Any]:
    return {"id": 7, "content": {"rendered": f"<p>{TEXT}</p>"}} | fields


def test_a_scheduled_post_is_embargoed_and_an_unpublished_one_withdraws() -> None:
    date = {"date_gmt": "2026-12-01T06:00:00"}
    assert posted(a_post(status="future") | date).embargoed_until == datetime(
        2026, 12, 1, 6, tzinfo=UTC
    )
    assert posted(a_post(status="publish") | date).embargoed_until is None
    for status in ("trash", "draft", "private"):
        assert read(orjson.dumps(a_post(status=status))).withdraws


def test_without_a_text_the_excerpt_stands_in() -> None:
    draft = posted(a_post(content={"rendered": ""}, excerpt={"rendered": f"<p>{TEXT}</p>"}))
    assert draft.content == f"<p>{TEXT}</p>"
    assert ("summary_only", "content") in codes(draft)


# Feeds


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


# Recognising


def test_ndjson_may_hold_any_format_in_json() -> None:
    drafts = batch(sample("mixed.ndjson"), "application/x-ndjson")
    assert [draft.source for draft in drafts] == [
        "alder-courier", "www.aldercourier.example", "default", "harbourfm.example",
    ]  # fmt: skip
    assert [codes(draft) for draft in drafts] == [[], *[[("format_assumed", None)]] * 3]


@pytest.mark.parametrize(
    "document",
    [
        {"headline": "x", "body": TEXT},
        {"uri": "urn:a", "headline": "x"},
        {"@type": "NewsArticle", "articleBody": TEXT},
        {"content": {"raw": TEXT}},
        {"version": "https://jsonfeed.org/version/1.1"},
        [],
    ],
)
def test_what_bears_no_clear_signature_is_refused_as_our_own(document: object) -> None:
    with pytest.raises(RefusedError) as refusal:
        posted(document)
    assert refusal.value.code == "invalid_field"


def test_our_own_json_is_ours_whatever_else_it_says() -> None:
    own = {"content": TEXT, "@context": "https://schema.org", "@type": "NewsArticle"}
    draft = posted(own)
    assert {code for code, _ in codes(draft)} == {"unknown_field"}
    with pytest.raises(RefusedError):
        posted(own, query=[("format", "ninjs"), ("format", "ninjs")])
    with pytest.raises(RefusedError) as refusal:
        posted(own, query=[("format", "docx")])
    assert refusal.value.code == "invalid_parameter"


def test_arrays_of_posts_and_a_feed_in_plain_json_are_batches() -> None:
    drafts = batch(orjson.dumps([a_post(id=1), a_post(id=2)]), "application/json")
    assert [draft.external_id for draft in drafts] == ["1", "2"]
    drafts = batch(sample("ferry.feed.json"), "application/json")
    assert [codes(draft)[0] for draft in drafts] == [("format_assumed", None)] * 2


# Properties


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
NAMED = {
    Form.JSON_LD: "ferry.jsonld",
    Form.NINJS: "ferry.ninjs1.json",
    Form.WORDPRESS: "ferry.wordpress.json",
    Form.JSON_FEED: "ferry.feed.json",
}


def mutilated(document: Any, draw: Callable[[Any], Any]) -> Any:
    """The document with a few of its values, at any depth, replaced by others."""
    if draw(st.integers(0, 12)) == 0:
        return draw(VALUES)
    if isinstance(document, dict):
        return {name: mutilated(value, draw) for name, value in document.items()}
    if isinstance(document, list):
        return [mutilated(value, draw) for value in document]
    return document


@pytest.mark.parametrize("name", ["ferry.ninjs2.json", "ferry.ninjs3.json", *NAMED.values()])
@settings(max_examples=60)
@given(data=st.data())
def test_a_mutilated_document_is_a_draft_or_a_refusal(name: str, data: st.DataObject) -> None:
    document = mutilated(orjson.loads(sample(name)), data.draw)
    body = orjson.dumps(document)
    forms = [form for form, of_form in NAMED.items() if of_form == name] or [Form.NINJS]
    for form in forms:
        with suppress(RefusedError):
            draft = drafted(read(body, query=[("format", form)]))
            draft.event_tail("0-s", received_at=NOW, trace=None)
    with suppress(RefusedError):
        batch(body, "application/json")


@pytest.mark.parametrize("name", ["ferry.rss", "ferry.atom"])
@settings(max_examples=60)
@given(data=st.data())
def test_a_mutilated_feed_is_drafts_or_a_refusal(name: str, data: st.DataObject) -> None:
    body = bytearray(sample(name))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        length = data.draw(st.integers(0, 40))
        other = data.draw(st.binary(max_size=8) | st.sampled_from([b"<a>", b"&x;", b"<item>"]))
        body[start : start + length] = other
    with suppress(RefusedError):
        batch(bytes(body), "application/rss+xml")


@given(st.binary(max_size=200), st.sampled_from(BATCHES))
def test_any_bytes_are_a_batch_or_a_refusal(body: bytes, media_type: str) -> None:
    with suppress(RefusedError):
        batch(body, media_type)
