"""Markup where text may stand as well: telling the two apart, and text made of it."""

import html
import re
from typing import Final

_NAMES: Final = (
    "a|abbr|acronym|address|article|aside|audio|b|bdi|bdo|big|blockquote|body|br|button|canvas"
    "|caption|center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|embed|fieldset"
    "|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd"
    "|label|legend|li|link|main|mark|meta|nav|nobr|noscript|object|ol|option|p|picture|pre|q|rp|rt"
    "|ruby|s|samp|script|section|select|small|source|span|strike|strong|style|sub|summary|sup|svg"
    "|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(
    rf"<!--.{{0,2000}}?-->|<!doctype[^<>]{{0,200}}>|</?(?:{_NAMES})(?:[\s/][^<>]{{0,2000}})?>",
    re.IGNORECASE | re.DOTALL,
)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]{0,2000}>.*?(?:</\1|\Z)", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")


def seen_text(markup: str) -> str:
    """What a reader sees of HTML, in one line: for comparing, not for keeping."""
    if "<" in markup:
        markup = _TAG.sub(" ", _UNSEEN.sub(" ", markup))
    return one_line(html.unescape(markup))


def one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
