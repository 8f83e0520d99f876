"""Spans put right: edges trimmed, compounds split, junk dropped; offsets stay exact."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_shared.contracts.article import EntityType

_EDGE = " \t\"'“”‘’()[]{},;:!?…-–—*•|/"
_POSSESSIVE = re.compile(r"['’]s?$")
_DETERMINER = re.compile(r"(?i:the|an?|his|her|its|their|our|my)\s+")
# Of `R-Calif.`, the politician's party.
_PARTY = re.compile(r"[RDI]-(?=[A-Z])")
_ABBREVIATED = re.compile(r"(?:\b[A-Z]\.)$|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|Bros|St)\.$")
_COMPOUND = re.compile(
    r"(?P<left>[^\s-][^-]{0,40}?)-(?:led|backed|based|born|funded|controlled|held|occupied|run|owned"
    r"|style|sponsored|allied|linked|aligned|made)(?:\s+(?P<right>\S.*))?"
)
_NEXT_WORD = re.compile(r"\s+([\w-]+)")
_LONGEST_CHARS, _MOST_WORDS = 80, 8
_NEEDS_WORDS = frozenset({EntityType.EVENT, EntityType.WORK})


@dataclass(frozen=True)
class Mentioned:
    """One name in one paragraph, as it stands there and as the model takes it."""

    paragraph: int
    start: int
    end: int
    form: str
    type: EntityType


def refine(
    paragraphs: Iterable[str], found: Iterable[Iterable[Span]], table: Gazetteer
) -> Iterator[Mentioned]:
    """What is left of the model's spans after general repair."""
    for number, (text, spans) in enumerate(zip(paragraphs, found, strict=False)):
        for span in spans:
            for part in _split(text, span):
                start, end = _trim(text, part, table)
                form = text[start:end]
                if not _is_junk(form, part.type, text[end : end + 40], table):
                    yield Mentioned(number, start, end, form, part.type)


def _split(text: str, span: Span) -> Iterator[Span]:
    """`U.S.-led Ramstein` is the United States and something else."""
    match = _COMPOUND.fullmatch(text, span.start, span.end)
    if match is None:
        yield span
        return
    yield Span(match.start("left"), match.end("left"), span.type)
    if match["right"]:
        yield Span(match.start("right"), match.end("right"), span.type)


def _trim(text: str, span: Span, table: Gazetteer) -> tuple[int, int]:
    start, end = span.start, span.end
    before = None
    while before != (start, end):
        before = (start, end)
        while start < end and text[start] in _EDGE:
            start += 1
        while end > start and text[end - 1] in _EDGE:
            end -= 1
        part = text[start:end]
        if part.endswith(".") and not _ABBREVIATED.search(part):
            end -= 1
        elif match := _POSSESSIVE.search(part):
            end = start + match.start()
        elif (match := _DETERMINER.match(part)) or (
            span.type is EntityType.PLACE and (match := _PARTY.match(part))
        ):
            start += match.end()
        elif span.type is EntityType.PERSON:
            start += _honorific(part, table)
    return start, end


def _honorific(form: str, table: Gazetteer) -> int:
    for title in table.honorifics:
        if form.startswith(f"{title} "):
            return len(title) + 1
    return 0


def _is_junk(form: str, kind: EntityType, after: str, table: Gazetteer) -> bool:
    if form in table.people or form in table.calendar:
        return True
    if form in table.known:
        return False
    words = form.split()
    following = _NEXT_WORD.match(after)
    return (
        len(form) < 2  # noqa: PLR2004  # a letter is no name
        or len(form) > _LONGEST_CHARS
        or len(words) > _MOST_WORDS
        or (not any(map(str.isupper, form)) and form.isascii())
        or "@" in form
        or "://" in form
        or (len(words) == 1 and form in table.not_organisations)
        or (len(words) == 1 and kind in _NEEDS_WORDS)
        or (kind is EntityType.PERSON and any(map(str.isdigit, form)))
        or (
            kind is EntityType.PERSON
            and len(words) == 1
            and following is not None
            and following[1] in table.not_after_person
        )
    )
