"""Raw text as lines in blocks: repaired, white space collapsed, hard wraps undone."""

# ruff: noqa: RUF001  # typographic marks are meant here

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk_enrich.extraction.place import Place

_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Only entities that scrapers leave behind; prose about `&foo;` is let be.
_ENTITY = re.compile(
    r"&(?:amp|nbsp|quot|apos|lt|gt|hellip|[mn]dash|[lr][sd]quo|#\d{2,5}|#x[0-9a-fA-F]{2,4});"
)
_TERMINAL = tuple('.!?:;"”’»)…。')
_WRAP_SHORTEST, _WRAP_LONGEST = 45, 110


@dataclass(frozen=True)
class Line:
    """One line, its white space collapsed, and the number of the block that it stands in.

    A line of a page knows its place there.
    """

    text: str
    block: int
    place: Place | None = None


def decode_entities(text: str) -> str:
    """Undo HTML entities in plain text, `&amp;nbsp;` included."""
    if "&" not in text:
        return text
    once = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), once)


def tidy(text: str) -> str:
    """One line without control and invisible characters, its white space collapsed."""
    # Most text is clean, once its line breaks are gone: then nobody looks at each character.
    if (line := " ".join(text.split())).isprintable():
        return line
    return " ".join("".join(char for char in line if char == " " or _is_visible(char)).split())


def _is_visible(char: str) -> bool:
    # Joiners shape letters in many scripts, and emoji; other format characters are scrape dirt.
    return char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}


def split_lines(text: str) -> list[Line]:
    """Non-empty lines; a blank line begins a new block."""
    lines: list[Line] = []
    block = 0
    for raw in _NEWLINES.sub("\n", text).split("\n"):
        if clean := tidy(raw):
            lines.append(Line(clean, block))
        else:
            block += 1
    return lines


def unwrap(lines: Sequence[str]) -> list[str]:
    """Paragraphs of one block: a hard-wrapped paragraph becomes one, else each line is its own.

    Wrapped is a block whose lines but the last are of similar, typewriter-like length and mostly
    end in mid-sentence.
    """
    body = lines[:-1]
    if (
        body
        and all(_WRAP_SHORTEST <= len(line) <= _WRAP_LONGEST for line in body)
        and sum(line.endswith(_TERMINAL) for line in body) * 2 < len(body)
    ):
        return [" ".join(lines)]
    return list(lines)
