"""Gateway and ingest keep to their OpenAPI documents: no 500, and every documented status occurs.

New routes are picked up by themselves. A status that neither generated nor directed requests bring
about fails the test by its name: give `Directed` a value that does, or do not document it.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from failing_engines import engine_away
from newsroom import BUDGET, MEETING, WITHDRAWN, an_article, an_id, fill, keep
from open_apis import Body, Directed, OpenApi
from pydantic import SecretStr
from redis.asyncio import Redis
from served_apis import served

from copydesk_enrich import app as enrich
from copydesk_enrich.settings import Settings as EnrichSettings
from copydesk_gateway import app as gateway
from copydesk_gateway.settings import Settings as GatewaySettings
from copydesk_ingest import app as ingest
from copydesk_ingest.settings import Settings as IngestSettings
from copydesk_shared.contracts.events import ArticleIndexed
from copydesk_shared.entity_evidence import EntityEvidence, id_key
from copydesk_shared.store import State
from copydesk_shared.streams import EVENTS
from copydesk_shared.told import Told

EXAMPLES = 8
NOWHERE = SecretStr("redis://127.0.0.1:9/0")
WAITING, DEAD = an_article("waiting"), an_article("dead")


async def _newsroom(redis_url: str, search_dir: Path) -> None:
    """Articles of every standing, an entity with a merged id, and a change to tell of."""
    redis = Redis.from_url(redis_url)
    await redis.flushall()
    await fill(redis, search_dir)
    await keep(redis, WAITING, enriched=False)
    await keep(redis, DEAD, enriched=False, state=State.DEAD)
    names = [
        Told(f"place:{entity.name.lower()}", entity.type, entity.name, entity.name, (entity.name,))
        for entity in BUDGET.entities[1:]
    ]
    await EntityEvidence(redis).record(
        BUDGET.article_id, version=1, published_s=1_772_616_600, rules="test", told=names
    )
    await redis.hset(
        id_key("place:nm"),
        mapping={"kind": "place", "=NM": 1, "merged_into": "place:norrmark"},
    )
    event = ArticleIndexed(article_id=MEETING.article_id, version=1, at=datetime.now(UTC))
    for _ in range(2):
        await redis.xadd(EVENTS.name, {"__data__": event.model_dump_json()})
    await redis.xtrim(EVENTS.name, maxlen=1, approximate=False)  # older changes are gone
    await redis.aclose()


@pytest.fixture
def gateway_api(redis_url: str, tmp_path: Path) -> Iterator[OpenApi]:
    asyncio.run(_newsroom(redis_url, tmp_path))
    settings = GatewaySettings(redis_url=SecretStr(redis_url), search_dir=tmp_path)
    away = settings.model_copy(update={"redis_url": NOWHERE})
    with (
        served(partial(gateway.create_app, settings)) as url,
        served(partial(gateway.create_app, away, engine=engine_away())) as away_url,
    ):
        yield OpenApi(url, away_url)


@pytest.fixture
def ingest_api(redis_url: str) -> Iterator[OpenApi]:
    settings = IngestSettings(
        redis_url=SecretStr(redis_url),
        max_body_bytes=20_000,
        batch_max_bytes=20_000,
        accept_timeout=timedelta(seconds=1),
        preview_timeout=timedelta(seconds=4),
    )
    replica = EnrichSettings(redis_url=SecretStr(redis_url), entities="none")
    away = settings.model_copy(update={"redis_url": NOWHERE})
    with (
        served(partial(ingest.create_app, settings)) as url,
        served(partial(enrich.create_app, replica)),
        served(partial(ingest.create_app, away)) as away_url,
    ):
        yield OpenApi(url, away_url)


def test_the_gateway_keeps_to_its_document(gateway_api: OpenApi) -> None:
    gateway_api.direct(
        Directed(
            path_values={
                "article_id": [
                    MEETING.article_id,
                    WITHDRAWN.article_id,
                    WAITING.article_id,
                    DEAD.article_id,
                    an_id("nobody knows it"),
                ],
                "facet": ["section", "no facet"],
                "entity_id": ["place:norrmark", "place:nm", "person:nobody"],
            },
            query_values={"prefix": ["no"], "q": ["sund"], "since": ["1-1"]},
            bodies=[
                Body(b"{}", "application/json"),
                Body(b"{", "application/json"),
                Body(b" " * 70_000, "application/json"),
            ],
        )
    )
    gateway_api.generate(examples=EXAMPLES)
    assert gateway_api.undriven() == {}


def test_ingest_keeps_to_its_document(ingest_api: OpenApi) -> None:
    article = {"source": "wire", "external_id": "1", "content": "The ferry sails again on Friday."}
    posted = ingest_api.session.post(f"{ingest_api.url}/v1/articles", json=article).json()
    ingest_api.direct(
        Directed(
            path_values={
                "article_id": [posted["article_id"], an_id("nobody knows it")],
                "submission_id": [posted["submission_id"], "0-none"],
                "source": ["wire", "not a source"],
                "external_id": ["1"],
            },
            query_values={},
            bodies=[
                *(
                    Body(json.dumps(document).encode(), "application/json")
                    for document in (
                        article,
                        [article],
                        {"content": "The night ferry sails again, too."},
                        {"content": "tiny"},
                    )
                ),
                Body(b"{", "application/json"),
                Body(b"x" * 30_000, "text/plain"),
                Body(b"x" * 30_000, "application/x-ndjson"),
                Body(b"An image of a ferry, it seems.", "image/png"),
            ],
        )
    )
    ingest_api.generate(examples=EXAMPLES)
    assert ingest_api.undriven() == {}
