"""Which format a JSON document is in, when nobody says."""

import orjson
import pytest
from read_formats import TEXT, a_post, batch, codes, drafted, posted, read, sample

from copydesk_ingest.refusals import RefusedError


def test_ndjson_may_hold_any_format_in_json() -> None:
    drafts = batch(sample("mixed.ndjson"), "application/x-ndjson")
    assert [draft.source for draft in drafts] == [
        "alder-courier", "www.aldercourier.example", "default", "harbourfm.example",
    ]  # fmt: skip
    assert [codes(draft) for draft in drafts] == [[], *[[("format_assumed", None)]] * 3]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(
    "post", [a_post(title={"rendered": "Café"}), {"content": TEXT, "title": "Café"}]
)
def test_json_in_another_encoding_is_read_and_told(post: dict[str, object], encoding: str) -> None:
    document = orjson.dumps(post).decode()
    lines = f"{document}\n{document}\n"
    drafts = [
        drafted(read(document.encode(encoding))),
        *batch(lines.encode(encoding), "application/x-ndjson"),
        *batch(f"[{document}]".encode(encoding), "application/json"),
    ]
    assert [draft.title for draft in drafts] == ["Café"] * 4
    assert all(("encoding_repaired", None) in codes(draft) for draft in drafts)


def test_a_line_of_ndjson_is_in_an_encoding_of_its_own() -> None:
    line = orjson.dumps({"content": TEXT, "title": "Café"})
    western = line.decode().encode("cp1252")
    drafts = batch(b"\n".join((line, western, line)), "application/x-ndjson")
    assert [draft.title for draft in drafts] == ["Café"] * 3
    assert [codes(draft) for draft in drafts] == [[], [("encoding_repaired", None)], []]


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
