"""A page of search results, for eyes."""

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from copydesk.markup import marked, plain


def search_page(answer: dict[str, Any]) -> RenderableType:
    """Title, a line of facts, the snippet and the id of each hit; the total at the end."""
    parts: list[RenderableType] = [
        plain(warning["message"], "yellow") for warning in answer.get("warnings", ())
    ]
    for number, hit in enumerate(answer["hits"], start=1):
        details = (_facts(hit), _snippet(hit), plain(hit["article_id"], "dim"))
        block = Group(*(line for line in details if line.plain))
        parts += [_title(number, hit), Padding(block, (0, 0, 1, 4), expand=False)]
    parts.append(_total(answer))
    return Group(*parts)


def _title(number: int, hit: dict[str, Any]) -> Text:
    highlights = hit.get("highlights") or {}
    title = highlights.get("title")
    text = Text(f"{number:>3} ", style="dim")
    return text.append_text(
        marked(title, "bold not dim") if title else plain(hit["title"], "bold not dim")
    )


def _facts(hit: dict[str, Any]) -> Text:
    facts = [hit.get("source"), hit.get("section"), str(hit.get("published") or "")[:10]]
    return plain(" · ".join(str(fact) for fact in facts if fact), "cyan")


def _snippet(hit: dict[str, Any]) -> Text:
    """The snippet in one piece: it may reach over the end of a paragraph."""
    highlights = hit.get("highlights") or {}
    snippet = " ".join((highlights.get("snippet") or "").split())
    return marked(snippet) if snippet else plain(hit.get("summary") or "")


def _total(answer: dict[str, Any]) -> Text:
    total = answer["total"]
    about = {"exact": "", "at_least": "at least "}.get(total.get("relation"), "about ")
    what = "article" if total["value"] == 1 else "articles"
    shown = len(answer["hits"])
    of = f", {shown} shown" if shown < total["value"] else ""
    return Text(
        f"{about}{total['value']:,} {what}{of} · {answer.get('took_ms', 0):.0f} ms", style="dim"
    )
