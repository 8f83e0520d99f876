"""The output of one part, kept in a file that cannot grow without end."""

import os
import shutil
from io import FileIO
from pathlib import Path

LIMIT_BYTES = 10 * 2**20
"""A log over this size is moved aside; with the one before it, a part holds at most twice that,
and what it writes between two looks."""

TAIL_BYTES = 8192


class PartLog:
    """A part writes the file itself, in append mode: its last words are never lost in a pipe."""

    def __init__(self, path: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self.path = path
        self._older = path.with_name(f"{path.name}.1")
        self._limit_bytes = limit_bytes

    def begin(self) -> None:
        """Start a fresh file for a fresh stack; the one of the run before is kept beside it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            self.path.replace(self._older)
        self.path.touch()

    def open(self) -> FileIO:
        """A handle for the standard output of the part; the caller closes it."""
        return FileIO(self.path, "a")

    def bound(self) -> None:
        """Copy and truncate when the file is too long: the part keeps writing to the same one.

        Lines written between the copy and the truncation are lost.
        """
        if self.path.exists() and self.path.stat().st_size > self._limit_bytes:
            shutil.copyfile(self.path, self._older)
            os.truncate(self.path, 0)

    def tail(self, lines: int = 15) -> str:
        """The last lines, for a human."""
        if not self.path.exists():
            return ""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
