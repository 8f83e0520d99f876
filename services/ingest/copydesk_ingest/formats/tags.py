"""Counting the tags of an HTML page and their nesting, before any parser builds a tree of it."""

import re

from copydesk_ingest.formats.limits import too_deep
from copydesk_ingest.refusals import RefusedError

_TAG = re.compile(r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9:-]{0,31}))")
_RAW_TEXT_END = {
    "!--": re.compile(r"-->"),
    "script": re.compile(r"</script", re.IGNORECASE),
    "style": re.compile(r"</style", re.IGNORECASE),
}
_HAS_NO_END = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr")

_ENDS = {
    "p": "p",
    "li": "p li",
    **dict.fromkeys(("td", "th"), "p td th"),
    "tr": "p td th tr",
    "option": "option",
    **dict.fromkeys(("div", "table", "ul", "ol", "dl", "form", "blockquote"), "p"),
}
_ENDED_BY = {name: frozenset(ended.split(" ")) for name, ended in _ENDS.items()}
"""Start tag → the elements whose left-out end tags it stands for, when they are innermost."""

_ENDED_WITH_ANY = frozenset(("p", "li", "option"))
_CELLS = _ENDED_WITH_ANY | {"td", "th", "tr"}
_ENDED_WITH = dict.fromkeys(("table", "thead", "tbody", "tfoot", "tr"), _CELLS)
"""End tag → the elements inside whose left-out end tags it stands for as well."""

_STRENGTH = {"div": 1, "td": 2, "th": 2, "tr": 3, "thead": 4, "tbody": 4, "tfoot": 4, "table": 5}
"""An end tag does not reach out of a stronger element: libxml2's order of them."""


def refuse_tag_bomb(html: str, *, max_depth: int, max_tags: int) -> None:
    """422 `too_many_tags` or `too_deep`, by one pass over the text.

    Strict where parsers differ: an end tag ends its own element, and inside it only those whose
    end tags may be left out, so that `<b></x>` and `<b><i></b>` again and again count as the
    nesting that some parser makes of them. No tree that lxml builds of a page that passes is
    deeper, but for the few elements that it adds of its own.
    """
    tags = position = 0
    nesting: list[str] = []
    endless: set[str] = set()  # raw text that never ends: what is inside counts
    while tag := _TAG.search(html, position):
        position = tag.end()
        closing, name = tag[2], tag[1] or tag[3].lower()
        if name in _RAW_TEXT_END and not closing and name not in endless:
            if end := _RAW_TEXT_END[name].search(html, position):
                position = end.end()
            else:
                endless.add(name)
        elif name == "!--" or _HAS_NO_END.fullmatch(name):
            pass
        elif closing:
            _leave(nesting, name)
        else:
            _enter(nesting, name)
            if len(nesting) > max_depth:
                raise too_deep("HTML", limit=max_depth)
        tags += name != "!--"
        if tags > max_tags:
            raise RefusedError("too_many_tags", f"The page has more than {max_tags} tags.")


def _enter(nesting: list[str], name: str) -> None:
    ended = _ENDED_BY.get(name, ())
    while nesting and nesting[-1] in ended:
        nesting.pop()
    nesting.append(name)


def _leave(nesting: list[str], name: str) -> None:
    strength = _STRENGTH.get(name, 0)
    for i in range(len(nesting) - 1, -1, -1):
        if nesting[i] == name:
            ended = _ENDED_WITH.get(name, _ENDED_WITH_ANY)
            nesting[i:] = [inside for inside in nesting[i + 1 :] if inside not in ended]
            return
        if _STRENGTH.get(nesting[i], 0) > strength:
            return
