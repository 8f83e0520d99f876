"""Boilerplate that no rule knows: lines that a source prints under many of its articles.

A line is known by a key, never by its text. Which keys are boilerplate is counted elsewhere; here
is what a line must be like to count, and to be taken for boilerplate once its key is known.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from copydesk_enrich.extraction.found import LEFT_OUT_RULES
from copydesk_shared.contracts.article import Article

_NOT_WORD = re.compile(r"\W+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")  # noqa: RUF001  # typographic marks
# A label may recur in every article and belong to it: "Share:" of a recipe, "Q:".
_LABEL_END = (":", "：")  # noqa: RUF001  # typographic marks
_LONGEST_CHARS = 600
_HEADING_WORDS = 4
_FEWEST_AMID_PROSE = 8
_BACKGROUND_WORDS = 25
# Boilerplate stands at the head and the foot; the middle of a long article is prose.
_MOST_AT_EACH_END = 40


def line_key(text: str) -> str:
    """12 hexadecimal digits; equal for lines that differ in case, spacing and punctuation only."""
    words = _NOT_WORD.sub(" ", text[: _LONGEST_CHARS + 1]).casefold().strip()
    return hashlib.blake2b(words.encode(), digest_size=6).hexdigest()


def may_go(text: str, *, in_head: bool) -> bool:
    """Whether a known line may be taken out above the foot, where any may.

    Newspapers repeat more than boilerplate: the headings of a series ("What's next"), and in a
    running story a paragraph of background. So amid prose a line must be longer than a heading, and
    shorter than background if it is a sentence.
    """
    words = len(text.split())
    if in_head:
        return words >= _HEADING_WORDS
    background = words > _BACKGROUND_WORDS and _SENTENCE_END.search(text) is not None
    return words >= _FEWEST_AMID_PROSE and not background


def countable_keys(article: Article) -> tuple[str, ...]:
    """The keys of the article's lines, kept and removed, that may turn out to be boilerplate.

    At most 80, each once, in a fixed order. Headings and labels are never boilerplate.
    """
    headings = {heading.paragraph for heading in article.headings}
    kept = [text for i, text in enumerate(article.paragraphs) if i not in headings]
    blocks = article.extraction.removed_blocks
    removed = [block.text for block in blocks if block.rule not in LEFT_OUT_RULES]
    texts = dict.fromkeys((*_ends(kept), *_ends(removed)))
    return tuple(dict.fromkeys(map(line_key, filter(_countable, texts))))[: 2 * _MOST_AT_EACH_END]


def _ends(texts: Sequence[str]) -> Iterable[str]:
    half = _MOST_AT_EACH_END // 2
    return texts if len(texts) <= 2 * half else (*texts[:half], *texts[-half:])


def _countable(text: str) -> bool:
    return (
        len(text) <= _LONGEST_CHARS
        and not text.endswith(_LABEL_END)
        and any(map(str.isalpha, text))
    )
