"""The memory of an interrupted `copydesk post`: what was accepted, so that it is not sent again.

One JSON object a line, appended and flushed as answers come in, under the user's cache directory.
A run that got everything accepted leaves no ledger.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.copy_source import Copy


def cache_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """The XDG cache directory's part that is ours."""
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "copydesk"


def ledger_path(folder: Path, *, identity: str, ingest_url: str) -> Path:
    """One ledger per thing posted and place it is posted to."""
    key = hashlib.sha256(f"{identity}\n{ingest_url}".encode()).hexdigest()[:32]
    return folder / "post" / f"{key}.ndjson"


@dataclass
class Ledger:
    """What one run got accepted; with `path` None nothing is remembered beyond the process.

    `run` is part of every Idempotency-Key: a repeated request of one run is answered alike, while
    a later run may post the same copy again.
    """

    path: Path | None
    run: str = field(default_factory=lambda: uuid.uuid4().hex)
    _accepted: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def resume(cls, path: Path, *, restart: bool = False) -> "Ledger":
        """Go on where the last run stopped; `restart` forgets it."""
        if restart:
            path.unlink(missing_ok=True)
        ledger = cls(path)
        lines = path.read_text().splitlines() if path.exists() else []
        for line in lines:
            try:
                entry = json.loads(line)
                if "run" in entry:
                    ledger.run = entry["run"]
                else:
                    ledger._accepted[entry["name"]] = (entry["digest"], entry["answer"])
            except (ValueError, KeyError, TypeError):
                continue  # a line cut short by the interruption: its copy is sent again
        if not lines:
            ledger._begin()
        return ledger

    def answer(self, copy: Copy) -> dict[str, Any] | None:
        """What ingest said when it accepted just this copy, if it did."""
        digest, answer = self._accepted.get(copy.name, ("", None))
        return answer if digest == copy.digest else None

    def accepted(self, copy: Copy, answer: dict[str, Any]) -> None:
        self._accepted[copy.name] = (copy.digest, answer)
        self._append({"name": copy.name, "digest": copy.digest, "answer": answer})

    def close(self, *, complete: bool) -> None:
        """End the run: forget it if all or nothing was accepted, else begin one for the rest.

        An interrupted run is not closed.
        """
        if not self.path:
            return
        if complete or not self._accepted:
            self.path.unlink(missing_ok=True)
        else:
            self.run = uuid.uuid4().hex
            self._append({"run": self.run})

    def _begin(self) -> None:
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._append({"run": self.run})

    def _append(self, entry: dict[str, Any]) -> None:
        if self.path:
            with self.path.open("a") as file:
                file.write(json.dumps(entry) + "\n")
