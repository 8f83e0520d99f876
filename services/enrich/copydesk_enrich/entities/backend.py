"""The port to a recogniser of names, and the one that finds none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from copydesk_shared.contracts.article import EntityType


@dataclass(frozen=True)
class Span:
    """A name in one text: character offsets, half open, and what the model takes it for."""

    start: int
    end: int
    type: EntityType


class EntityBackend(Protocol):
    """A recogniser. `version` names engine and model, and goes into every article."""

    @property
    def version(self) -> str: ...

    def reads(self, language: str) -> bool:
        """Whether texts of this language (ISO 639-1, `und` for unknown) make sense to it."""
        ...

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of each text, in order of place; the same text always gives the same spans."""
        ...


class NoBackend:
    """Recognises nothing: for newsrooms that tag by themselves, and for speed."""

    version = "none"

    def reads(self, language: str) -> bool:  # noqa: ARG002  # the port's signature
        return False

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[] for _ in texts]
