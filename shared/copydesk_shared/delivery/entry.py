"""One delivered stream entry, parsed or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import orjson
from pydantic import ValidationError

from copydesk_shared.contracts.model import StreamEvent
from copydesk_shared.errors import PermanentError
from copydesk_shared.streams import DATA_FIELD, Stream

E = TypeVar("E", bound=StreamEvent)


@dataclass(frozen=True)
class Delivered:
    """An entry as it came from the server; `deliveries` counts this one."""

    entry_id: str
    data: bytes
    deliveries: int

    @classmethod
    def of(cls, entry_id: bytes, fields: Mapping[bytes, bytes], *, deliveries: int) -> "Delivered":
        return cls(entry_id.decode(), fields.get(DATA_FIELD.encode(), b""), deliveries)


@dataclass(frozen=True)
class Entry(Generic[E]):
    """A delivered entry whose event has been parsed."""

    delivered: Delivered
    event: E

    @property
    def entry_id(self) -> str:
        return self.delivered.entry_id


def parse(delivered: Delivered, stream: Stream[E]) -> Entry[E]:
    """The entry's event. Raises PermanentError `invalid_event` when it is not of the contract."""
    try:
        event: E = stream.model.model_validate_json(delivered.data)
    except ValidationError as exc:
        raise PermanentError("invalid_event", str(exc)) from exc
    return Entry(delivered, event)


class Names(NamedTuple):
    article_id: str
    version: int
    submission_id: str
    source: str


def names_in(data: bytes) -> Names:
    """What the event says of itself, as far as it can be read at all."""
    try:
        event = orjson.loads(data)
    except orjson.JSONDecodeError:
        event = None
    if not isinstance(event, dict):
        event = {}
    version = event.get("version")
    return Names(
        article_id=str(event.get("article_id", "")),
        version=version if isinstance(version, int) else 0,
        submission_id=str(event.get("submission_id", "")),
        source=str(event.get("source", "")),
    )
