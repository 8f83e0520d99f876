import io
import json
import sys
from pathlib import Path

import pytest

from copydesk.copy_source import Copy, open_source
from copydesk.document_form import JSON, NDJSON
from copydesk.failures import CommandError
from copydesk.posting import MAX_BATCH_BYTES, parcels


def test_a_file_is_read_by_its_suffix(tmp_path: Path) -> None:
    page = tmp_path / "page.HTML"
    page.write_bytes(b"<p>\xe9</p>")
    source = open_source(str(page), source="desk")
    (copy,) = source.copies()
    assert copy == Copy("page.HTML", b"<p>\xe9</p>", "text/html", {"source": "desk"})
    assert (source.count, source.ordered, source.identity) == (1, True, str(page))


def test_a_file_of_unknown_suffix_needs_a_content_type(tmp_path: Path) -> None:
    (tmp_path / "copy.md").write_text("words")
    with pytest.raises(CommandError, match="--content-type"):
        open_source(str(tmp_path / "copy.md"))
    (copy,) = open_source(str(tmp_path / "copy.md"), content_type="text/plain").copies()
    assert copy.content_type == "text/plain"


def test_metadata_of_json_goes_into_the_object_and_yields_to_what_it_says(tmp_path: Path) -> None:
    wire = tmp_path / "wire.ndjson"
    wire.write_text('{"content": "a"}\n\n{"content": "b", "source": "own"}\n{broken\n')
    source = open_source(str(wire), source="desk")
    copies = list(source.copies())
    assert source.count == len(copies) == 3
    assert [copy.name for copy in copies] == ["wire.ndjson:1", "wire.ndjson:3", "wire.ndjson:4"]
    assert json.loads(copies[0].content) == {"content": "a", "source": "desk"}
    assert json.loads(copies[1].content) == {"content": "b", "source": "own"}
    assert copies[2].content == b"{broken"
    assert all(copy.batched and copy.content_type == NDJSON for copy in copies)


def test_a_folder_is_read_in_the_order_of_names_unless_a_manifest_gives_one(tmp_path: Path) -> None:
    for name in ("b.txt", "a.json", "deep/c.html", "note.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    source = open_source(str(tmp_path))
    assert [copy.name for copy in source.copies()] == ["a.json", "b.txt", "deep/c.html"]
    assert not source.ordered
    (tmp_path / "manifest.json").write_text(
        '{"articles": [{"file": "b.txt", "section": "World"}, {"file": "a.json", "url": "u"}]}'
    )
    source = open_source(str(tmp_path), source="desk")
    first, second = source.copies()
    assert (first.name, first.metadata) == ("b.txt", {"source": "desk", "section": "World"})
    assert json.loads(second.content) == {"source": "desk", "url": "u"}
    assert source.ordered


def test_a_folder_with_nothing_to_post_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing to post"):
        open_source(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"content": "x"}', JSON),
        (b'{"content": "x"}\n{"content": "y"}\n', NDJSON),
        (b"\n<!DOCTYPE html><p>x", "text/html"),
        (b"Plain words", "text/plain"),
    ],
)
def test_standard_input_is_read_by_its_beginning(
    monkeypatch: pytest.MonkeyPatch, content: bytes, kind: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    source = open_source("-")
    assert {copy.content_type for copy in source.copies()} == {kind}
    assert source.identity is None


def test_a_digest_tells_content_and_metadata_apart() -> None:
    copy = Copy("a", b"x", "text/plain", {"source": "s"})
    assert copy.digest == Copy("a", b"x", "text/plain", {"source": "s"}).digest
    others = (
        Copy("a", b"y", "text/plain", {"source": "s"}),
        Copy("a", b"x", "text/html", {"source": "s"}),
        Copy("a", b"x", "text/plain"),
        Copy("b", b"x", "text/plain", {"source": "s"}),
    )
    assert copy.digest not in {other.digest for other in others}


def test_lines_travel_in_chunks_within_the_limits_and_files_alone() -> None:
    lines = [Copy(f"w:{n}", b"{}", NDJSON, batched=True) for n in range(2001)]
    alone = Copy("a.txt", b"x", "text/plain")
    assert [len(parcel) for parcel in parcels([*lines, alone, *lines[:2]])] == [1000, 1000, 1, 1, 2]
    large = [Copy(f"l:{n}", b"x" * (MAX_BATCH_BYTES // 2), NDJSON, batched=True) for n in range(4)]
    assert [len(parcel) for parcel in parcels(large)] == [1, 1, 1, 1]


FORMATS = Path(__file__).parents[3] / "samples" / "formats"


@pytest.mark.parametrize(
    ("name", "kind", "metadata", "many"),
    [
        ("ferry.jsonld", "application/ld+json", {}, False),
        ("ferry.ninjs1.json", "application/ninjs+json", {}, False),
        ("ferry.wordpress.json", JSON, {"format": "wordpress"}, False),
        ("ferry.feed.json", "application/feed+json", {}, True),
        ("ferry.rss", "application/rss+xml", {}, True),
        ("ferry.atom", "application/atom+xml", {}, True),
    ],
)
def test_a_format_is_known_by_suffix_or_signature(
    name: str, kind: str, metadata: dict[str, str], many: bool
) -> None:
    (copy,) = open_source(str(FORMATS / name), source="desk").copies()
    assert (copy.content_type, copy.holds_many) == (kind, many)
    assert copy.metadata == metadata | {"source": "desk"}
    assert copy.content == (FORMATS / name).read_bytes()


def test_lines_keep_their_own_format_and_take_no_source_from_elsewhere() -> None:
    copies = list(open_source(str(FORMATS / "mixed.ndjson")).copies())
    assert {copy.content_type for copy in copies} == {NDJSON}
    with pytest.raises(CommandError, match="no room for source"):
        list(open_source(str(FORMATS / "mixed.ndjson"), source="desk").copies())


def test_an_array_and_a_feed_on_standard_input_hold_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for content in (b'[{"content": "x"}]', b'<?xml version="1.0"?><rss></rss>'):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        (copy,) = open_source("-").copies()
        assert copy.holds_many
