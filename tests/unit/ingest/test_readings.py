"""From the bytes of a request to a draft, or to a refusal that names its reason."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_formats import LIMITS, TEXT

from copydesk_ingest.draft import Draft
from copydesk_ingest.formats.checks import Place, checked
from copydesk_ingest.formats.html import read_html
from copydesk_ingest.formats.json import read_json
from copydesk_ingest.formats.text import read_text
from copydesk_ingest.refusals import RefusedError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def drafted(body: bytes, *, place: Place | None = None) -> Draft:
    return checked(read_json(body, limits=LIMITS), limits=LIMITS, received_at=NOW, place=place)


def posted(**fields: Any) -> Draft:
    return drafted(orjson.dumps({"content": TEXT} | fields))


def refused(body: bytes) -> RefusedError:
    with pytest.raises(RefusedError) as refusal:
        drafted(body)
    return refusal.value


def refused_fields(**fields: Any) -> RefusedError:
    return refused(orjson.dumps({"content": TEXT} | fields))


def codes(draft: Draft) -> list[str]:
    return [warning.code for warning in draft.warnings]


def test_json_needs_no_more_than_a_text() -> None:
    assert posted() == Draft(source="default", content_type="text/plain", content=TEXT)


def test_the_text_is_kept_verbatim_and_the_lines_around_it_are_trimmed() -> None:
    draft = posted(content=f"\n  {TEXT} \n", title="  Harbour  ", byline=" ", keywords=["a ", " "])
    assert draft.content == f"\n  {TEXT} \n"
    assert (draft.title, draft.byline, draft.keywords) == ("Harbour", None, ("a",))


def test_the_source_is_the_host_unless_it_is_given() -> None:
    assert posted(url="https://news.example/a").source == "news.example"
    assert posted(url="https://news.example/a", source="desk").source == "desk"


@pytest.mark.parametrize("given_date", ["2026-04-30", "2026-04-30T00:00:00", " 2026-04-30 "])
def test_a_date_without_a_zone_is_utc_and_says_so(given_date: str) -> None:
    draft = posted(published=given_date)
    assert draft.published == datetime(2026, 4, 30, tzinfo=UTC)
    assert [(w.code, w.field) for w in draft.warnings] == [("timezone_assumed", "published")]


def test_a_plus_that_a_url_lost_is_found_again() -> None:
    draft = posted(published="2026-04-30T10:00:00 02:00")
    assert draft.published == datetime(2026, 4, 30, 8, tzinfo=UTC)
    assert codes(draft) == []


def test_a_date_in_the_future_is_kept_with_a_warning() -> None:
    assert codes(posted(published="2026-05-02T11:00:00Z")) == []
    assert codes(posted(published="2026-05-02T13:00:00Z")) == ["future_date"]


def test_the_end_of_the_embargo_is_no_date_in_the_future() -> None:
    end = "2026-05-20T10:00:00Z"
    assert codes(posted(published=end, embargoed_until=end)) == []
    assert codes(posted(published="2026-05-20T10:00:01Z", embargoed_until=end)) == ["future_date"]


def test_an_expiry_is_kept() -> None:
    draft = posted(expires="2027-01-01T00:00:00Z")
    assert draft.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert codes(draft) == []


def test_unknown_fields_are_ignored_by_name_and_not_without_end() -> None:
    draft = posted(headline="x", **{f"f{i}": i for i in range(100)})
    assert draft.warnings[0].field == "headline"
    assert set(codes(draft)) == {"unknown_field"}
    assert len(draft.warnings) == 20


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<p>The council voted.</p>", "text/html"),
        ("  <!DOCTYPE html><title>x</title>", "text/html"),
        ("<3 is what the council said on Tuesday", "text/plain"),
        ("The <b>council</b> voted on Tuesday.", "text/plain"),
    ],
)
def test_markup_is_noticed_when_no_content_type_is_given(content: str, kind: str) -> None:
    draft = posted(content=content)
    assert draft.content_type == kind
    assert ("content_type_assumed" in codes(draft)) == (kind == "text/html")
    assert posted(content=content, content_type="text/html").content_type == "text/html"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"content": 5}, "/content"),
        ({"content": None}, "/content"),
        ({"external_id": 7}, "/external_id"),
        ({"source": "no spaces"}, "/source"),
        ({"source": "x" * 101}, "/source"),
        ({"url": "ftp://example.org/a"}, "/url"),
        ({"url": "javascript:alert(1)"}, "/url"),
        ({"url": "/relative"}, "/url"),
        ({"embargoed_until": "tomorrow"}, "/embargoed_until"),
        ({"embargoed_until": 1795512393}, "/embargoed_until"),
        ({"embargoed_until": "by November 20, 2026"}, "/embargoed_until"),
        ({"expires": "never"}, "/expires"),
        ({"content_type": "text/markdown"}, "/content_type"),
    ],
)
def test_a_wrong_field_is_pointed_at(fields: dict[str, Any], pointer: str) -> None:
    refusal = refused_fields(**fields)
    assert (refusal.code, refusal.status) == ("invalid_field", 422)
    assert [error["pointer"] for error in refusal.errors] == [pointer]


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b'{"content": "The harb', "broken_json", 400),
        (b"", "broken_json", 400),
        (b"not json", "broken_json", 400),
        (b'{"content": "\\ud800 and the council voted on Tuesday"}', "broken_json", 400),
        (b'{"content": "The council\x00voted on Tuesday"}', "nul_character", 422),
        (b'{"content": "The council\\u0000voted on Tuesday"}', "nul_character", 422),
        (b"[" * 100 + b"]" * 100, "too_deep", 422),
        (b'{"content": "x", "a": ' + b'{"a":' * 100 + b"1" + b"}" * 101, "too_deep", 422),
        (b"[]", "invalid_field", 422),
        (b'"text"', "invalid_field", 422),
        (b"{}", "invalid_field", 422),
        (b'{"content": ""}', "empty", 422),
        (b'{"content": " \\n\\u200b\\u00a0 "}', "empty", 422),
        (b'{"content": "Nineteen characters"}', "too_short", 422),
        (
            b'{"content": "<p>", "content_type": "text/html", "title": "\\u0000"}',
            "nul_character",
            422,
        ),
    ],
)
def test_bad_json_is_refused_by_its_reason(body: bytes, code: str, status: int) -> None:
    refusal = refused(body)
    assert (refusal.code, refusal.status) == (code, status)


def test_an_embargo_within_a_year_is_kept_and_one_in_the_past_means_nothing() -> None:
    draft = posted(embargoed_until="2027-01-01T00:00:00Z")
    assert draft.embargoed_until == datetime(2027, 1, 1, tzinfo=UTC)
    posted(embargoed_until="2001-01-01T00:00:00Z")
    posted(embargoed_until=None)


def test_an_article_that_would_be_hidden_for_ever_is_refused() -> None:
    mistyped = refused_fields(embargoed_until="2206-01-01T00:00:00Z")
    assert mistyped.code == "embargo_too_long"
    day = "2026-06-01T00:00:00Z"
    assert refused_fields(embargoed_until=day, expires=day).code == "never_visible"


def test_twenty_characters_are_an_article() -> None:
    assert posted(content="Twenty characters, 20").content
    assert len("Exactly twenty chars") == 20
    posted(content="Exactly twenty chars")


def test_html_of_any_length_passes_and_a_tag_bomb_does_not() -> None:
    posted(content="<p>Hi", content_type="text/html")
    bomb = "<div>" * 100
    assert refused_fields(content=bomb, content_type="text/html").code == "too_deep"
    posted(content=bomb, content_type="text/plain")


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert drafted(b"\xef\xbb\xbf" + orjson.dumps({"content": TEXT})).content == TEXT


def test_the_address_places_the_article_and_the_body_may_not_contradict() -> None:
    place = Place("desk", "7")
    body = {"content": TEXT, "url": "https://news.example/a"}
    draft = drafted(orjson.dumps(body), place=place)
    assert (draft.source, draft.external_id) == ("desk", "7")
    drafted(orjson.dumps(body | {"source": "desk", "external_id": "7"}), place=place)
    for other in ({"source": "other"}, {"external_id": "8"}):
        with pytest.raises(RefusedError) as refusal:
            drafted(orjson.dumps(body | other), place=place)
        assert refusal.value.code == "conflicting_field"


def test_text_and_html_take_their_metadata_from_the_query() -> None:
    query = [
        ("title", "Harbour"),
        ("keywords", "council, vote"),
        ("keywords", "harbour"),
        ("published", "2026-04-30"),
    ]
    for reading, kind in (
        (read_text(TEXT.encode(), charset=None, query=query), "text/plain"),
        (read_html(TEXT.encode(), charset=None, query=query), "text/html"),
    ):
        draft = checked(reading, limits=LIMITS, received_at=NOW)
        assert (draft.title, draft.content_type, draft.content) == ("Harbour", kind, TEXT)
        assert draft.keywords == ("council", "vote", "harbour")
        assert codes(draft) == ["timezone_assumed"]


@pytest.mark.parametrize(
    ("query", "code", "status", "named"),
    [
        ([("titel", "x")], "unknown_parameter", 400, "titel"),
        ([("url", "ftp://x")], "invalid_field", 422, "url"),
    ],
)
def test_a_bad_parameter_is_named(
    query: list[tuple[str, str]], code: str, status: int, named: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_text(TEXT.encode(), charset=None, query=query)
    assert (refusal.value.code, refusal.value.status) == (code, status)
    assert refusal.value.errors[0]["parameter"] == named


def test_a_parameter_that_stands_twice_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        read_text(TEXT.encode(), charset=None, query=[("title", "a"), ("title", "b")])
    assert refusal.value.code == "invalid_parameter"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
_NAMES = st.sampled_from(["content", "title", "url", "published", "keywords", "source", "language"])


@given(st.dictionaries(_NAMES, _JSON) | _JSON)
def test_any_json_is_a_draft_or_a_refusal(value: object) -> None:
    try:
        draft = drafted(orjson.dumps(value))
    except RefusedError:
        return
    draft.event_tail("0-s", received_at=NOW, trace=None)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_draft_or_a_refusal(body: bytes) -> None:
    with suppress(RefusedError):
        drafted(body)
    for reading in (
        read_text(body, charset=None, query=[]),
        read_html(body, charset=None, query=[]),
    ):
        with suppress(RefusedError):
            checked(reading, limits=LIMITS, received_at=NOW)
