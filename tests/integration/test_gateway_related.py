"""What an article's readers learn that was not known when it was enriched."""

from pathlib import Path
from typing import Any

from newsroom import an_article, keep
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_gateway import relatives
from copydesk_gateway.answers import RelatedArticle
from copydesk_shared.contracts.article import Article, Duplicates, LinkKind, RelatedLink
from copydesk_shared.related import Learned, referenced_key, related_key, resolved_key
from copydesk_shared.store import ArticleStore, State

FIRST = an_article("first report", version=2)
LATER = an_article("later report", source="agency")


async def learn(redis: "Redis", article: Article, *, of: Article = FIRST, **changes: Any) -> None:
    """Put the article into the store, and beside `of`."""
    await keep(redis, article)
    fields = {"version": article.version, "target_version": of.version, "score": 0.5}
    learned = Learned(**({**fields, "reasons": ("1 day later",)} | changes))
    data = learned.model_dump_json()
    await redis.hset(related_key(of.article_id), article.article_id, data)


async def related(redis: "Redis", article: Article) -> list[RelatedArticle]:
    store = ArticleStore(redis)
    beside = await store.beside(article.article_id, version=article.version)
    return await relatives.related(store, article, beside)


async def computed(redis: "Redis", article: Article = FIRST) -> list[str | None]:
    links = await related(redis, article)
    return [link.article_id for link in links if link.kind is LinkKind.COMPUTED]


def suggesting(article: Article, *others: Article, score: float = 0.4) -> Article:
    """The article with the others as it was enriched."""
    links = tuple(
        RelatedLink(
            kind=LinkKind.COMPUTED, title=other.title, article_id=other.article_id, score=score
        )
        for other in others
    )
    return article.model_copy(update={"related_links": links})


async def test_a_later_article_is_told_with_its_headline_and_reasons(redis: "Redis") -> None:
    await learn(redis, LATER)
    (link,) = await related(redis, FIRST)
    assert (link.kind, link.article_id, link.title) == (
        LinkKind.COMPUTED,
        LATER.article_id,
        "later report",
    )
    assert (link.score, link.reasons, link.source) == (0.5, ["1 day later"], "agency")


async def test_known_and_learned_come_in_one_order_and_once(redis: "Redis") -> None:
    known, both = an_article("known"), an_article("both")
    await keep(redis, known)
    await learn(redis, LATER, score=0.5)
    await learn(redis, both, score=0.3)
    article = suggesting(FIRST, known, both, score=0.4)
    assert await computed(redis, article) == [
        LATER.article_id,
        known.article_id,
        both.article_id,
    ]


async def test_what_was_learned_ends_with_a_correction_of_either_end(redis: "Redis") -> None:
    await learn(redis, LATER)
    await keep(redis, LATER.model_copy(update={"version": 2}))
    assert await computed(redis) == []
    await learn(redis, LATER)
    assert await computed(redis, FIRST.model_copy(update={"version": 3})) == []


async def test_a_correction_to_another_story_takes_the_link_back(redis: "Redis") -> None:
    await learn(redis, LATER, score=0.0)
    assert await computed(redis, suggesting(FIRST, LATER)) == []


async def test_a_withdrawn_article_is_not_shown(redis: "Redis") -> None:
    await learn(redis, LATER)
    await keep(redis, LATER, state=State.WITHDRAWN, enriched=False)
    assert await computed(redis) == []


async def test_copies_take_one_place_and_the_articles_own_none(redis: "Redis") -> None:
    group = Duplicates(of=LATER.article_id, group_id=LATER.article_id, similarity=0.9)
    copy = an_article("copy").model_copy(update={"duplicates": group})
    own = an_article("own copy").model_copy(
        update={"duplicates": Duplicates(of=FIRST.article_id, group_id=FIRST.article_id)}
    )
    await learn(redis, LATER, score=0.4)
    await learn(redis, copy, score=0.5)
    await learn(redis, own, score=0.9)
    assert await computed(redis) == [copy.article_id]


async def test_a_link_leads_to_the_article_that_arrived_later(redis: "Redis") -> None:
    await keep(redis, LATER)
    links = (
        RelatedLink(kind=LinkKind.INLINE, title="Elsewhere", position=1),
        RelatedLink(kind=LinkKind.INLINE, label="Read More", title="Later report", position=2),
    )
    article = FIRST.model_copy(update={"related_links": links})
    for field in ("2|1", "1|0"):
        await redis.hset(resolved_key(FIRST.article_id), field, LATER.article_id)
    found = await related(redis, article)
    assert [(link.article_id, link.label, link.position) for link in found] == [
        (None, None, 1),
        (LATER.article_id, "Read More", 2),
    ]


async def test_only_the_readable_version_that_links_refers(redis: "Redis") -> None:
    corrected, gone = an_article("corrected", version=2), an_article("gone")
    for article in (LATER, corrected):
        await keep(redis, article)
    await keep(redis, gone, state=State.WITHDRAWN, enriched=False)
    await redis.zadd(
        referenced_key(FIRST.article_id),
        {f"{article.article_id}|1": 1 for article in (LATER, corrected, gone)},
    )
    store = ArticleStore(redis)
    beside = await store.beside(FIRST.article_id, version=FIRST.version)
    found = await relatives.referenced_by(store, beside)
    assert [other.article_id for other in found] == [LATER.article_id]


async def test_the_api_and_the_page_show_both(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await keep(redis, FIRST)
    await learn(redis, LATER)
    referring = an_article("a review of <it>")
    await keep(redis, referring)
    await redis.zadd(referenced_key(FIRST.article_id), {f"{referring.article_id}|1": 1})
    async with a_gateway(redis_url, tmp_path) as client:
        answer = (await client.get(f"/v1/articles/{FIRST.article_id}/related")).json()
        page = (await client.get(f"/articles/{FIRST.article_id}")).text
    assert [link["article_id"] for link in answer["links"]] == [LATER.article_id]
    assert [other["title"] for other in answer["referenced_by"]] == ["a review of <it>"]
    assert f'href="/articles/{LATER.article_id}"' in page
    assert f'href="/articles/{referring.article_id}">a review of &lt;it&gt;</a>' in page
