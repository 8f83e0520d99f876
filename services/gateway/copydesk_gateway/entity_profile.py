"""An entity as page and API show it: its card, when it was in the news, beside whom, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from copydesk_shared.contracts.article import Article
from copydesk_shared.entities import Companion, DayCount, EntityCard, EntityDirectory
from copydesk_shared.problems import Problem
from copydesk_shared.store import ArticleStore


@dataclass(frozen=True)
class EntityProfile:
    """`days` are in order, all of them; `articles` are the newest that name it and can be read."""

    card: EntityCard
    days: Sequence[DayCount]
    companions: Sequence[Companion]
    articles: Sequence[Article]


async def known(directory: EntityDirectory, entity_id: str) -> EntityCard:
    """The card of the entity, which may say that it was merged; else Problem `entity_not_found`."""
    card = await directory.entity(entity_id)
    if card is None:
        raise Problem(HTTPStatus.NOT_FOUND, "entity_not_found", "There is no such entity.")
    return card


async def names(directory: EntityDirectory, entity_ids: Sequence[str]) -> Mapping[str, str]:
    """The names of those of the ids that are known, by id."""
    if not entity_ids:
        return {}
    cards = await directory.entities(entity_ids)
    return {given: card.name for given, card in zip(entity_ids, cards, strict=True) if card}


async def profile(
    card: EntityCard,
    directory: EntityDirectory,
    store: ArticleStore,
    *,
    articles: int,
    days: int,
    until: date | None = None,
) -> EntityProfile:
    """The profile over so many days up to `until`, else to its newest article.

    With at most so many articles.
    """
    seen = await directory.articles(card.entity_id, limit=articles)
    held = await store.articles([each.article_id for each in seen])
    return EntityProfile(
        card=card,
        days=await directory.per_day(card.entity_id, days=days, until=until),
        companions=await directory.companions(card.entity_id),
        articles=[found[1] for found in held if found and found[1]],
    )
