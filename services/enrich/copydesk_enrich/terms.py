"""The words that tell what an article is about: weighted, normalised, ready for the term index.

TF-IDF over the headline (counted twice) and the first 200 words, the 40 heaviest words kept. On
news that equals a small sentence model, and it explains itself. Single words: pairs of words gained
nothing on 600 same-story queries (P@10 .816 either way, `evals/related.py`).
"""

import gzip
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType

from copydesk_shared.words import unmarked

VERSION = "1"
LIMIT = 40
LEAD_WORDS = 200
HEADLINE_COUNT = 2
SHORTEST_NUMBER = 3
"""`7` and `30` stand in every second text by chance; `2026` and `4,200` seldom do."""

MAX_SHARE = 0.08
"""A word in more than this share of all articles says nothing about one of them."""

_CURLY = "\N{RIGHT SINGLE QUOTATION MARK}"
_WORD = re.compile(rf"[^\W_]+(?:(?:['{_CURLY}.]|(?<=\d),(?=\d{{3}}))[^\W_]+)*")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|dell?|nell?|all?|un)'(?=\w{2})")
_NUMBER = re.compile(r"[\d.,]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")
_ELIDING = frozenset({"ca", "fr", "it"})


@dataclass(frozen=True)
class Term:
    """A word of an article.

    `key` is folded (no case, no accents), `text` is as it stood first, in lower case; the weights
    of an article's terms have a Euclidean length of 1, so that products sum to a cosine.
    """

    key: str
    text: str
    weight: float


@dataclass(frozen=True)
class Frequencies:
    """In how many of `documents` articles a word occurs; an unknown word counts as 1."""

    documents: int
    by_word: Mapping[str, int]

    def rarity(self, word: str) -> float:
        """The inverse document frequency, 0 for a word too common to tell articles apart."""
        count = self.by_word.get(word, 1)
        if count > MAX_SHARE * self.documents:
            return 0.0
        return math.log((1 + self.documents) / count)


def fold(text: str) -> str:
    """`text` without case and accents: `Zürich` and `ZURICH` are one word."""
    return unmarked(text.casefold())


def terms_of(title: str, text: str, *, language: str, limit: int = LIMIT) -> tuple[Term, ...]:
    """The heaviest words of an article, heaviest first. Deterministic; about 0.5 ms."""
    frequencies = frequencies_for(language)
    counts: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for word in words(title, language=language):
        counts[word.key] += HEADLINE_COUNT
        spelling.setdefault(word.key, word.text)
    for _, word in zip(range(LEAD_WORDS), words(text, language=language), strict=False):
        counts[word.key] += 1
        spelling.setdefault(word.key, word.text)
    weighted = {key: (1 + math.log(n)) * frequencies.rarity(key) for key, n in counts.items()}
    heaviest = sorted((-weight, key) for key, weight in weighted.items() if weight > 0)[:limit]
    length = math.sqrt(sum(weight * weight for weight, _ in heaviest))
    return tuple(Term(key, spelling[key], round(-w / length, 4)) for w, key in heaviest)


@dataclass(frozen=True)
class Word:
    key: str
    text: str


def words(text: str, *, language: str) -> Iterator[Word]:
    """The words of a text in order, without possessives, elisions, letters and small numbers.

    Scripts written without spaces are cut into overlapping pairs of characters.
    """
    for match in _WORD.finditer(text):
        written = match.group().lower().replace(_CURLY, "'")
        if _UNSPACED.search(written):
            yield from (Word(pair, pair) for pair in map("".join, pairwise(written)))
            continue
        if language in _ELIDING:
            written = _ELISION.sub("", written)
        written = written.removesuffix("'s")
        key = fold(written)
        if _NUMBER.fullmatch(key):
            if len(key) >= SHORTEST_NUMBER:
                yield Word(key, written)
            continue
        key = key.replace(".", "").replace("'", "")
        if len(key) > 1:
            yield Word(key, written)


@cache
def frequencies_for(language: str) -> Frequencies:
    """The table of a language: measured for English, function words alone for some others."""
    measured = _english()
    common = dict.fromkeys(_function_words().get(language, ()), measured.documents)
    by_word = {**measured.by_word, **common} if language == "en" else common
    return Frequencies(measured.documents, MappingProxyType(by_word))


@cache
def _english() -> Frequencies:
    """Read `document_frequencies.gz`: the number of articles, then `<count> word word …` a line."""
    packed = resources.files(__package__).joinpath("tables/document_frequencies.gz").read_bytes()
    first, *lines = gzip.decompress(packed).decode().splitlines()
    by_word: dict[str, int] = {}
    for line in lines:
        count, *group = line.split(" ")
        by_word.update(dict.fromkeys(group, int(count)))
    return Frequencies(int(first), MappingProxyType(by_word))


@cache
def _function_words() -> Mapping[str, frozenset[str]]:
    """Read `function_words.txt`: `<language> word word …` a line, folded as `words` folds."""
    table = resources.files(__package__).joinpath("tables/function_words.txt").read_text("utf-8")
    rows = (line.split() for line in table.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({code: frozenset(map(fold, group)) for code, *group in rows})
