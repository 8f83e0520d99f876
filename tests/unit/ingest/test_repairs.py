"""Repairs are the same in every format: here through Copydesk's JSON and the query."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from read_formats import LIMITS, TEXT

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.checks import checked
from copydesk_ingest.formats.reading import read_article

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
        ("language", "xx", None, "unknown_language"),
        ("language", "English!", None, "unknown_language"),
        ("language", "pt-BR", "pt-BR", None),
        ("published", "yesterday", None, "invalid_date"),
        ("published", "2026-13-45", None, "invalid_date"),
        ("published", "0000-00-00T00:00:00", None, "invalid_date"),
        ("modified", "soon", None, "invalid_date"),
        ("modified", "Thu, 30 Apr 2026 10:00:00 +0200", datetime(2026, 4, 30, 8, tzinfo=UTC), None),
        ("published", "2026-04-30", datetime(2026, 4, 30, tzinfo=UTC), "timezone_assumed"),
        ("published", "2062-04-30T00:00:00Z", datetime(2062, 4, 30, tzinfo=UTC), "future_date"),
    ],
)
def test_what_describes_an_article_is_repaired_and_told(
    posted: Any, field: str, value: str, kept: object, code: str | None
) -> None:
    draft = posted(field, value)
    assert getattr(draft, field) == kept
    assert [(w.code, w.field) for w in draft.warnings] == ([(code, field)] if code else [])


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
