"""Repairs are the same in every format: here through Copydesk's JSON and the query."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from read_formats import LIMITS, TEXT

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.checks import checked
from copydesk_ingest.formats.reading import read_article
from copydesk_shared.contracts.submission import Precision

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def drafted(body: bytes, media_type: str, query: list[tuple[str, str]]) -> Draft:
    reading = read_article(body, media_type=media_type, charset=None, query=query, limits=LIMITS)
    return checked(reading, limits=LIMITS, received_at=NOW)


def from_json(field: str, value: Any) -> Draft:
    body = orjson.dumps({"content": TEXT, field: value})
    return drafted(body, "application/json", [])


def from_json_ld(field: str, value: Any) -> Draft:
    theirs = {
        "title": "headline",
        "byline": "author",
        "language": "inLanguage",
        "published": "datePublished",
        "modified": "dateModified",
        "section": "articleSection",
    }
    node = {"@type": "NewsArticle", "articleBody": TEXT, theirs.get(field, field): value}
    return drafted(orjson.dumps(node), "application/ld+json", [])


def from_query(field: str, value: Any) -> Draft:
    return drafted(TEXT.encode(), "text/plain", [(field, value)])


@pytest.mark.parametrize("posted", [from_json, from_json_ld, from_query])
@pytest.mark.parametrize(
    ("field", "value", "kept", "code"),
    [
        ("title", "x" * 2001, "x" * 2000, "shortened"),
        ("section", "x" * 2001, "x" * 2000, "shortened"),
        ("byline", "By", None, "empty_byline"),
        ("byline", "null", None, "empty_byline"),
        ("byline", "By Anna Null", "By Anna Null", None),
        ("language", "en_GB", "en-GB", "language_repaired"),
        ("language", "en_GB.UTF-8", "en-GB", "language_repaired"),
        ("language", "eng", "en", "language_repaired"),
        ("language", "xx", None, "unknown_language"),
        ("language", "xyz", None, "unknown_language"),
        ("language", "English!", None, "unknown_language"),
        ("language", "pt-BR", "pt-BR", None),
        ("published", "yesterday", None, "invalid_date"),
        ("published", "2026-13-45", None, "invalid_date"),
        ("published", "0000-00-00T00:00:00", None, "invalid_date"),
        ("modified", "soon", None, "invalid_date"),
        ("modified", "Thu, 30 Apr 2026 10:00:00 +0200", datetime(2026, 4, 30, 8, tzinfo=UTC), None),
        ("published", "2026-04-30", datetime(2026, 4, 30, tzinfo=UTC), "timezone_assumed"),
        ("published", "2026-04-30 08:00 UTC", datetime(2026, 4, 30, 8, tzinfo=UTC), None),
        ("published", "April 30, 2026 9:00 CET", datetime(2026, 4, 30, 8, tzinfo=UTC), None),
        (
            "modified",
            "Thu, 30 April 2026 08:00",
            datetime(2026, 4, 30, 8, tzinfo=UTC),
            "timezone_assumed",
        ),
        ("published", "2062-04-30T00:00:00Z", datetime(2062, 4, 30, tzinfo=UTC), "future_date"),
    ],
)
def test_what_describes_an_article_is_repaired_and_told(
    posted: Any, field: str, value: str, kept: object, code: str | None
) -> None:
    draft = posted(field, value)
    assert getattr(draft, field) == kept
    assert [(w.code, w.field) for w in draft.warnings] == ([(code, field)] if code else [])


AT_EIGHT = datetime(2026, 4, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("title", 5, "5"),
        ("title", ["Harbour"], "Harbour"),
        ("title", {"name": "Harbour"}, "Harbour"),
        ("section", ["Local", "Sea"], "Local"),
        ("byline", ["Ada Marlowe", "Tess Oakley"], "Ada Marlowe; Tess Oakley"),
        ("byline", [{"name": "Ada Marlowe"}], "Ada Marlowe"),
        ("language", ["en"], "en"),
        ("keywords", [1, "sea", {"name": "ferry"}], ("1", "sea", "ferry")),
        ("keywords", 5, ("5",)),
        ("published", AT_EIGHT.timestamp(), AT_EIGHT),
        ("published", int(AT_EIGHT.timestamp()), AT_EIGHT),
        ("published", int(AT_EIGHT.timestamp()) * 1000, AT_EIGHT),
        ("modified", str(int(AT_EIGHT.timestamp())), AT_EIGHT),
        ("published", ["2026-04-30T08:00:00Z"], AT_EIGHT),
    ],
)
def test_a_value_of_another_type_is_read_as_what_it_means(
    field: str, value: object, kept: object
) -> None:
    draft = from_json(field, value)
    assert getattr(draft, field) == kept
    assert [(w.code, w.field) for w in draft.warnings] == [("field_repaired", field)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", True, "field_left_out"),
        ("title", {"de": "Hafen"}, "field_left_out"),
        ("section", [], "field_left_out"),
        ("byline", [None], "field_left_out"),
        ("language", {}, "field_left_out"),
        ("published", 0, "invalid_date"),
        ("published", True, "field_left_out"),
        ("keywords", [True, []], "field_repaired"),
        ("images", [{"caption": "The pier"}, 5, None], "invalid_image"),
    ],
)
def test_a_value_that_means_nothing_is_left_out_and_told(
    field: str, value: object, code: str
) -> None:
    draft = from_json(field, value)
    assert getattr(draft, field) in {None, ()}
    assert [(w.code, w.field) for w in draft.warnings] == [(code, field)]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("title", "field_left_out"),
        ("published", "invalid_date"),
        ("keywords", "field_repaired"),
        ("images", "invalid_image"),
    ],
)
def test_a_number_beyond_all_measure_is_left_out(field: str, code: str) -> None:
    body = b'{"content": %s, "%s": %s}' % (orjson.dumps(TEXT), field.encode(), b"9" * 4000)
    draft = drafted(body, "application/json", [])
    assert [(w.code, w.field) for w in draft.warnings] == [(code, field)]


@pytest.mark.parametrize(
    "images",
    [
        "https://a.example/1.jpg",
        {"href": "https://a.example/1.jpg"},
        ["https://a.example/1.jpg"],
        [{"url": "https://a.example/1.jpg"}],
        [{"href": 5, "src": "https://a.example/1.jpg"}],
    ],
)
def test_pictures_in_another_form_are_found(images: object) -> None:
    draft = from_json("images", images)
    assert [image.href for image in draft.images] == ["https://a.example/1.jpg"]
    assert [(w.code, w.field) for w in draft.warnings] == [("field_repaired", "images")]


@pytest.mark.parametrize("field", ["images", "keywords", "title", "published"])
def test_null_is_absent(field: str) -> None:
    assert from_json(field, None).warnings == ()


def test_a_day_stays_a_day() -> None:
    assert from_json("published", "2026-04-30").published_precision is Precision.DAY
    assert from_json("published", "30 April 2026").published_precision is Precision.DAY
    assert from_json("published", "2026-04-30T00:00Z").published_precision is Precision.SECOND


def test_keywords_in_one_string_are_split() -> None:
    draft = from_json("keywords", "harbour, council,,vote")
    assert draft.keywords == ("harbour", "council", "vote")
    assert [w.code for w in draft.warnings] == ["keywords_split"]


def test_too_many_keywords_are_cut() -> None:
    draft = from_json("keywords", [f"word {n}" for n in range(150)])
    assert len(draft.keywords) == 100
    assert [(w.code, w.field) for w in draft.warnings] == [("too_many", "keywords")]


def test_images_are_kept_once_and_without_an_address_left_out() -> None:
    body = {
        "content": TEXT,
        "url": "https://news.example/a/b",
        "images": [
            {"href": "/1.jpg", "caption": " The pier ", "credit": ""},
            {"href": "https://news.example/1.jpg"},
            {"href": "data:image/png;base64,xx"},
        ],
    }
    draft = drafted(orjson.dumps(body), "application/json", [])
    assert [image.model_dump() for image in draft.images] == [
        {"href": "https://news.example/1.jpg", "caption": "The pier", "credit": None}
    ]
    assert [(w.code, w.field) for w in draft.warnings] == [("invalid_image", "images")]


def test_the_first_twenty_images_are_kept() -> None:
    draft = from_json("images", [{"href": f"https://a.example/{n}"} for n in range(30)])
    assert [image.href[-2:] for image in draft.images][-1] == "19"
    assert [w.code for w in draft.warnings] == ["too_many"]


@pytest.mark.parametrize(
    ("field", "code"), [("images", "invalid_image"), ("links", "invalid_link")]
)
def test_a_blank_address_is_not_that_of_the_article(field: str, code: str) -> None:
    body = {"url": "https://example.org/a", "content": TEXT, field: [{"href": " "}]}
    draft = drafted(orjson.dumps(body), "application/json", [])
    assert getattr(draft, field) == ()
    assert [warning.code for warning in draft.warnings] == [code]
