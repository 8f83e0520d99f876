"""Keywords: words and word pairs that carry this article, by frequency, place and headline."""

# ruff: noqa: RUF001  # typographic marks are meant here

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from copydesk_shared.contracts.article import Keyword

VERSION = "1"
MOST = 10
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]{0,38}\w)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_SHORTEST = 3
_TITLE_WEIGHT = 2.0
_LEAD_WEIGHT = 1.3
_LEAD_PARAGRAPHS = 2
# A pair says more than its words, but only when it comes back or stands in the headline.
_PAIR_WEIGHT = 1.4
_MOST_WORDS = 4_000


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words that say nothing about a text, of one language; none for languages without a list."""
    text = resources.files("copydesk_enrich").joinpath("stopwords.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text).get(language, "").split())


def find_keywords(
    title: str, paragraphs: Sequence[str], *, language: str, given: Iterable[str] = ()
) -> tuple[Keyword, ...]:
    """Up to ten keywords, best first, scores 0 to 1; those that the publisher gave lead with 1."""
    stops = stop_words(language)
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
        if len(folded) < _SHORTEST or folded.replace("’", "'") in stops:
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
