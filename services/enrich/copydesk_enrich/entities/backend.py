"""The port to a recogniser of names."""

from collections.abc import Iterable, Sequence
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
    """A recogniser of names.

    A newsroom's own is named by `COPYDESK_ENTITIES=module:name`: a callable that takes the text of
    `COPYDESK_ENTITIES_MODEL` and returns one. It is built once in the worker process and may take a
    minute; what it raises then is why the service is not ready.
    """

    @property
    def version(self) -> str:
        """Engine, model and their versions: it goes into every article as `steps[].version`."""
        ...

    def reads(self, language: str) -> bool:
        """Whether texts of this language (ISO 639-1, `und` for unknown) make sense to it."""
        ...

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        """Spans of each text, in order of place; the same text always gives the same spans."""
        ...


def reader_of(backends: Iterable[EntityBackend], language: str) -> EntityBackend | None:
    """The first that reads the language."""
    return next((backend for backend in backends if backend.reads(language)), None)
