"""What was taken out of the original, said in sentences: a row for what one rule took in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from copydesk_shared.contracts.article import RemovedBlock

_SENTENCES: Final = {
    "promo": "A line that points to other articles.",
    "promo_label": "The label of a line that points to other articles.",
    "credit": "The credit of a picture.",
    "caption": "The caption of a picture.",
    "byline": "The byline.",
    "date": "The date of the article.",
    "author_bio": "A note about the author.",
    "headline": "The headline once more.",
    "breadcrumb": "The path to the article on the publisher's site.",
    "standfirst": "A summary before the text.",
    "advertisement": "An advertisement.",
    "newsletter": "An invitation to a newsletter.",
    "share_bar": "Buttons to share the article.",
    "follow": "An invitation to follow the publisher.",
    "copyright": "A copyright notice.",
    "page_chrome": "A part of the page around the article.",
    "repeat": "A paragraph that stands in the text already.",
    "learned": "A line that stands in many articles of this source.",
}


@dataclass(frozen=True)
class Removed:
    """`sentence` says what it is, `texts` are what one rule took out one after the other."""

    sentence: str
    rule: str
    texts: Sequence[str]


def removed(blocks: Sequence[RemovedBlock]) -> list[Removed]:
    return [
        Removed(_sentence(kind), rule, [block.text for block in run])
        for (kind, rule), run in groupby(blocks, key=lambda block: (block.kind, block.rule))
    ]


def _sentence(kind: str) -> str:
    """Rules of one's own may have kinds of their own."""
    return _SENTENCES.get(kind, f"{kind.replace('_', ' ').capitalize()}.")
