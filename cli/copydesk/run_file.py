"""`run.json`: where the parts of a running stack are, for commands, scripts and tests.

It is there while the stack is up and only then; readers see a whole file or none.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "run.json"


@dataclass(frozen=True)
class Run:
    """`urls` and `pids` by part: `redis`, `ingest`, `gateway`, `enrich-1`, `index-1` and so on."""

    urls: Mapping[str, str]
    pids: Mapping[str, int]


def write_run(data_dir: Path, run: Run) -> None:
    """Replace the file at once; only its owner may read it, for a Redis URL may hold a password."""
    path = data_dir / FILE_NAME
    draft = path.with_suffix(".json.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(json.dumps(asdict(run), indent=2) + "\n")
    draft.replace(path)


def read_run(data_dir: Path) -> Run | None:
    """The stack on this data directory, or None when none is up or the file is not ours."""
    try:
        content = json.loads((data_dir / FILE_NAME).read_text())
        return Run(urls=dict(content["urls"]), pids=dict(content["pids"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remove_run(data_dir: Path) -> None:
    (data_dir / FILE_NAME).unlink(missing_ok=True)
