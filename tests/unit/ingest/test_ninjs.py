"""ninjs 1 to 3."""

from datetime import UTC, datetime

import orjson
import pytest
from read_formats import TEXT, drafted, read, sample

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
