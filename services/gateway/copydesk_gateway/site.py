"""The gateway as its readers know it: a name, and where its addresses begin."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Site:
    """`url` has no slash at its end."""

    name: str
    url: str

    def at(self, path: str) -> str:
        """The whole address of a path that begins with a slash."""
        return f"{self.url}{path}"

    def article(self, article_id: str) -> str:
        return self.at(f"/articles/{quote(article_id, safe='')}")
