"""Fields of other types than foreseen: understood where that is possible, else told."""

from typing import Any

import pytest
from read_formats import TEXT, batch, codes, posted

from copydesk_ingest.draft import Draft
from copydesk_shared.contracts.submission import GivenImage

FEED = {"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "The newsroom"}]}


def of_feed(**item: Any) -> Draft:
    items = [{"id": "1", "content_text": TEXT} | item]
    return posted(FEED | {"items": items}, "application/feed+json")


def ninjs(**fields: Any) -> Draft:
    return posted({"uri": "urn:a", "body_text": TEXT} | fields, "application/ninjs+json")


def json_ld(**fields: Any) -> Draft:
    return posted({"@type": "NewsArticle", "articleBody": TEXT} | fields, "application/ld+json")


@pytest.mark.parametrize(
    ("draft", "field", "value"),
    [
        (lambda: of_feed(authors=["Jane Doe"]), "byline", "Jane Doe"),
        (lambda: of_feed(authors="Jane Doe"), "byline", "Jane Doe"),
        (lambda: of_feed(author={"name": ["Jane Doe"]}), "byline", "Jane Doe"),
        (lambda: of_feed(title=["Fog"]), "title", "Fog"),
        (lambda: of_feed(id={"value": 7}), "external_id", "7"),
        (lambda: of_feed(url={"href": "https://a.example/1"}), "url", "https://a.example/1"),
        (lambda: of_feed(content_text=["One two three four.", "Five."]), "content",
         "One two three four.\n\nFive."),
        (lambda: ninjs(headline=["Fog"]), "title", "Fog"),
        (lambda: ninjs(headlines="Fog"), "title", "Fog"),
        (lambda: ninjs(headlines=["Fog", "Mist"]), "title", "Fog"),
        (lambda: ninjs(byline={"name": "Jane Doe"}), "byline", "Jane Doe"),
        (lambda: ninjs(by=["Jane Doe", {"name": "Ann Lee"}]), "byline", "Jane Doe, Ann Lee"),
        (lambda: ninjs(service="Politics"), "section", "Politics"),
        (lambda: ninjs(subject=["weather"], subjects={"name": "flood"}), "keywords",
         ("weather", "flood")),
        (lambda: ninjs(body_text="", bodies=[TEXT]), "content", TEXT),
        (lambda: json_ld(headline=["Fog", "Mist"]), "title", "Fog"),
        (lambda: json_ld(url={"@id": "https://a.example/1"}), "url", "https://a.example/1"),
        (lambda: json_ld(articleBody={"@value": TEXT}), "content", TEXT),
        (lambda: json_ld(author={"name": ["Jane Doe", "Jo"]}), "byline", "Jane Doe, Jo"),
    ],
)  # fmt: skip
def test_what_can_be_understood_is(draft: Any, field: str, value: object) -> None:
    found = draft()
    assert getattr(found, field) == value
    told = [field for code, field in codes(found) if code == "field_left_out"]
    assert told == ([] if value else [field])


@pytest.mark.parametrize(
    ("draft", "field", "named"),
    [
        (lambda: of_feed(authors=[{"url": "https://a.example/jo"}]), "byline", "authors"),
        (lambda: of_feed(title={"de": "Nebel"}), "title", "title"),
        (lambda: of_feed(image=True), "images", "image"),
        (lambda: of_feed(tags=["a", {"id": 7}]), "keywords", "tags"),
        (lambda: ninjs(headline=True), "title", "headline"),
        (lambda: ninjs(byline=7), "byline", "byline"),
        (lambda: ninjs(service=[{"code": "p"}]), "section", "service"),
        (lambda: json_ld(author={"@id": "#nobody"}), "byline", "author"),
        (lambda: json_ld(author=["Jo", {"@id": "#nobody"}]), "byline", "author"),
        (lambda: json_ld(image=[{"width": 7}]), "images", "image"),
    ],
)
def test_what_cannot_be_understood_is_told(draft: Any, field: str, named: str) -> None:
    found = draft()
    (told,) = found.warnings
    assert (told.code, told.field) == ("field_left_out", field)
    assert f"`{named}`" in told.message


def test_an_item_whose_author_is_not_understood_is_not_credited_to_the_feed() -> None:
    assert of_feed().byline == "The newsroom"
    assert of_feed(authors=[]).byline == "The newsroom"
    assert of_feed(authors=[{"url": "https://a.example/jo"}]).byline is None


def test_keywords_in_one_string_are_split() -> None:
    for draft in (of_feed(tags="weather, flood"), ninjs(subject="weather, flood")):
        assert draft.keywords == ("weather", "flood")
        assert codes(draft) == [("keywords_split", "keywords")]


def test_a_live_blog_is_its_updates() -> None:
    updates = [
        {"@type": "BlogPosting", "headline": "Ferry sails", "articleBody": f"{TEXT}\n\nIt sailed."},
        {"@type": "BlogPosting", "articleBody": "<p>Fog lifts at <b>dawn</b>.</p>"},
        {"@type": "BlogPosting", "name": "Q&A"},
    ]
    blog = {"@type": "LiveBlogPosting", "description": "All day.", "liveBlogUpdate": updates}
    for before, document in (("", blog), (f"<p>{TEXT}</p>", blog | {"articleBody": TEXT})):
        draft = posted(document, "application/ld+json")
        assert draft.content == (
            f"<article>{before}<h3>Ferry sails</h3><p>{TEXT}</p><p>It sailed.</p>"
            "<p>Fog lifts at <b>dawn</b>.</p><h3>Q&amp;A</h3></article>"
        )
        assert (draft.content_type, codes(draft)) == ("text/html", [])


def test_an_update_that_cannot_be_read_is_told() -> None:
    updates = [f"{TEXT} R&amp;D", {"@id": "#later"}]
    blog = {"@type": "LiveBlogPosting", "liveBlogUpdate": updates}
    draft = posted(blog, "application/ld+json")
    assert draft.content == f"<article><p>{TEXT} R&amp;D</p></article>"
    assert codes(draft) == [("field_left_out", "content")]


def test_a_review_is_an_article_unless_it_stands_beside_one() -> None:
    review = {"@type": "Review", "@id": "r", "reviewBody": TEXT}
    assert posted(review, "application/ld+json").content == TEXT
    assert posted({"@type": "WebPage", "articleBody": TEXT}, "application/ld+json").content == TEXT
    article = {"@type": "NewsArticle", "@id": "a", "articleBody": TEXT}
    assert posted([review, article], "application/ld+json").external_id == "a"


def media_rss(item: str) -> Draft:
    namespace = 'xmlns:m="http://search.yahoo.com/mrss/"'
    feed = f'<rss version="2.0" {namespace}><channel><item>{item}</item></channel></rss>'
    (draft,) = batch(feed.encode(), "application/rss+xml")
    return draft


def a_picture(number: int, inside: str = "") -> str:
    href = f"https://a.example/{number}.jpg"
    return f'<m:content url="{href}" medium="image">{inside}</m:content>'


def caption(text: str) -> str:
    return f"<m:description type='html'>{text}</m:description>"


def test_captions_of_media_rss_are_captions_and_no_text() -> None:
    item = f"<description>{TEXT}</description>"
    pictures = a_picture(1, caption("The &lt;b&gt;pier&lt;/b&gt;, é")) + a_picture(2)
    draft = media_rss(f"{item}<m:group>{pictures}</m:group>{caption('A boat')}")
    assert draft.content == TEXT
    assert draft.images == (
        GivenImage(href="https://a.example/1.jpg", caption="The pier, é"),
        GivenImage(href="https://a.example/2.jpg", caption="A boat"),
    )
    assert codes(draft) == [("summary_only", "content")]


def test_a_media_description_is_the_text_where_there_is_no_other() -> None:
    assert media_rss(f"<m:group>{a_picture(1)}{caption(TEXT)}</m:group>").content == TEXT
