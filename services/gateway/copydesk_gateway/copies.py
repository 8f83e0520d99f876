"""Who else has published the text of an article: its group, as the store holds it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

from copydesk_shared.contracts.article import Article, Duplicates
from copydesk_shared.store import ArticleStore

MOST: Final = 50
FIRST: Final = 8
"""So many are read to find the original, of which some may have left the group."""


@dataclass(frozen=True)
class Shared:
    """A text that so many `others` have published, too; `copy` when one of them came first."""

    copy: bool
    others: int


async def group(store: ArticleStore, article: Article, *, limit: int = MOST) -> list[Article]:
    """The readable articles of one text in the order in which they came, with this one.

    The first is the original: where that was withdrawn or corrected into another text, the next.
    """
    told = article.duplicates
    if told.group_id is None:
        return [article]
    (members,) = await store.copies([told.group_id])
    # Of a group that is not remembered (any more), what the article says of itself is left.
    ids = members or [*filter(None, [told.of]), article.article_id]
    readable = list(compress(ids, await store.readable(ids)))
    rows = await store.articles(readable[:limit])
    return [
        found
        for row in rows
        if row and (found := row[1]) and found.duplicates.group_id == told.group_id
    ]


async def standing(store: ArticleStore, article: Article) -> Duplicates:
    """Whose copy an article is now; what it was enriched with is older than its copies' changes."""
    told = article.duplicates
    if told.of is None:
        return told
    copies = await group(store, article, limit=FIRST)
    first = original(article, copies)
    return Duplicates(
        of=first.article_id if first else None,
        group_id=told.group_id,
        similarity=similarity(article, copies),
    )


def original(article: Article, copies: Sequence[Article]) -> Article | None:
    """The article that this one repeats, None when it is the original itself."""
    first = copies[0] if copies else article
    return None if first.article_id == article.article_id else first


def similarity(article: Article, copies: Sequence[Article]) -> float | None:
    """How like the original a copy is, 0 to 1; None where it was compared with another one."""
    first = original(article, copies)
    told = article.duplicates
    return told.similarity if first is not None and told.of == first.article_id else None


async def shared(store: ArticleStore, groups: Mapping[str, str]) -> dict[str, Shared]:
    """Which of the articles share their text; `groups` tells the group of each article.

    Two round trips, whatever their number.
    """
    named = sorted(set(groups.values()))
    members = dict(zip(named, await store.copies(named), strict=True))
    every = list(dict.fromkeys(each for ids in members.values() for each in ids))
    readable = set(compress(every, await store.readable(every)))
    found: dict[str, Shared] = {}
    for article_id, group_id in groups.items():
        left = [each for each in members[group_id] if each in readable]
        if article_id in left and len(left) > 1:
            found[article_id] = Shared(copy=left[0] != article_id, others=len(left) - 1)
    return found
