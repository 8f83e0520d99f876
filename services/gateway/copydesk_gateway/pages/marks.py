"""A paragraph cut into pieces at the names in it, so that they can be marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk_shared.contracts.article import Entity, Mention


@dataclass(frozen=True)
class Piece:
    """Text as it stands; `entity` is whom it names, None for what lies between names."""

    text: str
    entity: Entity | None = None


def marked_paragraphs(
    paragraphs: Sequence[str], entities: Iterable[Entity]
) -> list[Sequence[Piece]]:
    """The pieces of each paragraph, which joined are the paragraph again.

    Where mentions overlap, the one that begins first stays, and of two the longer. A mention that
    does not lie within its paragraph is left out.
    """
    found: dict[int, list[tuple[Mention, Entity]]] = {}
    for entity in entities:
        for mention in entity.mentions:
            found.setdefault(mention.paragraph, []).append((mention, entity))
    return [_pieces(text, found.get(number, ())) for number, text in enumerate(paragraphs)]


def _pieces(text: str, found: Iterable[tuple[Mention, Entity]]) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for mention, entity in sorted(found, key=lambda pair: (pair[0].start, -pair[0].end)):
        start, end = mention.start, mention.end
        if not at <= start < end <= len(text):
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], entity))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces
