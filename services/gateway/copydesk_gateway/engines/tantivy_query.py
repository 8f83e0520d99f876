"""A search request as tantivy queries: the one place where they are built, and bounded.

Nothing here parses text as syntax: terms are analysed into tokens, values stay values.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tantivy import FieldType, Occur, Query, Schema

from copydesk_gateway import query as asked
from copydesk_gateway.engines.facets import held
from copydesk_gateway.engines.port import MIN_PREFIX_LETTERS
from copydesk_gateway.query import Either, Filters, Phrase, Plain, Sort, Term, Titled, Valued, Word
from copydesk_gateway.query_text import MAX_EXCLUDED
from copydesk_shared.search_schema import SEARCHABLE
from copydesk_shared.tantivy_schema import analyzer, facet_field
from copydesk_shared.words import words

MAX_WORDS: Final = 10
"""How many words of a query are used, as in Meilisearch."""

ONE_TYPO_LETTERS: Final = 5
TWO_TYPOS_LETTERS: Final = 9

# An exact word scores by BM25, mostly 1 to 12; these constants rank what is only like it below.
TYPO_SCORE: Final = 0.5
PREFIX_SCORE: Final = 0.6
OTHER_FIELDS: Final = 0.2
NEIGHBOURS_BOOST: Final = 0.5
NEIGHBOUR_FIELDS: Final = (("title", 4.0), ("body", 1.0))
TITLE_FIELDS: Final = (("title", 4.0),)

DAY_S: Final = 86_400
RECENCY: Final = ((1, 0.4), (7, 0.4), (30, 0.4))
"""Days back and what an article gains that is younger: a nudge between equals, no more."""

_I64: Final = 2**63 - 1
_ACCENTED: Final = r"\x{80}-\x{ffff}"
MAX_PATTERN: Final = 2
"""Letters of a pattern: each takes tantivy some 10 ms to compile, and two leave few values."""


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text as they are indexed; what UTF-8 cannot hold is left out."""
    return tuple(analyzer().analyze(text.encode(errors="ignore").decode()))


def analysed(terms: Iterable[Term], *, room: int = MAX_WORDS) -> tuple[Term, ...]:
    """The terms with each word as one token, of which there is `room` for so many in all.

    A word of several tokens becomes several words, an acronym with dots (U.S.) or a word among
    alternatives a phrase.
    """
    found: list[Term] = []
    for term in terms:
        parts = _analysed(term, room)
        room -= sum(map(_size, parts))
        found.extend(parts)
    return tuple(found)


def _analysed(term: Term, room: int) -> Sequence[Term]:
    match term:
        case Valued():
            return (term,)
        case Either(alternatives=alternatives):
            kept = [each for plain in alternatives if (each := _single(plain, room)) is not None]
            return (Either(tuple(kept)),) if kept else ()
        case Word(text=text):
            words = tokens(text)[:room]
            if len(words) > 1 and all(len(word) == 1 for word in words):
                return (Phrase(words),)
            return tuple(Word(word) for word in words)
        case Phrase(words=words) | Titled(words=words):
            return (type(term)(found),) if (found := tokens(" ".join(words))[:room]) else ()


def _single(term: Plain, room: int) -> Plain | None:
    """The analysed term as one; None when no token is left of it."""
    if isinstance(term, Valued):
        return term
    words = tokens(term.text if isinstance(term, Word) else " ".join(term.words))[:room]
    if not words:
        return None
    if isinstance(term, Titled):
        return Titled(words)
    return Word(words[0]) if isinstance(term, Word) and len(words) == 1 else Phrase(words)


def _size(term: Term) -> int:
    match term:
        case Word():
            return 1
        case Phrase(words=words) | Titled(words=words):
            return len(words)
        case Either(alternatives=alternatives):
            return max(map(_size, alternatives), default=0)
        case _:
            return 0


def relaxations(terms: Sequence[Term]) -> Iterator[tuple[Term, ...]]:
    """The terms, then without their last word, and so on; phrases stay, and one term at least.

    Nothing is left out of a query with alternatives.
    """
    kept = list(terms)
    yield tuple(kept)
    if asked.Query(tuple(terms)).strict:
        return
    words = [position for position, term in enumerate(terms) if isinstance(term, Word)]
    for position in reversed(words):
        if len(kept) == 1:
            return
        del kept[position]
        yield tuple(kept)


def text_query(schema: Schema, terms: Sequence[Term], *, last: Term | None) -> Query | None:
    """All of the (analysed) terms; `last`, the query's last term, also matches as a prefix."""
    if not terms:
        return None
    parts = [(Occur.Must, _term(schema, term, prefix=term is last)) for term in terms]
    words = [term.text for term in terms if isinstance(term, Word)]
    if len(words) > 1:
        neighbours = _phrase(schema, words, NEIGHBOUR_FIELDS)
        parts.append((Occur.Should, Query.boost_query(neighbours, NEIGHBOURS_BOOST)))
    return Query.boolean_query(parts)


def _term(schema: Schema, term: Term, *, prefix: bool) -> Query:
    match term:
        case Word(text=text):
            return _word(schema, text, prefix=prefix)
        case Phrase(words=words):
            return _phrase(schema, words, SEARCHABLE)
        case Titled(words=words):
            return _phrase(schema, words, TITLE_FIELDS)
        case Valued():
            return Query.const_score_query(valued(schema, term), 0.0)
        case Either(alternatives=alternatives):
            return Query.disjunction_max_query(
                [_term(schema, each, prefix=prefix) for each in alternatives]
            )


def excluded(schema: Schema, query: asked.Query) -> list[tuple[Occur, Query]]:
    """What must not be there, word for word: no typo tolerance, lest it excludes too much."""
    return [
        (
            Occur.MustNot,
            _phrase(schema, (term.text,), SEARCHABLE)
            if isinstance(term, Word)
            else _term(schema, term, prefix=False),
        )
        for term in analysed(query.excluded, room=MAX_EXCLUDED)
    ]


def filtered(schema: Schema, filters: Filters) -> list[tuple[Occur, Query]]:
    """The filters, which do not touch the score."""
    clauses = [_values(schema, name, values) for name, values in filters.values().items()]
    if filters.published_from is not None or filters.published_to is not None:
        clauses.append(_range(schema, "published_s", filters.published_from, filters.published_to))
    if filters.min_quality is not None:
        clauses.append(
            Query.range_query(schema, "quality", FieldType.Float, lower_bound=filters.min_quality)
        )
    return [(Occur.Must, Query.const_score_query(clause, 0.0)) for clause in clauses]


def valued(schema: Schema, term: Valued) -> Query:
    """What has the value, in any of its spellings."""
    return _values(schema, term.name, term.values)


def _values(schema: Schema, name: str, values: Iterable[str]) -> Query:
    # What UTF-8 cannot hold (a lone surrogate) is in no document either.
    wanted = [held(name, value) for value in values if _encodable(value)]
    return Query.term_set_query(schema, facet_field(name), wanted)


def one_of_each(
    schema: Schema, groups: Sequence[str], order_keys: Sequence[int]
) -> tuple[Occur, Query]:
    """Of the groups with several matches only the articles with these order keys."""
    many = Query.term_set_query(schema, "group_id", list(groups))
    chosen = Query.term_set_query(schema, "order_key", list(order_keys))
    alone = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, many)])
    clause = Query.boolean_query([(Occur.Should, alone), (Occur.Should, chosen)])
    return Occur.Must, Query.const_score_query(clause, 0.0)


def behind(schema: Schema, after_key: int, sort: Sort) -> tuple[Occur, Query]:
    """What follows an order key in the given direction of time."""
    clause = (
        _range(schema, "order_key", after_key + 1, None)
        if sort is Sort.OLDEST
        else _range(schema, "order_key", None, after_key - 1)
    )
    return Occur.Must, Query.const_score_query(clause, 0.0)


def beginning(prefix: str) -> str | None:
    """A pattern for values with a word that begins like the longest of `prefix`, roughly.

    It stands for the first letters only in so far as they are ASCII, in either case, and for any
    other letter where an accented one may be meant; the caller compares exactly. None for no word.
    """
    word = max(words(prefix), key=len, default="")[:MAX_PATTERN]
    letters = "".join(
        f"[{char.lower()}{char.upper()}{_ACCENTED}]" if char.isascii() else "." for char in word
    )
    return f"(.*[^0-9A-Za-z])?{letters}.*" if letters else None


def recent(schema: Schema, now_s: int) -> list[tuple[Occur, Query]]:
    return [
        (
            Occur.Should,
            Query.const_score_query(
                _range(schema, "published_s", now_s - days * DAY_S, None), gain
            ),
        )
        for days, gain in RECENCY
    ]


def _word(schema: Schema, token: str, *, prefix: bool) -> Query:
    """The token in any field: exactly, with typos by its length, or as the head of a word."""
    typos = _typos(token)
    fields = []
    for name, boost in SEARCHABLE:
        ways = [(Occur.Should, Query.term_query(schema, name, token, "freq"))]
        if typos:
            fuzzy = Query.fuzzy_term_query(schema, name, token, typos)
            ways.append((Occur.Should, Query.const_score_query(fuzzy, TYPO_SCORE)))
        if prefix and len(token) >= MIN_PREFIX_LETTERS:
            head = Query.fuzzy_term_query(schema, name, token, 0, prefix=True)
            ways.append((Occur.Should, Query.const_score_query(head, PREFIX_SCORE)))
        fields.append(Query.boost_query(Query.boolean_query(ways), boost))
    return Query.disjunction_max_query(fields, OTHER_FIELDS)


def _phrase(schema: Schema, words: Sequence[str], fields: Iterable[tuple[str, float]]) -> Query:
    """The tokens in a row within one field; of a list, within one value."""
    return Query.disjunction_max_query(
        [
            Query.boost_query(
                Query.phrase_query(schema, name, list(words))
                if len(words) > 1
                else Query.term_query(schema, name, words[0], "freq"),
                boost,
            )
            for name, boost in fields
        ]
    )


def _typos(token: str) -> int:
    if token.isdecimal() or len(token) < ONE_TYPO_LETTERS:
        return 0
    return 1 if len(token) < TWO_TYPOS_LETTERS else 2


def _range(schema: Schema, field: str, lower: int | None, upper: int | None) -> Query:
    """Ends included; ends beyond 64 bits are held at their edge."""
    return Query.range_query(
        schema,
        field,
        FieldType.Integer,
        lower_bound=None if lower is None else min(max(lower, -_I64), _I64),
        upper_bound=None if upper is None else min(max(upper, -_I64), _I64),
    )


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
