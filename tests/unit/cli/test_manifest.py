import json
from pathlib import Path

import pytest

from copydesk.failures import CommandError, Exit
from copydesk.manifest import read_manifest


def a_manifest(folder: Path, *entries: dict[str, object]) -> None:
    (folder / "manifest.json").write_text(json.dumps({"articles": entries}))


def test_entries_keep_their_order_and_metadata(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "a.html").write_text("a")
    a_manifest(
        tmp_path,
        {"file": "b.txt", "source": "desk", "published": "2026-01-02", "keywords": ["x", "y"]},
        {"file": "a.html", "content_type": "text/html", "title": "", "note": "a page"},
    )
    manifest = read_manifest(tmp_path)
    assert manifest
    assert [entry.file for entry in manifest.articles] == ["b.txt", "a.html"]
    assert manifest.articles[0].metadata == {
        "source": "desk",
        "published": "2026-01-02",
        "keywords": ("x", "y"),
    }
    assert manifest.articles[1].metadata == {}


def test_a_folder_without_one_has_none(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"file": "gone.txt"}, "no file gone.txt"),
        ({"file": "../out.txt"}, r"no file \.\./out.txt"),
        ({"file": "in.txt", "auther": "x"}, "articles.0.auther"),
        ({}, r"articles.0.file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, entry: dict[str, object], complaint: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "in.txt").write_text("in")
    (tmp_path / "out.txt").write_text("out")
    a_manifest(folder, entry)
    with pytest.raises(CommandError, match=complaint) as refusal:
        read_manifest(folder)
    assert refusal.value.exit_code is Exit.USAGE
