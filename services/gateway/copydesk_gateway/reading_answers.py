"""The shapes of what is read beside searches: articles on their way, changes, entities."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from copydesk_gateway.evidence import Passage
from copydesk_shared.contracts.article import Article, EntityType
from copydesk_shared.entities import EntityCard


class NotYetAnswer(BaseModel):
    """The article is on its way; `stage` is the `outcome` of its receipt so far."""

    article_id: str
    version: int
    stage: str
    retry_after: int


class NamedEntity(BaseModel):
    """`evidence` is the sentence that shows it best, `passages` are the first that name it."""

    entity_id: str
    name: str
    type: EntityType
    aliases: list[str]
    relevance: float
    count: int
    evidence: str | None
    passages: list[Passage]


class ArticleEntitiesAnswer(BaseModel):
    article_id: str
    version: int
    entities: list[NamedEntity]


class ArticleCard(BaseModel):
    """An article in a few words, as the store holds it now."""

    article_id: str
    version: int
    title: str
    summary: str
    source: str
    section: str | None
    language: str
    published: AwareDatetime
    url: str | None


class CopyCard(ArticleCard):
    """`similarity` to the original is 0 to 1; null in the original, and where it is not known."""

    similarity: float | None


class DuplicatesAnswer(BaseModel):
    """`of` is the article that it repeats, null for an original; `similarity` to it is 0 to 1.

    `group_id` is shared by all copies of one text. `group` has those that can be read, the original
    first, then in the order in which they came; this article is one of them.
    """

    article_id: str
    version: int
    group_id: str | None
    similarity: float | None
    of: ArticleCard | None
    group: list[CopyCard]


class EntityEntry(BaseModel):
    """`articles` counts recent articles that name it, `latest` is when the newest was published."""

    entity_id: str
    name: str
    type: EntityType
    aliases: list[str]
    articles: int
    latest: AwareDatetime | None


class EntitiesAnswer(BaseModel):
    entities: list[EntityEntry]


class CompanionEntry(EntityEntry):
    """An entity named beside it; `together` counts the newest articles that name both."""

    together: int


class DayEntry(BaseModel):
    day: date
    articles: int


class EntityAnswer(EntityEntry):
    """`days` are in order, all of them listed; `newest` are the newest articles that name it."""

    days: list[DayEntry]
    companions: list[CompanionEntry]
    newest: list[ArticleCard]


class HeadlineEntry(BaseModel):
    """`marked` is HTML: the escaped title in which `<mark>` is the only tag."""

    article_id: str
    title: str
    marked: str
    source: str
    published: AwareDatetime


class SuggestAnswer(BaseModel):
    """`did_you_mean` is there when nothing else is, and no article holds all the words."""

    entities: list[EntityEntry]
    headlines: list[HeadlineEntry]
    did_you_mean: str | None


class ChangeEntry(BaseModel):
    """`article` is null for a tombstone: withdrawn, then or meanwhile."""

    cursor: str
    event: Literal["article_indexed", "article_withdrawn"]
    article_id: str
    version: int
    at: AwareDatetime
    article: ArticleCard | None


class ChangesAnswer(BaseModel):
    """Changes in order; go on with `since=next`, at once while there is `more`."""

    changes: list[ChangeEntry]
    next: str
    more: bool


def entity_entry(card: EntityCard) -> EntityEntry:
    return EntityEntry(
        entity_id=card.entity_id,
        name=card.name,
        type=card.type,
        aliases=list(card.aliases),
        articles=card.articles,
        latest=card.latest,
    )


def article_card(article: Article) -> ArticleCard:
    return ArticleCard(
        article_id=article.article_id,
        version=article.version,
        title=article.title,
        summary=article.summary,
        source=article.source,
        section=article.section,
        language=article.language.code,
        published=article.published.value,
        url=article.address,
    )
