"""Looking into parsed JSON that others wrote, whatever its types turn out to be."""

from collections.abc import Mapping
from typing import Any, Final

Document = Mapping[str, Any]
"""A parsed JSON object."""

MAX_LOOKED_AT: Final = 1000
"""Members of a list that are looked at; no article has as many authors, subjects or pictures."""


def members(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, and anything else as a list of one."""
    if value is None:
        return []
    return value[:MAX_LOOKED_AT] if isinstance(value, list) else [value]


def given(document: Document, *names: str) -> object:
    """The first member of these names that is there at all, whatever it is."""
    return next((document[name] for name in names if document.get(name) is not None), None)
