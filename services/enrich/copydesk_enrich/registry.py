"""The edge to the entity registry: asks whom an article means, and tells what the article shows.

Reads and writes are a script each, so that an article sees one state of the registry; the decision
between them is pure (`entities.resolution`). Two articles at once may not see each other, as if
they had come in the other order; what they tell is sets, so that the registry ends the same.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from redis.asyncio import Redis

from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.entities.resolution import Heard, Reputation, View, asked, resolve
from copydesk_shared import lua
from copydesk_shared.contracts.article import Article
from copydesk_shared.entity_evidence import EntityEvidence, record_key
from copydesk_shared.told import unpacked

VERSION = "2"
AROUND_S = 45 * 86_400
"""A surname means whom articles published within so long of this one mean by it."""


class EntityRegistry:
    """Gives entities their ids across articles; safe with any number of replicas."""

    def __init__(self, redis: "Redis", *, table: Gazetteer) -> None:
        self._table = table
        self._look_up = lua.script(redis, "entity_look_up")
        self._evidence = EntityEvidence(redis)

    async def settle(self, article: Article, *, remember: bool = True) -> Article:
        """The article with its entities as the registry knows them, and its evidence taken down.

        Two round trips; without `remember` one, and nothing is taken down. Repeated by one set of
        rules it answers the same, and counts once. What a version older than the one known tells
        is not taken down.
        """
        rules = _rules(article)
        published_s = int(article.published.value.timestamp())
        view = await self._view(article, published_s=published_s, rules=rules)
        resolved = resolve(article.entities, view, self._table)
        if remember:
            await self._evidence.record(
                article.article_id,
                version=article.version,
                published_s=published_s,
                rules=rules,
                told=resolved.told,
            )
        return article.model_copy(update={"entities": resolved.entities})

    async def forget(self, article_id: str, *, up_to: int) -> None:
        """Take the article's evidence out, unless it is of a later version than `up_to`."""
        await self._evidence.forget({article_id: up_to})

    async def _view(self, article: Article, *, published_s: int, rules: str) -> View:
        ids = asked(article.entities)
        question = {
            "asked": [one.split(":", 1) for one in ids],
            "from": published_s - AROUND_S,
            "to": published_s + AROUND_S,
        }
        reply = json.loads(
            await self._look_up(keys=[record_key(article.article_id)], args=[json.dumps(question)])
        )
        earlier = unpacked(reply["told"]) if reply.get("rules") == rules else []
        return View(
            heard={
                one: Heard(answer["id"], dict(_listed(answer["joined"])))
                for one, answer in zip(ids, _listed(reply["asked"]), strict=True)
            },
            reputations={one: _reputation(card) for one, card in dict(reply["cards"]).items()},
            earlier={one.local_id: one for one in earlier},
        )


def _rules(article: Article) -> str:
    """By what the article's own entities were found; with other rules it is decided anew."""
    steps = [step.version for step in article.pipeline.steps if step.name == "entities"]
    return "/".join((VERSION, *steps))


def _reputation(card: Mapping[str, Any]) -> Reputation:
    return Reputation(card["articles"], dict(_listed(card["forms"])))


def _listed(value: Sequence[Any] | Mapping[str, Any]) -> Sequence[Any]:
    """An array of Lua's, which writes an empty one as an object."""
    return value if isinstance(value, list) else []
