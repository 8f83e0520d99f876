"""An enriched article, for eyes; optionally with what extraction took out, struck through."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from copydesk.markup import plain


def article_page(
    article: dict[str, Any], links: list[dict[str, Any]], *, removed: bool = False
) -> RenderableType:
    """Headline, byline, paragraphs, entities, keywords, related: in the order of a printed page."""
    return Group(*_parts(article, links, removed=removed))


def _parts(
    article: dict[str, Any], links: list[dict[str, Any]], *, removed: bool
) -> Iterator[RenderableType]:
    if article.get("breadcrumbs") or article.get("section"):
        crumbs = article.get("breadcrumbs") or [article["section"]]
        yield plain(" / ".join(crumbs), "cyan")
    yield plain(article["title"], "bold")
    yield _byline(article)
    for author in article.get("authors", ()):
        if author.get("bio"):
            yield plain(author["bio"], "italic dim")
    yield from _body(article, removed=removed)
    for image in article.get("images", ()):
        said = " — ".join(
            str(image[name]) for name in ("caption", "credit", "href") if image.get(name)
        )
        yield plain(f"Image: {said}", "dim")
    if article.get("entities"):
        yield Padding(_entities(article["entities"]), (1, 0, 0, 0))
    if article.get("keywords"):
        words = ", ".join(keyword["value"] for keyword in article["keywords"])
        yield Padding(Text().append("keywords ", "dim").append_text(plain(words)), (1, 0, 0, 0))
    if links:
        yield Padding(_related(links), (1, 0, 0, 0))
    for warning in article.get("warnings", ()):
        yield plain(f"{warning['code']}: {warning['message']}", "yellow")
    yield Padding(plain(_small_print(article), "dim"), (1, 0, 0, 0))


def _byline(article: dict[str, Any]) -> Text:
    published = article.get("published") or {}
    minutes = article.get("reading_minutes")
    facts = [
        ", ".join(author["name"] for author in article.get("authors", ())),
        article["source"],
        str(published.get("value", ""))[: 10 if published.get("precision") == "day" else 16],
        f"{minutes} min" if minutes else "",
    ]
    return plain(" · ".join(fact for fact in facts if fact).replace("T", " "), "dim")


def _body(article: dict[str, Any], *, removed: bool) -> Iterator[RenderableType]:
    """The paragraphs; `position` of a removed block counts the paragraphs before it."""
    gone: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if removed:
        for block in article.get("extraction", {}).get("removed_blocks", ()):
            gone[block["position"]].append(block)
    paragraphs = article["paragraphs"]
    for position in range(len(paragraphs) + 1):
        for block in gone.pop(position, ()):
            yield Padding(_struck(block), (1, 0, 0, 0))
        if position < len(paragraphs):
            yield Padding(plain(paragraphs[position]), (1, 0, 0, 0))
    for blocks in gone.values():
        for block in blocks:
            yield Padding(_struck(block), (1, 0, 0, 0))


def _struck(block: dict[str, Any]) -> Text:
    """The mark in front is for where nothing can be struck through, as in a pipe."""
    text = Text().append("✂ ", "red").append_text(plain(block["text"], "strike dim"))
    return text.append_text(plain(f"  {block['rule']}", "red"))


def _entities(entities: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("entity", "type", "mentions", "also"):
        table.add_column(title, justify="right" if title == "mentions" else "left")
    for entity in entities:
        table.add_row(
            plain(entity["name"], "bold"),
            plain(entity["type"]),
            plain(entity["count"]),
            plain(", ".join(entity.get("aliases", ())), "dim"),
        )
    return table


def _related(links: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("related", "kind", "why"):
        table.add_column(title)
    for link in links:
        table.add_row(
            plain(link["title"]),
            plain(link.get("label") or link["kind"], "dim"),
            plain(", ".join(link.get("reasons", ())), "dim"),
        )
    return table


def _small_print(article: dict[str, Any]) -> str:
    extraction = article.get("extraction") or {}
    language = article.get("language") or {}
    facts = [
        f"{article['article_id']} version {article['version']}",
        f"{article.get('word_count', 0)} words",
        language.get("code", ""),
        f"extracted by {extraction['method']}" if extraction.get("method") else "",
        article.get("url") or "",
    ]
    return " · ".join(fact for fact in facts if fact)
