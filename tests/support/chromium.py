"""Where this machine has a Chromium, and the mark of tests that need one."""

import shutil
from typing import Final

import pytest

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


needs_chromium = pytest.mark.skipif(
    executable() is None, reason="no Chromium on this machine: the pages are not tried in a browser"
)
