"""`copydesk dead`, `pause`, `resume` and `lag` as an operator runs them, on a real server."""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner, Result

from copydesk.failures import Exit
from copydesk.main import app
from copydesk_shared import keys
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.delivery.dead_letters import DeadLetters
from copydesk_shared.delivery.entry import Delivered
from copydesk_shared.errors import PermanentError
from copydesk_shared.streams import DATA_FIELD, DEAD, RAW
from copydesk_shared.switches import Switches


async def died(redis: "Redis", article_id: str, *, source: str = "gazette") -> None:
    event = ArticleSubmitted(
        submission_id=f"0-{article_id}",
        article_id=article_id,
        version=1,
        source=source,
        content_type="text/plain",
        content="The bridge is closed.",
        received_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    data = event.model_dump_json().encode()
    await redis.hset(keys.article(article_id), mapping={"version": 1, "state": "live"})
    entry_id: Any = await redis.xadd(RAW.name, {DATA_FIELD: data})
    if not await redis.exists("group-made"):
        await redis.set("group-made", 1)
        await redis.xgroup_create(RAW.name, RAW.group, id="0")
    await redis.xreadgroup(RAW.group, "me", {RAW.name: ">"})
    await DeadLetters(redis, stage="enrich", consumer="me").bury(
        Delivered(entry_id.decode(), data, deliveries=1),
        PermanentError("extraction_failed", "IndexError: \x1b[2J"),
        code="extraction_failed",
        stream=RAW.name,
        group=RAW.group,
    )


@pytest.fixture
async def letters(redis: "Redis") -> "Redis":
    """Three letters, of articles a, b and c; c is of another source."""
    await died(redis, "a")
    await died(redis, "b")
    await died(redis, "c", source="courier")
    return redis


async def copydesk(redis_url: str, *arguments: str) -> Result:
    environment = {"COPYDESK_REDIS_URL": redis_url}
    return await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)


async def answer(redis_url: str, *arguments: str) -> Any:
    result = await copydesk(redis_url, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("letters")
async def test_list_shows_letters_newest_first(redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "list")
    assert re.findall(r"extraction_failed +(gazette|courier) +(\w)\b", result.stdout) == [
        ("courier", "c"),
        ("gazette", "b"),
        ("gazette", "a"),
    ]
    assert "3 of 3 dead letters" in result.stdout
    assert "\x1b[2J" not in result.stdout


@pytest.mark.usefixtures("letters")
async def test_list_is_filtered_and_limited(redis_url: str) -> None:
    rows = await answer(redis_url, "dead", "list", "--source", "gazette", "--limit", "1")
    assert [(row["article_id"], row["code"]) for row in rows] == [("b", "extraction_failed")]
    assert await answer(redis_url, "dead", "list", "--older-than", "1h") == []
    assert len(await answer(redis_url, "dead", "list", "--newer-than", "1h")) == 3


async def test_list_of_nothing_says_so(redis: "Redis", redis_url: str) -> None:
    assert await redis.xlen(DEAD.name) == 0
    assert "no dead letters" in (await copydesk(redis_url, "dead", "list")).stdout


@pytest.mark.usefixtures("letters")
async def test_show_tells_the_error_and_the_event(redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "show", "0-b")
    assert "PermanentError: IndexError" in result.stdout
    assert "The bridge is closed." in result.stdout
    shown = await answer(redis_url, "dead", "show", "b")
    assert shown["original"]["article_id"] == "b"
    assert (await answer(redis_url, "dead", "show", shown["letter_id"])) == shown


@pytest.mark.usefixtures("letters")
async def test_show_of_no_letter_is_refused(redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "show", "z")
    assert result.exit_code == Exit.REFUSED
    assert "there is no dead letter z" in result.stderr


async def test_replay_brings_one_back(letters: "Redis", redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "replay", "--id", "0-a")
    assert result.exit_code == 0
    assert result.stdout.strip() == "1 replayed"
    assert await letters.xlen(RAW.name) == 1
    assert await letters.xlen(DEAD.name) == 2


async def test_replay_of_what_was_overtaken_says_why(letters: "Redis", redis_url: str) -> None:
    await letters.hset(keys.article("a"), "version", "2")
    result = await copydesk(redis_url, "dead", "replay", "--id", "a")
    assert result.exit_code == Exit.REFUSED
    assert "superseded: The article has a newer version." in result.stdout
    assert await letters.xlen(DEAD.name) == 3


async def test_dry_run_changes_nothing(letters: "Redis", redis_url: str) -> None:
    for deed in ("replay", "drop"):
        rows = await answer(redis_url, "dead", deed, "--all", "--dry-run")
        assert [row["outcome"] for row in rows] == [f"would {deed}"] * 3
    assert await letters.xlen(DEAD.name) == 3


async def test_many_are_not_touched_unasked(letters: "Redis", redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "drop", "--all")
    assert result.exit_code == Exit.USAGE
    assert "say --yes" in result.stderr
    assert await letters.xlen(DEAD.name) == 3


@pytest.mark.usefixtures("letters")
async def test_which_letters_has_to_be_said(redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "drop", "--yes")
    assert result.exit_code == Exit.USAGE
    assert "--all" in result.stderr


async def test_drop_of_a_source_leaves_the_others(letters: "Redis", redis_url: str) -> None:
    result = await copydesk(redis_url, "dead", "drop", "--source", "gazette", "--yes")
    assert result.stdout.strip() == "2 dropped"
    assert [row["article_id"] for row in await answer(redis_url, "dead", "list")] == ["c"]
    assert await letters.xlen(RAW.name) == 0


async def test_replayed_are_the_oldest_first(letters: "Redis", redis_url: str) -> None:
    rows = await answer(redis_url, "dead", "replay", "--stage", "enrich", "--yes")
    assert [(row["article_id"], row["outcome"]) for row in rows] == [
        ("c", "replayed"),
        ("b", "replayed"),
        ("a", "replayed"),
    ]
    entries: Any = await letters.xrange(RAW.name)
    ids = [json.loads(fields[DATA_FIELD.encode()])["article_id"] for _, fields in entries]
    assert ids == ["a", "b", "c"]


async def test_pause_and_resume_are_said_and_kept(redis: "Redis", redis_url: str) -> None:
    said = [
        (await copydesk(redis_url, command, "index")).stdout.strip()
        for command in ("pause", "pause", "resume", "resume")
    ]
    assert said == [
        "index is paused",
        "index was paused already",
        "index goes on",
        "index was not paused; if it stopped, it goes on",
    ]
    assert (await Switches(redis).of("index")).paused is None


async def test_unknown_stage_is_refused(redis_url: str) -> None:
    assert (await copydesk(redis_url, "pause", "gateway")).exit_code == Exit.USAGE


async def test_lag_shows_queues_pauses_and_letters(letters: "Redis", redis_url: str) -> None:
    await letters.xadd(RAW.name, {DATA_FIELD: "{}"})
    await letters.xreadgroup(RAW.group, "reader", {RAW.name: ">"})
    await Switches(letters).pause("index", by="nia@desk")
    found = await answer(redis_url, "lag")
    raw, bulk, enriched = found["streams"]
    assert (raw["stage"], raw["waiting"], raw["pending"]) == ("enrich", 1, 1)
    assert raw["readers"] > 0
    assert (bulk["waiting"], bulk["readers"]) == (0, 0)
    assert enriched["stage"] == "index"
    assert found["dead_letters"] == 3
    said = (await copydesk(redis_url, "lag")).stdout
    assert "index is paused since" in said
    assert "by nia@desk" in said
    assert "3 dead letters" in said


async def test_queue_that_nobody_reads_is_pointed_out(redis: "Redis", redis_url: str) -> None:
    await redis.xadd(RAW.name, {DATA_FIELD: "{}"})
    assert "nobody reads raw: is enrich up" in (await copydesk(redis_url, "lag")).stdout


async def test_redis_that_is_not_there_is_one_line() -> None:
    result = await copydesk("redis://127.0.0.1:1/0", "lag")
    assert result.exit_code == Exit.UNREACHABLE
    assert "no answer from redis://127.0.0.1:1/0" in result.stderr


async def test_address_that_is_none_is_refused() -> None:
    assert (await copydesk("http://127.0.0.1", "lag")).exit_code == Exit.USAGE
