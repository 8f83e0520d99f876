"""The short question to the store agrees with the long one."""

from newsroom import an_article, keep
from redis.asyncio import Redis

from copydesk_shared.store import ArticleStore, State


async def test_what_may_be_seen_is_what_stands_as_readable(redis: "Redis") -> None:
    articles = [an_article(name) for name in ("live", "dead", "withdrawn", "raw", "unknown")]
    live, dead, withdrawn, raw, unknown = articles
    await keep(redis, live)
    await keep(redis, dead, state=State.DEAD)
    await keep(redis, withdrawn, state=State.WITHDRAWN)
    await keep(redis, raw, enriched=False)
    store = ArticleStore(redis)
    ids = [article.article_id for article in articles]
    standings = await store.standings(ids)
    assert await store.readable(ids) == [bool(each and each.readable) for each in standings]
    assert await store.readable(ids) == [True, True, False, False, False]
    assert await store.readable([]) == []
    assert await store.readable([unknown.article_id]) == [False]
