"""The steps of enrichment that need the other articles: duplicates, then related links."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from redis.asyncio import Redis

from copydesk_enrich import duplicates, related
from copydesk_enrich.graph import RelatedGraph
from copydesk_enrich.groups import DuplicateGroups
from copydesk_enrich.sentence_model import sentence_of
from copydesk_enrich.steps import SkippedStep
from copydesk_enrich.store_steps import take_step
from copydesk_enrich.terms import terms_of
from copydesk_shared.contracts.article import Article
from copydesk_shared.related import forget
from copydesk_shared.store import ArticleStore, State

Embed = Callable[[str], Awaitable[bytes]]


class Relations:
    """Finds what an article is a copy of and what belongs beside it, and enters it for the next.

    At least once, and safe to repeat: everything is written by article id and version. `embed`
    makes vectors of texts, where related articles are ordered by a sentence model too.
    """

    def __init__(self, redis: "Redis", *, embed: Embed | None = None) -> None:
        self._redis = redis
        self._store = ArticleStore(redis)
        self._groups = DuplicateGroups(redis)
        self._graph = RelatedGraph(redis)
        self._embed = embed

    async def find(self, article: Article, *, remember: bool = True) -> Article:
        """The article with its duplicates and related links, less a step that fails.

        Without `remember` nothing is written: it is what they would be, for a preview.

        Raises only for a dependency that is away: redis' ConnectionError and TimeoutError, and
        DependencyDownError of the worker.
        """
        with_duplicates = partial(self._with_duplicates, remember=remember)
        with_related = partial(self._with_related, remember=remember)
        article = await take_step("duplicates", duplicates.VERSION, with_duplicates, article)
        return await take_step("related", related.VERSION, with_related, article)

    async def forget(self, article_id: str, *, up_to: int) -> None:
        """Take the article out, if it was withdrawn while it was worked on.

        The index stage forgets what is withdrawn, but may have done so before it was entered.
        """
        standing = await self._store.standing(article_id)
        if standing is not None and standing.state is State.WITHDRAWN:
            await forget(self._redis, {article_id: up_to})

    async def _with_duplicates(self, article: Article, *, remember: bool) -> Article:
        signed = await asyncio.to_thread(duplicates.signature, article.body)
        if remember:
            # Even without a signature: an earlier, longer version ends its copies so.
            found = await self._groups.join(article.article_id, article.version, signed)
        else:
            found = await self._groups.foresee(article.article_id, signed)
        if signed is None:
            raise SkippedStep(f"fewer than {duplicates.SHORTEST} words")
        return article.model_copy(update={"duplicates": found})

    async def _with_related(self, article: Article, *, remember: bool) -> Article:
        terms = await asyncio.to_thread(
            terms_of, article.title, article.body, language=article.language.code
        )
        vector = await self._embed(sentence_of(article)) if self._embed else b""
        if remember:
            await self._graph.remember(article, terms, vector=vector)
        links = await self._graph.relate(article, terms, vector=vector, tell=remember)
        return article.model_copy(update={"related_links": links})
