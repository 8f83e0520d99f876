"""What the engine should hold for an article, decided from its standing in the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import Op
from copydesk_shared.search_schema import SearchDocument, search_document
from copydesk_shared.store import Standing, State


@dataclass(frozen=True)
class Wanted:
    """The state of one article that the engine is to be brought to.

    `document` is None when the engine must not hold the article. `version` is what is then true of
    the engine: the version found, or the one whose withdrawal took the article out.
    """

    article_id: str
    version: int
    document: SearchDocument | None

    @property
    def op(self) -> Op:
        return Op.WITHDRAW if self.document is None else Op.PUBLISH


def wanted(standing: Standing, article: Article | None, *, seen_version: int) -> Wanted:
    """The newest readable version; else nothing, as of the withdrawal.

    `seen_version` stands in where the withdrawal is already followed by a publication that has not
    been enriched yet.
    """
    if article is not None and standing.readable:
        return Wanted(article.article_id, article.version, search_document(article))
    version = standing.version if standing.state is State.WITHDRAWN else seen_version
    return Wanted(standing.article_id, version, None)


@dataclass(frozen=True)
class Write:
    """One engine write."""

    upserts: tuple[SearchDocument, ...]
    deletes: tuple[str, ...]

    @classmethod
    def of(cls, states: Iterable[Wanted]) -> "Write":
        states = tuple(states)
        return cls(
            tuple(state.document for state in states if state.document is not None),
            tuple(state.article_id for state in states if state.document is None),
        )

    def __bool__(self) -> bool:
        return bool(self.upserts or self.deletes)


def differing(standings: Iterable[Standing], held: Mapping[str, int]) -> list[str]:
    """The ids whose version in the engine is not the one that the store wants there."""
    return [
        standing.article_id
        for standing in standings
        if held.get(standing.article_id, 0)
        != (standing.enriched_version if standing.readable else 0)
    ]
