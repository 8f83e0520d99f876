"""The entity registry in Redis: what articles tell of persons, organisations, places …, by article.

`copydesk:entity:article:<article id>` hash: version, what the article told, by which rules.
`copydesk:entity:id:<entity id>` hash: kind, `=<form>` → articles with it, merged_into,
and `name` where the gazetteer gives one.
`copydesk:entity:articles:<entity id>` sorted set article id → published second: the newest 1,000.
`copydesk:entity:join:<kind>:<slug>` sorted set `<entity id>|<article id>` → published second: the
newest 200 articles that show whom a surname, an acronym or another full name means.
`copydesk:entity:merged:<entity id>` set: the ids merged into this one, at most 32.
`copydesk:entity:prefix:<two or three letters>` sorted set `<folded form>|<entity id>` → prominence:
the 500 most prominent names that begin so, or, of three letters, in which a word does.

All of it is evidence by article id: the next version of an article takes the place of the one
before, a withdrawal takes it out, a repetition changes nothing. Names and merges follow from it.
Everything expires 90 days after it was last written; enrich writes, enrich and gateway read.
"""

from collections.abc import Mapping, Sequence

from redis.asyncio import Redis

from copydesk_shared import lua
from copydesk_shared.told import Told, packed

PREFIX = "copydesk:entity"
TTL_S = 90 * 86_400


class EntityEvidence:
    """Writes of the registry; safe to repeat, in any order, with any number of replicas."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._record = lua.script(redis, "entity_record")
        self._forget = lua.script(redis, "entity_forget")

    async def record(
        self, article_id: str, *, version: int, published_s: int, rules: str, told: Sequence[Told]
    ) -> None:
        """Take down what a version tells. One older than what is known changes nothing."""
        await self._record(
            keys=[record_key(article_id)],
            args=[article_id, version, published_s, packed(told), rules, TTL_S],
        )

    async def forget(self, versions: Mapping[str, int | None]) -> None:
        """Take out what articles told up to these versions, None for any: one round trip."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for article_id, version in versions.items():
                await self._forget(
                    keys=[record_key(article_id)],
                    args=[article_id, "" if version is None else version, TTL_S],
                    client=pipe,
                )
            await pipe.execute()


def record_key(article_id: str) -> str:
    return f"{PREFIX}:article:{article_id}"


def id_key(entity_id: str) -> str:
    return f"{PREFIX}:id:{entity_id}"


def articles_key(entity_id: str) -> str:
    return f"{PREFIX}:articles:{entity_id}"


def merged_key(entity_id: str) -> str:
    return f"{PREFIX}:merged:{entity_id}"


def prefix_key(letters: str) -> str:
    return f"{PREFIX}:prefix:{letters}"
