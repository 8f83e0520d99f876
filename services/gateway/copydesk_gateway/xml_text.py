"""Text and trees as XML 1.0, whatever characters publishers use."""

import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold, in whatever escaping (§2.2)."""
    return _FORBIDDEN.sub("", text)


def add(
    parent: Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> Element:
    """A new last child with text and attributes, both freed of what XML cannot hold."""
    given = {name: allowed(value) for name, value in (attributes or {}).items()}
    child = SubElement(parent, tag, given)
    child.text = allowed(text) or None
    return child


def document(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text
