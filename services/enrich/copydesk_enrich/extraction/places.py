"""Finding the elements that paragraphs came from, and what surrounds them on the page."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.place import Anchor, Place
from copydesk_enrich.extraction.rows import row_text
from copydesk_enrich.extraction.rules import Region, RuleBook

BLOCKS = (
    "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "dd", "dt", "td",
    "th", "tr",
)  # fmt: skip
# Boxes that hold text of their own where an author was careless, or a link stands alone.
_LOOSE = ("div", "span", "section", "center", "em", "strong", "b", "a")
_NOT_IN_LOOSE = frozenset({*BLOCKS, "div", "ul", "ol", "table", "section", "article"})
_ANCHORS = XPath(".//a[@href]")
# What holds more than this share of the text is the article, whatever its class says.
_MOST_OF_BODY = 0.3
_MOST_ANCHORS = 50
_DEEPEST = 60


def squash(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def raw_text(block: HtmlElement) -> str:
    """The text of one of the blocks with its white space; of a row that of its cells, parted."""
    return row_text(block) if block.tag == "tr" else str(block.text_content())


def block_text(block: HtmlElement) -> str:
    """The text of one of the blocks, as it stands among the paragraphs."""
    return tidy(raw_text(block))


def paragraph_key(paragraph: str) -> str:
    """What a paragraph and its element are compared by."""
    # trafilatura marks the items of a list with a dash.
    return squash(paragraph.removeprefix("- "))


def locate(tree: HtmlElement, paragraphs: Sequence[str]) -> dict[str, list[HtmlElement]]:
    """The elements whose whole text a paragraph is, by its key."""
    return _find(tree, frozenset(map(paragraph_key, paragraphs)))


class Regions:
    """The regions of a page's elements; those with the same names are judged once."""

    def __init__(self, rules: RuleBook) -> None:
        self._rules = rules
        self._known: dict[tuple[str, str | None, str | None], Region | None] = {}

    def of(self, element: HtmlElement) -> Region | None:
        """What the element by itself is."""
        names = (str(element.tag), element.get("class"), element.get("id"))
        if names not in self._known:
            self._known[names] = self._rules.region(*names)
        return self._known[names]


def find_places(
    found: Mapping[str, Sequence[HtmlElement]], paragraphs: Sequence[str], *, regions: Regions
) -> list[Place | None]:
    """The place of each paragraph; None for one that the page does not hold in one piece.

    A text that stands in several places is furniture only if it is in all of them.
    """
    weights: Counter[HtmlElement] = Counter()
    for key, elements in found.items():
        for ancestor in {above for element in elements for above in _upwards(element)}:
            weights[ancestor] += len(key)
    limit = _MOST_OF_BODY * sum(map(len, found))

    def region_of(element: HtmlElement) -> Region | None:
        for above in _upwards(element):
            if weights[above] > limit:
                return None
            if (region := regions.of(above)) is not None:
                return region
        return None

    places = {key: _place(key, elements, region_of) for key, elements in found.items()}
    return [places.get(paragraph_key(paragraph)) for paragraph in paragraphs]


def _find(tree: HtmlElement, wanted: frozenset[str]) -> dict[str, list[HtmlElement]]:
    """The elements whose whole text is one of the wanted, blocks before loose boxes."""
    found: dict[str, list[HtmlElement]] = {}
    for element in tree.iter(*BLOCKS):
        if (key := squash(raw_text(element))) in wanted:
            found.setdefault(key, []).append(element)
    missing = wanted - found.keys()
    for element in tree.iter(*_LOOSE) if missing else ():
        if any(child.tag in _NOT_IN_LOOSE for child in element):
            continue
        if (key := squash(str(element.text_content()))) in missing:
            found.setdefault(key, []).append(element)
    found.pop("", None)
    return found


def _place(
    key: str,
    elements: Sequence[HtmlElement],
    region_of: Callable[[HtmlElement], Region | None],
) -> Place:
    regions = [region_of(element) for element in elements]
    # The first that is no furniture, else simply the first.
    index = next((i for i, region in enumerate(regions) if region is None), 0)
    element = elements[index]
    anchors = [element] if element.tag == "a" else _ANCHORS(element)[:_MOST_ANCHORS]
    texts = [tidy(str(anchor.text_content())) for anchor in anchors]
    return Place(
        tag=str(element.tag),
        region=regions[index],
        linked=squash("".join(texts)) == key,
        anchors=tuple(
            Anchor(text, anchor.get("href") or "")
            for text, anchor in zip(texts, anchors, strict=True)
            if text
        ),
    )


def _upwards(element: HtmlElement) -> list[HtmlElement]:
    """The element and those around it, up to the page's body."""
    line = [element]
    for above in element.iterancestors():
        if above.tag in {"body", "html"} or len(line) == _DEEPEST:
            break
        line.append(above)
    return line
