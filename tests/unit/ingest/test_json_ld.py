"""schema.org articles in JSON-LD."""

from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from read_formats import TEXT, batch, codes, drafted, posted, read, sample

from copydesk_ingest.draft import Draft
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.contracts.submission import GivenImage

OSLO = timezone(timedelta(hours=1))


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
        standfirst="The night ferry to Lundhaven returns after two years.",
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
