"""Markup where text may stand as well: telling the two apart, and text made of it."""

import html
import re
from typing import Final

_NAMES: Final = frozenset(
    re.findall(
        "[a-z1-6]+",
        "a abbr acronym address article aside audio b bdi bdo big blockquote body br button canvas"
        " caption center cite code col colgroup dd del details dfn div dl dt em embed fieldset"
        " figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img"
        " input ins kbd label legend li link main mark meta nav nobr noscript object ol option p"
        " picture pre q rp rt ruby s samp script section select small source span strike strong"
        " style sub summary sup svg table tbody td template textarea tfoot th thead time title tr"
        " tt u ul var video wbr",
    )
)
_ALONE: Final = frozenset(("br", "hr", "img", "p", "wbr"))
_TAG = re.compile(
    r"<(?:!(?:--|doctype)[^<>]*+|(/)?([a-z][a-z1-6]{0,11})([\s/][^<>]*+)?)>", re.IGNORECASE
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|dl|table|tr|td|h[1-6]|blockquote|section|article|figure|pre)\b",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
WHOLE: Final = 0.8
"""Share of the longest form of a text; whole forms differ by captions and the like."""
_NEWLINE = re.compile(r"\n")
_ESCAPED_TAG = re.compile(r"&(?:lt|#0{0,4}60|#x0{0,4}3c);", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_MAX_LINE_READ: Final = 4000
"""Characters of a line that are looked at; more than any line may have."""
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*+>.*?(?:</\1\s*+>?|\Z)", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")


def holds_markup(text: str) -> bool:
    """Whether the text has a tag of HTML that can be nothing else.

    `a < b`, `<3` and "the <b> tag" are prose: an end tag, an attribute or a `<br>` is not.
    """
    return any(
        (tag[1] or tag[2].lower() in _ALONE or "=" in (tag[3] or ""))
        for tag in _TAG.finditer(text)
        if tag[2] and tag[2].lower() in _NAMES
    )


def has_entity(text: str) -> bool:
    """Whether it has a reference that HTML knows, with its semicolon."""
    return any(html.unescape(found[0]) != found[0] for found in _ENTITY.finditer(text))


def unescaped(text: str) -> str:
    """The text with the references decoded that HTML knows: `AT&T` and `&copy` stay."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def plain(markup: object) -> str | None:
    """A line of HTML as text, without tags and with its entities decoded: for a title.

    What was escaped twice is decoded twice.
    """
    if not isinstance(markup, str):
        return None
    text = markup
    if "<" in text or "&" in text:
        text = unescaped(unescaped(_without_tags(text[:_MAX_LINE_READ])))
        if holds_markup(text):
            text = _without_tags(text)
    return one_line(text) or None


def plain_title(text: str) -> str:
    """A title of which nobody said that it is HTML: as it is, unless it shows that."""
    return (plain(text) or "") if holds_markup(text) or has_entity(text) else text


def as_html(text: str) -> str | None:
    """The HTML that a field meant for text holds, escaped or not; None when it is text.

    Blank lines of a text with a few tags inside (else every line) are its paragraphs. Entities
    alone make no HTML of a text: enrich decodes them, and its lines stay what they are.
    """
    escaped = not holds_markup(text)
    if escaped and not (_ESCAPED_TAG.search(text) and holds_markup(text := unescaped(text))):
        return None
    if _BLOCK.search(text):
        return text
    return "".join(f"<p>{part}</p>" for part in _paragraphs(text))


def to_html(text: str) -> str:
    """HTML that says the same as a text, or the HTML that it is."""
    if (found := as_html(text)) is not None:
        return found
    parts = _paragraphs(unescaped(text))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts)


def _paragraphs(text: str) -> list[str]:
    """Parts between blank lines; where there are none, lines."""
    text = text.replace("\r\n", "\n").strip()
    parts = (_BLANK_LINES if _BLANK_LINES.search(text) else _NEWLINE).split(text)
    return [part for part in parts if part.strip()]


def seen_text(markup: str) -> str:
    """What a reader sees of HTML, in one line: for comparing, not for keeping."""
    if "<" in markup:
        markup = _without_tags(_UNSEEN.sub(" ", markup), " ")
    return one_line(unescaped(markup))


def one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _without_tags(text: str, instead: str = "") -> str:
    """The text without the tags of HTML; other words in angle brackets stay."""
    return _TAG.sub(
        lambda tag: tag[0] if tag[2] and tag[2].lower() not in _NAMES else instead, text
    )
