"""ninjs 1 to 3."""

from datetime import UTC, datetime

import orjson
import pytest
from read_formats import TEXT, codes, drafted, posted, quiet, read, sample

from copydesk_ingest.draft import Draft
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import GivenImage

SAILS = "<p>The night ferry between Port Alder and Lundhaven sails again from Friday.</p>"


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
        standfirst="The night ferry to Lundhaven returns after two years.",
    )


def test_ninjs_2() -> None:
    draft = drafted(read(sample("ferry.ninjs2.json"), "application/ninjs+json"))
    assert quiet(draft) == Draft(
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
    # Its NITF says something else, and the timetable has no address.
    assert codes(draft) == [("field_left_out", "bodies"), ("invalid_link", "links")]


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


def an_item(*bodies: dict[str, str], **fields: object) -> Draft:
    item = {"uri": "urn:a", "bodies": list(bodies)} | fields
    return posted(item, "application/ninjs+json")


MAIN = {"role": "main", "contenttype": "text/plain", "value": f"{TEXT} {TEXT}"}


def test_the_main_body_comes_before_others_in_a_better_form() -> None:
    teaser = {"role": "alt", "contenttype": "text/html", "value": "<p>Harbour vote, in short</p>"}
    draft = an_item(teaser, MAIN)
    assert (draft.content, draft.content_type) == (MAIN["value"], "text/plain")
    assert codes(draft) == [("field_left_out", "bodies")]
    assert "alt" in draft.warnings[0].message


def test_of_the_main_bodies_markup_is_taken_unless_it_is_a_teaser() -> None:
    as_html = {"role": "main", "contenttype": "text/html", "value": f"<p>{TEXT} {TEXT}</p>"}
    draft = an_item(MAIN, as_html)
    assert (draft.content, codes(draft)) == (as_html["value"], [])
    teaser = as_html | {"value": f"<p>{TEXT}</p>"}
    draft = an_item(teaser, MAIN)
    assert (draft.content, codes(draft)) == (MAIN["value"], [])


def test_a_named_body_that_is_whole_comes_before_a_teaser_in_markup() -> None:
    draft = an_item(body_html="<p>Harbour vote</p>", body_text=TEXT)
    assert (draft.content, draft.content_type) == (TEXT, "text/plain")
    assert codes(draft) == [("field_left_out", "body_html")]


def test_without_a_main_body_the_longest_is_the_article() -> None:
    note = {"role": "note", "contenttype": "text/plain", "value": "Seen by the desk."}
    long = {"role": "alt", "contenttype": "text/plain", "value": TEXT}
    assert an_item(note, long).content == TEXT
