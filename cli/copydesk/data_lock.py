"""One stack per data directory: two would write one Redis log and one index."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.failures import CommandError

FILE_NAME = "up.lock"


@contextmanager
def data_lock(data_dir: Path) -> Iterator[None]:
    """Hold the directory, or refuse when another process does.

    The kernel lets go of the lock when its holder dies, however it dies; children do not inherit
    it. The file stays: removing it would let two holders lock two different files.
    """
    with (data_dir / FILE_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise CommandError(
                f"`copydesk up` already runs on {data_dir} (process {holder}); "
                "stop it, or give another --data-dir"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
