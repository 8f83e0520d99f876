"""The read side of the registry."""

from datetime import date, timedelta

import pytest
from redis.asyncio import Redis
from registry_articles import NOON, a_person, a_place, an_organisation, naming

from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.registry import EntityRegistry
from copydesk_shared.contracts.article import EntityType
from copydesk_shared.entities import Appearance, EntityDirectory
from copydesk_shared.entity_evidence import EntityEvidence

OAKLEY = a_person("Tess Oakley", "Oakley")
REED = a_person("Jan Reed")
BOARD = an_organisation("Oak Harbour Board")


@pytest.fixture
async def directory(redis: "Redis") -> EntityDirectory:
    registry = EntityRegistry(redis, table=gazetteer())
    for n in range(3):
        await registry.settle(naming(f"a{n}", OAKLEY, REED, days=n))
    await registry.settle(naming("a3", OAKLEY, BOARD, days=2))
    await registry.settle(naming("a4", a_place("Oakland"), days=2))
    return EntityDirectory(redis)


async def test_an_entity_is_told_by_its_id(directory: EntityDirectory) -> None:
    card, unknown = await directory.entities(["person:tess-oakley", "person:nobody"])
    assert unknown is None
    assert card is not None
    assert (card.name, card.type, card.aliases) == ("Tess Oakley", EntityType.PERSON, ("Oakley",))
    assert (card.articles, card.latest) == (4, NOON + timedelta(days=2))


async def test_names_and_aliases_are_found_by_their_beginning(directory: EntityDirectory) -> None:
    found = [card.entity_id for card in await directory.starting_with("OAK")]
    assert found[0] == "person:tess-oakley"  # in more articles than the others
    assert set(found) == {"person:tess-oakley", "organisation:oak-harbour-board", "place:oakland"}
    places = await directory.starting_with("oák", kind=EntityType.PLACE)
    assert [card.name for card in places] == ["Oakland"]
    assert [card.name for card in await directory.starting_with("oak", limit=1)] == ["Tess Oakley"]
    assert [card.name for card in await directory.starting_with("tess o")] == ["Tess Oakley"]


async def test_names_are_found_by_any_of_their_words_behind_those_that_begin_so(
    directory: EntityDirectory, redis: "Redis"
) -> None:
    registry = EntityRegistry(redis, table=gazetteer())
    await registry.settle(naming("a5", a_place("Harbourton"), days=2))
    found = [card.name for card in await directory.starting_with("harb")]
    assert found == ["Harbourton", "Oak Harbour Board"]
    assert [card.name for card in await directory.starting_with("harbour b")] == [
        "Oak Harbour Board"
    ]
    # Two letters are in too many names.
    assert [card.name for card in await directory.starting_with("ha")] == ["Harbourton"]


async def test_a_name_that_no_article_has_is_not_found_by_its_words(
    directory: EntityDirectory, redis: "Redis"
) -> None:
    await EntityEvidence(redis).forget({"a3": None})
    assert await directory.starting_with("harb") == []


@pytest.mark.parametrize("prefix", ["", "o", " ", "zzz", "oak*", "oak\x00", "o" * 10_000])
async def test_a_beginning_of_nothing_finds_nothing(
    directory: EntityDirectory, prefix: str
) -> None:
    assert await directory.starting_with(prefix) == []


async def test_articles_are_paged_newest_first_also_within_one_second(
    directory: EntityDirectory,
) -> None:
    pages: list[list[str]] = []
    last: Appearance | None = None
    while page := await directory.articles("person:tess-oakley", limit=1, before=last):
        pages.append([one.article_id for one in page])
        last = page[-1]
    assert pages == [["a3"], ["a2"], ["a1"], ["a0"]]


async def test_companions_are_those_named_beside_it_most(directory: EntityDirectory) -> None:
    found = await directory.companions("person:tess-oakley")
    assert [(one.card.name, one.articles) for one in found] == [
        ("Jan Reed", 3),
        ("Oak Harbour Board", 1),
    ]


async def test_days_are_counted_and_empty_ones_listed(directory: EntityDirectory) -> None:
    found = await directory.per_day("person:tess-oakley", days=4)
    assert [(one.day, one.articles) for one in found] == [
        (date(2026, 10, 19), 0),
        (date(2026, 10, 20), 1),
        (date(2026, 10, 21), 1),
        (date(2026, 10, 22), 2),
    ]
    earlier = await directory.per_day("person:tess-oakley", days=1, until=date(2026, 10, 20))
    assert [one.articles for one in earlier] == [1]


async def test_of_an_unknown_entity_there_is_nothing(directory: EntityDirectory) -> None:
    assert await directory.articles("person:nobody") == []
    assert await directory.companions("person:nobody") == []
    assert await directory.per_day("person:nobody") == []
    assert await directory.entities([]) == []
