"""A preview, for eyes: the article as it would be, what was cut from it, and what that is worth."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from copydesk.article_view import article_page
from copydesk.markup import plain

GOOD, FAIR = 0.9, 0.6
"""From which quality on a preview is green, and from which yellow; judgement."""

_OUTCOMES = {
    "new": "would be a new article",
    "correction": "would be version {version} of an article that is known",
    "unchanged": "is known and unchanged: posting it would change nothing",
    "superseded": "would come too late: version {version} has a later `modified`",
}


def preview_page(preview: dict[str, Any]) -> RenderableType:
    """What posting would do, the article with its removed lines struck through, its quality."""
    return Group(*_parts(preview))


def _parts(preview: dict[str, Any]) -> Iterator[RenderableType]:
    article, standing = preview["article"], preview["standing"]
    said = _OUTCOMES.get(standing["outcome"], standing["outcome"])
    yield plain(f"This {said.format(version=standing['version'])}.", "dim")
    other = preview.get("duplicate_of")
    if other and other != article["article_id"]:
        yield plain(f"It says the same as {other}{_similarity(article)}.", "yellow")
    yield Text()
    yield article_page(article, article.get("related_links", []), removed=True)
    yield Padding(_quality(article.get("extraction") or {}), (1, 0, 0, 0))


def _similarity(article: dict[str, Any]) -> str:
    similarity = (article.get("duplicates") or {}).get("similarity")
    return f" ({similarity:.0%} alike)" if similarity else ""


def _quality(extraction: dict[str, Any]) -> Text:
    quality = float(extraction.get("quality") or 0.0)
    colour = "green" if quality >= GOOD else "yellow" if quality >= FAIR else "red"
    cut = len(extraction.get("removed_blocks", ()))
    text = Text().append("quality ", "dim").append(f"{quality:.2f}", f"bold {colour}")
    for reason in extraction.get("reasons", ()):
        text.append_text(plain(f" · {reason}", colour))
    return text.append_text(plain(f" · {cut} blocks cut", "dim")) if cut else text
