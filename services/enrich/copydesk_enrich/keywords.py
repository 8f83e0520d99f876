"""Keywords: words and word pairs that carry this article, by frequency, place and headline.

Verbs are none and part pairs, as do stop words: "council approved" says no more than "council".
"""

# ruff: noqa: RUF001  # typographic marks are meant here

import gzip
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from copydesk_shared.contracts.article import Keyword

VERSION = "2"
MOST = 10
# With the vowel signs of the scripts of India, which are marks and no word characters.
_WORD = re.compile(r"[^\W\d_](?:[\w\u0900-\u0dff’'-]{0,38}[\w\u0900-\u0dff])?")
# Han, kana, Thai, Lao, Burmese, Khmer: written without spaces, a run of it is a sentence.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_NUMBER = re.compile(r"(?i:\d|\b(?:hundred|thousand|[mb]illion|trillion|dozen))\S* $")
_POSSESSIVE = re.compile(r"['’]s?$")
_SHORTEST = 3
_WITH_VERBS = frozenset({"en", "und"})
_UNITS = frozenset(
    {"cent", "cents", "dollar", "dollars", "euro", "euros", "kilometres", "kilometers", "kilos"}
    | {"metres", "meters", "miles", "percent", "pound", "pounds", "tonnes", "tons", "yen", "yuan"}
)
_TITLE_WEIGHT = 2.0
_LEAD_WEIGHT = 1.3
_LEAD_PARAGRAPHS = 2
# A pair says more than its words, but only when it comes back or stands in the headline.
_PAIR_WEIGHT = 1.4
_MOST_WORDS = 4_000


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words that say nothing about a text of the language; those of all where it has no list."""
    lists = [*tomllib.loads(_table("stopwords.toml").decode()).items()]
    for row in gzip.decompress(_table("tables/stop_words.gz")).decode().split("\n"):
        code, _, words = row.partition(" ")
        lists.append((code, words))
    anyones = language not in dict(lists)
    return frozenset(
        word for code, words in lists if anyones or code == language for word in words.split()
    )


@cache
def _verbs(language: str) -> frozenset[str]:
    """Forms that are nearly always verbs: English ones, for English and the unknown."""
    if language not in _WITH_VERBS:
        return frozenset()
    return frozenset(gzip.decompress(_table("tables/verbs.gz")).decode().split("\n"))


def _table(name: str) -> bytes:
    return resources.files("copydesk_enrich").joinpath(name).read_bytes()


def find_keywords(
    title: str, paragraphs: Sequence[str], *, language: str, given: Iterable[str] = ()
) -> tuple[Keyword, ...]:
    """Up to ten keywords, best first, scores 0 to 1; those that the publisher gave lead with 1."""
    stops = stop_words(language) | _verbs(language)
    scores: dict[str, float] = {}
    shown: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    for weight, text in _weighted(title, paragraphs):
        for term, form in _terms(text, stops):
            counts[term] += 1
            weights[term] = max(weight, weights.get(term, 0.0))
            shown.setdefault(term, Counter())[form] += 1
    for term, count in counts.items():
        pair = " " in term
        if count == 1 and (pair or weights[term] < _TITLE_WEIGHT):
            continue
        scores[term] = (1 + math.log(count)) * weights[term] * (_PAIR_WEIGHT if pair else 1.0)
    chosen = _without_parts(sorted(scores, key=lambda term: (-scores[term], term)))
    best = max(scores.values(), default=1.0)
    keywords = {value.casefold(): Keyword(value=value, score=1.0) for value in given}
    for term in chosen:
        form = min(shown[term].items(), key=lambda item: (-item[1], item[0]))[0]
        keywords.setdefault(term, Keyword(value=form, score=round(scores[term] / best, 3)))
    return tuple(list(keywords.values())[: max(MOST, len(list(given)))])


def _weighted(title: str, paragraphs: Sequence[str]) -> Iterable[tuple[float, str]]:
    yield _TITLE_WEIGHT, title
    for number, paragraph in enumerate(paragraphs):
        yield (_LEAD_WEIGHT if number < _LEAD_PARAGRAPHS else 1.0), paragraph


def _terms(text: str, stops: frozenset[str]) -> Iterable[tuple[str, str]]:
    """Words and adjacent pairs, as (folded, as written); a stop word or punctuation parts pairs."""
    before: tuple[str, str, int] | None = None
    for number, match in enumerate(_WORD.finditer(text)):
        if number > _MOST_WORDS:
            return
        form = _POSSESSIVE.sub("", match[0])
        folded = form.casefold()
        unit = folded in _UNITS and _NUMBER.search(text[max(0, match.start() - 20) : match.start()])
        if (
            len(folded) < _SHORTEST
            or unit
            or folded.replace("’", "'") in stops
            or _UNSPACED.search(folded)
        ):
            before = None
            continue
        yield folded, form
        if before and before[0] != folded and text[before[2] : match.start()] == " ":
            yield f"{before[0]} {folded}", f"{before[1]} {form}"
        before = (folded, form, match.end())


def _without_parts(terms: Sequence[str]) -> list[str]:
    """The best terms, without words that a better pair already says."""
    kept: list[str] = []
    said: set[str] = set()
    for term in terms:
        if term in said or any(word in said for word in term.split() if " " in term):
            continue
        kept.append(term)
        said.update(term.split())
        if len(kept) == MOST:
            break
    return kept
