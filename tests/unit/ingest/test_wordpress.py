"""Posts of the WordPress REST API."""

from datetime import UTC, datetime

import orjson
from read_formats import TEXT, a_post, codes, drafted, posted, read, sample

from copydesk_ingest.draft import Draft
from copydesk_shared.contracts.submission import GivenImage

SAILS = "<p>The night ferry between Port Alder and Lundhaven sails again from Friday.</p>"


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
