"""`manifest.json`: the files of a folder in the order of posting, with what is known of each."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from copydesk.failures import CommandError, Exit

FILE_NAME = "manifest.json"


class ManifestEntry(BaseModel):
    """One file; all but `file`, `content_type` and `note` is handed on to ingest as it is.

    `note` is for whoever reads the manifest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    content_type: str | None = None
    note: str | None = None
    source: str | None = None
    external_id: str | None = None
    url: str | None = None
    title: str | None = None
    byline: str | None = None
    language: str | None = None
    published: str | None = None
    modified: str | None = None
    embargoed_until: str | None = None
    expires: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()

    @property
    def metadata(self) -> dict[str, str | tuple[str, ...]]:
        """What was given, without the empty."""
        fields: dict[str, str | tuple[str, ...]] = self.model_dump(
            exclude={"file", "content_type", "note"}, exclude_none=True
        )
        return {name: value for name, value in fields.items() if value}


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    articles: tuple[ManifestEntry, ...]


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the folder, if it has one; each file it names is there, inside the folder."""
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise CommandError(f"{path}: {place} {first['msg']}", exit_code=Exit.USAGE) from exc
    root = folder.resolve()
    for entry in manifest.articles:
        file = (folder / entry.file).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            raise CommandError(f"{path}: no file {entry.file}", exit_code=Exit.USAGE)
    return manifest
