"""What the page of an entity shows: its names, when it was in the news, beside whom, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk_gateway.entity_profile import EntityProfile
from copydesk_gateway.pages.chart import Chart, Count, chart
from copydesk_gateway.pages.dates_shown import day
from copydesk_gateway.pages.links import FeedLink, SearchState, feeds
from copydesk_shared.contracts.article import Article, EntityType
from copydesk_shared.entities import Companion, EntityCard

TIMELINE_DAYS: Final = 60
TIMELINE_WIDTH: Final = 720
TIMELINE_HEIGHT: Final = 110
ARTICLES: Final = 20

_KINDS: Final = {
    EntityType.PERSON: "Person",
    EntityType.ORGANISATION: "Organisation",
    EntityType.PLACE: "Place",
    EntityType.EVENT: "Event",
    EntityType.WORK: "Work",
}


@dataclass(frozen=True)
class EntityPage:
    """`timeline` is None for an entity without articles of late; `articles` are newest first."""

    card: EntityCard
    kind: str
    timeline: Chart | None
    companions: Sequence[Companion]
    articles: Sequence[Article]
    search_url: str
    feeds: Sequence[FeedLink]


def entity_page(profile: EntityProfile) -> EntityPage:
    card = profile.card
    search = SearchState(values=(("entity_id", card.entity_id),))
    counts = [
        Count(day(each.day), each.articles, search.toggled("day", each.day.isoformat()).url)
        for each in profile.days
    ]
    return EntityPage(
        card=card,
        kind=_KINDS[card.type],
        timeline=chart(counts, width=TIMELINE_WIDTH, height=TIMELINE_HEIGHT),
        companions=profile.companions,
        articles=profile.articles,
        search_url=search.url,
        feeds=feeds(search),
    )
