import json
import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[3] / "samples"
MANIFEST = SAMPLES / "manifest.json"
SUFFIXES = {
    "text/plain": ".txt",
    "text/html": ".html",
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
}
FIELDS = {
    "source", "external_id", "url", "title", "byline", "language", "section", "published",
    "modified", "keywords", "content_type", "content",
}  # fmt: skip
FIRST, LAST = datetime(2026, 10, 12, tzinfo=UTC), datetime(2026, 11, 14, tzinfo=UTC)

Fields = dict[str, Any]


def entries() -> list[Fields]:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert set(manifest) == {"articles"}
    listed: list[Fields] = manifest["articles"]
    return listed


def articles_of(entry: Fields) -> list[Fields]:
    """What ingest would be handed for one file: the fields and the content."""
    text = (SAMPLES / entry["file"]).read_text(encoding="utf-8")
    if entry["content_type"] == "application/json":
        return [json.loads(text)]
    if entry["content_type"] == "application/x-ndjson":
        return [json.loads(line) for line in text.splitlines()]
    given = {name: value for name, value in entry.items() if name not in {"file", "note"}}
    return [given | {"content": text}]


ENTRIES = entries()
ARTICLES = [article for entry in ENTRIES for article in articles_of(entry)]


def identity(article: Fields) -> tuple[str, str]:
    return article["source"], article["external_id"]


def words_of(content: str) -> int:
    return len(re.sub(r"<[^>]+>", " ", content).split())


class Structure(HTMLParser):
    """The JSON-LD, the canonical address and the text of the article element."""

    def __init__(self) -> None:
        super().__init__()
        self.json_ld = ""
        self.canonical = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "link" and found.get("rel") == "canonical":
            self.canonical = found["href"] or ""
        if tag == "script":
            self._open.append(found.get("type") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "application/ld+json":
            self.json_ld += data


def test_every_file_is_in_the_manifest_once() -> None:
    listed = [entry["file"] for entry in ENTRIES]
    there = {path.name for path in SAMPLES.iterdir() if re.match(r"\d\d-", path.name)}
    assert Counter(listed) == Counter(there)
    assert listed == sorted(listed)


def test_content_types_are_those_of_the_files() -> None:
    for entry in ENTRIES:
        assert Path(entry["file"]).suffix == SUFFIXES[entry["content_type"]]


def test_each_entry_says_what_its_file_shows() -> None:
    assert all(entry["note"] for entry in ENTRIES)


def test_every_article_names_its_source_and_itself() -> None:
    for article in ARTICLES:
        assert set(article) <= FIELDS
        assert all(identity(article))
        assert article["url"].startswith("https://")
        assert ".example/" in article["url"]


def test_dates_are_aware_in_range_and_in_order_of_posting() -> None:
    dates = [datetime.fromisoformat(a["published"]) for a in ARTICLES if "published" in a]
    assert all(FIRST <= date < LAST for date in dates)
    assert dates == sorted(dates)


def test_there_are_enough_and_a_third_are_scraped() -> None:
    assert len({identity(article) for article in ARTICLES}) >= 30
    scraped = [a for a in ARTICLES if re.match(r"1\. ", a["content"])]
    assert len(scraped) * 3 >= len(ARTICLES)


def test_each_form_of_input_is_there() -> None:
    assert {entry["content_type"] for entry in ENTRIES} == set(SUFFIXES)


def test_articles_are_of_a_readable_length() -> None:
    for article in ARTICLES:
        if article["content"].lstrip().startswith("<!doctype"):
            continue
        assert 200 <= words_of(article["content"]) <= 600, article["url"]


def test_two_articles_are_corrected_and_the_correction_comes_later() -> None:
    corrected = [key for key, count in Counter(map(identity, ARTICLES)).items() if count > 1]
    assert len(corrected) == 2
    for key in corrected:
        before, after = (article for article in ARTICLES if identity(article) == key)
        assert before["content"] != after["content"]
        assert "Correction: " in after["content"]
        assert "modified" in after


def test_scraped_promos_lead_to_other_samples() -> None:
    headlines = {article.get("title", "") for article in ARTICLES}
    for article in ARTICLES:
        blocks = re.split(r"\n\s*\n", article["content"])
        headlines.add(next((b.strip() for b in blocks if not re.match(r"\s*1\. ", b)), ""))
        headlines.update(re.findall(r"<h1>(.*?)</h1>", article["content"]))
    promised = [
        title
        for article in ARTICLES
        for title in re.findall(
            r"^(?:Read More|Also Read|Read Next|Lire aussi ?|Lesen Sie auch): (.+)$",
            article["content"],
            re.MULTILINE,
        )
    ]
    assert len(promised) > 25
    assert set(promised) <= headlines


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if e["content_type"] == "text/html"], ids=lambda e: e["file"]
)
def test_pages_agree_with_the_manifest(entry: Fields) -> None:
    page = Structure()
    page.feed((SAMPLES / entry["file"]).read_text(encoding="utf-8"))
    assert page.canonical == entry["url"]
    described = json.loads(page.json_ld)
    assert described["@type"] == "NewsArticle"
    assert FIRST <= datetime.fromisoformat(described["datePublished"]) < LAST


def test_the_guide_mentions_every_file() -> None:
    guide = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert [e["file"] for e in ENTRIES if e["file"] not in guide] == []
