"""Who signed a page that does not state its author: what the page shows as its byline."""

import re

from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk_enrich.extraction.bylines import split_byline
from copydesk_enrich.extraction.lines import tidy
from copydesk_shared.contracts.article import Author

_SIGNED = XPath(
    "(//@rel[.='author'] | //@itemprop[contains(.,'author')] | //@class[contains(.,'author')"
    " or contains(.,'Author') or contains(.,'byline') or contains(.,'Byline')])/parent::*"
    "[not(ancestor::*[contains(@class,'comment') or contains(@id,'comment')])]"
)
_MOST_TRIED = 12
_LONGEST = 120
# "Ada Marlowe | May 3, 2026": what follows a name on its line.
_AFTER_NAME = re.compile(
    r"\s*(?:[|•·\n]|\d|\b(?:published|updated|posted|on|commented)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri"
    r"|Satur|Sun)day\b|\b(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r"[^\W\d_][\w.’'-]*(?:\s[^\W\d_][\w.’'-]*){1,4}")  # noqa: RUF001  # typographic


def read_signature(tree: HtmlElement) -> tuple[Author, ...]:
    """The authors in the first element that is named for them and holds nothing but names."""
    for element in _SIGNED(tree)[:_MOST_TRIED]:
        text = tidy(str(element.text_content()))
        if not text or len(text) > _LONGEST:
            continue
        authors = split_byline(_AFTER_NAME.sub("", text))
        if authors and all(_is_name(author.name) for author in authors):
            return authors
    return ()


def _is_name(text: str) -> bool:
    """Two to five words, each with a capital but for those that join names."""
    words = text.split()
    return _NAME.fullmatch(text) is not None and words[0][:1].isupper() and words[-1][:1].isupper()
