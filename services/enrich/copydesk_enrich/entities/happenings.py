"""Events named by what happened and where: the NATO summit in Vilnius, the Turkey earthquake.

However it is written, the name is the place and what happened. The place stays an entity too.
"""

import re
from collections.abc import Iterator, Sequence

from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.entities.spans import Mentioned
from copydesk_shared.contracts.article import EntityType

_NEXT = re.compile(r" (?:(?:[A-Z][\w.]*|20\d\d) ){0,2}?([a-z]+)\b")
_BEFORE = re.compile(r"\b([a-z]+)(?: (?:in|at|near|of)(?: the)? |(?P<comma>, ))$")
_END = re.compile(r"[,.;:)]|$")
_LOOKED_AT = 40


def with_happenings(
    mentions: Sequence[Mentioned], paragraphs: Sequence[str], table: Gazetteer
) -> list[Mentioned]:
    """The mentions and those of events around their places, in order of place."""
    found = (
        happening
        for one in mentions
        if one.type is EntityType.PLACE
        for happening in _around(one, mentions, paragraphs[one.paragraph], table)
    )
    return sorted((*mentions, *found), key=lambda one: (one.paragraph, one.start, -one.end))


def _around(
    place: Mentioned, mentions: Sequence[Mentioned], text: str, table: Gazetteer
) -> Iterator[Mentioned]:
    known = table.look_up(place.form, taken_for=EntityType.PLACE)
    name = known.name if known else place.form
    after = _NEXT.match(text, place.end)
    if after and (what := table.happenings.get(after[1])):
        yield _event(place.paragraph, place.start, after.end(), text, f"{name} {what}")
        return
    start = max(0, place.start - _LOOKED_AT)
    before = _BEFORE.search(text[start : place.start])
    if before is None or (what := table.happenings.get(before[1])) is None:
        return
    begin = start + before.start()
    whose = {one.end: one.start for one in mentions if one.paragraph == place.paragraph}
    host = whose.get(begin - 1)
    # "After the summit, Vilnius was quiet" is no name.
    if before["comma"] and (host is None or not _END.match(text, place.end)):
        return
    yield _event(
        place.paragraph, begin if host is None else host, place.end, text, f"{name} {what}"
    )


def _event(paragraph: int, start: int, end: int, text: str, name: str) -> Mentioned:
    return Mentioned(paragraph, start, end, text[start:end], EntityType.EVENT, name=name)
