"""What enrich knows from earlier articles: a source's boilerplate, and an article's first date."""

from collections.abc import AsyncIterator

import pytest
from quiet_desk import QuietDesk, quiet_desk
from redis.asyncio import Redis

from copydesk_shared.contracts.article import Article

FOOTER = "Das Hafenblatt erscheint jeden Morgen im Hafen."


@pytest.fixture
async def desk(redis: "Redis") -> AsyncIterator[QuietDesk]:
    async with quiet_desk(redis) as desk:
        yield desk


async def enriched(desk: QuietDesk, external_id: str, content: str) -> Article:
    accepted = await desk.post(external_id, content=content)
    await desk.enrich()
    found = await desk.store.article(accepted.article_id)
    assert found is not None
    assert found[1] is not None
    return found[1]


async def test_a_footer_that_a_source_repeats_is_taken_out_and_recorded(desk: QuietDesk) -> None:
    body = (
        "Ships and towns\n\nThe council voted in room {} to reopen the bridge.\n\nIt was {} to {}."
    )
    articles = [
        await enriched(desk, str(n), f"{body.format(n, n + 7, n)}\n\n{FOOTER}") for n in range(6)
    ]
    assert [FOOTER in article.paragraphs for article in articles] == [True] * 5 + [False]
    removed = articles[-1].extraction.removed_blocks
    assert [(block.rule, block.text) for block in removed if block.text == FOOTER] == [
        ("learned", FOOTER)
    ]


async def test_a_correction_without_a_date_keeps_the_first(desk: QuietDesk) -> None:
    first = await enriched(desk, "1", "A bridge\n\nThe council voted to reopen the old bridge.")
    second = await enriched(desk, "1", "A bridge\n\nThe council voted to reopen the new bridge.")
    assert second.version == 2
    assert second.published == first.published
