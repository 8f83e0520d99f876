"""What readers type: words, "phrases", -exclusions and field prefixes, read without ever failing.

    stoltenberg "75th anniversary" -hungary section:Politics entity:"Jens Stoltenberg" after:2024-03

Whatever cannot be read as syntax is searched as words, and a warning says so. `after:` includes
the date it names, `before:` does not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copydesk_gateway import dates
from copydesk_gateway.query import Filters, Phrase, Query, Term, Word
from copydesk_gateway.text import words

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<name>[A-Za-z_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))')
_FIELDS = {
    "source": "source",
    "section": "section",
    "lang": "language",
    "language": "language",
    "entity": "entity",
}
_DATES = ("before", "after")
_NO_VALUE = re.compile(rf"-?({'|'.join((*_FIELDS, *_DATES))}):", re.IGNORECASE)

MAX_WORDS = 10
"""Words of one query that are searched: as many as Meilisearch takes."""


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


@dataclass
class _Reading:
    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)
    after: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether something came of the text: a term, a filter, or a warning why not."""
        return any((self.terms, self.excluded, self.values, self.after, self.before, self.warnings))

    def warn(self, code: str, message: str) -> None:
        self.warnings.append(Warned(code, message))


def parse(text: str) -> ParsedText:
    """Read a query; never raises. Words beyond `MAX_WORDS` are left out with a warning."""
    reading = _Reading()
    plain = text.translate(_QUOTES).replace("\x00", " ")
    if plain.count('"') % 2:
        reading.warn("open_quote", "A quotation mark has no partner and was ignored.")
        head, _, tail = plain.rpartition('"')
        plain = f"{head} {tail}"
    for piece in _PIECE.finditer(plain):
        _read(reading, piece)
    if plain.strip() and not reading.anything:
        reading.warn("nothing_to_search", "The query holds no word to search for.")
    terms = _within(reading, reading.terms)
    excluded = _within(reading, reading.excluded)
    return ParsedText(
        query=Query(terms=terms, excluded=excluded),
        filters=Filters(
            **{name: tuple(dict.fromkeys(given)) for name, given in reading.values.items()},
            published_from=max(reading.after, default=None),
            published_to=min(reading.before, default=None),
        ),
        warnings=tuple(reading.warnings),
    )


def _read(reading: _Reading, piece: re.Match[str]) -> None:
    if bare := _NO_VALUE.fullmatch(piece[0]):
        reading.warn("empty_field", f"{bare[1].lower()}: has no value.")
        return
    name = (piece["name"] or "").lower()
    value = piece["quoted"] if piece["quoted"] is not None else piece["bare"]
    excluding = bool(piece["minus"])
    if name in _FIELDS or name in _DATES:
        if excluding:
            reading.warn("field_exclusion", f"Leaving out by field is not possible: {piece[0]}")
        elif not value.strip():
            reading.warn("empty_field", f"{name}: has no value.")
        elif name in _FIELDS:
            _filter(reading, _FIELDS[name], value.strip())
        else:
            _date(reading, name, value)
        return
    if name:
        if piece["bare"] is None or not value.startswith(("/", ":")):
            reading.warn("unknown_field", f"{name}: is no field, so it was searched as a word.")
        _add(reading, [Word(name)], excluding=excluding)
    if piece["quoted"] is not None:
        phrase = words(value)
        _add(reading, [Phrase(phrase)] if phrase else [], excluding=excluding)
    else:
        _add(reading, _terms(value), excluding=excluding)


def _add(reading: _Reading, terms: Sequence[Term], *, excluding: bool) -> None:
    (reading.excluded if excluding else reading.terms).extend(terms)


def _filter(reading: _Reading, name: str, value: str) -> None:
    reading.values.setdefault(name, []).append(value.lower() if name == "language" else value)


def _date(reading: _Reading, name: str, value: str) -> None:
    try:
        second = dates.first_second(value)
    except (ValueError, OverflowError):
        reading.warn("bad_date", f"{name}:{value} is no date, so it was searched as words.")
        _add(reading, _terms(f"{name} {value}"), excluding=False)
    else:
        if name == "after":
            reading.after.append(second)
        else:
            reading.before.append(second - 1)


def _terms(bare: str) -> list[Term]:
    """The terms of a piece without spaces: `U.S.` is a phrase, `war/peace` and `COVID-19` words."""
    found = words(bare)
    if len(found) > 1 and all(len(word) == 1 for word in found):
        return [Phrase(found)]
    return [Word(word) for word in found]


def _within(reading: _Reading, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Distinct terms up to the limit; a phrase counts its words."""
    kept: list[Term] = []
    total = 0
    for term in dict.fromkeys(terms):
        size = len(term.words) if isinstance(term, Phrase) else 1
        if total + size > MAX_WORDS:
            reading.warn(
                "too_many_words",
                f"Only the first {MAX_WORDS} words were searched, the rest left out.",
            )
            break
        total += size
        kept.append(term)
    return tuple(kept)
