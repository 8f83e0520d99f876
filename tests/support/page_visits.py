"""The pages of the small news world, for tests that look at each of them."""

from collections.abc import Mapping
from typing import Final

from newsroom import HOSTILE, MEETING

PAGES: Final[Mapping[str, str]] = {
    "front": "/",
    "search": "/?q=sund+harbour&section=Politics&from=2026-03",
    "browsing": "/?sort=oldest",
    "typed": '/?q=sund+person:"Ada+Nyberg"+-rovers+after:2026-03-01',
    "nothing": '/?q="no+such+thing"+ferry+-dawn',
    "story": f"/articles/{MEETING.article_id}",
    "marked": f"/articles/{MEETING.article_id}?marks=on",
    "hostile": f"/articles/{HOSTILE.article_id}",
    "entity": "/entities/person:marta-lindqvist",
    "finding": "/?q=sund&within=entity&find=no",
    "status": "/status",
    "lost": "/articles/none",
    "refused": "/?from=soon",
    "docs": "/docs",
}
OURS: Final = {name: path for name, path in PAGES.items() if name != "docs"}
"""Without the reference page, which is the shared package's."""
