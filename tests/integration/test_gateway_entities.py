"""Entities in the news, and what is suggested as somebody types."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from failing_engines import engine_away
from httpx2 import AsyncClient
from newsroom import (
    BUDGET,
    FLOOD,
    HOSTILE,
    MEETING,
    WITHDRAWN,
    WORLD,
    an_article,
    entity,
    fill,
    index,
    keep,
)
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared.contracts.article import Article, Entity, EntityType
from copydesk_shared.entity_evidence import EntityEvidence, id_key
from copydesk_shared.store import State
from copydesk_shared.told import Told


def told(entity: Entity) -> Told:
    slug = "-".join(re.findall(r"[a-z0-9]+", entity.name.lower()))
    known_as = f"{entity.type}:{slug}"
    return Told(known_as, entity.type, entity.name, known_as, (entity.name, *entity.aliases))


async def register(redis: "Redis", *articles: Article) -> None:
    """Take down whom the articles name, as enrich does."""
    evidence = EntityEvidence(redis)
    for article in articles:
        await evidence.record(
            article.article_id,
            version=article.version,
            published_s=int(article.published.value.timestamp()),
            rules="test",
            told=[told(entity) for entity in article.entities],
        )


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path)
    await register(redis, *WORLD)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def found(api: AsyncClient, path: str, **params: Any) -> dict[str, Any]:
    answer = await api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_an_entity_tells_of_its_days_company_and_articles(api: AsyncClient) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 12, tzinfo=UTC), tick=False):
        entity = await found(api, "/v1/entities/organisation:coastal-alliance", days=5)
    assert (entity["name"], entity["type"]) == ("Coastal Alliance", "organisation")
    assert "the Alliance" in entity["aliases"]
    assert entity["articles"] == 2
    assert [day["articles"] for day in entity["days"]] == [0, 1, 0, 1, 0]
    assert entity["days"][-1]["day"] == "2026-03-06"  # today, whenever it was in the news last
    beside = {companion["name"]: companion["together"] for companion in entity["companions"]}
    assert (beside["Sund"], beside["Tomas Brandt"]) == (2, 1)
    assert [article["article_id"] for article in entity["newest"]] == [
        MEETING.article_id,
        FLOOD.article_id,
    ]


async def test_a_withdrawn_article_is_not_among_the_newest(
    api: AsyncClient, redis: "Redis"
) -> None:
    path = "/v1/entities/organisation:coastal-alliance"
    tag = (await api.get(path)).headers["etag"]
    assert (await api.get(path, headers={"If-None-Match": tag})).status_code == 304
    await keep(redis, MEETING, state=State.WITHDRAWN)
    after = await api.get(path, headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert [article["article_id"] for article in after.json()["newest"]] == [FLOOD.article_id]


async def test_a_merged_id_leads_to_its_successor(api: AsyncClient, redis: "Redis") -> None:
    await redis.hset(id_key("person:brandt"), mapping={"kind": "person", "=Brandt": 1})
    await redis.hset(id_key("person:brandt"), "merged_into", "person:tomas-brandt")
    moved = await api.get("/v1/entities/person:brandt?days=7")
    assert moved.status_code == 308
    assert moved.headers["location"] == "/v1/entities/person:tomas-brandt?days=7"
    assert (await api.get(moved.headers["location"])).json()["name"] == "Tomas Brandt"


async def test_an_unknown_entity_is_404(api: AsyncClient) -> None:
    answer = await api.get("/v1/entities/person:nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "entity_not_found")


async def test_names_are_found_by_how_they_begin(api: AsyncClient) -> None:
    names = [e["name"] for e in (await found(api, "/v1/entities", prefix="sund"))["entities"]]
    assert names[0] == "Sund"  # in two articles
    assert "Sund Rovers" in names
    places = await found(api, "/v1/entities", prefix="SUND", type="place")
    assert [entity["name"] for entity in places["entities"]] == ["Sund"]
    assert (await api.get("/v1/entities?prefix=s")).status_code == 400


async def test_names_and_headlines_are_suggested(api: AsyncClient) -> None:
    suggested = await found(api, "/v1/suggest", q="sund")
    assert suggested["entities"][0]["entity_id"] == "place:sund"
    marked = [headline["marked"] for headline in suggested["headlines"]]
    assert "<mark>Sund</mark> Moves Its Fish Market Uphill After a Second Flood" in marked
    assert suggested["did_you_mean"] is None
    half = await found(api, "/v1/suggest", q="norrmark bud")
    assert [headline["article_id"] for headline in half["headlines"]] == [BUDGET.article_id]


async def test_suggested_headlines_are_escaped_and_never_withdrawn(api: AsyncClient) -> None:
    (headline,) = (await found(api, "/v1/suggest", q="ferry"))["headlines"]
    assert headline["article_id"] == HOSTILE.article_id
    assert headline["marked"].startswith("<mark>Ferry</mark> &amp; rail &lt;script&gt;")
    suggested = await found(api, "/v1/suggest", q="story taken")
    assert WITHDRAWN.title not in str(suggested)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nrormakr", "norrmark"),
        ("Xund mraket", "Sund market"),
        ("zeppelin", None),
        ("???", None),
    ],
)
async def test_another_spelling_when_there_is_nothing(
    api: AsyncClient, typed: str, meant: str | None
) -> None:
    suggested = await found(api, "/v1/suggest", q=typed)
    assert (suggested["entities"], suggested["headlines"]) == ([], [])
    assert suggested["did_you_mean"] == meant


async def test_a_correction_keeps_the_words_that_any_text_holds(api: AsyncClient) -> None:
    # "lorry" is in one text alone, and in no headline or name.
    suggested = await found(api, "/v1/suggest", q="lorry nrormakr")
    assert suggested["did_you_mean"] is None  # no article has both
    suggested = await found(api, "/v1/suggest", q="rescue nrormakr")
    assert suggested["did_you_mean"] == "rescue norrmark"


async def test_what_finds_something_is_not_corrected(
    api: AsyncClient, redis: "Redis", tmp_path: Path
) -> None:
    coast = an_article("coast", title="Plaster Coast", paragraphs=("Chalk and cliffs.",))
    cast = an_article("cast", title="Arm Broken", paragraphs=("It is in a plaster cast now.",))
    for article in (coast, cast):
        await keep(redis, article)
    await index(tmp_path, [coast, cast])
    suggested = await found(api, "/v1/suggest", q="plaster cast")
    assert (suggested["headlines"], suggested["did_you_mean"]) == ([], None)


async def test_a_correction_finds_something_within_the_same_filters(api: AsyncClient) -> None:
    page = await api.get("/", params={"q": "nrormakr", "sort": "newest", "section": "Politics"})
    assert "Did you mean “norrmark”?" in page.text
    page = await api.get("/", params={"q": "nrormakr", "sort": "newest", "section": "Sport"})
    assert "Nothing was found" in page.text
    assert "Did you mean" not in page.text


async def test_any_word_of_a_name_begins_a_match(api: AsyncClient) -> None:
    suggested = await found(api, "/v1/suggest", q="lind")
    assert [entity["name"] for entity in suggested["entities"]] == ["Marta Lindqvist"]
    suggested = await found(api, "/v1/suggest", q="ellery")
    assert [entity["name"] for entity in suggested["entities"]] == ["Port Ellery"]


async def test_a_name_of_several_types_is_suggested_once(api: AsyncClient, redis: "Redis") -> None:
    river = an_article(
        "river",
        paragraphs=("Port Ellery won.",),
        entities=(entity("Port Ellery", EntityType.ORGANISATION),),
    )
    await register(redis, river)
    both = await found(api, "/v1/entities", prefix="port ell")
    assert len(both["entities"]) == 2
    suggested = await found(api, "/v1/suggest", q="port ell")
    assert [each["name"] for each in suggested["entities"]] == ["Port Ellery"]


async def test_names_are_suggested_while_search_is_down(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await register(redis, *WORLD)
    async with a_gateway(redis_url, tmp_path, engine=engine_away()) as api:
        answer = await api.get("/v1/suggest?q=sund")
        assert answer.json()["entities"][0]["name"] == "Sund"
        assert answer.json()["headlines"] == []
        assert answer.headers["cache-control"] == "no-store"
