"""Which documents a query matches, and in which order: the stand-in's own small engine."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from copydesk_shared.testing.meilisearch.filters import normalised

MAX_TERMS: Final = 10
"""Words and phrases after which the server reads no further; exclusions do not count."""

_QUERY: Final = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')

Fields = Mapping[str, Sequence[Sequence[str]]]
"""A document's words: by attribute, a list of words for each value."""


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", normalised(text))


def searched(document: Mapping[str, Any], attributes: Iterable[str]) -> Fields:
    def texts(value: Any) -> list[str]:
        return [each for each in (value if isinstance(value, list) else [value]) if each]

    return {name: [words(str(text)) for text in texts(document.get(name))] for name in attributes}


@dataclass(frozen=True)
class Parsed:
    """A query string taken apart; `prefix` says that the last word may be the head of a word."""

    words: Sequence[str] = ()
    phrases: Sequence[Sequence[str]] = ()
    excluded: Sequence[Sequence[str]] = ()
    prefix: bool = False


def parsed(text: str) -> Parsed:
    """As `located_query_terms_from_tokens` of the server's parse_query.rs reads it.

    It stops at ten terms, whatever follows, and only a word that nothing follows is a prefix: no
    word, no exclusion, not even a blank.
    """
    plain: list[str] = []
    phrases: list[list[str]] = []
    excluded: list[list[str]] = []
    end = 0
    for found in _QUERY.finditer(text):
        room = MAX_TERMS - len(plain) - len(phrases)
        parts = words(found["phrase"] if found["word"] is None else found["word"])
        if not room:
            break
        if not parts:
            continue
        if found["minus"]:
            excluded.append(parts)
        elif found["word"] is None:
            phrases.append(parts)
        else:
            plain.extend(parts[:room])
            end = found.end() if len(parts) <= room and text[found.end() - 1].isalnum() else 0
    return Parsed(plain, phrases, excluded, prefix=end == len(text) > 0)


@dataclass(frozen=True)
class Match:
    """How well a document matches: words found, typos in all, first attribute, score 0 to 1."""

    words: int = 0
    typos: int = 0
    attribute: int = 0
    asked: int = field(default=0, compare=False)

    @property
    def score(self) -> float:
        if not self.asked:
            return 1.0
        return self.words / self.asked / (1 + 0.1 * self.typos + 0.01 * self.attribute)

    @property
    def details(self) -> dict[str, Any]:
        """What the rule `words` says, where there are words; the other rules are not told."""
        if not self.asked:
            return {}
        share = self.words / self.asked
        told = {"matchingWords": self.words, "maxMatchingWords": self.asked}
        return {"words": {"order": 0, **told, "score": share}}


class Matcher:
    """One query against the words of one document after the other."""

    def __init__(self, query: Parsed, *, keep_all: bool, one: int, two: int, numbers: bool) -> None:
        self._query = query
        self._keep_all = keep_all
        self._one, self._two, self._numbers = one, two, numbers
        self._typos: dict[tuple[str, str], int | None] = {}

    def match(self, document: Fields) -> Match | None:
        if any(_in_a_row(document, phrase) is not None for phrase in self._query.excluded):
            return None
        attributes = []
        for phrase in self._query.phrases:
            attribute = _in_a_row(document, phrase)
            if attribute is None:
                return None
            attributes.append(attribute)
        typos = found = 0
        asked = self._query.words
        for position, word in enumerate(asked):
            prefix = self._query.prefix and position == len(asked) - 1
            best = min(self._ways(document, word, prefix=prefix), default=None)
            if best is None:
                break
            typos, found = typos + best[0], found + 1
            attributes.append(best[1])
        enough = len(asked) if self._keep_all else 0 if self._query.phrases else min(1, len(asked))
        if found < enough:
            return None
        return Match(found, typos, min(attributes, default=0), len(asked))

    def _ways(self, document: Fields, word: str, *, prefix: bool) -> Iterator[tuple[int, int]]:
        for attribute, values in enumerate(document.values()):
            for token in {token for value in values for token in value}:
                typos = self._distance(word, token)
                if prefix and token.startswith(word):
                    typos = 0
                if typos is not None:
                    yield typos, attribute

    def _distance(self, word: str, token: str) -> int | None:
        """The typos between two words; None when they are more than the word's length allows."""
        key = (word, token)
        if key not in self._typos:
            self._typos[key] = self._counted(word, token)
        return self._typos[key]

    def _counted(self, word: str, token: str) -> int | None:
        if word == token:
            return 0
        allowed = (
            0
            if self._numbers and word.isdecimal()
            else ((len(word) >= self._one) + (len(word) >= self._two))
        )
        if abs(len(word) - len(token)) > allowed or not allowed:
            return None
        # A wrong first letter counts twice.
        typos = _edits(word, token) + (word[0] != token[0])
        return typos if typos <= allowed else None


def _in_a_row(document: Fields, phrase: Sequence[str]) -> int | None:
    """The first attribute with the words in a row within one value."""
    wanted, size = list(phrase), len(phrase)
    for attribute, values in enumerate(document.values()):
        for value in values:
            if wanted[0] in value and any(
                list(value[at : at + size]) == wanted for at in range(len(value) - size + 1)
            ):
                return attribute
    return None


def _edits(one: str, other: str) -> int:
    """Insertions, deletions, replacements, and swaps of neighbours (optimal string alignment)."""
    rows = [list(range(len(other) + 1))]
    for at, char in enumerate(one, 1):
        row = [at]
        for to, target in enumerate(other, 1):
            cost = min(rows[-1][to] + 1, row[-1] + 1, rows[-1][to - 1] + (char != target))
            if at > 1 and to > 1 and (char, one[at - 2]) == (other[to - 2], target):
                cost = min(cost, rows[-2][to - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def rank_key(
    document: Mapping[str, Any], match: Match, *, rules: Sequence[str], sort: Sequence[str]
) -> tuple[float, ...]:
    """The document's place by the ranking rules in their order: the smaller, the earlier."""
    places: list[float] = []
    for rule in rules:
        if rule == "sort":
            places.extend(_by_value(document, each) for each in sort)
        elif ":" in rule:
            places.append(_by_value(document, rule))
        else:
            places.append(
                {"words": -match.words, "typo": match.typos, "attributeRank": match.attribute}.get(
                    rule, 0
                )
            )
    return tuple(places)


def _by_value(document: Mapping[str, Any], rule: str) -> float:
    """Numbers only; documents without the attribute come last."""
    name, _, direction = rule.partition(":")
    value = document.get(name)
    if not isinstance(value, int | float):
        return float("inf")
    return value if direction == "asc" else -value


def facet_counts(
    documents: Iterable[Mapping[str, Any]], name: str, *, limit: int
) -> dict[str, int]:
    """How many documents have each value, most frequent first; values merge over case."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for document in documents:
        value = document.get(name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        for key in {normalised(str(each)): str(each) for each in values}.items():
            shown.setdefault(*key)
            counts[key[0]] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {shown[key]: count for key, count in ordered[:limit]}
