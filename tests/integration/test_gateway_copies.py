"""Who else has published the same text: by the API and on the page, as things stand now."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import AsyncClient
from newsroom import MEETING, MORNING, an_article, keep, withdraw
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_enrich.duplicates import signature
from copydesk_enrich.groups import DuplicateGroups
from copydesk_shared.contracts.article import Article

TEXT: Final = MEETING.paragraphs
HEAD: Final = "By our own correspondent, with the agencies, from the capital this morning."
OTHER: Final = tuple(
    f"Chapter {n} follows the violinist through village {n * 3}, where a choir of bakers sings"
    f" until the lamps go out and nobody remembers whose birthday number {n} it was."
    for n in range(4)
)


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    # Without an index: copies are told while search is away, too.
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


async def publish(
    redis: "Redis", name: str, paragraphs: Sequence[str] = TEXT, **fields: Any
) -> Article:
    """An article of that source as enrich puts it into its group and into the store."""
    article = an_article(name, paragraphs=paragraphs, source=name, **fields)
    await keep(redis, article)
    told = await DuplicateGroups(redis).join(
        article.article_id, article.version, signature(article.body)
    )
    kept = article.model_copy(update={"duplicates": told})
    await keep(redis, kept)
    return kept


async def told(api: AsyncClient, article: Article) -> Any:
    answer = await api.get(f"/v1/articles/{article.article_id}/duplicates")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sources(api: AsyncClient, article: Article) -> list[str]:
    return [each["source"] for each in (await told(api, article))["group"]]


async def test_the_whole_group_is_told_the_original_first(api: AsyncClient, redis: "Redis") -> None:
    # Dates are claims: the first that came says it was the last.
    wire = await publish(redis, "wire", published=MORNING + timedelta(days=9))
    post = await publish(redis, "post", (HEAD, *TEXT), title="Alliance Chief Seeks Support")
    echo = await publish(redis, "echo")
    for article in (wire, post, echo):
        assert await sources(api, article) == ["wire", "post", "echo"]
    answer = await told(api, post)
    first, second, _ = answer["group"]
    assert (answer["group_id"], answer["of"]["article_id"]) == (wire.article_id, wire.article_id)
    assert (second["title"], second["published"]) == (
        "Alliance Chief Seeks Support",
        "2026-03-02T07:30:00Z",
    )
    assert first["similarity"] is None
    assert 0.8 < second["similarity"] < 1
    assert answer["similarity"] == second["similarity"]
    assert (await told(api, wire))["of"] is None


async def test_a_withdrawn_copy_is_told_of_no_more(api: AsyncClient, redis: "Redis") -> None:
    wire, post, echo = [await publish(redis, name) for name in ("wire", "post", "echo")]
    await withdraw(redis, post.article_id)
    assert await sources(api, wire) == ["wire", "echo"]
    # The original hands over to the next, with which nobody was compared.
    await withdraw(redis, wire.article_id)
    answer = await told(api, echo)
    assert [each["source"] for each in answer["group"]] == ["echo"]
    assert (answer["of"], answer["similarity"]) == (None, None)


async def test_a_copy_that_is_corrected_into_another_text_leaves(
    api: AsyncClient, redis: "Redis"
) -> None:
    wire, post, echo = [await publish(redis, name) for name in ("wire", "post", "echo")]
    await publish(redis, "wire", OTHER, version=2)
    assert await sources(api, wire) == ["wire"]
    assert await sources(api, echo) == ["post", "echo"]
    assert (await told(api, echo))["of"]["article_id"] == post.article_id


async def test_an_article_says_whose_copy_it_is_now(api: AsyncClient, redis: "Redis") -> None:
    wire, post, echo = [await publish(redis, name) for name in ("wire", "post", "echo")]

    async def of(article: Article) -> Any:
        answer = await api.get(f"/v1/articles/{article.article_id}")
        # Another article can change what this one says: only the tag tells when.
        assert ("Last-Modified" in answer.headers) == (article is wire)
        return answer.json()["duplicates"]["of"]

    assert [await of(each) for each in (wire, post, echo)] == [None, *[wire.article_id] * 2]
    await publish(redis, "wire", OTHER, version=2)
    assert [await of(each) for each in (wire, post, echo)] == [None, None, post.article_id]
    await withdraw(redis, post.article_id)
    assert await of(echo) is None


async def test_who_is_alone_is_a_group_of_one(api: AsyncClient, redis: "Redis") -> None:
    alone = await publish(redis, "alone")
    brief = await publish(redis, "brief", ("Too short to be compared.",))
    for article in (alone, brief):
        answer = await told(api, article)
        assert [each["article_id"] for each in answer["group"]] == [article.article_id]
        assert answer["of"] is None


async def test_a_large_group_is_told_up_to_fifty(api: AsyncClient, redis: "Redis") -> None:
    wire = await publish(redis, "wire")
    for number in range(60):
        await publish(redis, f"paper-{number}")
    listed = await sources(api, wire)
    assert len(listed) == 50
    assert listed[:2] == ["wire", "paper-0"]
    page = (await api.get(f"/articles/{wire.article_id}")).text
    assert page.count('<p class="headline"><a href="/articles/') == 6
    assert f'<a href="/v1/articles/{wire.article_id}/duplicates">All of them' in page


async def test_the_page_says_who_else_has_published_it(api: AsyncClient, redis: "Redis") -> None:
    wire = await publish(redis, "wire", title="Chief Seeks Support")
    post = await publish(redis, "post", (HEAD, *TEXT), title="Alliance Chief <Seeks> Support")
    page = (await api.get(f"/articles/{post.article_id}")).text
    note = f'The same text came first as <a href="/articles/{wire.article_id}">Chief Seeks Support'
    assert note in page
    assert " % alike" in page
    original = (await api.get(f"/articles/{wire.article_id}")).text
    also = original.partition("Also published by")[2].partition("</section>")[0]
    assert f'<a href="/articles/{post.article_id}">post</a>' in also
    assert "Alliance Chief &lt;Seeks&gt; Support" in also
    await withdraw(redis, post.article_id)
    assert "Also published by" not in (await api.get(f"/articles/{wire.article_id}")).text
    await withdraw(redis, wire.article_id)
    await keep(redis, post)
    assert "came first" not in (await api.get(f"/articles/{post.article_id}")).text
