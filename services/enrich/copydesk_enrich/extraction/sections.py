"""The section of the paper that an address tells: `/politics/2026/…` is Politics."""

import re
from urllib.parse import urlsplit

_WORDS = re.compile(r"[a-z]{3,20}(?:-[a-z&]{1,20}){0,2}")
# Parts of an address that name a kind of page or an edition, not a section.
_NO_SECTION = frozenset(
    [
        "news", "article", "articles", "story", "stories", "post", "posts", "blog", "blogs", "amp",
        "archive", "archives", "content", "item", "node", "page", "pages", "entry", "wp-content",
        "read", "view", "show", "web", "site", "home", "index", "live", "video", "videos", "tag",
        "tags", "author", "authors", "category", "topic", "topics", "search", "print", "feed",
        "artikel", "nachrichten", "actualites", "noticias", "notizie",
    ]
)  # fmt: skip
_LOOKED_AT = 3


def section_of(url: str | None) -> str | None:
    """The first part of the path that can be a section; never the last one, which is the article's.

    "north-america" becomes "North America".
    """
    try:
        parts = urlsplit(url or "").path.strip("/").lower().split("/")
    except ValueError:
        return None
    for part in parts[:-1][:_LOOKED_AT]:
        if _WORDS.fullmatch(part) and part not in _NO_SECTION:
            return part.replace("-", " ").title()
    return None
