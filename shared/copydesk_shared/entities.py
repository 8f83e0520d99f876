"""What is known of an entity across articles: the read side of the registry, for pages and search.

Bounded: lists have limits, sets have caps (entity_evidence.py). Articles are ids; who may be shown
is for the caller to ask the store, as with search hits.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from copydesk_shared.contracts.article import EntityType
from copydesk_shared.entity_evidence import (
    articles_key,
    id_key,
    merged_key,
    prefix_key,
    record_key,
)
from copydesk_shared.told import canonical_name, folded, unpacked

ALIASES_SHOWN = 20
COMPANION_ARTICLES = 100
"""How many of an entity's newest articles its companions are counted in."""
MOST_ARTICLES = 1000
MOST_DAYS = 366
SHORTEST_PREFIX, LONGEST_KEY = 2, 3
_HOPS = 4
_DAY_S = 86_400


@dataclass(frozen=True)
class EntityCard:
    """An entity. `articles` counts those of late, of which 1,000 are kept for each id."""

    entity_id: str
    name: str
    type: EntityType
    aliases: tuple[str, ...]
    articles: int
    latest: datetime | None
    merged_into: str | None
    """The id that stands for it now, itself merged into none."""


@dataclass(frozen=True)
class Appearance:
    """An article that names the entity."""

    article_id: str
    published: datetime


@dataclass(frozen=True)
class Companion:
    """An entity named beside another, in so many of its newest articles."""

    card: EntityCard
    articles: int


@dataclass(frozen=True)
class DayCount:
    """The articles published on a day (UTC) that name the entity."""

    day: date
    articles: int


class EntityDirectory:
    """Looks entities up. An id that was merged is answered for by its successor."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def entity(self, entity_id: str) -> EntityCard | None:
        """The entity as of this id; None when unknown, or not in the news for 90 days."""
        return (await self.entities([entity_id]))[0]

    async def entities(self, entity_ids: Sequence[str]) -> list[EntityCard | None]:
        """`entity` for many ids, in order, in a few round trips."""
        successors = await self._successors(entity_ids)
        asked = list(dict.fromkeys((*entity_ids, *successors)))
        merged = await self._merged(asked)
        async with self._redis.pipeline(transaction=False) as pipe:
            for entity_id in asked:
                pipe.hgetall(id_key(entity_id))
                for one in merged[entity_id]:
                    pipe.zcard(articles_key(one))
                    pipe.zrange(articles_key(one), 0, 0, desc=True, withscores=True)
            rows = iter(await pipe.execute())
        cards: dict[str, EntityCard | None] = {}
        for entity_id in asked:
            fields = next(rows)
            counts, newest = [], []
            for _ in merged[entity_id]:
                counts.append(int(next(rows)))
                newest += [score for _, score in next(rows)]
            cards[entity_id] = _card(entity_id, fields, sum(counts), max(newest, default=None))
        found: list[EntityCard | None] = []
        for entity_id, successor in zip(entity_ids, successors, strict=True):
            card, after = cards[entity_id], cards[successor]
            if successor != entity_id and after is not None:
                # An id that only ever was another name of its successor has no name of its own.
                own = card or after
                card = EntityCard(
                    entity_id=entity_id,
                    name=own.name,
                    type=own.type,
                    aliases=own.aliases,
                    articles=own.articles,
                    latest=own.latest,
                    merged_into=successor,
                )
            found.append(card)
        return found

    async def starting_with(
        self, prefix: str, *, limit: int = 10, kind: EntityType | None = None
    ) -> list[EntityCard]:
        """Entities with a name or alias that begins so, then those in which a word begins so.

        Of each the most prominent first. Case and accents do not matter. Fewer than two letters
        begin too much: nothing; two begin whole names only.
        """
        start = folded(prefix)
        if len(start) < SHORTEST_PREFIX or limit < 1:
            return []
        members: Any = await self._redis.zrange(prefix_key(start[:LONGEST_KEY]), 0, -1, desc=True)
        inside = re.compile(rf"[\W_]{re.escape(start)}")
        begun: list[str] = []
        within: list[str] = []
        for member in members:
            form, _, entity_id = member.decode().rpartition("|")
            if kind is not None and not entity_id.startswith(f"{kind}:"):
                continue
            if form.startswith(start):
                begun.append(entity_id)
            elif len(start) >= LONGEST_KEY and inside.search(form):
                within.append(entity_id)
        # A few more than asked for: some have expired, some are merged into the same.
        asked = list(dict.fromkeys((*begun, *within)))[: 2 * limit]
        ids = dict.fromkeys(await self._successors(asked))
        return [card for card in await self.entities(list(ids)) if card is not None][:limit]

    async def articles(
        self, entity_id: str, *, limit: int = 20, before: Appearance | None = None
    ) -> list[Appearance]:
        """The articles that name it, newest first; `before` is the last of the page before."""
        limit = max(0, min(limit, MOST_ARTICLES))
        until = before.published.timestamp() if before else "+inf"
        rows: dict[str, float] = {}
        # Those of one second stand in the order of their ids, and a page may end among them. So
        # with `before` all of its second are read again.
        async with self._redis.pipeline(transaction=False) as pipe:
            for one in await self._ids(entity_id):
                pipe.zrange(
                    articles_key(one),
                    until,
                    "-inf",
                    desc=True,
                    byscore=True,
                    withscores=True,
                    offset=0,
                    num=limit + (MOST_ARTICLES if before else 0),
                )
            for found in await pipe.execute():
                rows |= {article_id.decode(): score for article_id, score in found}
        ordered = sorted(rows.items(), key=lambda row: (row[1], row[0]), reverse=True)
        last = (before.published.timestamp(), before.article_id) if before else None
        return [
            Appearance(article_id, datetime.fromtimestamp(score, UTC))
            for article_id, score in ordered
            if last is None or (score, article_id) < last
        ][:limit]

    async def companions(self, entity_id: str, *, limit: int = 10) -> list[Companion]:
        """The entities most often named in its newest 100 articles."""
        newest = await self.articles(entity_id, limit=COMPANION_ARTICLES)
        async with self._redis.pipeline(transaction=False) as pipe:
            for one in newest:
                pipe.hget(record_key(one.article_id), "told")
            records = await pipe.execute()
        told = [{one.entity_id for one in unpacked(record)} for record in records if record]
        seen = sorted(set().union(*told))
        successor = dict(zip(seen, await self._successors(seen), strict=True))
        counts = Counter(after for ids in told for after in {successor[one] for one in ids})
        for itself in await self._ids(entity_id):
            counts.pop(itself, None)
        best = sorted(counts.items(), key=lambda row: (-row[1], row[0]))[: max(0, limit)]
        cards = await self.entities([other for other, _ in best])
        return [
            Companion(card, count)
            for card, (_, count) in zip(cards, best, strict=True)
            if card is not None
        ]

    async def per_day(
        self, entity_id: str, *, days: int = 30, until: date | None = None
    ) -> list[DayCount]:
        """Its articles of each day up to `until` (else of its newest article), oldest day first."""
        newest = await self.articles(entity_id, limit=1)
        if not newest:
            return []
        last = until or newest[0].published.date()
        listed = [last - timedelta(days=n) for n in reversed(range(max(1, min(days, MOST_DAYS))))]
        ids = await self._ids(entity_id)
        async with self._redis.pipeline(transaction=False) as pipe:
            for day in listed:
                start = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
                for one in ids:
                    pipe.zcount(articles_key(one), start, f"({start + _DAY_S}")
            counts = await pipe.execute()
        each = len(ids)
        return [
            DayCount(day, sum(counts[i * each : (i + 1) * each])) for i, day in enumerate(listed)
        ]

    async def _ids(self, entity_id: str) -> list[str]:
        """Its successor and all that was merged into that one: whose articles are its articles."""
        (successor,) = await self._successors([entity_id])
        return (await self._merged([successor]))[successor]

    async def _successors(self, entity_ids: Sequence[str]) -> list[str]:
        """What each id was merged into in the end, or itself, in order."""
        after = {entity_id: entity_id for entity_id in entity_ids}
        for _ in range(_HOPS):
            at = list(dict.fromkeys(after.values()))
            async with self._redis.pipeline(transaction=False) as pipe:
                for one in at:
                    pipe.hget(id_key(one), "merged_into")
                found = await pipe.execute()
            hops = {one: hop.decode() for one, hop in zip(at, found, strict=True) if hop}
            if not hops:
                break
            after = {entity_id: hops.get(one, one) for entity_id, one in after.items()}
        return [after[entity_id] for entity_id in entity_ids]

    async def _merged(self, entity_ids: Collection[str]) -> dict[str, list[str]]:
        """Each id with those that were merged into it, and into those, itself first."""
        found = {entity_id: [entity_id] for entity_id in entity_ids}
        newest: dict[str, list[str]] = {entity_id: [entity_id] for entity_id in entity_ids}
        for _ in range(_HOPS):
            async with self._redis.pipeline(transaction=False) as pipe:
                for ids in newest.values():
                    for one in ids:
                        pipe.smembers(merged_key(one))
                rows = iter(await pipe.execute())
            further = {}
            for entity_id, ids in newest.items():
                members = {member.decode() for _ in ids for member in next(rows)}
                if members := members.difference(found[entity_id]):
                    further[entity_id] = sorted(members)
                    found[entity_id] += further[entity_id]
            if not further:
                break
            newest = further
        return found


def _card(
    entity_id: str, fields: dict[bytes, bytes], articles: int, latest: float | None
) -> EntityCard | None:
    forms = {
        name[1:].decode(): int(count) for name, count in fields.items() if name.startswith(b"=")
    }
    if not forms:
        return None
    given = fields.get(b"name")
    name = given.decode() if given else canonical_name(forms)
    others = sorted((form for form in forms if form != name), key=lambda f: (-forms[f], f))
    return EntityCard(
        entity_id=entity_id,
        name=name,
        type=EntityType(fields[b"kind"].decode()),
        aliases=tuple(others[:ALIASES_SHOWN]),
        articles=articles,
        latest=datetime.fromtimestamp(latest, UTC) if latest is not None else None,
        merged_into=None,
    )
