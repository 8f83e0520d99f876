"""What `copydesk post` is given, read as single pieces of copy: a file, standard input, a folder.

Files are opened one by one as they are posted, so that a folder of any size fits in memory.
"""

import codecs
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.document_form import (
    ATOM,
    FEEDS,
    JSON,
    JSON_FEED,
    JSON_LD,
    NDJSON,
    NINJS,
    RSS,
    XML,
    foreign_form,
    is_json_array,
)
from copydesk.failures import CommandError, Exit
from copydesk.manifest import Manifest, read_manifest

Metadata = Mapping[str, str | tuple[str, ...]]

CONTENT_TYPES = {
    ".ninjs.json": NINJS,
    ".feed.json": JSON_FEED,
    ".json": JSON,
    ".jsonld": JSON_LD,
    ".ndjson": NDJSON,
    ".jsonl": NDJSON,
    ".rss": RSS,
    ".atom": ATOM,
    ".xml": XML,
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
}
"""By the end of a file's name; the first that fits."""


@dataclass(frozen=True)
class Copy:
    """One raw article to post. `batched` ones came as lines of one NDJSON file."""

    name: str
    content: bytes
    content_type: str
    metadata: Metadata = field(default_factory=dict)
    batched: bool = False

    @property
    def holds_many(self) -> bool:
        """It is a batch by itself: a feed, or an array of articles."""
        many = self.content_type in FEEDS
        return many or (self.content_type == JSON and is_json_array(self.content))

    @property
    def digest(self) -> str:
        """The same for the same name, content and metadata, in any run."""
        said = json.dumps(
            [self.name, self.content_type, dict(self.metadata)], sort_keys=True
        ).encode()
        return hashlib.sha256(said + b"\n" + self.content).hexdigest()


@dataclass(frozen=True)
class CopySource:
    """Pieces of copy, how many they are, and whether their order matters.

    `identity` names the source across runs; None when it cannot be read a second time.
    """

    copies: Callable[[], Iterator[Copy]]
    count: int
    ordered: bool
    identity: str | None


def open_source(
    given: str, *, content_type: str | None = None, source: str | None = None
) -> CopySource:
    """Read `given`: `-`, a file or a folder. `source` is for copy that names none itself."""
    metadata: Metadata = {"source": source} if source else {}
    if given == "-":
        content = sys.stdin.buffer.read()
        guessed = content_type or _guess(content)
        return _of_files([_File("-", lambda: content, guessed, metadata)], identity=None)
    path = Path(given)
    if path.is_dir():
        return _of_folder(path, content_type=content_type, metadata=metadata)
    if not path.is_file():
        raise CommandError(f"no such file or folder: {given}", exit_code=Exit.USAGE)
    kind = content_type or _type_by_name(path.name)
    if kind is None:
        raise CommandError(
            f"what is in {given}? Say --content-type, or name it {', '.join(CONTENT_TYPES)}",
            exit_code=Exit.USAGE,
        )
    return _of_files(
        [_File(path.name, path.read_bytes, kind, metadata)], identity=str(path.resolve())
    )


@dataclass(frozen=True)
class _File:
    name: str
    read: Callable[[], bytes]
    content_type: str
    metadata: Metadata

    def copies(self) -> Iterator[Copy]:
        content = self.read()
        if self.content_type != NDJSON:
            yield _copy(self.name, content, self.content_type, self.metadata)
            return
        for number, line in enumerate(content.split(b"\n"), start=1):
            if line.strip():
                name = f"{self.name}:{number}"
                yield _copy(name, line, self.content_type, self.metadata, batched=True)

    def count(self) -> int:
        if self.content_type != NDJSON:
            return 1
        return sum(1 for line in self.read().split(b"\n") if line.strip())


def _of_folder(folder: Path, *, content_type: str | None, metadata: Metadata) -> CopySource:
    manifest = read_manifest(folder)
    if manifest:
        return _of_manifest(manifest, folder, metadata)
    files = [
        _File(
            str(path.relative_to(folder)),
            path.read_bytes,
            content_type or _known_type(path.name),
            metadata,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _type_by_name(path.name)
    ]
    if not files:
        raise CommandError(
            f"nothing to post in {folder}: no {', '.join(CONTENT_TYPES)}", exit_code=Exit.USAGE
        )
    return _of_files(files, identity=str(folder.resolve()), ordered=False)


def _of_manifest(manifest: Manifest, folder: Path, metadata: Metadata) -> CopySource:
    files = [
        _File(
            entry.file,
            (folder / entry.file).read_bytes,
            entry.content_type or _known_type(entry.file),
            {**metadata, **entry.metadata},
        )
        for entry in manifest.articles
    ]
    return _of_files(files, identity=str(folder.resolve()))


def _of_files(files: list[_File], *, identity: str | None, ordered: bool = True) -> CopySource:
    return CopySource(
        copies=lambda: (copy for file in files for copy in file.copies()),
        count=sum(file.count() for file in files),
        ordered=ordered,
        identity=identity,
    )


def _copy(
    name: str, content: bytes, content_type: str, metadata: Metadata, *, batched: bool = False
) -> Copy:
    """Metadata of our own JSON goes into the object, where the object does not say it itself.

    A document in another form takes only a source, which stands in the address.
    """
    if content_type not in {JSON, NDJSON}:
        if content_type not in {"text/plain", "text/html"}:
            _refuse_fields(name, metadata)
        return Copy(name, content, content_type, metadata)
    document = _parsed(content)  # ingest says what is wrong with it
    form = foreign_form(document)
    if form is None:
        if metadata and isinstance(document, dict):
            content = json.dumps({**metadata, **document}, ensure_ascii=False).encode()
        return Copy(name, content, content_type, batched=batched)
    _refuse_fields(name, metadata, most=0 if batched else 1)
    if batched:
        return Copy(name, content, content_type, batched=True)
    return Copy(name, content, form.media_type, {**metadata, **form.parameters})


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _refuse_fields(name: str, metadata: Metadata, *, most: int = 1) -> None:
    if len(metadata) > most or not metadata.keys() <= {"source"}:
        given = ", ".join(metadata)
        raise CommandError(
            f"{name}: its format has no room for {given} of the command or the manifest",
            exit_code=Exit.USAGE,
        )


def _type_by_name(name: str) -> str | None:
    name = name.lower()
    return next((kind for end, kind in CONTENT_TYPES.items() if name.endswith(end)), None)


def _known_type(name: str) -> str:
    kind = _type_by_name(name)
    if kind is None:
        raise CommandError(f"{name}: its manifest entry needs a content_type", exit_code=Exit.USAGE)
    return kind


def _guess(content: bytes) -> str:
    """What came by standard input without a name: JSON, a feed, HTML or else text."""
    head = content.removeprefix(codecs.BOM_UTF8).lstrip()[:1024].lower()
    if head.startswith((b"{", b"[")):
        return JSON if _parsed(content) is not None else NDJSON
    if head.startswith(b"<") and any(root in head for root in (b"<rss", b"<feed", b"<rdf:rdf")):
        return XML
    return "text/html" if head.startswith((b"<!doctype", b"<html")) else "text/plain"
