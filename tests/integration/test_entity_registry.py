"""Entities across articles: one id and one name for each, whichever replica read which article."""

import asyncio
from itertools import permutations

import pytest
from redis.asyncio import Redis
from registry_articles import a_person, a_place, an_organisation, at_paragraph, naming

from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.resolution import ENTITIES_TOLD
from copydesk_enrich.registry import EntityRegistry
from copydesk_shared.contracts.article import Article, Entity
from copydesk_shared.entities import EntityDirectory

HILLARY = a_person("Hillary Clinton", "Clinton")
BILL = a_person("Bill Clinton", "Clinton")
CLINTON = a_person("Clinton")
MUELLER = a_person("Robert Mueller", "Mueller")
MUELLER_THIRD = a_person("Robert S. Mueller III", "Robert Mueller", "Mueller")


@pytest.fixture
def registry(redis: "Redis") -> EntityRegistry:
    return EntityRegistry(redis, table=gazetteer())


@pytest.fixture
def directory(redis: "Redis") -> EntityDirectory:
    return EntityDirectory(redis)


async def ids(registry: EntityRegistry, article: Article) -> list[str]:
    return [entity.entity_id for entity in (await registry.settle(article)).entities]


async def contents(redis: "Redis") -> dict[bytes, object]:
    """All that the registry holds, to compare one state with another."""
    found: dict[bytes, object] = {}
    async for key in redis.scan_iter("copydesk:entity:*"):
        kind = await redis.type(key)
        if key.startswith(b"copydesk:entity:prefix:"):
            # Its order is by what was known when a name was last used: good for suggestions.
            found[key] = set(await redis.zrange(key, 0, -1))
        elif kind == b"zset":
            found[key] = await redis.zrange(key, 0, -1, withscores=True)
        elif kind == b"set":
            found[key] = await redis.smembers(key)
        else:
            found[key] = await redis.hgetall(key)
    return found


async def test_a_surname_alone_is_the_one_whom_articles_of_the_time_mean(
    registry: EntityRegistry,
) -> None:
    await registry.settle(naming("a", HILLARY))
    (entity,) = (await registry.settle(naming("b", CLINTON))).entities
    assert (entity.entity_id, entity.name) == ("person:hillary-clinton", "Hillary Clinton")
    assert entity.aliases == ("Clinton",)


async def test_a_surname_that_two_share_stays_alone(registry: EntityRegistry) -> None:
    await registry.settle(naming("a", HILLARY))
    await registry.settle(naming("b", BILL))
    assert await ids(registry, naming("c", CLINTON)) == ["person:clinton"]


async def test_a_surname_is_the_one_far_more_in_the_news_of_two_who_share_it(
    registry: EntityRegistry,
) -> None:
    await registry.settle(naming("bill", BILL))
    for n in range(4):
        await registry.settle(naming(f"hillary-{n}", HILLARY))
    assert await ids(registry, naming("a", CLINTON)) == ["person:clinton"]
    await registry.settle(naming("hillary-4", HILLARY))
    assert await ids(registry, naming("b", CLINTON)) == ["person:hillary-clinton"]


async def test_of_two_whom_the_article_names_the_surname_is_the_one_named_first(
    registry: EntityRegistry,
) -> None:
    bill, hillary = (
        at_paragraph(number, a_person(name))
        for number, name in enumerate(("Bill Clinton", "Hillary Clinton"))
    )
    alone = at_paragraph(2, CLINTON)
    (first, other) = (await registry.settle(naming("a", alone, hillary, bill))).entities
    assert (first.entity_id, first.aliases, first.count) == (
        "person:bill-clinton",
        ("Clinton",),
        2,
    )
    assert other.entity_id == "person:hillary-clinton"


async def test_of_two_whom_the_article_names_the_surname_is_the_one_far_more_in_the_news(
    registry: EntityRegistry,
) -> None:
    for n in range(5):
        await registry.settle(naming(f"hillary-{n}", HILLARY))
    bill, hillary = (
        at_paragraph(number, a_person(name))
        for number, name in enumerate(("Bill Clinton", "Hillary Clinton"))
    )
    found = await ids(registry, naming("a", at_paragraph(2, CLINTON), bill, hillary))
    assert found == ["person:hillary-clinton", "person:bill-clinton"]


@pytest.mark.parametrize(
    "order",
    list(permutations(["Volodymyr Zelensky", "Volodymyr Zelenskyy", "Volodymyr Zelenskiy"])),
)
async def test_spellings_of_one_slavic_name_are_one_entity_in_any_order(
    registry: EntityRegistry, order: tuple[str, ...]
) -> None:
    found = [(await ids(registry, naming(name[-3:], a_person(name))))[0] for name in order]
    assert len(set(found)) == 1
    for surname in ("Zelensky", "Zelenskyy", "Zelenskiy"):
        assert await ids(registry, naming(f"alone-{surname}", a_person(surname))) == found[:1]


async def test_a_surname_of_long_ago_says_nothing(registry: EntityRegistry) -> None:
    await registry.settle(naming("a", HILLARY))
    assert await ids(registry, naming("b", CLINTON, days=60)) == ["person:clinton"]
    assert await ids(registry, naming("c", CLINTON, days=30)) == ["person:hillary-clinton"]


async def test_a_surname_is_of_nobody_that_the_article_itself_leaves_open(
    registry: EntityRegistry,
) -> None:
    await registry.settle(naming("a", HILLARY))
    undecided = naming("b", a_person("Chelsea Clinton"), a_person("Bill Clinton"), CLINTON)
    assert "person:hillary-clinton" not in await ids(registry, undecided)


async def test_a_place_and_a_person_of_one_name_are_two(registry: EntityRegistry) -> None:
    await registry.settle(naming("a", a_person("Kerry Washington", "Washington")))
    await registry.settle(naming("b", a_person("Paris Hilton", "Paris", "Hilton")))
    found = await ids(registry, naming("c", a_place("Washington"), a_place("Paris")))
    assert found == ["place:washington", "place:paris"]
    assert await ids(registry, naming("d", a_person("Washington"))) == ["person:kerry-washington"]


async def test_an_acronym_alone_is_the_organisation_that_articles_spell_out(
    registry: EntityRegistry,
) -> None:
    await registry.settle(naming("a", an_organisation("Port Elder Council", "PEC")))
    assert await ids(registry, naming("b", an_organisation("PEC"))) == [
        "organisation:port-elder-council"
    ]
    await registry.settle(naming("c", an_organisation("Public Estate Company", "PEC")))
    assert await ids(registry, naming("d", an_organisation("PEC"))) == ["organisation:pec"]


async def test_what_an_article_decided_once_stays_when_it_comes_again(
    redis: "Redis", registry: EntityRegistry
) -> None:
    await registry.settle(naming("a", HILLARY))
    decided = await registry.settle(naming("b", CLINTON))
    await registry.settle(naming("c", BILL))
    before = await contents(redis)
    assert await registry.settle(naming("b", CLINTON)) == decided
    assert await contents(redis) == before
    # Other rules decide anew: by now the surname is open.
    assert await ids(registry, naming("b", CLINTON, rules="3/model-1")) == ["person:clinton"]


async def test_an_article_made_again_stays_and_only_a_new_one_knows_more(
    registry: EntityRegistry,
) -> None:
    alone = a_person("Quillfeather")
    decided = await registry.settle(naming("a", alone))
    assert [entity.entity_id for entity in decided.entities] == ["person:quillfeather"]
    for n in range(4):
        await registry.settle(naming(f"full-{n}", a_person("Amelia Quillfeather")))
    assert await registry.settle(naming("a", alone)) == decided
    # A correction is the same article.
    assert await ids(registry, naming("a", alone, version=2)) == ["person:quillfeather"]
    assert await ids(registry, naming("b", alone)) == ["person:amelia-quillfeather"]


async def test_a_correction_takes_the_place_of_the_version_before(
    redis: "Redis", registry: EntityRegistry
) -> None:
    await registry.settle(naming("a", BILL, MUELLER))
    await registry.settle(naming("a", HILLARY, version=2))
    corrected = await contents(redis)
    assert await ids(registry, naming("b", CLINTON)) == ["person:hillary-clinton"]
    await registry.forget("b", up_to=1)
    await registry.settle(naming("a", BILL, MUELLER, version=1))
    assert await contents(redis) == corrected


async def test_a_withdrawal_leaves_nothing(redis: "Redis", registry: EntityRegistry) -> None:
    await registry.settle(naming("a", HILLARY, MUELLER_THIRD, a_place("United States", "U.S.")))
    await registry.settle(naming("b", CLINTON, MUELLER))
    await registry.forget("a", up_to=2)
    assert await ids(registry, naming("c", CLINTON)) == ["person:clinton"]
    await registry.forget("b", up_to=2)
    await registry.forget("c", up_to=2)
    assert await contents(redis) == {}


async def test_what_a_later_version_tells_is_not_forgotten(
    redis: "Redis", registry: EntityRegistry
) -> None:
    await registry.settle(naming("a", HILLARY, version=2))
    before = await contents(redis)
    await registry.forget("a", up_to=1)
    await registry.forget("unknown", up_to=1)
    assert await contents(redis) == before


async def test_two_full_names_of_one_person_are_merged_and_the_better_known_stays(
    registry: EntityRegistry, directory: EntityDirectory
) -> None:
    await registry.settle(naming("a", a_person("Robert S. Mueller III")))
    for article_id in ("b", "c"):
        await registry.settle(naming(article_id, MUELLER))
    assert await ids(registry, naming("d", MUELLER_THIRD)) == ["person:robert-mueller"]
    merged = await directory.entity("person:robert-s-mueller-iii")
    assert merged is not None
    assert merged.merged_into == "person:robert-mueller"
    stays = await directory.entity("person:robert-mueller")
    assert stays is not None
    assert (stays.name, stays.articles, stays.merged_into) == ("Robert Mueller", 4, None)
    found = await directory.articles("person:robert-s-mueller-iii")
    assert {one.article_id for one in found} == {"a", "b", "c", "d"}
    # Whoever is so called from now on is that one.
    assert await ids(registry, naming("e", a_person("Robert S. Mueller III"))) == [
        "person:robert-mueller"
    ]


async def test_a_merge_goes_with_the_article_that_showed_it(
    registry: EntityRegistry, directory: EntityDirectory
) -> None:
    await registry.settle(naming("a", a_person("Robert S. Mueller III")))
    await registry.settle(naming("b", MUELLER))
    await registry.settle(naming("c", MUELLER))
    await registry.settle(naming("d", MUELLER_THIRD))
    await registry.forget("d", up_to=1)
    apart = await directory.entity("person:robert-s-mueller-iii")
    assert apart is not None
    assert (apart.merged_into, apart.articles) == (None, 1)


async def test_a_full_name_that_two_are_called_by_is_nobodys(
    registry: EntityRegistry, directory: EntityDirectory
) -> None:
    await registry.settle(naming("a", a_person("George W. Bush", "George Bush", "Bush")))
    assert await ids(registry, naming("b", a_person("George Bush"))) == ["person:george-w-bush"]
    await registry.settle(naming("c", a_person("George H. W. Bush", "George Bush", "Bush")))
    assert await ids(registry, naming("d", a_person("George Bush"))) == ["person:george-bush"]
    card = await directory.entity("person:george-bush")
    assert card is not None
    assert card.merged_into is None


async def test_the_name_is_the_full_one_that_most_articles_use(
    registry: EntityRegistry, directory: EntityDirectory
) -> None:
    await registry.settle(naming("a", a_person("Robert S. Mueller III", "Robert Mueller")))
    for article_id in ("b", "c"):
        await registry.settle(naming(article_id, MUELLER))
    for article_id in ("d", "e", "f"):
        await registry.settle(naming(article_id, a_person("Mueller")))
    (card,) = await directory.starting_with("muel")
    assert (card.entity_id, card.name) == ("person:robert-s-mueller-iii", "Robert Mueller")
    assert card.articles == 6


async def test_the_gazetteers_name_stands_before_all_forms(
    registry: EntityRegistry, directory: EntityDirectory
) -> None:
    for article_id in ("a", "b"):
        await registry.settle(naming(article_id, a_place("United States", "U.S.", "America")))
    card = await directory.entity("place:united-states")
    assert card is not None
    assert (card.name, card.articles) == ("United States", 2)
    assert set(card.aliases) == {"U.S.", "America"}


async def test_two_that_turn_out_to_be_one_become_one(registry: EntityRegistry) -> None:
    await registry.settle(naming("a", a_person("Volodymyr Zelenskyy", "Volodymyr Zelensky")))
    both = naming("b", a_person("Volodymyr Zelenskyy"), a_person("Volodymyr Zelensky"))
    (entity,) = (await registry.settle(both)).entities
    assert entity.entity_id == "person:volodymyr-zelenskyy"
    assert entity.count == 2


async def test_replicas_agree_in_whatever_order_articles_come(
    redis: "Redis", registry: EntityRegistry
) -> None:
    articles = [naming("a", HILLARY, MUELLER), naming("b", BILL), naming("c", MUELLER)]
    states = []
    for order in permutations(articles):
        await redis.flushall()
        for article in order:
            await registry.settle(article)
        states.append(await contents(redis))
    assert all(state == states[0] for state in states)


async def test_replicas_that_write_at_once_merge_in_one_direction(
    redis: "Redis", directory: EntityDirectory
) -> None:
    """Each joins the other's name to its own; no circle may come of it."""
    replicas = [EntityRegistry(redis, table=gazetteer()) for _ in range(2)]
    one = a_person("Robert Mueller", "Robert S. Mueller III")
    other = a_person("Robert S. Mueller III", "Robert Mueller")
    await asyncio.gather(
        replicas[0].settle(naming("a", one)), replicas[1].settle(naming("b", other))
    )
    cards = await directory.entities(["person:robert-mueller", "person:robert-s-mueller-iii"])
    assert sum(card is not None and card.merged_into is not None for card in cards) <= 1
    for card in cards:
        assert card is not None
        assert await directory.articles(card.merged_into or card.entity_id)


async def test_many_at_once_count_each_article_once(
    redis: "Redis", directory: EntityDirectory
) -> None:
    replicas = [EntityRegistry(redis, table=gazetteer()) for _ in range(2)]
    articles = [naming(f"a{n}", MUELLER) for n in range(20)] * 2
    await asyncio.gather(*(replicas[n % 2].settle(article) for n, article in enumerate(articles)))
    card = await directory.entity("person:robert-mueller")
    assert card is not None
    assert card.articles == 20
    assert await redis.hget("copydesk:entity:id:person:robert-mueller", "=Mueller") == b"20"


@pytest.mark.parametrize(
    "name",
    [
        "Владимир Зеленский",
        "王毅 部长",
        "José Ángel Gurría",
        'Pipe | Quote " Brace }',
        "=Equals \\ Back",
        "Line\nBreak Tab\tName",
        "\U0001f600 Emoji Person",
        "E\u0301mile Zola",
    ],
)
async def test_any_name_goes_in_comes_back_and_goes_out(
    redis: "Redis", registry: EntityRegistry, directory: EntityDirectory, name: str
) -> None:
    (entity,) = (await registry.settle(naming("a", a_person(name)))).entities
    assert entity.name == name
    card = await directory.entity(entity.entity_id)
    assert card is not None
    assert card.name == name
    (found,) = await directory.starting_with(name[:5])
    assert found == card
    await registry.forget("a", up_to=1)
    assert await contents(redis) == {}


async def test_a_flood_of_names_is_bounded_and_all_expires(
    redis: "Redis", registry: EntityRegistry
) -> None:
    def entities() -> list[Entity]:
        return [a_person(f"Flood N{n}", *(f"Alias {n}-{i}" for i in range(30))) for n in range(500)]

    article = naming("a", *entities())
    settled = await registry.settle(article)
    assert len(settled.entities) == 500
    found = await contents(redis)
    cards = [key for key in found if key.startswith(b"copydesk:entity:articles:")]
    assert len(cards) == ENTITIES_TOLD
    for key in found:
        assert 0 < await redis.ttl(key) <= 90 * 86_400
    await registry.forget("a", up_to=1)
    assert await contents(redis) == {}
