"""The sentence that best shows an entity, as a place in the text."""

from bisect import bisect_right
from collections.abc import Sequence

from copydesk_enrich.entities.clusters import Cluster
from copydesk_enrich.entities.spans import Mentioned
from copydesk_enrich.prose import sentence_bounds
from copydesk_shared.contracts.article import Evidence

MOST_CHARS = 400
FEWEST_WORDS = 5
"""A shorter one says little: `NATO agrees.`"""
MENTIONS_LOOKED_AT = 10


class Sentences:
    """The sentences of an article, found where they are first asked for."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._bounds: dict[int, list[tuple[int, int]]] = {}

    def evidence(self, found: Cluster) -> Evidence:
        """The first sentence that has the full name and something to say; else the first."""
        looked_at = found.mentions[:MENTIONS_LOOKED_AT]
        shown = min(looked_at, key=lambda mention: self._poverty(mention, found.name))
        start, end = self._around(shown)
        if end - start > MOST_CHARS:
            start, end = self._cut(shown, start, end)
        return Evidence(paragraph=shown.paragraph, start=start, end=end)

    def _poverty(self, mention: Mentioned, name: str) -> int:
        start, end = self._around(mention)
        words = self._paragraphs[mention.paragraph][start : start + MOST_CHARS].split()
        return 2 * (mention.form != name) + (
            end - start <= MOST_CHARS and len(words) < FEWEST_WORDS
        )

    def _around(self, mention: Mentioned) -> tuple[int, int]:
        number = mention.paragraph
        if number not in self._bounds:
            self._bounds[number] = sentence_bounds(self._paragraphs[number])
        # A name may hold what looks like the end of a sentence: Yahoo! Inc.
        start, _ = self._at(number, mention.start)
        _, end = self._at(number, mention.end - 1)
        return min(start, mention.start), max(end, mention.end)

    def _at(self, number: int, place: int) -> tuple[int, int]:
        bounds = self._bounds[number]
        at = bisect_right(bounds, (place, len(self._paragraphs[number]))) - 1
        return bounds[max(0, at)]

    def _cut(self, mention: Mentioned, start: int, end: int) -> tuple[int, int]:
        """A window of whole words around the mention, no longer than a sentence may be."""
        text = self._paragraphs[mention.paragraph]
        room = max(0, MOST_CHARS - (mention.end - mention.start)) // 2
        first, last = max(start, mention.start - room), min(end, mention.end + room)
        if first > start and (space := text.find(" ", first, mention.start)) >= 0:
            first = space + 1
        if last < end and (space := text.rfind(" ", mention.end, last)) >= 0:
            last = space
        return first, last
