"""Boilerplate learned per source: which lines stand under many of a source's last articles.

`copydesk:lines:<source>` is one hash; `scripts/learn_lines.lua` says what is in it. It holds keys
of lines and short tags of articles, no text, forgets a line that the last 50 articles were without,
and expires when the source falls silent. All replicas read and write the same hash, so they agree.
"""

from typing import Any

from redis.asyncio import Redis

from copydesk_enrich.extraction.learned import countable_keys
from copydesk_shared import lua
from copydesk_shared.contracts.article import Article

REMEMBERED = 50
"""A line is counted over so many of the source's last articles."""
MOST_KNOWN = 200
TTL_S = 30 * 86_400

_TAG_CHARS = 8


def lines_key(source: str) -> str:
    return f"copydesk:lines:{source}"


class Boilerplate:
    """Reads and writes of the learned lines. `seen_in` articles make a line known; 0 is never."""

    def __init__(self, redis: "Redis", *, seen_in: int) -> None:
        self._redis = redis
        self._seen_in = seen_in
        self._learn = lua.script(redis, "learn_lines", __package__)

    async def known(self, source: str) -> frozenset[str]:
        """The keys of the source's boilerplate, at most 200."""
        if not self._seen_in:
            return frozenset()
        known: Any = await self._redis.hget(lines_key(source), "!")
        return frozenset(known.decode().split()) if known else frozenset()

    async def learn(self, article: Article) -> None:
        """Count the article's lines. Idempotent: a redelivery or a correction counts once."""
        if not self._seen_in:
            return
        tag = article.article_id.replace("-", "")[:_TAG_CHARS]
        await self._learn(
            keys=[lines_key(article.source)],
            args=[self._seen_in, REMEMBERED, MOST_KNOWN, TTL_S, tag, *countable_keys(article)],
        )
