"""WordPress' shortcodes for captions, as they stand in copy that nobody rendered."""

import re
from itertools import pairwise

_CODE = re.compile(r"\[(?P<end>/?)caption\b(?P<attributes>[^\[\]]{0,1000})\]")
_PICTURE = re.compile(r"<img\b[^<>]{0,5000}>(?:\s{0,20}</a>)?", re.IGNORECASE)
_CAPTION = re.compile(r"""\bcaption=(["'])(?P<text>.*?)\1""", re.DOTALL)
_LONGEST = 10_000


def with_figures(html: str) -> str:
    """`[caption …]<img> The wall[/caption]` as a `figure`; a code that stands alone as nothing."""
    if "[caption" not in html:
        return html
    codes = list(_CODE.finditer(html))
    parts, done = [], 0
    for code, following in pairwise([*codes, None]):
        if code is None or code.start() < done:
            continue
        parts.append(html[done : code.start()])
        done = code.end()
        if following is not None and not code["end"] and following["end"]:
            inner = html[code.end() : following.start()]
            if figure := _figure(inner[:_LONGEST], code["attributes"]):
                parts.append(figure)
                done = following.end()
    return "".join([*parts, html[done:]])


def _figure(inner: str, attributes: str) -> str | None:
    picture = _PICTURE.search(inner)
    if picture is None:
        return None
    given = _CAPTION.search(attributes)
    caption = inner[picture.end() :].strip() or (given["text"] if given else "")
    # The division ends a paragraph around the code, in which HTML lets no figure be.
    figure = f"<figure>{inner[: picture.end()]}<figcaption>{caption}</figcaption></figure>"
    return f"<div>{figure}</div>"
