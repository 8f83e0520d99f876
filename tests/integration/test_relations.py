"""The two steps of enrichment that look at the other articles."""

import pytest
import structlog
from newsroom import an_article
from redis.asyncio import Redis
from structlog.testing import capture_logs

from copydesk_enrich.relations import Relations
from copydesk_shared import keys
from copydesk_shared.contracts.article import Article, LinkKind, RelatedLink, StepStatus
from copydesk_shared.related import card_key

TEXT = " ".join(
    f"On day {n} the engineers of the harbour board looked at cable {n} of the long bridge and"
    f" wrote note {n * 7} about rust, paint and the wind that shook it."
    for n in range(8)
)
STORY = an_article("Harbour bridge cables under scrutiny", paragraphs=(TEXT,))
COPY = an_article("Cables of bridge in doubt", paragraphs=(f"From our agencies. {TEXT}",))
BRIEF = an_article("Bridge closed", paragraphs=("The bridge is closed.",))


def relations(redis: "Redis") -> Relations:
    return Relations(redis)


async def found(redis: "Redis", article: Article) -> Article:
    await redis.hset(keys.article(article.article_id), mapping={"version": 1, "state": "live"})
    return await relations(redis).find(article)


def steps(article: Article) -> dict[str, tuple[StepStatus, str | None]]:
    return {step.name: (step.status, step.error) for step in article.pipeline.steps}


async def test_a_copy_is_told_apart_from_a_relative(redis: "Redis") -> None:
    original = await found(redis, STORY)
    copy = await found(redis, COPY)
    assert original.duplicates.of is None
    assert copy.duplicates.of == original.article_id
    assert copy.duplicates.group_id == original.duplicates.group_id
    assert copy.related_links == ()
    assert steps(copy) == {"duplicates": (StepStatus.OK, None), "related": (StepStatus.OK, None)}
    assert all(step.ms > 0 and step.version for step in copy.pipeline.steps)


async def test_a_brief_is_related_and_not_compared(redis: "Redis") -> None:
    brief = await found(redis, BRIEF)
    assert brief.duplicates.group_id is None
    assert steps(brief) == {
        "duplicates": (StepStatus.SKIPPED, "fewer than 30 words"),
        "related": (StepStatus.OK, None),
    }


async def test_a_full_server_is_no_surprise(
    redis: "Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that was used before keeps the way that an earlier test's service gave to its events.
    monkeypatch.setattr("copydesk_enrich.steps.log", structlog.get_logger())
    await redis.config_set("maxmemory", "1")
    try:
        with capture_logs() as logs:
            article = await relations(redis).find(STORY)
    finally:
        await redis.config_set("maxmemory", "0")
    assert [status for status, _ in steps(article).values()] == [StepStatus.FAILED] * 2
    assert [(log["event"], log["log_level"], "exc_info" in log) for log in logs] == [
        ("step_failed", "warning", False),
        ("step_failed", "warning", False),
    ]


async def test_a_foreign_key_costs_its_step_only(redis: "Redis") -> None:
    await redis.set(card_key(STORY.article_id), "foreign")
    article = await found(redis, STORY)
    assert article.duplicates.group_id == STORY.article_id
    assert steps(article)["duplicates"][0] is StepStatus.OK
    assert steps(article)["related"][0] is StepStatus.FAILED


async def test_the_vector_of_headline_and_lead_is_kept(redis: "Redis") -> None:
    asked: list[str] = []

    async def embed(text: str) -> bytes:
        asked.append(text)
        return b"v" * 384

    await Relations(redis, embed=embed).find(STORY)
    assert asked[0].startswith(f"{STORY.title}. On day 0")
    assert await redis.hget(card_key(STORY.article_id), "vector") == b"v" * 384


async def test_a_preview_finds_the_same_and_writes_nothing(redis: "Redis") -> None:
    promo = RelatedLink(kind=LinkKind.INLINE, title="A text we never saw")
    await found(redis, STORY)
    before = {key async for key in redis.scan_iter("*")}
    draft = COPY.model_copy(update={"related_links": (promo,)})
    previewed = await relations(redis).find(draft, remember=False)
    assert {key async for key in redis.scan_iter("*")} == before
    entered = await found(redis, draft)
    assert previewed.duplicates == entered.duplicates
    assert previewed.related_links == entered.related_links


async def test_what_was_withdrawn_while_it_was_worked_on_leaves_no_card(redis: "Redis") -> None:
    await found(redis, STORY)
    await relations(redis).forget(STORY.article_id, up_to=1)
    assert await redis.exists(card_key(STORY.article_id))
    await redis.hset(keys.article(STORY.article_id), "state", "withdrawn")
    await relations(redis).forget(STORY.article_id, up_to=1)
    assert not await redis.exists(card_key(STORY.article_id))
