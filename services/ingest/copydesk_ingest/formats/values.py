"""Looking into the values of a document that others wrote, whatever their types turn out to be."""

from collections.abc import Iterable
from typing import Final

from copydesk_ingest.formats.markup import plain
from copydesk_shared.addresses import canonical_url
from copydesk_shared.json_values import Document, members

_WORDS: Final = ("name", "value", "@value", "rendered", "label")
"""Where formats put the words of an object."""


def objects(value: object) -> list[Document]:
    """The objects among the members of a value."""
    return [member for member in members(value) if isinstance(member, dict)]


def string(value: object) -> str | None:
    """A string that says something, or a number written out; None for anything else."""
    if isinstance(value, str):
        return value if value.strip() else None
    number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if number else None


def first_string(document: Document, *names: str) -> str | None:
    """The first member of these names that is a string and says something."""
    return next((found for name in names if (found := string(document.get(name)))), None)


def joined(names: Iterable[str | None]) -> str | None:
    """Names as one byline, each once."""
    return ", ".join(dict.fromkeys(name.strip() for name in names if name)) or None


def unique(words: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words if word))


def worded(value: object, *names: str) -> str | None:
    """The first words in a value: a string, a number, a member of an object, or in a list of them.

    Publishers write `"Jane Doe"` where an object is foreseen, a list for one, an object for a name.
    """
    for one in members(value):
        said = [one.get(name) for name in names or _WORDS] if isinstance(one, dict) else [one]
        for part in said:
            if found := next(filter(None, map(string, members(part))), None):
                return found
    return None


def every(value: object, *names: str) -> list[str | None]:
    """The words of each member of a value; None for one that has none."""
    return [worded(one, *names) for one in members(value)]


def names_in(value: object) -> list[str | None]:
    """The name of each member of a value, as one line of text; no number is one."""
    return [
        plain(worded(one)) if isinstance(one, dict | list) else plain(one) for one in members(value)
    ]


def text_in(value: object) -> str | None:
    """A text; of a list, all of them as so many paragraphs."""
    parts = [worded(one) if isinstance(one, dict) else one for one in members(value)]
    return "\n\n".join(part for part in parts if isinstance(part, str) and part.strip()) or None


def says_something(value: object) -> bool:
    """Whether anything is in a value that a reader would miss."""
    if isinstance(value, dict):
        return any(map(says_something, value.values()))
    if isinstance(value, list):
        return any(map(says_something, value))
    return bool(value.strip() if isinstance(value, str) else value)


def web_address(*addresses: object) -> str | None:
    """The first that is a whole http(s) address."""
    for address in addresses:
        if isinstance(address, str):
            try:
                canonical_url(address.strip())
            except ValueError:
                continue
            return address.strip()
    return None
