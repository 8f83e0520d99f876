"""Posts of the WordPress REST API."""

from datetime import UTC, datetime

import orjson
import pytest
from read_formats import TEXT, Query, a_post, codes, drafted, posted, quiet, read, sample

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
        standfirst="The night ferry returns.",
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


FLAT = {
    "id": 7,
    "date_gmt": "2026-11-10T06:30:00",
    "modified": "2026-11-10T09:05:00",
    "modified_gmt": "2026-11-10T08:05:00",
    "slug": "ferry",
    "link": "https://harbourfm.example/ferry/",
    "title": "Fog &#8220;closes&#8221; it",
    "content": f"<p>{TEXT}</p>",
    "excerpt": "In short.",
    "author": "Petra Vance",
    "categories": ["Transport"],
    "tags": [{"name": "Ferries"}],
}


@pytest.mark.parametrize("query", [[], [("format", "wordpress")]])
@pytest.mark.parametrize("title", [FLAT["title"], {"rendered": FLAT["title"]}])
def test_a_post_whose_texts_are_bare_strings(query: Query, title: object) -> None:
    draft = posted(FLAT | {"title": title}, query=query)
    assert quiet(draft) == Draft(
        source="harbourfm.example",
        external_id="7",
        url="https://harbourfm.example/ferry/",
        content_type="text/html",
        content=f"<p>{TEXT}</p>",
        title="Fog “closes” it",
        byline="Petra Vance",
        published=datetime(2026, 11, 10, 6, 30, tzinfo=UTC),
        modified=datetime(2026, 11, 10, 8, 5, tzinfo=UTC),
        section="Transport",
        keywords=("Ferries",),
        standfirst="In short.",
    )
    assert codes(draft) == ([] if query else [("format_assumed", None)])


def test_lines_of_a_bare_text_are_its_paragraphs() -> None:
    draft = posted(FLAT | {"content": f"{TEXT}\n\nFog &amp; mist <3."})
    assert draft.content == f"<p>{TEXT}</p><p>Fog &amp; mist &lt;3.</p>"


def test_an_article_of_ours_with_members_of_a_post_stays_ours() -> None:
    draft = posted(FLAT | {"source": "harbour-fm"})
    assert (draft.source, draft.external_id) == ("harbour-fm", None)


def test_numbers_without_names_are_told() -> None:
    numbers = {"author": 7, "categories": [1, 4], "tags": [22], "featured_media": 8118}
    draft = posted(a_post(**numbers))
    assert set(codes(draft)) == {
        ("format_assumed", None),
        *(("field_left_out", field) for field in ("byline", "section", "keywords", "images")),
    }
    none = {"author": 0, "categories": [], "tags": [], "featured_media": 0}
    assert codes(posted(a_post(**none))) == [("format_assumed", None)]


def test_what_a_plugin_tells_stands_in_for_what_is_not_embedded() -> None:
    article = {"@type": "Article", "articleSection": ["Transport"], "keywords": ["Ferries"]}
    yoast = {
        "author": "Petra Vance",
        "schema": {"@graph": [article, {"@type": "WebPage"}]},
        "og_image": [{"url": "https://harbourfm.example/jorun.jpg"}],
    }
    numbers = {"author": 7, "categories": [4], "tags": [22], "featured_media": 8118}
    hidden = {"author": [{"code": "rest_user_invalid_id", "message": "Invalid user ID."}]}
    draft = posted(a_post(**numbers, yoast_head_json=yoast, _embedded=hidden))
    assert (draft.byline, draft.section, draft.keywords) == (
        "Petra Vance", "Transport", ("Ferries",),
    )  # fmt: skip
    assert draft.images == (GivenImage(href="https://harbourfm.example/jorun.jpg"),)
    assert codes(draft) == [("format_assumed", None)]
