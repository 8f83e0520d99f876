"""The rows of a table as lines of text: `2026 · 12 million`."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from copydesk_enrich.extraction.lines import tidy

SEPARATOR = " · "

_RULER = re.compile(r"\|(?:\s?:?-{3,}:?\s?\|)+")
_BAR = re.compile(r"(?<!\\)\|")


def without_bars(line: str) -> str:
    """A line of trafilatura's as a reader wants it: `| a | b |` as its cells, a ruler as nothing.

    Any other line is given back as it is.
    """
    if len(line) < 2 or not (line.startswith("|") and line.endswith("|")):  # noqa: PLR2004  # two bars
        return line
    if _RULER.fullmatch(line):
        return ""
    return _joined(cell.replace("\\|", "|") for cell in _BAR.split(line[1:-1]))


def row_text(row: HtmlElement) -> str:
    """The cells of a `tr` that say something."""
    return _joined(str(cell.text_content()) for cell in row if cell.tag in {"td", "th"})


def _joined(cells: Iterable[str]) -> str:
    return SEPARATOR.join(text for cell in cells if (text := tidy(cell)))
