"""Reading articles from the store alone: works while the search engine is down."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from copydesk_gateway.differences import Change, Part, differences, marked
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.problems import Problem
from copydesk_shared.store import ArticleStore, Kept, Standing, State

NOT_READY_RETRY_S = 1
"""Enrichment of one article takes some tens of milliseconds; a second covers a small backlog."""


class NotYetError(Exception):
    """The article is accepted and cannot be read yet; `stage` is what its receipt says."""

    def __init__(self, article_id: str, *, version: int, stage: str) -> None:
        super().__init__(article_id)
        self.article_id = article_id
        self.version = version
        self.stage = stage


@dataclass(frozen=True)
class Difference:
    """What changed from `old` to `new`."""

    old: Article
    new: Article
    title: tuple[Part, ...]
    changes: list[Change]


async def read(store: ArticleStore, article_id: str) -> Article:
    """The readable article; else NotYetError, or the Problem that says why there is none."""
    return (await current(store, article_id)).article


async def current(store: ArticleStore, article_id: str) -> Kept:
    """As `read`, with the time when it was made."""
    found = await store.article(article_id)
    if found is None:
        raise _unknown()
    standing, article = found
    if article is None:
        raise await _unreadable(store, standing)
    return Kept(article, standing.enriched_at)


async def _unreadable(store: ArticleStore, standing: Standing) -> Problem | NotYetError:
    if standing.state is State.WITHDRAWN:
        return Problem(
            HTTPStatus.GONE, "article_withdrawn", "The publisher has withdrawn this article."
        )
    if standing.state is State.DEAD:
        return Problem(
            HTTPStatus.NOT_FOUND,
            "article_failed",
            "This article could not be processed; its receipt says why.",
        )
    outcome = await store.outcome(standing)
    if outcome is Outcome.HELD:  # an embargo: readers are not told that there is such an article
        return _unknown()
    stage = outcome or Outcome.ACCEPTED
    return NotYetError(standing.article_id, version=standing.version, stage=stage)


async def history(store: ArticleStore, article_id: str) -> list[Kept]:
    """The versions that can be read, oldest first; else as `read`."""
    found = await store.history(article_id)
    if found is None:
        raise _unknown()
    standing, versions = found
    if not versions:
        raise await _unreadable(store, standing)
    return versions


async def version(store: ArticleStore, article_id: str, number: int) -> Kept:
    """That version of the article; else as `read`."""
    return _numbered(await history(store, article_id), number)


async def difference(
    store: ArticleStore, article_id: str, pair: tuple[int, int] | None
) -> Difference:
    """What changed between two versions, by default in the last correction; or a Problem."""
    versions = await history(store, article_id)
    if pair is None and len(versions) == 1:
        raise _not_kept("There is no earlier version of this article.")
    old, new = (
        (_numbered(versions, number).article for number in pair)
        if pair
        else (kept.article for kept in versions[-2:])
    )
    # Up to a second for texts made to be slow, a millisecond for news.
    changes = await asyncio.to_thread(differences, old.paragraphs, new.paragraphs)
    return Difference(old, new, marked(old.title, new.title), changes)


def _numbered(versions: Sequence[Kept], number: int) -> Kept:
    for kept in versions:
        if kept.article.version == number:
            return kept
    numbers = ", ".join(str(kept.article.version) for kept in versions)
    raise _not_kept(f"Version {number} is not kept; there is {numbers}.")


def _not_kept(detail: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "version_not_found", detail)


def _unknown() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "article_not_found", "There is no such article.")
