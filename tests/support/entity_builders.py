"""A recogniser that knows a list of names, and mentions made by hand."""

import re
from collections.abc import Sequence

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.entities.spans import Mentioned
from copydesk_shared.contracts.article import EntityType

PERSON, ORGANISATION, PLACE = EntityType.PERSON, EntityType.ORGANISATION, EntityType.PLACE
EVENT, WORK = EntityType.EVENT, EntityType.WORK


class ListBackend:
    """Recognises exactly the names of a list, as the types given there."""

    version = "list-1"

    def __init__(self, names: dict[str, EntityType]) -> None:
        self._names = names
        self.read: list[str] = []

    def reads(self, language: str) -> bool:
        return language in {"en", "und"}

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        self.read.extend(texts)
        return [self._spans(text) for text in texts]

    def _spans(self, text: str) -> list[Span]:
        longest_first = sorted(self._names, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, longest_first)))
        return [
            Span(match.start(), match.end(), self._names[match[0]])
            for match in pattern.finditer(text)
        ]


def mentions(*forms: tuple[str, EntityType]) -> list[Mentioned]:
    """Mentions in order, one a paragraph."""
    return [
        Mentioned(number, 0, len(form), form, kind) for number, (form, kind) in enumerate(forms)
    ]
