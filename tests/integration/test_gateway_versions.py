"""Versions of an article, what changed between them, and their end with a withdrawal."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from newsroom import BUDGET, MORNING, WITHDRAWN, an_id, fill, keep
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared import keys, lua
from copydesk_shared.compression import compress
from copydesk_shared.contracts.article import Article, Precision, Provenance, Published
from copydesk_shared.streams import ENRICHED

PATH = f"/v1/articles/{BUDGET.article_id}"


def corrected(article: Article, version: int, **fields: Any) -> Article:
    paragraphs = (f"Version {version} of the first paragraph.", *article.paragraphs[1:])
    given = {"version": version, "paragraphs": paragraphs, "body": "\n\n".join(paragraphs)}
    return article.model_copy(update=given | fields)


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    """The newsroom, with a budget story that was corrected twice; version 1 is kept no more."""
    await fill(redis, tmp_path)
    second = corrected(BUDGET, 2)
    await redis.hset(
        keys.versions(BUDGET.article_id),
        mapping={"2": compress(second.model_dump_json()), "2:ms": 1_772_000_000_000},
    )
    modified = MORNING + timedelta(days=4)
    await keep(redis, corrected(BUDGET, 3, title="Norrmark Budget Passes", modified=modified))
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def test_versions_are_listed_the_current_one_first(api: AsyncClient) -> None:
    answer = (await api.get(f"{PATH}/versions")).json()
    listed = [(v["version"], v["title"], v["current"]) for v in answer["versions"]]
    assert listed == [(3, "Norrmark Budget Passes", True), (2, BUDGET.title, False)]
    assert answer["versions"][0]["modified"] == "2026-03-06T07:30:00Z"
    assert answer["versions"][1]["enriched_at"] == "2026-02-25T06:13:20Z"


async def test_times_are_utc_whatever_zone_the_publisher_writes(
    api: AsyncClient, redis: "Redis"
) -> None:
    karachi = timezone(timedelta(hours=5))
    noon = datetime(2026, 3, 8, 12, tzinfo=karachi)
    published = Published(
        value=noon, precision=Precision.SECOND, provenance=Provenance.PUBLISHER
    ).model_copy(update={"value": noon})  # as releases before this one have stored it
    await keep(redis, corrected(BUDGET, 4, published=published, modified=noon))
    article = (await api.get(PATH)).json()
    assert article["published"]["value"] == article["modified"] == "2026-03-08T07:00:00Z"
    (current, *_) = (await api.get(f"{PATH}/versions")).json()["versions"]
    assert current["published"] == current["modified"] == "2026-03-08T07:00:00Z"


async def test_an_earlier_version_can_be_read(api: AsyncClient) -> None:
    answer = await api.get(f"{PATH}?version=2")
    assert (answer.json()["version"], answer.json()["title"]) == (2, BUDGET.title)
    assert answer.headers["etag"] != (await api.get(PATH)).headers["etag"]
    assert (await api.get(f"{PATH}?version=3")).json() == (await api.get(PATH)).json()


async def test_a_difference_has_its_words_marked(api: AsyncClient) -> None:
    answer = (await api.get(f"{PATH}/versions?diff=2..3")).json()
    assert (answer["old"], answer["new"]) == (2, 3)
    [change] = answer["changes"]
    assert (change["kind"], change["old"], change["new"]) == ("changed", 0, 0)
    assert [(p["mark"], p["text"]) for p in change["parts"]] == [
        ("same", "Version"),
        ("removed", " 2"),
        ("added", " 3"),
        ("same", " of the first paragraph."),
    ]
    assert {"mark": "added", "text": " Passes"} in answer["title"]
    assert (await api.get(f"{PATH}/versions?diff=3..3")).json()["changes"] == []


async def test_absent_versions_have_reasons(api: AsyncClient) -> None:
    for address, status, code in (
        (f"{PATH}?version=1", 404, "version_not_found"),
        (f"{PATH}/versions?diff=1..3", 404, "version_not_found"),
        (f"{PATH}/versions?diff=2-3", 400, "invalid_parameter"),
        (f"{PATH}/versions?from=2", 400, "unknown_parameter"),
        (f"{PATH}?version=0", 400, "invalid_parameter"),
        (f"/v1/articles/{an_id('nobody')}/versions", 404, "article_not_found"),
        (f"/v1/articles/{WITHDRAWN.article_id}/versions", 410, "article_withdrawn"),
        (f"/v1/articles/{WITHDRAWN.article_id}?version=1", 410, "article_withdrawn"),
    ):
        answer = await api.get(address)
        assert (answer.status_code, answer.json()["code"]) == (status, code), address


async def test_the_page_of_a_corrected_article_leads_to_what_changed(api: AsyncClient) -> None:
    page = (await api.get(f"/articles/{BUDGET.article_id}")).text
    address = f"/articles/{BUDGET.article_id}/changes"
    assert f'This is version 3. <a href="{address}">See what changed</a>' in page
    changes = await api.get(address)
    assert changes.status_code == 200
    assert "<del> 2</del><ins> 3</ins>" in changes.text
    assert "From version 2 to version 3" in changes.text
    same = await api.get(f"{address}?diff=3..3&utm_source=x")
    assert "The text is the same in both versions." in same.text


async def test_an_article_without_a_correction_has_no_such_page(
    api: AsyncClient, redis: "Redis"
) -> None:
    await redis.delete(keys.versions(BUDGET.article_id))
    assert "corrected, version" not in (await api.get(f"/articles/{BUDGET.article_id}")).text
    page = await api.get(f"/articles/{BUDGET.article_id}/changes")
    assert page.status_code == 404
    assert "No such version" in page.text


async def test_a_withdrawn_article_is_gone_at_once_though_index_stands_still(
    api: AsyncClient, redis: "Redis"
) -> None:
    article_id = BUDGET.article_id
    await lua.script(redis, "withdraw")(
        keys=[
            keys.article(article_id),
            ENRICHED.name,
            keys.receipt("0-s2"),
            keys.CHANGED,
            keys.versions(article_id),
            keys.trace(article_id),
            keys.DUE,
        ],
        args=[article_id, "0-s2", '"op":"withdraw"}', 1000, keys.receipt(""), 60],
    )
    for address in (PATH, f"{PATH}?version=2", f"{PATH}/versions", f"{PATH}/versions?diff=2..3"):
        assert (await api.get(address)).status_code == 410
    assert (await api.get(f"/articles/{article_id}/changes")).status_code == 410
    assert await redis.exists(keys.versions(article_id)) == 0
    for query in ("", "budget", '"Norrmark Budget"'):
        found = (await api.get("/v1/search", params={"q": query, "limit": "100"})).json()
        assert article_id not in {hit["article_id"] for hit in found["hits"]}
    assert article_id not in (await api.get("/")).text
    related = (await api.get(f"/v1/articles/{an_id('meeting')}/related")).json()
    assert article_id not in {link["article_id"] for link in related["links"]}
