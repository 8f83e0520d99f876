"""The box of a page that holds its text, where the page gives it no name."""

from lxml.html import HtmlElement
from trafilatura.xpaths import BODY_XPATH

_BOXES = frozenset({"body", "div", "section", "td", "center", "form"})
# Long enough for a paragraph of an article; a footer's are seldom longer. By the benchmark's pages
# with the names of their boxes taken off: F1 .948 without a frame, .968 with it; on every second
# of them .967 at 80, .976 at 140, .972 at 200.
_LONG_CHARS = 140
_PROSE_CHARS = 40
# The box around the long paragraphs holds so much of the short ones, or the one around it is taken.
_MOST = 0.75


def frame_text(tree: HtmlElement) -> None:
    """Make the box of the text an `article`, unless the page has one that trafilatura knows.

    Without one, trafilatura takes the `p` of the whole page and leaves headings and lists.
    """
    # Tags first: the expressions cost a tenth of an extraction.
    named = next(tree.iter("article", "main"), None) is not None
    if named or any(find(tree) for find in BODY_XPATH):
        return
    box = _box(tree)
    if box is None:
        return
    frame = box.makeelement("article")
    frame.text, box.text = box.text, None
    frame.extend(list(box))
    box.append(frame)


def _box(tree: HtmlElement) -> HtmlElement | None:
    """The innermost box that holds every long text of the page, and most of the others."""
    prose = [
        (element, chars)
        for element in tree.iter()
        if element.tag != "a" and (chars := _own_chars(element)) >= _PROSE_CHARS
    ]
    if not prose:
        return next(tree.iter("body"), None)
    long = [element for element, chars in prose if chars >= _LONG_CHARS]
    boxes = _boxes_around(long or [element for element, _ in prose])
    enough = _MOST * sum(chars for _, chars in prose)
    lines = [(frozenset(_around(element)), chars) for element, chars in prose]
    for box in boxes:
        if sum(chars for line, chars in lines if box in line) >= enough:
            return box
    return None


def _boxes_around(elements: list[HtmlElement]) -> list[HtmlElement]:
    """The boxes that hold all the elements, from within."""
    shared = list(dict.fromkeys(_around(elements[0]))) if elements else []
    for element in elements:
        line = frozenset(_around(element))
        shared = [box for box in shared if box in line]
    return shared


def _around(element: HtmlElement) -> list[HtmlElement]:
    return [above for above in element.iterancestors() if above.tag in _BOXES]


def _own_chars(element: HtmlElement) -> int:
    """Characters of the element's own text, without that of its children."""
    return len((element.text or "").strip()) + sum(
        len((child.tail or "").strip()) for child in element
    )
