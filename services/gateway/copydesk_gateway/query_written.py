"""The terms of a query as a reader can type them again."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from copydesk_gateway.query import Phrase, Plain, Titled, Valued, Word

_BARE: Final = re.compile(r"[\w.][\w.-]*")


def written(terms: Iterable[Plain]) -> list[str]:
    """Each term, in quotation marks where it needs them; a value once for each of its spellings."""
    return [text for term in terms for text in _written(term)]


def _written(term: Plain) -> Iterator[str]:
    match term:
        case Word(text=text):
            yield text
        case Phrase(words=found):
            yield _quoted(" ".join(found))
        case Titled(words=found):
            yield f"title:{_value(' '.join(found))}"
        case Valued():
            yield from (f"{term.name}:{_value(value)}" for value in term.values)


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
