"""A small news world for the gateway's tests: articles in the store and in a real index."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from redis.asyncio import Redis

from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared import keys
from copydesk_shared.compression import compress
from copydesk_shared.contracts.article import (
    Article,
    Author,
    Entity,
    EntityType,
    Extraction,
    Image,
    Language,
    LinkKind,
    Mention,
    Pipeline,
    Precision,
    Provenance,
    Published,
    RelatedLink,
    RemovedBlock,
    Step,
    StepStatus,
)
from copydesk_shared.contracts.submission import Warned
from copydesk_shared.entity_evidence import EntityEvidence
from copydesk_shared.search_schema import search_document
from copydesk_shared.store import State
from copydesk_shared.told import Told

MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def an_id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"newsroom:{name}"))


def entity(name: str, kind: EntityType = EntityType.PERSON, *aliases: str) -> Entity:
    slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    return Entity(
        entity_id=f"{kind}:{slug}", name=name, type=kind, aliases=aliases, relevance=0.8, count=2
    )


def named_in(paragraphs: Sequence[str], *entities: Entity) -> tuple[Entity, ...]:
    """The entities with a mention wherever one's name stands in the paragraphs."""
    return tuple(
        each.model_copy(
            update={
                "mentions": tuple(
                    Mention(paragraph=number, start=found.start(), end=found.end(), text=each.name)
                    for number, text in enumerate(paragraphs)
                    for found in re.finditer(re.escape(each.name), text)
                )
            }
        )
        for each in entities
    )


def an_article(name: str, /, **fields: Any) -> Article:
    """An article whose id follows from its name; body and counts follow from its paragraphs."""
    paragraphs: Sequence[str] = fields.pop("paragraphs", ("The harbour was quiet this morning.",))
    body = "\n\n".join(paragraphs)
    moment = fields.pop("published", MORNING)
    fields["entities"] = named_in(paragraphs, *fields.pop("entities", ()))
    given: dict[str, Any] = {
        "article_id": an_id(name),
        "version": 1,
        "source": "harbour-post",
        "title": name,
        "summary": paragraphs[0],
        "paragraphs": paragraphs,
        "body": body,
        "language": Language(code="en", confidence=0.98),
        "published": Published(
            value=moment, precision=Precision.SECOND, provenance=Provenance.PUBLISHER
        ),
        "word_count": len(body.split()),
        "reading_minutes": max(1, len(body.split()) // 230),
        "extraction": Extraction(method="text rules", quality=0.97),
        "pipeline": Pipeline(version="1"),
    }
    return Article(**(given | fields))


def prose(text: str) -> tuple[str, ...]:
    """Paragraphs of a text in which blank lines part them."""
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


async def keep(
    redis: "Redis",
    article: Article,
    *,
    state: State = State.LIVE,
    enriched: bool = True,
) -> None:
    """Put an article into the store as the commit of enrichment does."""
    fields: dict[Any, Any] = {
        "version": article.version,
        "state": state,
        "enriched_version": article.version if enriched else 0,
        "indexed_version": article.version if enriched else 0,
        "submission_id": f"0-{an_id('submission')}",
    }
    if enriched:
        fields["enriched"] = compress(article.model_dump_json())
    await redis.hset(keys.article(article.article_id), mapping=fields)


async def register(redis: "Redis", article: Article) -> None:
    """Tell the registry whom the article names, as the commit of enrichment does."""
    await EntityEvidence(redis).record(
        article.article_id,
        version=article.version,
        published_s=int(article.published.value.timestamp()),
        rules="1",
        told=[
            Told(each.entity_id, each.type, each.name, each.entity_id, (each.name, *each.aliases))
            for each in article.entities
        ],
    )


async def withdraw(redis: "Redis", article_id: str) -> None:
    """Take an article out of the store's readable ones; the index still has it."""
    await redis.hset(keys.article(article_id), "state", State.WITHDRAWN)


async def publish(redis: "Redis", article_ids: Iterable[str]) -> None:
    """What `keep` does, for many: only what a search looks at."""
    async with redis.pipeline(transaction=False) as pipe:
        for article_id in article_ids:
            fields: dict[Any, Any] = {"version": 1, "state": State.LIVE, "enriched_version": 1}
            pipe.hset(keys.article(article_id), mapping=fields)
        await pipe.execute()


async def index(search_dir: Path, articles: Iterable[Article]) -> None:
    """Write the articles into the embedded index, as the index service does."""
    engine = EmbeddedIndexEngine(search_dir)
    await engine.open()
    try:
        await engine.write([search_document(article) for article in articles], [])
    finally:
        await engine.close()


MEETING = an_article(
    "meeting",
    title="Coastal Alliance Chief Gathers Support Before Leaving Office",
    source="example-wire.org",
    url="https://example-wire.org/politics/coastal-alliance-chief",
    section="Politics",
    summary="Marta Lindqvist wants a five-year fund for the island states in place before July.",
    paragraphs=prose(
        """
        Secretary-General Marta Lindqvist is travelling through eight capitals this month to
        win backing for a five-year fund before she hands over the Coastal Alliance in the
        summer.

        The fund would pay for sea walls, early-warning masts and a shared rescue fleet. She
        put its size at forty billion crowns, a third of it from the richest four members.

        “We have talked about the water for ten years,” she said in Port Ellery. “The water
        has not waited for us.”

        Not everyone is convinced. Tomas Brandt, finance minister of Norrmark, called the
        plan generous with other people's money and asked for a smaller first instalment.

        Diplomats in Port Ellery expect a compromise at the 75th anniversary meeting in
        July, which will also be Lindqvist's last as secretary-general.

        Her likely successor, Ines Okafor, has kept out of the argument so far. People close
        to her say that she would rather inherit a fund than a quarrel.

        Island governments have less patience. The harbour of Sund was flooded twice last
        winter, and its council has begun to move the fish market uphill at its own cost.
        """
    ),
    authors=(
        Author(name="Malin Haddad", bio="covers the Coastal Alliance from Port Ellery."),
        Author(name="Jon Pike"),
    ),
    published=MORNING + timedelta(days=3, hours=4, minutes=12),
    images=(Image(credit="Harbour Pictures"),),
    entities=(
        entity("Marta Lindqvist", EntityType.PERSON, "Lindqvist"),
        entity("Tomas Brandt"),
        entity("Ines Okafor"),
        entity("Coastal Alliance", EntityType.ORGANISATION, "the Alliance"),
        entity("Port Ellery", EntityType.PLACE),
        entity("Norrmark", EntityType.PLACE),
        entity("Sund", EntityType.PLACE),
    ),
    related_links=(
        RelatedLink(
            kind=LinkKind.INLINE,
            label="Read More",
            title="Norrmark Budget Faces a Second Vote",
            position=3,
            article_id=an_id("budget"),
        ),
        RelatedLink(
            kind=LinkKind.INLINE,
            label="Also Read",
            title="Why Sea Walls Are Built Twice",
            url="https://example-wire.org/features/sea-walls",
            position=5,
        ),
        RelatedLink(
            kind=LinkKind.INLINE,
            label="Read Next",
            title="A link that must not be one",
            url="javascript:alert(1)",
            position=7,
        ),
        RelatedLink(
            kind=LinkKind.COMPUTED,
            title="An older title",
            article_id=an_id("flood"),
            score=0.71,
            reasons=("Both are about Sund and the Coastal Alliance",),
        ),
        RelatedLink(
            kind=LinkKind.COMPUTED,
            title="Norrmark Budget Faces a Second Vote",
            article_id=an_id("budget"),
            score=0.84,
            reasons=("Linked in the text", "Both name Tomas Brandt"),
        ),
        RelatedLink(
            kind=LinkKind.COMPUTED,
            title="Withdrawn",
            article_id=an_id("withdrawn"),
            score=0.6,
            reasons=("Same story",),
        ),
    ),
    extraction=Extraction(
        method="text rules",
        quality=0.94,
        removed_blocks=(
            RemovedBlock(kind="breadcrumb", text="Home / Politics", position=0, rule="crumbs"),
            RemovedBlock(
                kind="credit", text="Credits: Harbour Pictures", position=2, rule="credit-line"
            ),
            RemovedBlock(
                kind="newsletter",
                text="Sign up for our morning briefing and never miss a tide.",
                position=7,
                rule="newsletter",
            ),
        ),
    ),
    pipeline=Pipeline(
        version="1",
        steps=(Step(name="keywords", version="1", ms=1.2, status=StepStatus.FAILED, error="boom"),),
    ),
    warnings=(Warned(code="date_from_arrival", message="The text gave no date of its own."),),
)

BUDGET = an_article(
    "budget",
    title="Norrmark Budget Faces a Second Vote",
    source="example-wire.org",
    section="Politics",
    paragraphs=prose(
        """
        Norrmark's parliament will vote again on a budget that failed by two voices on
        Monday.

        Finance minister Tomas Brandt offered the farmers' party a slower cut of diesel aid.

        A balanced budget by 2029 remains the aim, he said.
        """
    ),
    authors=(Author(name="Jon Pike"),),
    published=MORNING + timedelta(days=2, hours=2),
    entities=(entity("Tomas Brandt"), entity("Norrmark", EntityType.PLACE)),
)

FLOOD = an_article(
    "flood",
    title="Sund Moves Its Fish Market Uphill After a Second Flood",
    section="Local",
    paragraphs=prose(
        """
        The stalls went up at four in the morning, forty metres above the quay they had
        stood on since 1911.

        “My grandmother would laugh at us,” said the fishmonger Ada Nyberg, “and then she
        would ask who pays the lorry.” The Coastal Alliance has promised help, but not yet a
        date.
        """
    ),
    authors=(Author(name="Ada Nyberg-Holt"),),
    published=MORNING + timedelta(days=1, hours=5),
    entities=(
        entity("Ada Nyberg"),
        entity("Sund", EntityType.PLACE),
        entity("Coastal Alliance", EntityType.ORGANISATION),
    ),
)

HOSTILE = an_article(
    "hostile",
    title='Ferry & rail <script>alert("title")</script> "strike"',
    source="tide<b>line</b>",
    section="Business & Trade",
    summary="<img src=x onerror=alert(1)> Ferry crews walk out.",
    url="javascript:alert(2)",
    paragraphs=(
        "<img src=x onerror=alert(1)> Ferry crews walked out at dawn & the strike holds.",
        "</p><script>alert('body')</script> The ferry company would not comment.",
    ),
    published=MORNING + timedelta(days=1),
    entities=(entity('Øresund "Ferry" & Sons', EntityType.ORGANISATION),),
)

FOOTBALL = an_article(
    "football",
    title="Sund Rovers Hold the Leaders to a Draw",
    section="Sport",
    paragraphs=(
        "A late header saved a point for Sund Rovers, who have not lost at home since autumn.",
        "The flood-lit pitch had been pumped dry only hours before.",
    ),
    published=MORNING + timedelta(hours=12),
    entities=(entity("Sund Rovers", EntityType.ORGANISATION),),
)

SPANISH = an_article(
    "spanish",
    title="El puerto de Málaga prueba un muro contra las mareas",
    source="diario-costa",
    section="Ciencia",
    language=Language(code="es", confidence=0.99),
    paragraphs=(
        "El puerto ensaya este mes un muro que se levanta solo cuando sube la marea.",
        "La Alianza Costera paga la mitad de la obra.",
    ),
    published=MORNING - timedelta(days=9),
    entities=(entity("Málaga", EntityType.PLACE),),
)

WITHDRAWN = an_article(
    "withdrawn",
    title="A Lindqvist Story Taken Back",
    section="Politics",
    paragraphs=("Lindqvist never said this.",),
    published=MORNING + timedelta(days=2),
)

WORLD = (MEETING, BUDGET, FLOOD, HOSTILE, FOOTBALL, SPANISH)


def tide_tables(count: int) -> list[Article]:
    """Many like articles, an hour apart, for paging."""
    return [
        an_article(
            f"tide-{number}",
            title=f"Tide table number {number} for the outer skerries",
            section="Weather",
            paragraphs=(f"High water comes at {number % 12 + 1} today.",),
            published=MORNING - timedelta(days=30, hours=number),
        )
        for number in range(count)
    ]


async def fill(redis: "Redis", search_dir: Path, *, tides: int = 0) -> None:
    """The whole world in store and index; the withdrawn article is still in the index."""
    articles = [*WORLD, *tide_tables(tides)]
    for article in articles:
        await keep(redis, article)
        await register(redis, article)
    await keep(redis, WITHDRAWN, state=State.WITHDRAWN)
    await index(search_dir, [*articles, WITHDRAWN])
