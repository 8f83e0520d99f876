"""What changed between two versions: paragraph by paragraph, and word by word within one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MAX_CHARS = 200_000
"""Differing text beyond that is shown as removed and added whole; news stays far below it."""

MAX_EQUAL_PAIRS = 50_000
MAX_ALL_PAIRS = 200_000
"""Equal pairs of words (or paragraphs) that one matching, and all of them, may have. difflib's time
is their number times that of the blocks found: at most 0.2 s and 1 s (measured on texts made of two
words), where a paragraph of 1,000 words of news has 15,000."""

ALIKE = 0.5
"""Paragraphs that share fewer of their words are two paragraphs, not one that changed."""

LOOKED_AHEAD = 8

_WORD = re.compile(r"\s*\S+")


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Mark(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Part:
    """A run of words of a changed paragraph; both texts are their parts in order."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Change:
    """One paragraph that differs; `old` and `new` count paragraphs from 0 within their version."""

    kind: Kind
    old: int | None
    new: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Step:
    old: slice
    new: slice
    equal: bool


def differences(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The paragraphs that differ, in reading order. Bounded in time, whatever the texts."""
    return list(_Comparison(old, new).changes())


def marked(old: str, new: str) -> tuple[Part, ...]:
    """One text word by word."""
    return _Comparison((old,), (new,)).parts(0, 0)


class _Comparison:
    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old = old
        self._new = new
        self._pairs_left = MAX_ALL_PAIRS

    def changes(self) -> Iterator[Change]:
        old, new = self._old, self._new
        shorter = min(len(old), len(new))
        head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        tail = next(
            (i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head
        )
        before, after = range(head, len(old) - tail), range(head, len(new) - tail)
        chars = sum(len(old[n]) for n in before) + sum(len(new[n]) for n in after)
        if chars > MAX_CHARS:
            yield from (_whole(Kind.REMOVED, n, old) for n in before)
            yield from (_whole(Kind.ADDED, n, new) for n in after)
            return
        for stretch in self._unequal([old[n] for n in before], [new[n] for n in after]):
            yield from self._stretch(before[stretch.old], after[stretch.new])

    def _unequal(self, old: Sequence[str], new: Sequence[str]) -> Iterator["_Step"]:
        return (step for step in self._steps(old, new) if not step.equal)

    def _steps(self, old: Sequence[str], new: Sequence[str]) -> Iterator["_Step"]:
        """From old to new; in one step when a better way would take too long to find."""
        counts, others = Counter(old), Counter(new)
        pairs = sum(count * others[item] for item, count in counts.items())
        if pairs > min(MAX_EQUAL_PAIRS, self._pairs_left):
            yield _Step(slice(0, len(old)), slice(0, len(new)), equal=False)
            return
        self._pairs_left -= pairs
        for tag, start, end, new_start, new_end in SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes():
            yield _Step(slice(start, end), slice(new_start, new_end), equal=tag == "equal")

    def _stretch(self, old: range, new: range) -> Iterator[Change]:
        """Pair what is alike in order; what stands between two pairs was removed or added."""
        for number in old:
            pair = next((n for n in new[:LOOKED_AHEAD] if self._alike(number, n)), None)
            if pair is None:
                yield _whole(Kind.REMOVED, number, self._old)
                continue
            yield from (_whole(Kind.ADDED, n, self._new) for n in range(new.start, pair))
            yield Change(Kind.CHANGED, number, pair, self.parts(number, pair))
            new = range(pair + 1, new.stop)
        yield from (_whole(Kind.ADDED, n, self._new) for n in new)

    def _alike(self, old: int, new: int) -> bool:
        before, after = Counter(self._old[old].split()), Counter(self._new[new].split())
        return 2 * (before & after).total() >= ALIKE * (before.total() + after.total())

    def parts(self, old: int, new: int) -> tuple[Part, ...]:
        before, after = _words(self._old[old]), _words(self._new[new])
        parts: list[Part] = []
        for step in self._steps(before, after):
            gone, come = "".join(before[step.old]), "".join(after[step.new])
            if step.equal:
                parts.append(Part(Mark.SAME, gone))
                continue
            if gone:
                parts.append(Part(Mark.REMOVED, gone))
            if come:
                parts.append(Part(Mark.ADDED, come))
        return tuple(parts)


def _words(paragraph: str) -> list[str]:
    """Words with the space before them, so that they join to the paragraph again."""
    return _WORD.findall(paragraph)


def _whole(kind: Kind, number: int, paragraphs: Sequence[str]) -> Change:
    removed = kind is Kind.REMOVED
    mark = Mark.REMOVED if removed else Mark.ADDED
    return Change(
        kind,
        number if removed else None,
        None if removed else number,
        (Part(mark, paragraphs[number]),),
    )
