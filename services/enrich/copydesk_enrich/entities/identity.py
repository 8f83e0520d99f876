"""Stable, readable ids: `person:jens-stoltenberg`, the same in every article."""

# ruff: noqa: RUF001  # typographic marks are meant here

import hashlib
import re

from copydesk_shared.contracts.article import EntityType
from copydesk_shared.words import unmarked

# Letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {"ø": "o", "ß": "ss", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 80
_NAME_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


def name_words(name: str) -> list[str]:
    """The words of a person's name, without `Jr.` and `III`."""
    return [word for word in name.split() if word.casefold() not in _NAME_SUFFIXES]


def entity_id(kind: EntityType, name: str) -> str:
    """Type and slug; names that a slug cannot hold in full get eight digits of their hash too.

    Only `a-z`, `0-9`, `:` and `-` occur, so that an id is safe in keys, URLs and filters.
    """
    folded = name.casefold().translate(_LETTERS)
    plain = unmarked(folded)
    slug = _NOT_SLUG.sub("-", re.sub(r"['’.]", "", plain)).strip("-")
    if len(slug) > _LONGEST_SLUG or any(char.isalnum() and not char.isascii() for char in plain):
        digest = hashlib.sha256(folded.encode()).hexdigest()[:8]
        slug = f"{slug[:_LONGEST_SLUG].strip('-')}-{digest}".lstrip("-")
    return f"{kind}:{slug}"
