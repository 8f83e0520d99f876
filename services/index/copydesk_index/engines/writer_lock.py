"""One writer on a host: a file lock that the kernel releases when its holder dies."""

import fcntl
import os
from pathlib import Path


class WriterLock:
    """A `flock` on a file that stays; the lock is of the open file, so it dies with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether the lock is ours, on the file that others would lock: one taken away is lost."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False

    def acquire(self) -> bool:
        """Take the lock if it is free, without waiting; True when it is held."""
        if self.held:
            return True
        self.release()
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
