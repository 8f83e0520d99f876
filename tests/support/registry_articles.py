"""Articles that name entities, for the registry and its readers."""

from datetime import UTC, datetime, timedelta

from copydesk_enrich.entities.identity import entity_id
from copydesk_shared.contracts.article import (
    Article,
    Entity,
    EntityType,
    Extraction,
    Language,
    Mention,
    Pipeline,
    Precision,
    Provenance,
    Published,
    Step,
    StepStatus,
)

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)


def a_person(name: str, *aliases: str) -> Entity:
    return an_entity(EntityType.PERSON, name, *aliases)


def an_organisation(name: str, *aliases: str) -> Entity:
    return an_entity(EntityType.ORGANISATION, name, *aliases)


def a_place(name: str, *aliases: str) -> Entity:
    return an_entity(EntityType.PLACE, name, *aliases)


def an_entity(kind: EntityType, name: str, *aliases: str) -> Entity:
    return Entity(
        entity_id=entity_id(kind, name),
        name=name,
        type=kind,
        aliases=aliases,
        relevance=0.5,
        count=1 + len(aliases),
    )


def at_paragraph(number: int, entity: Entity) -> Entity:
    """The entity as it begins a paragraph."""
    name = entity.name
    mention = Mention(paragraph=number, start=0, end=len(name), text=name)
    return entity.model_copy(update={"mentions": (mention,)})


def naming(
    article_id: str, *entities: Entity, version: int = 1, days: int = 0, rules: str = "2/model-1"
) -> Article:
    """An article of so many days after noon that names these."""
    return Article(
        article_id=article_id,
        version=version,
        source="courier",
        title="A headline",
        summary="",
        paragraphs=("Text.",),
        body="Text.",
        language=Language(code="en", confidence=1.0),
        published=Published(
            value=NOON + timedelta(days=days),
            precision=Precision.SECOND,
            provenance=Provenance.PUBLISHER,
        ),
        entities=entities,
        word_count=1,
        reading_minutes=1,
        extraction=Extraction(method="text", quality=1.0),
        pipeline=Pipeline(
            version="1",
            steps=(Step(name="entities", version=rules, ms=1.0, status=StepStatus.OK),),
        ),
    )
