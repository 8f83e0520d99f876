r"""What readers type: words, "phrases", -exclusions, OR and fields, read without ever failing.

    stoltenberg "75th anniversary" -hungary nato OR alliance title:summit section:Politics
    person:"Jens Stoltenberg" -source:blog after:7d before:today

`OR` (in capitals) joins its two neighbours and binds tighter than a blank. `AND` between two pieces
says what a blank does, and `NOT x` what `-x` does. A quotation that is never closed goes on to the
end; within one, `\"` is a quotation mark and `\\` a backslash. Whatever cannot be read as syntax is
searched as words, and a warning says so. `after:` includes the date it names, `before:` does not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from copydesk_gateway import dates
from copydesk_gateway.query import Either, Filters, Phrase, Plain, Query, Term, Titled, Valued, Word
from copydesk_shared.words import words

T = TypeVar("T", bound=Term)

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_PIECE = re.compile(
    r"(?P<minus>-?)(?:(?P<name>[A-Za-z_]+):)?"
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)(?:"|\\?\Z)|(?P<bare>\S+))',
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])')
_FIELDS = {
    "source": "source",
    "section": "section",
    "lang": "language",
    "language": "language",
    "entity": "entity",
    "person": "person",
    "org": "org",
    "organisation": "org",
    "organization": "org",
    "place": "place",
    "author": "author",
    "day": "day",
}
_DATES = ("before", "after")
_TITLE = "title"
_NO_VALUE = re.compile(rf"-?({'|'.join((*_FIELDS, *_DATES, _TITLE))}):", re.IGNORECASE)
_OR, _AND, _NOT, _MINUS = "OR", "AND", "NOT", "-"
_OPERATOR = re.compile(r"(?<!\S)(?:OR|AND|NOT)(?!\S)")

MAX_WORDS = 10
"""Words that one article must hold, at most: as many as Meilisearch takes."""

MAX_WAYS = 16
"""Ways to choose one of each group of alternatives: Meilisearch is asked for each of them."""

MAX_EXCLUDED = 50
"""Words that an article must not hold, at most; a field is one."""

MAX_VALUES = 50
MAX_WARNINGS = 20


@dataclass(frozen=True)
class Warned:
    """Something in the query that was not done as written; `message` is for the reader."""

    code: str
    message: str


@dataclass(frozen=True)
class ParsedText:
    query: Query
    filters: Filters
    warnings: tuple[Warned, ...]


@dataclass(frozen=True)
class _Piece:
    """A piece of the text and what it says: nothing (after a warning), terms, or an operator."""

    terms: tuple[Plain, ...] = ()
    excluding: bool = False
    operator: str = ""
    bracketed: bool = False

    @property
    def alternative(self) -> Plain | None:
        """The piece as one of several alternatives; None when it cannot be one."""
        if self.excluding or not self.terms:
            return None
        if len(self.terms) == 1:
            return self.terms[0]
        in_a_row: list[str] = []
        for term in self.terms:
            if isinstance(term, Word):
                in_a_row.append(term.text)
            elif isinstance(term, Phrase):
                in_a_row += term.words
        return Phrase(tuple(in_a_row))


@dataclass
class _Reading:
    now: datetime
    capitals: bool = False
    terms: list[Term] = field(default_factory=list)
    excluded: list[Plain] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    after: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    relative: bool = False
    warnings: list[Warned] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether something came of the text: a term, a filter, or a warning why not."""
        return any((self.terms, self.excluded, self.values, self.after, self.before, self.warnings))

    def warn(self, code: str, message: str) -> None:
        self.warnings.append(Warned(code, message))


def parse(text: str, *, now: datetime) -> ParsedText:
    """Read a query; never raises, in linear time. What is beyond the limits is left out and told.

    `now` is what `7d` and `today` are seen from.
    """
    plain = text.translate(_QUOTES).replace("\x00", " ")
    # A headline in capitals has no AND and NOT.
    reading = _Reading(now, capitals=_OPERATOR.sub(" ", plain).isupper())
    pieces = [_read(reading, piece) for piece in _PIECE.finditer(plain)]
    _gather(reading, list(_operated(reading, pieces)))
    grouping = any(piece.operator or piece.excluding for piece in pieces)
    if grouping and any(piece.bracketed for piece in pieces):
        reading.warn("brackets_ignored", "Brackets group nothing and were ignored.")
    if plain.strip() and not reading.anything:
        reading.warn("nothing_to_search", "The query holds no word to search for.")
    values: dict[str, Any] = {
        name: tuple(_some(reading, name, given)) for name, given in reading.values.items()
    }
    return ParsedText(
        query=Query(
            terms=tuple(_within(reading, reading.terms)),
            excluded=tuple(_few(reading, reading.excluded)),
        ),
        filters=Filters(
            **values,
            published_from=max(reading.after, default=None),
            published_to=min(reading.before, default=None),
            relative=reading.relative,
        ),
        warnings=tuple(dict.fromkeys(reading.warnings))[:MAX_WARNINGS],
    )


def _read(reading: _Reading, piece: re.Match[str]) -> _Piece:
    if piece[0] == _OR or (piece[0] in {_AND, _NOT} and not reading.capitals):
        return _Piece((Word(piece[0]),), operator=piece[0])
    if piece[0] == _MINUS:
        return _Piece(operator=_MINUS)
    if bare := _NO_VALUE.fullmatch(piece[0]):
        return _empty(reading, bare[1].lower())
    name = (piece["name"] or "").lower()
    value = piece["bare"]
    if piece["quoted"] is not None:
        value = _ESCAPED.sub(r"\1", piece["quoted"])
    excluding = bool(piece["minus"])
    if name == _TITLE or name in _FIELDS or name in _DATES:
        return _field(reading, name, value.strip(), excluding=excluding)
    found: list[Plain] = []
    if name:
        if piece["bare"] is None or not value.startswith(("/", ":")):
            reading.warn("unknown_field", f"{name}: is no field, so it was searched as a word.")
        found.append(Word(name))
    if piece["quoted"] is not None:
        found += [Phrase(phrase)] if (phrase := words(value)) else []
    else:
        found += _terms(value)
    bracketed = piece["bare"] is not None and (value[0] == "(" or value[-1] == ")")
    return _Piece(tuple(found), excluding, bracketed=bracketed)


def _field(reading: _Reading, name: str, value: str, *, excluding: bool) -> _Piece:
    if not words(value):
        return _empty(reading, name)
    if name in _DATES:
        return _date(reading, name, value, excluding=excluding)
    if name == _TITLE:
        return _Piece((Titled(words(value)),), excluding)
    return _value(reading, _FIELDS[name], value, excluding=excluding)


def _empty(reading: _Reading, name: str) -> _Piece:
    reading.warn("empty_field", f"{name}: has no value.")
    return _Piece()


def _value(reading: _Reading, name: str, value: str, *, excluding: bool) -> _Piece:
    if name == "language":
        value = value.lower()
    if name == "day":
        try:
            start = dates.first_second(value, reading.now)
        except (ValueError, OverflowError):
            reading.warn("bad_date", f"day:{value} is no date, so it was searched as words.")
            return _Piece(tuple(_terms(f"day {value}")))
        value = date.isoformat(dates.moment(start).date())
    return _Piece((Valued(name, value),), excluding)


def _date(reading: _Reading, name: str, value: str, *, excluding: bool) -> _Piece:
    if excluding:
        reading.warn("field_exclusion", f"A date cannot be left out: -{name}:{value}")
        return _Piece()
    try:
        second = dates.first_second(value, reading.now)
    except (ValueError, OverflowError):
        reading.warn("bad_date", f"{name}:{value} is no date, so it was searched as words.")
        return _Piece(tuple(_terms(f"{name} {value}")))
    reading.relative |= dates.relative(value, reading.now)
    if name == "after":
        reading.after.append(second)
    else:
        reading.before.append(second - 1)
    return _Piece()


def _operated(reading: _Reading, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The pieces with AND, NOT and lone minus signs done; OR is left to what gathers them."""
    nothing = _Piece(operator=_OR)
    before, denied = nothing, False
    for piece, after in zip(pieces, [*pieces[1:], nothing], strict=False):
        operator, behind = piece.operator, before
        before = piece
        if denied:
            denied = False
            yield replace(piece, excluding=True)
        elif operator == _MINUS:
            if after.terms:
                reading.warn(
                    "lone_minus", "A minus sign excludes only what it stands right before."
                )
        elif operator == _NOT and after.terms and not (after.excluding or after.operator):
            denied = True
        elif operator == _AND and not behind.operator and after.operator in {"", _NOT}:
            continue
        elif operator in {_AND, _NOT}:
            reading.warn("bad_operator", f"{operator} has nothing to work on, so it was searched.")
            yield replace(piece, operator="")
        else:
            yield piece


def _gather(reading: _Reading, pieces: Sequence[_Piece]) -> None:
    """Put what the pieces say where it belongs, and join what an OR stands between."""
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        group = [piece.alternative]
        while (
            not piece.operator
            and group[-1] is not None
            and at + 2 < len(pieces)
            and pieces[at + 1].operator
            and not pieces[at + 2].operator
            and pieces[at + 2].alternative is not None
        ):
            at += 2
            group.append(pieces[at].alternative)
        at += 1
        alternatives = tuple(dict.fromkeys(each for each in group if each is not None))
        if len(group) > 1:
            _either(reading, alternatives)
            continue
        if piece.operator:
            reading.warn("bad_or", "OR joins words, phrases and fields; here it was searched.")
        for term in piece.terms:
            if piece.excluding:
                reading.excluded.append(term)
            elif isinstance(term, Valued):
                reading.values.setdefault(term.name, []).append(term.value)
            else:
                reading.terms.append(term)


def _either(reading: _Reading, alternatives: tuple[Plain, ...]) -> None:
    """Values of one field are alternatives anyway; one alternative is none."""
    valued = [each for each in alternatives if isinstance(each, Valued)]
    if len(valued) == len(alternatives) and len({each.name for each in valued}) == 1:
        reading.values.setdefault(valued[0].name, []).extend(each.value for each in valued)
    else:
        reading.terms.append(alternatives[0] if len(alternatives) == 1 else Either(alternatives))


def _terms(bare: str) -> list[Plain]:
    """The terms of a piece without spaces: `U.S.` is a phrase, `war/peace` and `COVID-19` words."""
    found = words(bare)
    if len(found) > 1 and all(len(word) == 1 for word in found):
        return [Phrase(found)]
    return [Word(word) for word in found]


def _some(reading: _Reading, name: str, given: Sequence[str]) -> Sequence[str]:
    distinct = list(dict.fromkeys(given))
    if len(distinct) > MAX_VALUES:
        reading.warn(
            "too_many_values", f"{name}: only the first {MAX_VALUES} were used, the rest left out."
        )
    return distinct[:MAX_VALUES]


def _within(reading: _Reading, terms: Sequence[T]) -> Iterator[T]:
    """Distinct terms up to the limits; a phrase counts its words, alternatives their longest."""
    total, ways = 0, 1
    for term in dict.fromkeys(terms):
        total += size(term)
        if total > MAX_WORDS:
            reading.warn(
                "too_many_words",
                f"Only the first {MAX_WORDS} words were searched, the rest left out.",
            )
            return
        ways *= len(term.alternatives) if isinstance(term, Either) else 1
        if ways > MAX_WAYS:
            reading.warn(
                "too_many_alternatives",
                f"Alternatives that combine in more than {MAX_WAYS} ways were left out.",
            )
            return
        yield term


def _few(reading: _Reading, excluded: Sequence[Plain]) -> Iterator[Plain]:
    """Distinct exclusions up to the limit."""
    total = 0
    for term in dict.fromkeys(excluded):
        total += max(1, size(term))
        if total > MAX_EXCLUDED:
            reading.warn(
                "too_many_exclusions",
                f"Only the first {MAX_EXCLUDED} words were excluded, the rest left out.",
            )
            return
        yield term


def size(term: Term) -> int:
    """How many words an article must hold for the term's sake."""
    match term:
        case Word():
            return 1
        case Phrase(words=held) | Titled(words=held):
            return len(held)
        case Either(alternatives=alternatives):
            return max(map(size, alternatives), default=0)
        case _:
            return 0
