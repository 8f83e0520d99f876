"""The embedded index: its tantivy schema, its analyser and its place on disk (extra: `embedded`).

tantivy fixes a schema for the life of a directory. So each index lives in
`<search_dir>/<schema-hash>-<generation>/`, and the file `current` names the one that is served. A
new schema or a damaged index is a new generation that starts empty; readers follow `current`.
"""

import hashlib
import os
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import tantivy
from tantivy import Document, Filter, Index, Schema, SchemaBuilder, TextAnalyzer
from tantivy import TextAnalyzerBuilder as AnalyzerBuilder

from copydesk_shared.search_schema import FACETS, SCHEMA_VERSION, SEARCHABLE, SearchDocument

ANALYZER: Final = "news"
MAX_TOKEN_BYTES: Final = 80
CURRENT: Final = "current"
_GENERATION: Final = re.compile(r"(?P<schema>[0-9a-f]{12})-(?P<number>[1-9][0-9]*)")


def facet_field(name: str) -> str:
    """The field that holds a facet's exact values; `entities` is also searched as text."""
    return f"{name}_exact"


@cache
def build_schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name, _ in SEARCHABLE:
        builder.add_text_field(name, tokenizer_name=ANALYZER)
    for name in FACETS:
        builder.add_text_field(
            facet_field(name), fast=True, tokenizer_name="raw", index_option="basic"
        )
    builder.add_text_field("group_id", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("version", "published_s", "order_key"):
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("document", stored=True)
    return builder.build()


@cache
def analyzer() -> TextAnalyzer:
    """Runs of letters and digits, in lower case, without accents. Longer tokens are not indexed."""
    return (
        AnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(Filter.remove_long(MAX_TOKEN_BYTES))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )


@cache
def schema_hash() -> str:
    """Names all that an existing index depends on, tantivy's release series included."""
    series = version("tantivy").rpartition(".")[0]
    layout = (
        SCHEMA_VERSION,
        [name for name, _ in SEARCHABLE],
        FACETS,
        sorted(SearchDocument.model_fields),
        MAX_TOKEN_BYTES,
        series,
    )
    return hashlib.sha256(repr(layout).encode()).hexdigest()[:12]


def tantivy_document(document: SearchDocument) -> Document:
    """The document as tantivy takes it; ValueError or OverflowError when it cannot be held."""
    held = Document()
    held.add_text("id", document.id)
    for name, _ in SEARCHABLE:
        value = getattr(document, name)
        for text in (value,) if isinstance(value, str) else value:
            held.add_text(name, text)
    held.add_text(facet_field("source"), document.source)
    held.add_text(facet_field("language"), document.language)
    if document.section is not None:
        held.add_text(facet_field("section"), document.section)
    # A set: a value counts once for an article, however often the article names it.
    for entity in sorted(set(document.entities)):
        held.add_text(facet_field("entities"), entity)
    held.add_text("group_id", document.group_id or document.id)
    held.add_integer("version", document.version)
    held.add_integer("published_s", document.published_s)
    held.add_integer("order_key", document.order_key)
    held.add_bytes("document", document.model_dump_json().encode())
    return held


def open_index(path: Path) -> Index:
    """Open what `create_index` made; ValueError when it is missing or damaged."""
    return _ready(Index.open(str(path)))


def create_index(path: Path) -> Index:
    path.mkdir(parents=True)
    return _ready(Index(build_schema(), path=str(path)))


def _ready(index: Index) -> Index:
    """Register the analyser, which tantivy forgets, and read every segment's head."""
    index.register_tokenizer(ANALYZER, analyzer())
    # "manual": a file watcher shows commits after 230 ms, a reload before each search after 20.
    index.config_reader("manual")
    index.reload()
    return index


def current_generation(search_dir: Path) -> str | None:
    """The served generation's directory name; None before the first, or if the file is broken."""
    try:
        name = (search_dir / CURRENT).read_text("utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return name if _GENERATION.fullmatch(name) else None


def readable_generation(name: str | None) -> bool:
    """Whether this code can read that generation: it was written under the same schema."""
    return name is not None and name.startswith(f"{schema_hash()}-")


def generations(search_dir: Path) -> list[str]:
    """All generations on disk, of any schema, served or not."""
    return sorted(
        entry.name
        for entry in search_dir.iterdir()
        if entry.is_dir() and _GENERATION.fullmatch(entry.name)
    )


def next_generation(search_dir: Path) -> str:
    numbers = [int(name.partition("-")[2]) for name in generations(search_dir)]
    return f"{schema_hash()}-{max(numbers, default=0) + 1}"


def publish_generation(search_dir: Path, name: str) -> None:
    """Point `current` at a generation, whole or not at all, and through a power cut."""
    fresh = search_dir / f"{CURRENT}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(search_dir / CURRENT)
    directory = os.open(search_dir, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
