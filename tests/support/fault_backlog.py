"""Enriched articles that wait for index, written as the enrich commit leaves them."""

import time
from collections.abc import Iterable

from newsroom import keep
from redis.asyncio import Redis

from copydesk_shared import keys
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.events import ArticleEnriched
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.contracts.submission import Op
from copydesk_shared.streams import DATA_FIELD, ENRICHED


async def queue(redis: "Redis", articles: Iterable[Article]) -> list[str]:
    """Queue the articles for index, in order; their submission ids."""
    now_ms = time.time() * 1000
    submission_ids = []
    for article in articles:
        event = ArticleEnriched(
            submission_id=f"0-{article.article_id}",
            article_id=article.article_id,
            version=article.version,
            op=Op.PUBLISH,
            received_at=article.published.value,
        )
        await keep(redis, article)
        await redis.hset(keys.article(article.article_id), "indexed_version", "0")
        await redis.hset(
            keys.receipt(event.submission_id),
            mapping={
                "article_id": article.article_id,
                "version": article.version,
                "outcome": Outcome.ENRICHED,
                "accepted_ms": int(now_ms),
            },
        )
        await redis.zadd(keys.CHANGED, {article.article_id: now_ms})
        await redis.xadd(ENRICHED.name, {DATA_FIELD: event.model_dump_json()})
        submission_ids.append(event.submission_id)
    return submission_ids
