"""Whom an article means, given what other articles told: pure, so that replicas agree.

Within an article the rules of `clusters` have decided. Here a surname or an acronym that stands
alone gets the entity that articles of the time mean by it, if that is one, or one far before all
others. Where the article names several who bear the surname, it is the one of them who stands out
so, else who is named first. A full name gets the id under which the same entity is better known.
What an article decided once, by the same rules, stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from copydesk_enrich.entities.clusters import same_person
from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.entities.identity import entity_id, name_words
from copydesk_enrich.entities.transliteration import one_spelling
from copydesk_shared.contracts.article import Entity, EntityType
from copydesk_shared.told import Told, canonical_name

ENTITIES_TOLD = 30
FORMS_TOLD = 6
JOINS_TOLD = 8
_LONGEST_ACRONYM = 6
FEWEST_ARTICLES, FAR_MORE = 5, 5
"""Of 745 surnames of the wire 71 % are given to somebody, 96 % of them rightly; 3 and 3 gave 72 %,
5 and 10 62 %, no more rightly (`evals/entity_registry.py`)."""
_JOINING = frozenset({EntityType.PERSON, EntityType.ORGANISATION})


@dataclass(frozen=True)
class Heard:
    """Of an id: what it was merged into, or itself; and whom how many articles of the time mean."""

    entity_id: str
    joined: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reputation:
    """How many articles name an entity, and how many use each form."""

    articles: int
    forms: Mapping[str, int]


@dataclass(frozen=True)
class View:
    """What the registry knows, as far as an article asks.

    `earlier`: what this article told before, by the id that its own rules gave.
    """

    heard: Mapping[str, Heard] = field(default_factory=dict)
    reputations: Mapping[str, Reputation] = field(default_factory=dict)
    earlier: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolved:
    """The article's entities under their ids across articles, and what it tells of them."""

    entities: tuple[Entity, ...]
    told: tuple[Told, ...]


def asked(entities: Sequence[Entity]) -> list[str]:
    """The ids that `resolve` wants to hear of."""
    ids = dict.fromkeys(one for entity in entities[:ENTITIES_TOLD] for one in _full_ids(entity))
    return list(ids)


def resolve(entities: Sequence[Entity], view: View, table: Gazetteer) -> Resolved:
    """The entities as the registry knows them, by falling relevance as they came.

    Two that turn out to be one become one. Beyond the first 30 all stays as it is, untold.
    """
    first, rest = entities[:ENTITIES_TOLD], entities[ENTITIES_TOLD:]
    told = [_told(entity, first, view, table) for entity in first]
    settled: dict[str, Entity] = {}
    for entity, one in zip(first, told, strict=True):
        names = [form for form in (entity.name, *entity.aliases) if form != one.name]
        if table.is_canonical(entity.name, entity.type):
            names = list(entity.aliases)
        renamed = entity.model_copy(
            update={"entity_id": one.entity_id, "name": one.name, "aliases": tuple(names)}
        )
        before = settled.get(one.entity_id)
        settled[one.entity_id] = renamed if before is None else _one(before, renamed)
    for entity in rest:
        settled.setdefault(entity.entity_id, entity)
    return Resolved(tuple(settled.values()), tuple(told))


def _told(entity: Entity, beside: Sequence[Entity], view: View, table: Gazetteer) -> Told:
    local = entity.entity_id
    forms = (entity.name, *entity.aliases)[:FORMS_TOLD]
    if table.is_canonical(entity.name, entity.type):
        return Told(local, entity.type, entity.name, local, forms, given=True)
    if (before := view.earlier.get(local)) is not None:
        return Told(
            before.entity_id, entity.type, before.name, local, forms, _joins(entity, before, table)
        )
    name = entity.name
    if _is_weak(entity):
        chosen, name = _meant(entity, beside, view, table)
    else:
        chosen = _best_known(entity, view)
    if (reputation := view.reputations.get(chosen)) is not None and reputation.forms:
        counts = dict(reputation.forms)
        for form in forms:
            counts[form] = counts.get(form, 0) + 1
        name = canonical_name(counts)
    one = Told(chosen, entity.type, name, local, forms)
    return Told(chosen, entity.type, name, local, forms, _joins(entity, one, table))


def _is_weak(entity: Entity) -> bool:
    """Whether the name alone does not say whom it means: a surname, an acronym."""
    if " " in entity.name:
        return False
    return entity.type is EntityType.PERSON or (
        entity.type is EntityType.ORGANISATION
        and entity.name.isupper()
        and len(entity.name) <= _LONGEST_ACRONYM
    )


def _meant(
    entity: Entity, beside: Sequence[Entity], view: View, table: Gazetteer
) -> tuple[str, str]:
    """Whom a surname or an acronym alone means, and the name that the article itself has for it.

    It is one of the article's own, else of the time's, else nobody but itself.
    """
    local = entity.entity_id
    own, usual = (view.heard.get(one, Heard(one)) for one in (local, _usual_id(entity)))
    joined = own.joined or usual.joined
    if not _fits_within(entity, beside):
        return _outstanding(joined) or own.entity_id, entity.name
    own_people = [
        (_first_place(other), _told(other, beside, view, table))
        for other in beside
        if other.type is entity.type is EntityType.PERSON and _is_surname(entity.name, other.name)
    ]
    bearers = {told.entity_id: (place, told.name) for place, told in own_people}
    one = _outstanding({bearer: joined.get(bearer, 0) for bearer in bearers})
    if one is None and all(place for place, _ in bearers.values()):
        one = min(bearers, key=lambda bearer: (bearers[bearer][0], bearer), default=None)
    return (local, entity.name) if one is None else (one, bearers[one][1])


def _fits_within(entity: Entity, beside: Sequence[Entity]) -> bool:
    """Whether the article itself names somebody, or two, whom the surname would fit."""
    name = entity.name.casefold()
    return any(
        name in other.name.casefold().split()
        for other in beside
        if other is not entity and other.type is entity.type
    )


def _is_surname(name: str, full: str) -> bool:
    words = name_words(full.casefold())
    return len(words) > 1 and words[-1] == name.casefold()


def _first_place(entity: Entity) -> tuple[int, ...]:
    return min(((one.paragraph, one.start) for one in entity.mentions), default=())


def _outstanding(articles: Mapping[str, int]) -> str | None:
    """The one that far more articles mean than the next; None where none stands out."""
    (first, most), (_, next_most), *_ = (
        *sorted(articles.items(), key=lambda one: (-one[1], one[0])),
        ("", 0),
        ("", 0),
    )
    alone = len(articles) == 1
    return first if most and (alone or most >= max(FEWEST_ARTICLES, FAR_MORE * next_most)) else None


def _best_known(entity: Entity, view: View) -> str:
    """Of the ids that the article's full names have, the one in most articles; its own on a tie.

    George Bush may have been George W. Bush so far; George H. W. Bush is not.
    """
    own, *others = (view.heard.get(one, Heard(one)).entity_id for one in _full_ids(entity))
    ids = [own, *(one for one in others if _may_be(entity, view.reputations.get(one)))]
    known = {one: view.reputations[one].articles for one in ids if one in view.reputations}
    return min(dict.fromkeys(ids), key=lambda one: (-known.get(one, 0), ids.index(one)))


def _may_be(entity: Entity, other: Reputation | None) -> bool:
    if entity.type is not EntityType.PERSON or other is None:
        return True
    return all(same_person(entity.name, form) for form in other.forms if " " in form)


def _usual_id(entity: Entity) -> str:
    """The id that a person has in whichever spelling."""
    return entity_id(entity.type, one_spelling(entity.name.casefold()))


def _full_ids(entity: Entity) -> Iterator[str]:
    yield entity.entity_id
    if entity.type is EntityType.PERSON:
        yield _usual_id(entity)
    if entity.type in _JOINING and " " in entity.name:
        for alias in entity.aliases[:FORMS_TOLD]:
            if " " in alias:
                yield entity_id(entity.type, alias)


def _joins(entity: Entity, one: Told, table: Gazetteer) -> tuple[tuple[str, bool], ...]:
    """By which other names the entity may be meant, as this article shows by using them for it."""
    if entity.type not in _JOINING or " " not in entity.name:
        return ()
    names = [entity.name, *entity.aliases]
    if entity.type is EntityType.PERSON:
        words = name_words(entity.name)
        names += words[-1], one_spelling(entity.name.casefold()), one_spelling(words[-1].casefold())
    found: dict[str, bool] = {}
    for name in names:
        full = " " in name
        other = entity_id(entity.type, name)
        acronym = entity.type is EntityType.PERSON or name.isupper()
        known = table.known.get(name)
        fixed = known is not None and known.type is entity.type
        if other != one.entity_id and not fixed and (full or acronym):
            found.setdefault(other.partition(":")[2], full)
    return tuple(found.items())[:JOINS_TOLD]


def _one(first: Entity, other: Entity) -> Entity:
    """Two of an article's entities that are the same, as one."""
    aliases = dict.fromkeys((*first.aliases, *other.aliases))
    mentions = sorted(
        {*first.mentions, *other.mentions}, key=lambda mention: (mention.paragraph, mention.start)
    )
    return first.model_copy(
        update={
            "aliases": tuple(aliases),
            "count": first.count + other.count,
            "mentions": tuple(mentions),
        }
    )
