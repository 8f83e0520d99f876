"""Posting by the hundred, and the check that nothing was lost or doubled."""

from typing import Any

from local_pipeline import Pipeline
from wire import ndjson, wire_articles

from copydesk_index.engines.embedded import EmbeddedIndexEngine


async def post_batch(running: Pipeline, count: int) -> list[dict[str, Any]]:
    answer = await running.post(
        "/v1/articles:batch", ndjson(wire_articles(count)), "application/x-ndjson"
    )
    assert answer.status_code == 207
    items: list[dict[str, Any]] = answer.json()["items"]
    assert [item["status"] for item in items] == [202] * count
    return items


async def assert_each_once(running: Pipeline, items: list[dict[str, Any]]) -> None:
    """Every article in the store, and once in the engine; the stack is stopped for the latter."""
    ids = [item["article_id"] for item in items]
    for article_id in ids:
        article = await running.get("gateway", f"/v1/articles/{article_id}")
        assert article["article_id"] == article_id
    page = await running.get("gateway", "/v1/search", limit="1")
    assert page["total"] == {"value": len(ids), "relation": "exact"}
    assert running.stop() == 0
    engine = EmbeddedIndexEngine(running.data_dir / "search")
    await engine.open()
    try:
        assert await engine.versions(ids) == dict.fromkeys(ids, 1)
    finally:
        await engine.close()
