"""The article store: one Redis hash an article, the truth that search and pages come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from redis.asyncio import Redis

from copydesk_shared import keys, receipts
from copydesk_shared.compression import decompress
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.lua import script
from copydesk_shared.receipts import moment
from copydesk_shared.related import Beside, beside, copies


class State(StrEnum):
    """What the newest version of an article is: a publication, a withdrawal, or a dead letter."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    DEAD = "dead"


@dataclass(frozen=True)
class Standing:
    """Where an article stands, without its text.

    `version` is the newest accepted, `enriched_version` the newest that can be read,
    `indexed_version` the newest that search has confirmed; 0 is none. `enriched_at` is when what
    can be read was made, if that is known.
    """

    article_id: str
    version: int
    state: State
    enriched_version: int
    indexed_version: int
    submission_id: str
    enriched_at: datetime | None = None

    @property
    def readable(self) -> bool:
        """Whether a reader may see the article: a dead newest version leaves the older one up."""
        return self.state is not State.WITHDRAWN and self.enriched_version > 0


@dataclass(frozen=True)
class Kept:
    """A version that can be read, and when enrich made it, if that is known."""

    article: Article
    enriched_at: datetime | None


_FIELDS = (
    "version",
    "state",
    "enriched_version",
    "indexed_version",
    "submission_id",
    "enriched_ms",
)


class ArticleStore:
    """Reads of the store. All writes go through the scripts of accept and delivery."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._readable = script(redis, "readable")

    async def standing(self, article_id: str) -> Standing | None:
        return (await self.standings([article_id]))[0]

    async def standings(self, article_ids: Sequence[str]) -> list[Standing | None]:
        """The standing of each id in order, None where there is no such article: one round trip."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for article_id in article_ids:
                pipe.hmget(keys.article(article_id), *_FIELDS)
            rows = await pipe.execute()
        return [_standing(i, row) for i, row in zip(article_ids, rows, strict=True)]

    async def readable(self, article_ids: Sequence[str]) -> list[bool]:
        """Whether a reader may see each article, in order: one command."""
        if not article_ids:
            return []
        found = await self._readable(keys=[keys.article(each) for each in article_ids])
        return [letter == b"y"[0] for letter in found]

    async def article(self, article_id: str) -> tuple[Standing, Article | None] | None:
        """The standing and the readable article, None inside when withdrawn or not enriched yet."""
        return (await self.articles([article_id]))[0]

    async def articles(
        self, article_ids: Sequence[str]
    ) -> list[tuple[Standing, Article | None] | None]:
        """`article` for many ids, in order, in one round trip."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for article_id in article_ids:
                pipe.hmget(keys.article(article_id), *_FIELDS, "enriched")
            rows = await pipe.execute()
        found: list[tuple[Standing, Article | None] | None] = []
        for article_id, (*fields, enriched) in zip(article_ids, rows, strict=True):
            standing = _standing(article_id, fields)
            if standing is None:
                found.append(None)
            elif enriched is None or not standing.readable:
                found.append((standing, None))
            else:
                found.append((standing, _article(enriched)))
        return found

    async def history(self, article_id: str) -> tuple[Standing, list[Kept]] | None:
        """The standing and the versions that can be read, oldest first; the last is the current.

        There are none when the article itself is not readable.
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hmget(keys.article(article_id), *_FIELDS, "enriched")
            pipe.hgetall(keys.versions(article_id))
            (*fields, enriched), earlier = await pipe.execute()
        standing = _standing(article_id, fields)
        if standing is None:
            return None
        if enriched is None or not standing.readable:
            return standing, []
        numbers = sorted(int(name) for name in earlier if name.isdigit())
        versions = [(earlier[b"%d" % n], earlier.get(b"%d:ms" % n)) for n in numbers]
        kept = [
            Kept(_article(made), moment(made_ms) if made_ms else None) for made, made_ms in versions
        ]
        return standing, [*kept, Kept(_article(enriched), standing.enriched_at)]

    async def outcome(self, standing: Standing) -> Outcome | None:
        """Where the newest submission of the article stands; None when its receipt has expired."""
        receipt = await receipts.read(self._redis, standing.submission_id)
        return receipt.outcome if receipt else None

    async def beside(self, article_id: str, *, version: int) -> Beside:
        """What has become known beside this version since it was enriched: one round trip."""
        return await beside(self._redis, article_id, version=version)

    async def copies(self, group_ids: Sequence[str]) -> list[list[str]]:
        """The articles of each group of copies, the original first; see `related.copies`."""
        return await copies(self._redis, group_ids)

    async def earlier_versions(self, article_id: str) -> list[int]:
        """The numbers of the versions that are kept beside the current one, ascending."""
        names = await self._redis.hkeys(keys.versions(article_id))
        return sorted(int(name) for name in names if name.isdigit())


def _article(enriched: bytes) -> Article:
    return Article.model_validate_json(decompress(enriched))


def _standing(article_id: str, fields: Sequence[bytes | None]) -> Standing | None:
    version, state, enriched, indexed, submission_id, enriched_ms = fields
    if version is None or state is None:
        return None
    return Standing(
        article_id=article_id,
        version=int(version),
        state=State(state.decode()),
        enriched_version=int(enriched or 0),
        indexed_version=int(indexed or 0),
        submission_id=(submission_id or b"").decode(),
        enriched_at=moment(enriched_ms) if enriched_ms else None,
    )
