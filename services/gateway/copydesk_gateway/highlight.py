"""Marks found words in titles and snippets, by the rules that the engines search by.

Words of five letters and more may differ by one edit, of nine and more by two (optimal string
alignment: a swap of neighbours is one edit); the last word matches as a prefix; numbers only as
they are; phrases only word for word. Text is escaped first and marked then, so that the
only tag in the output is `<mark>`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from rapidfuzz.distance import OSA

from copydesk_gateway.query import Either, Phrase, Plain, Query, Titled, Word
from copydesk_shared.words import WORD, fold

ONE_TYPO_LETTERS = 5
TWO_TYPOS_LETTERS = 9
MIN_PREFIX_LETTERS = 2
SNIPPET_CHARS = 240
LEAD_CHARS = 48
"""How much text stands before the first mark of a snippet, at most."""

ELLIPSIS = "…"


@dataclass(frozen=True)
class Highlights:
    """HTML-escaped text with `<mark>` around what matched; a cut snippet ends in `…`."""

    title: str
    snippet: str


@dataclass(frozen=True)
class _Span:
    """A match of a term in a text, in characters."""

    start: int
    end: int
    term: int


_Phrase = tuple[int, tuple[str, ...]]
"""The number of its term, and its folded words."""


class Highlighter:
    """Marks one query in many texts: the verdict on each distinct word is remembered.

    Not thread-safe; make one a request.
    """

    def __init__(self, query: Query, *, body_chars: int) -> None:
        self._body_chars = body_chars
        self._matchers: list[tuple[int, Callable[[str], bool]]] = []
        self._phrases: list[_Phrase] = []
        self._titled: list[_Phrase] = []
        last = len(query.terms) - 1
        for number, term in enumerate(query.terms):
            for plain in term.alternatives if isinstance(term, Either) else (term,):
                self._look_for(plain, number, prefix=number == last)
        self._verdicts: dict[str, int | None] = {}

    def _look_for(self, term: Plain, number: int, *, prefix: bool) -> None:
        match term:
            case Word(text=text):
                self._matchers.append((number, word_matcher(text, prefix=prefix)))
            case Phrase(words=found) if found:
                self._phrases.append((number, tuple(map(fold, found))))
            case Titled(words=found) if found:
                self._titled.append((number, tuple(map(fold, found))))
            case _:
                pass

    def of(self, *, title: str, summary: str, body: str) -> Highlights:
        """The marked title, and the densest ~240 characters of the body's head or the summary."""
        title_spans = self._spans(title, [*self._phrases, *self._titled])
        head = body[: self._body_chars]
        spans = self._spans(head, self._phrases)
        if spans:
            snippet = _snippet(head, spans, more=len(body) > len(head))
        else:
            snippet = _snippet(summary, self._spans(summary, self._phrases), more=False)
        return Highlights(title=marked(title, title_spans), snippet=snippet)

    def _spans(self, text: str, phrases: Sequence[_Phrase]) -> list[_Span]:
        tokens = [(match.start(), match.end(), fold(match[0])) for match in WORD.finditer(text)]
        spans: list[_Span] = []
        covered = -1
        for index, (start, end, token) in enumerate(tokens):
            if start < covered:
                continue
            phrase = _phrase_at(phrases, tokens, index)
            if phrase is not None:
                spans.append(phrase)
                covered = phrase.end
            elif (term := self._verdict(token)) is not None:
                spans.append(_Span(start, end, term))
        return spans

    def _verdict(self, token: str) -> int | None:
        if token not in self._verdicts:
            self._verdicts[token] = next(
                (number for number, matches in self._matchers if matches(token)), None
            )
        return self._verdicts[token]


def _phrase_at(
    phrases: Sequence[_Phrase], tokens: Sequence[tuple[int, int, str]], index: int
) -> _Span | None:
    for number, phrase in phrases:
        if tokens[index][2] != phrase[0]:
            continue
        run = tokens[index : index + len(phrase)]
        if tuple(token for _, _, token in run) == phrase:
            return _Span(run[0][0], run[-1][1], number)
    return None


def word_matcher(word: str, *, prefix: bool) -> Callable[[str], bool]:
    """A test of folded words against a query word, as the engines would match it."""
    wanted = fold(word)
    edits = allowed_edits(wanted)
    prefix = prefix and len(wanted) >= MIN_PREFIX_LETTERS

    def matches(token: str) -> bool:
        if token == wanted or (prefix and token.startswith(wanted)):
            return True
        return bool(edits) and OSA.distance(wanted, token, score_cutoff=edits) <= edits

    return matches


def allowed_edits(word: str) -> int:
    if word.isdecimal() or len(word) < ONE_TYPO_LETTERS:
        return 0
    return 1 if len(word) < TWO_TYPOS_LETTERS else 2


def marked(text: str, spans: Sequence[_Span]) -> str:
    """The text, escaped, with every span in a `<mark>`."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (escape(text[at : span.start]), "<mark>", escape(text[span.start : span.end]))
        parts.append("</mark>")
        at = span.end
    parts.append(escape(text[at:]))
    return "".join(parts)


def _snippet(text: str, spans: Sequence[_Span], *, more: bool) -> str:
    """The window of the text with the most different terms, then the most matches, marked."""
    if not spans:
        start, end = 0, min(len(text), SNIPPET_CHARS)
    else:
        first = max(_windows(spans), key=lambda window: (window[1], window[2], -window[0]))[0]
        start = max(0, spans[first].start - LEAD_CHARS)
        end = min(len(text), max(start + SNIPPET_CHARS, spans[first].end))
        start = max(0, min(start, end - SNIPPET_CHARS))
    start, end = _whole_words(text, start, end)
    inside = [
        _Span(span.start - start, span.end - start, span.term)
        for span in spans
        if start <= span.start and span.end <= end
    ]
    before = ELLIPSIS if start > 0 else ""
    after = ELLIPSIS if end < len(text) or more else ""
    return before + marked(text[start:end], inside) + after


def _windows(spans: Sequence[_Span]) -> Iterator[tuple[int, int, int]]:
    """For each span: its index, the different terms and the matches within a snippet's length."""
    for index, span in enumerate(spans):
        limit = span.start + SNIPPET_CHARS - LEAD_CHARS
        near = [other.term for other in spans[index : index + 40] if other.end <= limit]
        yield index, len(set(near)), len(near)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends inwards to blanks, if there are any close by; blanks go."""
    if start > 0 and not text[start - 1].isspace():
        blank = next((i for i in range(start, min(start + 30, end)) if text[i].isspace()), None)
        start = start if blank is None else blank
    if end < len(text) and not text[end].isspace():
        blank = next((i for i in range(end, max(end - 30, start), -1) if text[i].isspace()), None)
        end = end if blank is None else blank
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
