"""Names that their own words give away, beside what the model finds.

Five kinds: forms of the gazetteer; names around a head word (`2012 United States presidential
election`, `Liberal Party of Australia`, `Kingdom of Hanover`) or after one (`Port Elder`, `Storm
Ada`); acronyms in brackets after the name that they stand for; the country of `Russian-led`. A name
found here takes the place of the model's spans that it covers.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from copydesk_enrich.entities.backend import Span
from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.entities.wording import may_follow
from copydesk_shared.contracts.article import EntityType

_WORD = re.compile(r"[^\W_]+(?:['’&.–-][^\W_]+)*(?:(?<=\b[A-Z])\.)?")  # noqa: RUF001
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[-–]\d\d(?:\d\d)?)?")  # noqa: RUF001
_ACRONYM = re.compile(r"\s?\(([A-Z][A-Za-z&-]{0,8}[A-Z])\)")
_POSSESSIVE = ("'s", "’s")  # noqa: RUF001
_ELECTIONS = frozenset({"election", "elections", "by-election", "by-elections"})
COMPOUND = (
    "-(?:led|backed|based|born|funded|controlled|held|occupied|run|owned|style|sponsored|allied"
    "|linked|aligned|made)"
)
_BY_PEOPLE = re.compile(rf"\b([A-Z]\w+){COMPOUND}\b")
_SMALL = frozenset({"the", "a"})
_LONGEST_LEFT, _LONGEST_RIGHT = 6, 4


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    joined: bool
    """Whether only a blank lies between this word and the one before."""

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def completed(text: str, spans: Sequence[Span], table: Gazetteer) -> list[Span]:
    """The model's spans with those of the patterns in the place of what they cover, by place.

    What lies strictly within a span of the model's stays the model's.
    """
    words = _words(text)
    whole = bytearray(len(text))  # 1 where a span of the model's goes on
    for span in spans:
        whole[span.start + 1 : span.end] = b"\x01" * (span.end - span.start - 1)
    taken = bytearray(len(text))
    chosen: list[Span] = []
    longest_first = sorted(
        (
            *_around_heads(words, table),
            *_after_heads(words, table),
            *_known(text, words, table),
            *_by_people(text, table),
        ),
        key=lambda span: (span.start - span.end, span.start),
    )
    exact = {(span.start, span.end) for span in spans}
    for found in longest_first:
        cuts = whole[found.start] or (found.end < len(text) and whole[found.end])
        if (not cuts or (found.start, found.end) in exact) and not any(
            taken[found.start : found.end]
        ):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            chosen.append(found)
    kept = [span for span in spans if not any(taken[span.start : span.end])]
    named = (*chosen, *kept)
    return sorted((*named, *_acronyms(text, named)), key=lambda span: span.start)


def acronym_after(text: str, end: int) -> tuple[int, int] | None:
    """Where the acronym is that stands in brackets at `end`, if there is one."""
    match = _ACRONYM.match(text, end)
    return match.span(1) if match else None


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    end = 0
    for match in _WORD.finditer(text):
        joined = bool(words) and text[end : match.start()] == " "
        words.append(_Word(match.start(), match.end(), match[0], joined))
        end = match.end()
    return words


def _around_heads(words: Sequence[_Word], table: Gazetteer) -> Iterator[Span]:
    for i, word in enumerate(words):
        if word.text in _ELECTIONS:
            if (span := _election(words, i, table)) is not None:
                yield span
        elif word.text in table.heads or word.text in table.heads_of:
            left = _left(words, i, table)
            right = _right(words, i, table) if word.text in table.heads_of else i
            # A head alone is no name: "the Party", "the Bank".
            if right > i and word.text in table.heads_of:
                yield Span(words[left].start, words[right].end, table.heads_of[word.text])
            elif left < i and word.text in table.heads:
                yield Span(words[left].start, word.end, table.heads[word.text])


def _after_heads(words: Sequence[_Word], table: Gazetteer) -> Iterator[Span]:
    """`Port Elder`, `Winter Storm Uri`: a first word that says what it is, and one more.

    Between other capitals, as in `Port Elder Wanderers`, they are a part of a longer name.
    """
    for i, (word, name) in enumerate(pairwise(words)):
        kind = table.first_words.get(word.text)
        if kind is None or not name.joined or not may_follow(name.text, table):
            continue
        first, bare = i, name.text.removesuffix(_POSSESSIVE[0]).removesuffix(_POSSESSIVE[1])
        if i and word.joined and words[i - 1].text in table.before_storm:
            first = i - 1
        before = first > 0 and words[first].joined and _in_name(words[first - 1], table)
        after = bare == name.text and i + 2 < len(words) and words[i + 2].joined
        if not before and not (after and _in_name(words[i + 2], table)):
            yield Span(words[first].start, name.start + len(bare), kind)


def _election(words: Sequence[_Word], i: int, table: Gazetteer) -> Span | None:
    """`2012 United States presidential election`: a year or a name is what makes it one."""
    first, names, year = i, 0, False
    while first > 0 and words[first].joined and i - first < _LONGEST_LEFT + 2:
        before = words[first - 1]
        if _YEAR.fullmatch(before.text):
            first, year = first - 1, True
            break
        if before.capital and before.text not in table.not_in_names | table.calendar:
            names += not before.text.endswith(_POSSESSIVE)
        elif before.text.lower() not in table.elections:
            break
        first -= 1
    if not year and not (names and first < i - names):
        return None
    last = i
    if year and i + 2 < len(words) and words[i + 1].text == "in" and words[i + 2].capital:
        last = i + 2
        for word in words[i + 3 : i + 2 + _LONGEST_RIGHT]:
            if not (word.joined and word.capital):
                break
            last += 1
    return Span(words[first].start, words[last].end, EntityType.EVENT)


def _left(words: Sequence[_Word], i: int, table: Gazetteer) -> int:
    """The first word of the name that ends in word `i`."""
    first = i
    while first > 0 and words[first].joined and i - first < _LONGEST_LEFT:
        before = words[first - 1]
        joins = (
            before.text == "and"
            and first > 1
            and words[first - 2].text in table.joined
            and before.joined
        )
        if not joins and not _in_name(before, table):
            break
        first -= 1
    return first


def _right(words: Sequence[_Word], i: int, table: Gazetteer) -> int:
    """The last word of the name that goes on after word `i` with "of" or "for", else `i`."""
    at = i + 1
    if at >= len(words) or words[at].text not in {"of", "for"} or not words[at].joined:
        return i
    at += 1
    if at < len(words) and words[at].text in _SMALL and words[at].joined:
        at += 1
    last = i
    while (
        at < len(words) and words[at].joined and words[at].capital and at - i <= _LONGEST_RIGHT + 2
    ):
        if words[at].text in table.not_in_names:
            break
        last, at = at, at + 1
        if words[last].text.endswith(_POSSESSIVE):
            break
        if at + 1 < len(words) and words[at].text == "of" and words[at + 1].capital:
            at += 1
    return last


def _in_name(word: _Word, table: Gazetteer) -> bool:
    return (
        word.capital
        and word.text not in table.not_in_names
        and word.text not in table.honorifics
        and word.text not in table.calendar
        and not word.text.endswith(_POSSESSIVE)
    )


def _by_people(text: str, table: Gazetteer) -> Iterator[Span]:
    """The country of `Russian-led`, which stands there as a word for its people."""
    for match in _BY_PEOPLE.finditer(text):
        if match[1] in table.countries:
            yield Span(*match.span(1), EntityType.PLACE)


def _known(text: str, words: Sequence[_Word], table: Gazetteer) -> Iterator[Span]:
    end = 0
    for word in words:
        if word.start < end:
            continue
        for form in table.by_first_word.get(word.text, ()):
            after = word.start + len(form)
            if text.startswith(form, word.start) and not text[after : after + 1].isalnum():
                yield Span(word.start, after, table.known[form].type)
                end = after
                break


def _acronyms(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    taken = {span.start for span in spans}
    for span in spans:
        place = acronym_after(text, span.end)
        if span.type is EntityType.ORGANISATION and place and place[0] not in taken:
            yield Span(*place, EntityType.ORGANISATION)
