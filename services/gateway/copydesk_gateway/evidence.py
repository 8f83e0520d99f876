"""Where an article names an entity: the sentences, to be shown as evidence."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk_shared.contracts.article import Article, Entity, Mention

MAX_CHARS: Final = 400
MAX_PASSAGES: Final = 5
_SENTENCE_END = re.compile(r"[.!?…]+[\u201d\u2019\"')\]]*\s+")


@dataclass(frozen=True)
class Passage:
    """A stretch of `paragraphs[paragraph]`; `start` and `end` of the name count within `text`."""

    paragraph: int
    text: str
    start: int
    end: int


def best(article: Article, entity: Entity) -> str | None:
    """The sentence that shows the entity best, as enrich chose it."""
    shown = entity.evidence
    return article.paragraphs[shown.paragraph][shown.start : shown.end] if shown else None


def passages(article: Article, entity: Entity) -> list[Passage]:
    """The first sentences that name the entity, each once, in the order of the text."""
    found: dict[tuple[int, int], Passage] = {}
    for mention in entity.mentions:
        if len(found) == MAX_PASSAGES:
            break
        if 0 <= mention.paragraph < len(article.paragraphs):
            text = article.paragraphs[mention.paragraph]
            begin, end = _sentence(text, mention)
            found.setdefault(
                (mention.paragraph, begin),
                Passage(
                    paragraph=mention.paragraph,
                    text=text[begin:end],
                    start=mention.start - begin,
                    end=min(mention.end, end) - begin,
                ),
            )
    return list(found.values())


def _sentence(text: str, mention: Mention) -> tuple[int, int]:
    """The bounds of the sentence around the mention; of a long one, what is near the mention."""
    first, last = max(0, mention.end - MAX_CHARS), mention.start + MAX_CHARS
    before = [end.end() for end in _SENTENCE_END.finditer(text, first, mention.start)]
    begin = before[-1] if before else first
    after = _SENTENCE_END.search(text, mention.end, last)
    end = after.start() + len(after.group().rstrip()) if after else min(len(text), last)
    return begin, min(end, begin + MAX_CHARS)
