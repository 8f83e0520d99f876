"""Foreign text made fit for a terminal: no control sequences, no markup but ours."""

import re
from html import unescape

from rich.text import Text

MARK_STYLE = "bold yellow"

_CONTROLS = {code: None for code in (*range(32), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
"""Among them ESC and CSI, with which an article could repaint the screen."""

_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


def plain(text: object, style: str = "") -> Text:
    """The text as it is, without control characters; nothing in it is read as markup."""
    return Text(str(text).translate(_CONTROLS), style=style)


def marked(html: str, style: str = "") -> Text:
    """A highlight of the gateway, escaped HTML with `<mark>` as its only tag, as styled text."""
    text = Text(style=style)
    for index, piece in enumerate(_MARK.split(html)):
        text.append_text(plain(unescape(piece), MARK_STYLE if index % 2 else ""))
    return text
