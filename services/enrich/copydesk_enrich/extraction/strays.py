"""Headlines of other articles that lost their links and stand alone between two paragraphs."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Sequence
from itertools import pairwise

from copydesk_enrich.extraction.headlines import PROSE_END, is_prose, looks_like_headline
from copydesk_enrich.extraction.lines import Line
from copydesk_enrich.extraction.rules import RuleBook

_FEWEST_WORDS, _FEWEST_LABELLED, _MOST_WORDS = 6, 5, 20
# A verb further back belongs to a clause, not to the headline's subject.
_VERB_WITHIN = 8
# In capitals as STORY, a year, or a quotation, each before a colon.
_LABEL = re.compile(
    r"(?:[A-Z][A-Z’' .]{2,30}|\d{4}|['‘\"“][^'‘’\"“”]{3,40}['’\"”])\s?:\s?(?P<title>\S.*)"
)
# English headlines do without articles and forms of "to be"; they speak of nobody as "we" or "it".
_NOT_IN_HEADLINES = re.compile(
    r"\b(?:an?|the|is|are|was|were|be|been|has|have|had|would|could|should|did|got|i|we|you|he|she"
    r"|it|they|this|that|these|those|there|my|our|your|update)\b|[•|…;@]|\.\.\.|--|://|\.com\b",
    re.IGNORECASE,
)
_OPENS_HEADING = re.compile(
    r"(?:why|how|what|who|when|where|which|if|but|and|or|so|no|not|as|after|before|while|meanwhile"
    r"|only|next|in|on|at)\b",
    re.IGNORECASE,
)
_QUOTES = "'‘’\"“”,:"


def find_strays(lines: Sequence[Line], rules: RuleBook) -> frozenset[int]:
    """The numbers of the lines that are headlines of other articles, for no place tells.

    Such a line stands alone, behind a paragraph of prose and before another or at the end, and is
    worded as English headlines are: a name, a verb in the present, no article. Where the article
    has a heading of its own, nothing tells the two apart: then none.
    """
    strays: list[int] = []
    for number, line in enumerate(lines):
        # Junk first: a run of it is then walked twice at most, by the lines at its two ends.
        if not _is_short(line) or _is_joined(lines, number) or _is_junk(line, rules):
            continue
        above = _nearest(lines, range(number - 1, -1, -1), rules)
        below = _nearest(lines, range(number + 1, len(lines)), rules)
        if above is None or not all(is_prose(near.text) for near in (above, below) if near):
            continue
        if _is_worded_as_headline(line.text, rules):
            strays.append(number)
        elif below is not None and not _LABEL.fullmatch(line.text):
            return frozenset()
    return frozenset(strays)


def _is_short(line: Line) -> bool:
    return (
        line.place is None
        and looks_like_headline(line.text)
        and not line.text.endswith((*PROSE_END, ")"))
    )


def _is_joined(lines: Sequence[Line], number: int) -> bool:
    """Whether a neighbour is of the same block, where a line may be part of a wrapped sentence."""
    around = (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    return any(near.block == lines[number].block for near in around)


def _nearest(lines: Sequence[Line], numbers: range, rules: RuleBook) -> Line | None:
    """The first of these lines that no rule takes."""
    near = (lines[number] for number in numbers)
    return next((line for line in near if is_prose(line.text) or not _is_junk(line, rules)), None)


def _is_junk(line: Line, rules: RuleBook) -> bool:
    return rules.recognise(line.text, in_head=False) is not None


def _is_worded_as_headline(text: str, rules: RuleBook) -> bool:
    title, labelled = text, False
    while match := _LABEL.fullmatch(title):
        title, labelled = match["title"], True
    words = [word.strip(_QUOTES) for word in title.split()]
    if not (_FEWEST_LABELLED if labelled else _FEWEST_WORDS) <= len(words) <= _MOST_WORDS:
        return False
    if _NOT_IN_HEADLINES.search(title) or _OPENS_HEADING.match(title):
        return False
    named = labelled or any(word[:1].isupper() for word in words[1:])
    subject = title[:1].isupper() and not title.isupper()
    return named and subject and _has_verb(words, rules)


def _has_verb(words: Sequence[str], rules: RuleBook) -> bool:
    """A verb of headlines behind the first word, not in the infinitive."""
    return any(
        word in rules.headline_verbs and before != "to"
        for before, word in pairwise(words[:_VERB_WITHIN])
    )
