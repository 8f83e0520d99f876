"""Spans put right: edges trimmed, compounds split, junk dropped; offsets stay exact."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.entities.patterns import COMPOUND, acronym_after
from copydesk_shared.contracts.article import EntityType

_EDGE = " \t\"'“”‘’()[]{},;:!?…-–—*•|/"
_POSSESSIVE = re.compile(r"['’]s?$")
_DETERMINER = re.compile(r"(?i:the|an?|his|her|its|their|our|my)\s+")
# Of `R-Calif.`, the politician's party.
_PARTY = re.compile(r"[RDI]-(?=[A-Z])")
_ABBREVIATED = re.compile(r"(?:\b[A-Z]\.)$|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|Bros|St)\.$")
_COMPOUND = re.compile(rf"(?P<left>[^\s-][^-]{{0,40}}?){COMPOUND}(?:\s+(?P<right>\S.*))?")
_COMPOUND_END = re.compile(rf"{COMPOUND}\b")
# `World Bank, World Economic Forum`, and what a model leaves of `Harbour Party (HP)`.
_TWO_NAMES = re.compile(
    r"(?P<left>[^,(]{2,60})(?:, | \()(?P<right>(?!Inc|Ltd|LLC|Corp|Co\b)[^,(&]{2,60})"
)
_NEXT_WORD = re.compile(r"\s+([\w-]+)")
_LONGEST_CHARS, _MOST_WORDS = 80, 10
_NEEDS_WORDS = frozenset({EntityType.EVENT, EntityType.WORK})


@dataclass(frozen=True)
class Mentioned:
    """One name in one paragraph, as it stands there and as the model takes it.

    `spelt_out` is the name before it, of which it is the acronym in brackets; `name` what it is
    called wherever it is written otherwise.
    """

    paragraph: int
    start: int
    end: int
    form: str
    type: EntityType
    spelt_out: str | None = None
    name: str | None = None


def refine(
    paragraphs: Iterable[str], found: Iterable[Iterable[Span]], table: Gazetteer
) -> Iterator[Mentioned]:
    """What is left of the model's spans after general repair."""
    for number, (text, spans) in enumerate(zip(paragraphs, found, strict=False)):
        last: Mentioned | None = None
        for span in spans:
            for part in _split(text, span, table):
                start, end = _trim(text, part, table)
                form = text[start:end]
                if not _is_junk(form, part.type, text[end : end + 40], table):
                    spelt_out = None
                    if last and last.type is part.type is EntityType.ORGANISATION:
                        bracketed = acronym_after(text, last.end) == (start, end)
                        spelt_out = last.form if bracketed else None
                    last = Mentioned(number, start, end, form, part.type, spelt_out)
                    yield last


def _split(text: str, span: Span, table: Gazetteer) -> Iterator[Span]:
    """`U.S.-led Ramstein` is the United States and something else, `Vilnius NATO` two names."""
    first, _, rest = text[span.start : span.end].partition(" ")
    town, other = table.known.get(first), table.known.get(rest)
    kinds = (EntityType.PLACE, EntityType.ORGANISATION)
    # Of a party it is a part of the name: Maine Democratic Party.
    if town and other and rest.isupper() and (town.type, other.type) == kinds:
        yield Span(span.start, span.start + len(first), town.type)
        yield Span(span.end - len(rest), span.end, other.type)
        return
    two = _TWO_NAMES.fullmatch(text, span.start, span.end)
    # Each side is a name of several words, or an acronym; Elder Salt, Inc. is one name.
    names = two and all(" " in side or side.isupper() for side in two.groups())
    if two and names and span.type is EntityType.ORGANISATION:
        yield Span(two.start("left"), two.end("left"), span.type)
        yield Span(two.start("right"), two.end("right"), span.type)
        return
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
            alone = title in table.royal and " " not in form[len(title) + 1 :]
            return 0 if alone else len(title) + 1
    return 0


def _is_junk(form: str, kind: EntityType, after: str, table: Gazetteer) -> bool:
    if form in table.people:
        return form not in table.countries or not _COMPOUND_END.match(after)
    if form in table.calendar:
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
