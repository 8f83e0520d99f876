"""An older version that arrives late, and publication after an end."""

from typing import Any

from httpx2 import AsyncClient
from redis.asyncio import Redis

from copydesk_shared import keys, lua, trace
from copydesk_shared.streams import DEAD, RAW

TEXT = "The night ferry sails again from Friday."


def ferry(modified: str | None = None, text: str = TEXT) -> dict[str, Any]:
    return {"source": "post", "external_id": "ferry", "content": text, "modified": modified}


async def post(client: AsyncClient, article: dict[str, Any], **headers: str) -> Any:
    answer = await client.post("/v1/articles", json=article, headers=headers)
    return answer.json()


async def test_an_older_version_that_arrives_late_changes_nothing_and_its_receipt_says_so(
    client: AsyncClient, redis: "Redis"
) -> None:
    first = await post(client, ferry("2026-05-01T12:00:00Z"))
    before: Any = await redis.hgetall(keys.article(first["article_id"]))
    late = await post(client, ferry("2026-05-01T11:00:00Z", "An older text of the ferry."))
    assert (late["status"], late["duplicate"], late["version"]) == (200, False, 1)
    assert late["submission_id"] != first["submission_id"]
    assert [warning["code"] for warning in late["warnings"]] == ["superseded"]
    assert await redis.hgetall(keys.article(first["article_id"])) == before
    assert await redis.xlen(RAW.name) == 1

    receipt = (await client.get(late["status_url"])).json()
    assert (receipt["outcome"], receipt["version"]) == ("superseded", 1)
    assert receipt["ended_at"] is not None
    assert await redis.ttl(keys.receipt(late["submission_id"])) > 0
    events = [event.event for event in await trace.read(redis, first["article_id"])]
    assert events == ["accepted", "superseded"]


async def test_a_late_version_posted_under_a_key_is_answered_once(client: AsyncClient) -> None:
    await post(client, ferry("2026-05-01T12:00:00Z"))
    older = ferry("2026-05-01T11:00:00Z", "An older text of the ferry.")
    answers = [
        await client.post("/v1/articles", json=older, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].status_code == 200
    assert answers[1].headers["Idempotent-Replayed"] == "true"


async def test_only_a_date_that_both_give_orders_them(client: AsyncClient) -> None:
    await post(client, ferry("2026-05-01T12:00:00Z", "The first text of the ferry."))
    undated = await post(client, ferry(None, "A text without a date, of the ferry."))
    earlier = await post(client, ferry("2026-05-01T11:00:00Z", "A text with an earlier date."))
    same = await post(client, ferry("2026-05-01T11:00:00Z", "Another text of that moment."))
    assert [a["version"] for a in (undated, earlier, same)] == [2, 3, 4]


async def test_a_date_far_in_the_future_keeps_no_correction_out(client: AsyncClient) -> None:
    await post(client, ferry("2126-05-01T12:00:00Z", "A text from the future of the ferry."))
    assert (await post(client, ferry("2026-05-01T12:00:00Z")))["version"] == 2


async def test_the_same_text_is_published_again_after_its_withdrawal(client: AsyncClient) -> None:
    first = await post(client, ferry("2026-05-01T12:00:00Z"))
    await client.delete(f"/v1/articles/{first['article_id']}")
    again = await post(client, ferry("2026-05-01T11:00:00Z"))
    assert (again["status"], again["article_id"], again["version"]) == (
        202,
        first["article_id"],
        3,
    )


async def test_the_same_text_is_published_again_after_its_dead_letter(
    client: AsyncClient, redis: "Redis"
) -> None:
    first = await post(client, ferry("2026-05-01T12:00:00Z"))
    article_id = first["article_id"]
    await redis.xgroup_create(RAW.name, RAW.group, id="0")
    rows: Any = await redis.xreadgroup(RAW.group, "me", {RAW.name: ">"})
    [(entry_id, fields)] = rows[0][1]
    await lua.script(redis, "dead_letter")(
        keys=[
            RAW.name,
            DEAD.name,
            keys.article(article_id),
            keys.receipt(first["submission_id"]),
            keys.trace(article_id),
        ],
        args=[
            *(RAW.group, entry_id, 1, "{}", fields[b"__data__"], 1000, "no_content", "hint", 60),
            trace.event("dead", version=1, code="no_content"),
        ],
    )
    again = await post(client, ferry("2026-05-01T12:00:00Z"))
    assert (again["status"], again["version"]) == (202, 2)

    found = (await client.get(f"/v1/articles/{article_id}/trace")).json()
    told = [(event["event"], event["version"], event["code"]) for event in found["events"]]
    assert told == [("accepted", 1, None), ("dead", 1, "no_content"), ("accepted", 2, None)]


async def test_nothing_is_known_of_an_unknown_article(client: AsyncClient) -> None:
    for article_id in ("never-seen", "x" * 200):
        answer = await client.get(f"/v1/articles/{article_id}/trace")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
