"""Steps of enrichment that need Redis."""

from collections.abc import Awaitable, Callable
from typing import Final

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from redis.exceptions import TimeoutError as RedisTimeoutError

from copydesk_enrich.steps import isolated
from copydesk_shared.contracts.article import Article, Step
from copydesk_shared.errors import DependencyDownError

AWAY: Final = (RedisConnectionError, RedisTimeoutError, DependencyDownError)


async def take_step(
    name: str, version: str, work: Callable[[Article], Awaitable[Article]], article: Article
) -> Article:
    """What `work` makes of the article, or the article as it was; the step is noted either way.

    Raises only for what is away. A full server is foreseen: it refuses what is new and takes the
    commit, which makes room.
    """
    taken: list[Step] = []
    with isolated(name, version, taken.append, away=AWAY, foreseen=(OutOfMemoryError,)):
        article = await work(article)
    pipeline = article.pipeline.model_copy(update={"steps": (*article.pipeline.steps, *taken)})
    return article.model_copy(update={"pipeline": pipeline})
