"""JSON as it stands in the scripts of web pages: nearly JSON, and meant as such."""

import html
import json
import re
from typing import Any

# What hides a script from old browsers and from XML; the closing marks are read backwards.
_OPENING = re.compile(r"(?:[\s\ufeff]|//|/\*|\*/|<!--|<!\[CDATA\[)+")
_GNISOLC = re.compile(r"(?:[\s;]|//|/\*|\*/|>--|>\]\])+")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def loads(text: str) -> tuple[Any, bool]:
    """The value, and whether it had to be mended; ValueError for what is still no JSON.

    Wrappings (`<!-- … -->`, `//<![CDATA[ … //]]>`) and line breaks within strings are no faults; a
    comma before a closing bracket and a text that was escaped for HTML are mended.
    """
    bare = _unwrapped(text)
    try:
        return _strict(bare), False
    except ValueError:
        unescaped = bare if '"' in bare else html.unescape(bare)
        return _strict(_STRING_OR_COMMA.sub(_without_comma, unescaped)), True


def _strict(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc


def _unwrapped(text: str) -> str:
    if opening := _OPENING.match(text):
        text = text[opening.end() :]
    if closing := _GNISOLC.match(text[::-1]):
        text = text[: len(text) - closing.end()]
    return text


def _without_comma(found: re.Match[str]) -> str:
    return "" if found[0] == "," else found[0]
