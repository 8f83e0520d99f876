"""What the body leaves out of its own part of the page: nothing goes without a record."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from lxml.html import HtmlElement

from copydesk_enrich.extraction.found import LEFT_OUT, REPEATED
from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.places import (
    BLOCKS,
    Regions,
    paragraph_key,
    raw_text,
    squash,
)
from copydesk_enrich.extraction.rules import Kind
from copydesk_shared.contracts.article import RemovedBlock

_LEAVES = tuple({*BLOCKS, "div", "section", "header", "pre", "address"} - {"td", "th"})
# Furniture that may stand amid an article; it is taken out before anything is read.
_FURNITURE = ("nav", "footer", "aside")
_MOST_BLOCKS = 40
_MOST_CHARS = 300
# Candidates of a page before it is given up: pages may be hostile.
_MOST_SEEN = 120
# Looks at the whole text of a page, which may be long.
_MOST_LOOKS = 400
_OPENING_CHARS = 80
_FEWEST_CHARS = 25
_MOST_ANCESTORS = 8


def take_furniture(tree: HtmlElement) -> dict[HtmlElement, HtmlElement]:
    """Take navigation, asides and footers out of a page: what stands in their places → they."""
    taken: dict[HtmlElement, HtmlElement] = {}
    for element in list(tree.iter(*_FURNITURE)):
        parent = element.getparent()
        if parent is not None:
            empty = element.makeelement(element.tag)
            empty.tail, element.tail = element.tail, None
            parent.replace(element, empty)
            taken[empty] = element
    return taken


def left_out(
    found: Mapping[str, Sequence[HtmlElement]],
    paragraphs: Sequence[str],
    *,
    furniture: Mapping[HtmlElement, HtmlElement],
    regions: Regions,
) -> list[RemovedBlock]:
    """The blocks around and between the paragraphs that are none of them, at most 40.

    `found` are the elements of the paragraphs; positions count `paragraphs`. A long block is cut.
    """
    inner = _shared_box([elements[0] for elements in found.values() if len(elements) == 1])
    if inner is None:
        return []
    box = next(inner.iterancestors("article", "main"), inner)
    body = _Body([paragraph_key(text) for text in paragraphs])
    known = {element: key for key, elements in found.items() for element in elements}
    seen: list[_Missed] = []
    for element in _innermost(list(box.iter(*_LEAVES, *_FURNITURE)), furniture):
        key = known.get(element) or squash(_text(element, furniture))
        if key and (rule := body.misses(key)):
            seen.append(_Missed(element, body.position, rule))
        if len(seen) == _MOST_SEEN:
            break
    if len(seen) > _MOST_BLOCKS:
        # Those amid the text before those around it.
        amid = sorted(seen, key=lambda one: inner not in one.element.iterancestors())
        chosen = {one.element for one in amid[:_MOST_BLOCKS]}
        seen = [one for one in seen if one.element in chosen]
    return [
        RemovedBlock(
            kind=Kind.REPEAT if one.rule == REPEATED else _kind(one.element, box, regions),
            text=tidy(_text(one.element, furniture))[:_MOST_CHARS],
            position=one.position,
            rule=one.rule,
        )
        for one in seen
    ]


def settled(
    left: Sequence[RemovedBlock], *, paragraphs: Sequence[str], kept: Sequence[str]
) -> list[RemovedBlock]:
    """The blocks with positions that count only the paragraphs that were kept, in their order."""
    before = [0]
    for text in paragraphs:
        done = before[-1]
        before.append(done + (done < len(kept) and kept[done] == text))
    return [block.model_copy(update={"position": before[block.position]}) for block in left]


@dataclass(frozen=True)
class _Missed:
    """A block that is not in the body: its element, and how many paragraphs precede it."""

    element: HtmlElement
    position: int
    rule: str


@dataclass
class _Body:
    """The paragraphs, by their keys in order; `position` is how many of them have gone by."""

    keys: Sequence[str]
    position: int = 0
    _open: dict[str, deque[int]] = field(init=False)
    _looks: int = _MOST_LOOKS

    def __post_init__(self) -> None:
        self._open = defaultdict(deque)
        for number, key in enumerate(self.keys):
            self._open[key].append(number)
        self._whole = "".join(self.keys)
        self._ends = list(accumulate(map(len, self.keys)))

    def misses(self, key: str) -> str | None:
        """The rule by which a block of the page is left out; None for one that is in the body."""
        if key in self._open:
            if not self._open[key]:
                return REPEATED
            self.position = max(self.position, self._open[key].popleft() + 1)
            return None
        return None if self._holds(key) else LEFT_OUT

    def _holds(self, key: str) -> bool:
        """Whether the block is a part of a paragraph, or was parted into several."""
        near = "".join(self.keys[max(0, self.position - 1) : self.position + 2])
        if key in near:
            return True
        if len(key) < _FEWEST_CHARS or not self._looks:
            return False
        self._looks -= 1
        start = self._whole.find(key[:_OPENING_CHARS])
        if start < 0:
            return False
        end = min(start + len(key), len(self._whole))
        self.position = max(self.position, bisect_left(self._ends, end) + 1)
        return True


def _kind(element: HtmlElement, box: HtmlElement, regions: Regions) -> Kind:
    """What a block is, by the furniture around it within the box of the text."""
    if element.tag == "h1":
        return Kind.HEADLINE
    above: HtmlElement | None = element
    for _ in range(_MOST_ANCESTORS):
        if above is None or above is box:
            break
        if region := regions.of(above):
            return region.kind
        above = above.getparent()
    return Kind.PAGE_CHROME


def _innermost(
    blocks: Sequence[HtmlElement], furniture: Collection[HtmlElement]
) -> Iterator[HtmlElement]:
    """The blocks, in document order, that hold no other of them; furniture counts for none."""
    known, holders = frozenset(blocks), set()
    for block in blocks:
        above = block.getparent()
        while above is not None and above not in known:
            above = above.getparent()
        if above is not None and block not in furniture:
            holders.add(above)
    return (block for block in blocks if block not in holders)


def _text(element: HtmlElement, furniture: Mapping[HtmlElement, HtmlElement]) -> str:
    if element in furniture:
        return " ".join(furniture[element].itertext())
    return raw_text(element)


def _shared_box(elements: Sequence[HtmlElement]) -> HtmlElement | None:
    """The innermost element around all of them."""
    lines = [[*element.iterancestors()][::-1] for element in elements]
    shared = lines[0] if lines else []
    for line in lines:
        same = next(
            (depth for depth, (one, other) in enumerate(zip(shared, line, strict=False))
             if one is not other),
            min(len(shared), len(line)),
        )  # fmt: skip
        shared = shared[:same]
    return shared[-1] if shared else None
