"""The captions of Media RSS, taken out of a feed before feedparser takes them for articles.

https://www.rssboard.org/media-rss. feedparser reads `media:description` as another description of
the item, and so as its text. Where an item has no text of its own that is right: it stays there.
"""

from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

_NAMESPACES: Final = ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss")
_ITEMS: Final = ("item", "entry")
_TEXTS: Final = ("description", "encoded", "content", "summary", "body")
_MAX_CAPTION: Final = 4000


def take_captions(text: str) -> tuple[str, dict[str, str]]:
    """The feed without the captions in it, and those by the address of their picture.

    The text is well-formed and within all limits: one more pass of expat over it.
    """
    if "://search.yahoo.com/mrss" not in text:
        return text, {}
    data = text.encode("utf-8", "replace")
    reader = _Captions()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: reader.enter(
        name, attributes, at=parser.CurrentByteIndex
    )
    parser.EndElementHandler = lambda name: reader.leave(name, at=parser.CurrentByteIndex)
    parser.CharacterDataHandler = reader.read
    parser.Parse(data, True)
    kept, position = [], 0
    for start, end in reader.spans:
        kept.append(data[position:start])
        position = data.index(b">", end) + 1
    kept.append(data[position:])
    return b"".join(kept).decode(), reader.captions


class _Captions:
    """`captions` by address, and `spans`: each from its start tag to the `<` of its end tag."""

    def __init__(self) -> None:
        self.captions: dict[str, str] = {}
        self.spans: list[tuple[int, int]] = []
        self._begin_item()

    def _begin_item(self) -> None:
        self._has_text = False
        self._found: list[tuple[int, int]] = []
        self._addresses: list[str] = []
        self._address: str | None = None
        self._of_all: str | None = None
        self._start: int | None = None
        self._caption: list[str] = []

    def enter(self, name: str, attributes: Mapping[str, str], *, at: int) -> None:
        namespace, _, local = name.rpartition(" ")
        if namespace not in _NAMESPACES:
            if local in _ITEMS:
                self._begin_item()
            self._has_text |= local in _TEXTS
        elif local == "content":
            self._address = attributes.get("url")
            self._addresses += [self._address] if self._address else []
        elif local == "description" and self._start is None:
            self._start, self._caption = at, []

    def read(self, text: str) -> None:
        if self._start is not None:
            self._caption.append(text)

    def leave(self, name: str, *, at: int) -> None:
        namespace, _, local = name.rpartition(" ")
        if namespace not in _NAMESPACES:
            if local in _ITEMS:
                self._end_item()
        elif local == "content":
            self._address = None
        elif local == "description" and self._start is not None:
            self._end_caption(self._start, at)

    def _end_caption(self, start: int, end: int) -> None:
        caption = "".join(self._caption).strip()[:_MAX_CAPTION]
        self._start = None
        if not caption:  # an empty element may have one tag only
            return
        self._found.append((start, end))
        if self._address:
            self.captions.setdefault(self._address, caption)
        else:
            self._of_all = self._of_all or caption

    def _end_item(self) -> None:
        if self._has_text:
            self.spans += self._found
            for address in self._addresses if self._of_all else ():
                self.captions.setdefault(address, self._of_all or "")
        self._begin_item()
