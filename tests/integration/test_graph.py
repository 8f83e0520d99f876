import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from copydesk_enrich import graph as graph_module
from copydesk_enrich import references as references_module
from copydesk_enrich.graph import RelatedGraph
from copydesk_enrich.terms import Term, terms_of
from copydesk_shared import keys
from copydesk_shared.contracts.article import (
    Article,
    Duplicates,
    Entity,
    EntityType,
    Extraction,
    Language,
    LinkKind,
    Pipeline,
    Precision,
    Provenance,
    Published,
    RelatedLink,
)
from copydesk_shared.related import Beside, Reference, beside, card_key, forget, term_key

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
BRIDGE = "Harbour bridge closed after cracks found in main cable"
BRIDGE_LEAD = "Engineers closed the harbour bridge on Monday after cracks appeared in a main cable."
INQUIRY = "Inquiry into harbour bridge contract opens"
INQUIRY_LEAD = "An inquiry into the harbour bridge contract heard how the cable cracks were missed."
CONCERT = "Orchestra tours the valley"
CONCERT_LEAD = "Violinists and a choir will play in six village churches."

Publish = Callable[..., Awaitable[Article]]


def an_article(
    article_id: str,
    title: str,
    lead: str,
    *,
    version: int = 1,
    source: str = "courier",
    published: datetime = NOON,
    names: tuple[str, ...] = (),
    links: tuple[RelatedLink, ...] = (),
) -> Article:
    return Article(
        article_id=article_id,
        version=version,
        source=source,
        url=f"https://courier.example/{article_id}",
        title=title,
        summary=lead,
        paragraphs=(lead,),
        body=lead,
        language=Language(code="en", confidence=0.99),
        published=Published(
            value=published, precision=Precision.SECOND, provenance=Provenance.PUBLISHER
        ),
        entities=tuple(
            Entity(
                entity_id=name.lower(), name=name, type=EntityType.PERSON, relevance=0.5, count=1
            )
            for name in names
        ),
        related_links=links,
        word_count=len(lead.split()),
        reading_minutes=1,
        extraction=Extraction(method="rules", quality=1.0),
        pipeline=Pipeline(version="1"),
    )


def terms(article: Article) -> tuple[Term, ...]:
    return terms_of(article.title, article.body, language=article.language.code)


@pytest.fixture
def graph(redis: "Redis") -> RelatedGraph:
    return RelatedGraph(redis, clock=NOON.timestamp)


@pytest.fixture
def publish(redis: "Redis", graph: RelatedGraph) -> Publish:
    """Remember an article and give it a live standing in the store."""

    async def publish(*args: str, **options: object) -> Article:
        article = an_article(*args, **options)  # type: ignore[arg-type]  # passed on as given
        await graph.remember(article, terms(article))
        await stand(redis, article, state="live")
        return article

    return publish


async def stand(redis: "Redis", article: Article, *, state: str) -> None:
    version = article.version
    await redis.hset(
        keys.article(article.article_id),
        mapping={"version": version, "state": state, "enriched_version": version},
    )


async def related_ids(graph: RelatedGraph, article: Article) -> list[str | None]:
    return [link.article_id for link in await graph.relate(article, terms(article))]


async def contents(redis: "Redis") -> dict[bytes, object]:
    """Everything in the graph's keys, to compare one state with another."""
    found: dict[bytes, object] = {}
    async for key in redis.scan_iter("copydesk:[tc]*"):
        if await redis.type(key) == b"zset":
            found[key] = await redis.zrange(key, 0, -1, withscores=True)
        else:
            found[key] = await redis.hgetall(key)
    return found


async def test_a_follow_up_finds_the_first_report_and_says_why(
    graph: RelatedGraph, publish: Publish
) -> None:
    first = await publish("bridge", BRIDGE, BRIDGE_LEAD, names=("Ilse Marrant",))
    await publish("concert", CONCERT, CONCERT_LEAD)
    follow_up = an_article(
        "inquiry",
        INQUIRY,
        INQUIRY_LEAD,
        published=NOON + timedelta(days=2),
        names=("Ilse Marrant",),
    )
    (link,) = await graph.relate(follow_up, terms(follow_up))
    assert link.kind is LinkKind.COMPUTED
    assert (link.article_id, link.title, link.url) == ("bridge", BRIDGE, first.url)
    assert link.score is not None
    assert 0.15 < link.score < 1
    assert link.reasons[0] == "1 shared name: Ilse Marrant"
    assert link.reasons[1].startswith("shared words: ")
    assert link.reasons[2] == "2 days earlier"


async def test_an_article_never_finds_itself(graph: RelatedGraph, publish: Publish) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    assert await graph.relate(bridge, terms(bridge)) == ()


async def test_a_wire_copy_is_not_a_relative(graph: RelatedGraph, publish: Publish) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    copy = an_article("copy", BRIDGE, BRIDGE_LEAD + " More follows.", source="wire")
    assert await graph.relate(copy, terms(copy)) == ()


async def test_remembering_twice_is_remembering_once(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    once = await contents(redis)
    await graph.remember(bridge, terms(bridge))
    assert await contents(redis) == once


async def test_a_correction_replaces_the_words_of_the_version_before(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("story", BRIDGE, BRIDGE_LEAD)
    await publish("story", CONCERT, CONCERT_LEAD, version=2)
    inquiry = an_article("inquiry", INQUIRY, INQUIRY_LEAD)
    assert await related_ids(graph, inquiry) == []
    assert await redis.exists(term_key("en", "bridge")) == 0


async def test_a_late_older_version_changes_nothing(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("story", CONCERT, CONCERT_LEAD, version=2)
    newest = await contents(redis)
    older = an_article("story", BRIDGE, BRIDGE_LEAD, version=1)
    await graph.remember(older, terms(older))
    assert await contents(redis) == newest


async def test_redelivery_of_old_and_new_in_any_order_ends_alike(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    old = await publish("story", BRIDGE, BRIDGE_LEAD, version=1)
    new = await publish("story", INQUIRY, INQUIRY_LEAD, version=2)
    in_order = await contents(redis)
    for article in (old, new, old):
        await graph.remember(article, terms(article))
    assert await contents(redis) == in_order


async def test_a_withdrawn_article_is_not_shown(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await stand(redis, bridge, state="withdrawn")
    assert await related_ids(graph, an_article("inquiry", INQUIRY, INQUIRY_LEAD)) == []


async def test_the_first_look_up_that_meets_a_withdrawn_article_forgets_it(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await stand(redis, bridge, state="withdrawn")
    await related_ids(graph, an_article("inquiry", INQUIRY, INQUIRY_LEAD))
    assert all(
        key.startswith((b"copydesk:title:", b"copydesk:url:")) for key in await contents(redis)
    )


async def test_forgetting_a_withdrawn_version_spares_the_one_published_since(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD, version=3)
    await forget(redis, {"bridge": 2})
    assert await related_ids(graph, an_article("inquiry", INQUIRY, INQUIRY_LEAD)) == ["bridge"]


async def test_an_article_on_its_way_to_the_store_is_shown_already(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await redis.hset(keys.article("bridge"), "enriched_version", 0)
    assert await related_ids(graph, an_article("inquiry", INQUIRY, INQUIRY_LEAD)) == ["bridge"]


async def test_an_article_that_the_store_does_not_know_is_not_shown(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await redis.delete(keys.article("bridge"))
    assert await related_ids(graph, an_article("inquiry", INQUIRY, INQUIRY_LEAD)) == []


async def test_forgetting_leaves_no_words_behind(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await forget(redis, {"bridge": None})
    await forget(redis, {"bridge": None})
    assert all(
        key.startswith((b"copydesk:title:", b"copydesk:url:")) for key in await contents(redis)
    )


async def test_a_read_more_line_is_resolved_and_not_suggested_again(
    graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    promo = RelatedLink(
        kind=LinkKind.INLINE, label="Read More", title=BRIDGE.upper() + "!", position=3
    )
    unknown = RelatedLink(kind=LinkKind.INLINE, label="Also Read", title="A text we never saw")
    inquiry = an_article("inquiry", INQUIRY, INQUIRY_LEAD, links=(promo, unknown))
    assert await graph.relate(inquiry, terms(inquiry)) == (
        promo.model_copy(update={"article_id": "bridge"}),
        unknown,
    )


async def test_computed_links_of_an_earlier_run_are_replaced(
    graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    stale = RelatedLink(kind=LinkKind.COMPUTED, title="Gone", article_id="gone", score=0.9)
    inquiry = an_article("inquiry", INQUIRY, INQUIRY_LEAD, links=(stale,))
    assert await related_ids(graph, inquiry) == ["bridge"]


async def test_a_headline_names_the_article_of_its_own_source_first(
    graph: RelatedGraph, publish: Publish
) -> None:
    for source in ("agency", "courier", "tribune"):
        await publish(f"bridge-{source}", BRIDGE, BRIDGE_LEAD, source=source)
    promo = RelatedLink(kind=LinkKind.INLINE, title=BRIDGE)
    reader = an_article("other", CONCERT, CONCERT_LEAD, source="courier", links=(promo,))
    stranger = an_article("other", CONCERT, CONCERT_LEAD, source="radio", links=(promo,))
    assert await related_ids(graph, reader) == ["bridge-courier"]
    assert await related_ids(graph, stranger) == ["bridge-agency"]


async def test_a_short_headline_does_not_reach_into_another_source(
    graph: RelatedGraph, publish: Publish
) -> None:
    await publish("week", "The week ahead", "Markets and meetings.", source="agency")
    promo = RelatedLink(kind=LinkKind.INLINE, title="The week ahead")
    reader = an_article("other", CONCERT, CONCERT_LEAD, links=(promo,))
    assert await related_ids(graph, reader) == [None]


async def test_a_link_to_a_withdrawn_article_stays_unresolved(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await stand(redis, bridge, state="withdrawn")
    promo = RelatedLink(kind=LinkKind.INLINE, title=BRIDGE)
    reader = an_article("other", CONCERT, CONCERT_LEAD, links=(promo,))
    assert await related_ids(graph, reader) == [None]


async def test_every_key_expires(redis: "Redis", publish: Publish) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    for key in await contents(redis):
        assert 29 * 86_400 < await redis.ttl(key) <= 45 * 86_400
    assert await redis.ttl(card_key("bridge")) > 44 * 86_400


async def test_a_word_keeps_its_newest_articles_only(
    redis: "Redis", publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_module, "TERM_CAP", 3)
    for day in (4, 1, 5, 2, 3):
        await publish(f"day{day}", BRIDGE, BRIDGE_LEAD, published=NOON - timedelta(days=day))
    seconds = [(NOON - timedelta(days=day)).timestamp() for day in (1, 2, 3)]
    bridge = term_key("en", "bridge")
    assert await redis.zcard(bridge) == 3
    assert [await redis.zcount(bridge, second, second) for second in seconds] == [1, 1, 1]


async def test_a_date_in_the_future_holds_no_place_at_the_top(
    redis: "Redis", publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD, published=NOON + timedelta(days=9000))
    future = NOON.timestamp() + 1
    assert await redis.zcount(term_key("en", "bridge"), "-inf", "+inf") == 1
    assert await redis.zcount(term_key("en", "bridge"), future, "+inf") == 0


async def test_languages_do_not_mix(graph: RelatedGraph, publish: Publish) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    german = an_article("inquiry", INQUIRY, INQUIRY_LEAD).model_copy(
        update={"language": Language(code="de", confidence=0.9)}
    )
    assert await related_ids(graph, german) == []


async def seen(redis: "Redis", article: Article) -> Beside:
    return await beside(redis, article.article_id, version=article.version)


async def process(graph: RelatedGraph, article: Article) -> tuple[RelatedLink, ...]:
    """What enrich does with an article."""
    await graph.remember(article, terms(article))
    return await graph.relate(article, terms(article))


def follow_up(article_id: str = "inquiry", **options: object) -> Article:
    given: dict[str, object] = {"published": NOON + timedelta(days=2)} | options
    return an_article(article_id, INQUIRY, INQUIRY_LEAD, **given)  # type: ignore[arg-type]  # passed on as given


async def test_an_older_article_learns_of_a_newer_one_with_reasons_of_its_own(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD, version=3)
    (link,) = await process(graph, follow_up(version=2))
    learned = (await seen(redis, bridge)).related["inquiry"]
    assert (learned.version, learned.target_version) == (2, 3)
    assert learned.score == link.score
    assert (link.reasons[-1], learned.reasons[-1]) == ("2 days earlier", "2 days later")


async def test_what_was_learned_about_an_older_version_counts_no_more(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await process(graph, follow_up())
    corrected = bridge.model_copy(update={"version": 2})
    assert (await seen(redis, corrected)).related == {}
    assert [link.article_id for link in await process(graph, corrected)] == []


async def test_two_that_arrive_at_once_know_of_each_other(
    redis: "Redis", graph: RelatedGraph
) -> None:
    bridge, inquiry = an_article("bridge", BRIDGE, BRIDGE_LEAD), follow_up()
    for article in (bridge, inquiry):
        await stand(redis, article, state="live")
    links = await asyncio.gather(
        *(process(RelatedGraph(redis, clock=NOON.timestamp), one) for one in (bridge, inquiry))
    )
    for article, found, other in zip((bridge, inquiry), links, ("inquiry", "bridge"), strict=True):
        learned = (await seen(redis, article)).related
        assert other in {*learned, *(link.article_id for link in found)}


async def test_a_correction_to_another_story_takes_back_what_was_told(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    inquiry = await publish("inquiry", INQUIRY, INQUIRY_LEAD)
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    assert [link.article_id for link in await process(graph, inquiry)] == ["bridge"]
    await process(graph, an_article("bridge", CONCERT, CONCERT_LEAD, version=2))
    assert bridge.version == 1
    learned = (await seen(redis, inquiry)).related["bridge"]
    assert (learned.version, learned.score) == (2, 0)


async def test_a_copy_tells_nobody_what_its_original_has_told(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    copies = Duplicates(of="inquiry", group_id="inquiry", similarity=0.9)
    copy = follow_up("copy").model_copy(update={"duplicates": copies})
    assert [link.article_id for link in await process(graph, copy)] == ["bridge"]
    assert (await seen(redis, bridge)).related == {}


async def test_an_article_learns_of_ten_at_most_the_best(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    for day in range(12):
        lead = f"{INQUIRY_LEAD} Visitor{day} walked past the museum{day}."
        late = an_article(f"day{day}", INQUIRY, lead, published=NOON + timedelta(days=day))
        await stand(redis, late, state="live")
        await graph.relate(late, terms(late))
    learned = (await seen(redis, bridge)).related
    assert set(learned) == {f"day{day}" for day in range(10)}


async def test_a_link_is_resolved_when_its_target_arrives_later(
    redis: "Redis", graph: RelatedGraph
) -> None:
    links = (
        RelatedLink(kind=LinkKind.INLINE, title="A text we never saw"),
        RelatedLink(kind=LinkKind.INLINE, label="Read More", title=BRIDGE.upper()),
    )
    reader = an_article("reader", CONCERT, CONCERT_LEAD, version=2, links=links)
    assert [link.article_id for link in await process(graph, reader)] == [None, None]
    bridge = an_article("bridge", BRIDGE, BRIDGE_LEAD, source="agency")
    await process(graph, bridge)
    assert (await seen(redis, reader)).targets == {1: "bridge"}
    assert (await seen(redis, bridge)).referenced_by == [Reference("reader", 2)]


@pytest.mark.parametrize("kind", [LinkKind.INLINE, LinkKind.PUBLISHER])
async def test_an_address_finds_its_article_in_any_spelling(
    redis: "Redis", graph: RelatedGraph, publish: Publish, kind: LinkKind
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    link = RelatedLink(
        kind=kind, title="said", url="http://COURIER.example/bridge/?utm_source=x#top"
    )
    reader = an_article("reader", CONCERT, CONCERT_LEAD, source="agency", links=(link,))
    assert [found.article_id for found in await process(graph, reader)] == ["bridge"]
    assert (await seen(redis, bridge)).referenced_by == [Reference("reader", 1)]


async def test_no_publisher_takes_over_links_to_another(
    graph: RelatedGraph, publish: Publish
) -> None:
    await publish("zz-true", BRIDGE, BRIDGE_LEAD, source="courier.example")
    false = an_article("aa-false", CONCERT, CONCERT_LEAD, source="aa-thief")
    url = "https://courier.example/zz-true"
    await graph.remember(false.model_copy(update={"url": url}), terms(false))
    link = RelatedLink(kind=LinkKind.INLINE, title="said", url=url)
    reader = an_article("reader", INQUIRY, "", source="agency", links=(link,))
    assert (await graph.relate(reader, terms(reader)))[0].article_id == "zz-true"


async def test_what_waits_for_an_address_goes_to_the_source_that_it_names(
    redis: "Redis", graph: RelatedGraph
) -> None:
    url = "https://courier.example/report"
    link = RelatedLink(kind=LinkKind.INLINE, title="said", url=url)
    reader = an_article("reader", CONCERT, CONCERT_LEAD, source="agency", links=(link,))
    await process(graph, reader)
    for article_id, source in (("one", "thief"), ("two", "courier.example"), ("three", "thief")):
        article = an_article(article_id, BRIDGE, BRIDGE_LEAD, source=source)
        await process(graph, article.model_copy(update={"url": url}))
    assert (await seen(redis, reader)).targets == {0: "two"}


async def test_a_correction_without_the_link_refers_no_more(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    promo = RelatedLink(kind=LinkKind.INLINE, title=BRIDGE)
    reader = an_article("reader", CONCERT, CONCERT_LEAD, links=(promo,))
    await process(graph, reader)
    await process(graph, an_article("reader", CONCERT, CONCERT_LEAD, version=2))
    # The reader of the reference compares it with the version that can be read now.
    assert (await seen(redis, bridge)).referenced_by == [Reference("reader", 1)]


async def test_what_waits_for_an_address_is_bounded(
    redis: "Redis", graph: RelatedGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references_module, "WANTED_CAP", 3)
    home = RelatedLink(kind=LinkKind.INLINE, title="Home", url="https://courier.example/")
    for number in range(6):
        await graph.relate(an_article(f"a{number}", CONCERT, CONCERT_LEAD, links=(home,)), ())
    waiting = [await redis.zcard(key) async for key in redis.scan_iter("copydesk:wanted:*")]
    assert waiting == [3, 3]


async def test_all_that_lies_beside_an_article_expires(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    await publish("bridge", BRIDGE, BRIDGE_LEAD)
    links = (
        RelatedLink(kind=LinkKind.INLINE, title=BRIDGE),
        RelatedLink(kind=LinkKind.INLINE, title=CONCERT),
    )
    await process(graph, follow_up(links=links[1:]))
    await process(graph, an_article("third", "Third", "", links=links))
    await process(graph, an_article("concert", CONCERT, CONCERT_LEAD))
    for family in ("related", "referenced", "resolved", "wanted"):
        found = [key async for key in redis.scan_iter(f"copydesk:{family}:*")]
        assert found or family == "wanted"
        for key in found:
            assert 44 * 86_400 < await redis.ttl(key) <= 45 * 86_400


async def test_forgetting_takes_what_lies_beside_the_article_too(
    redis: "Redis", graph: RelatedGraph, publish: Publish
) -> None:
    bridge = await publish("bridge", BRIDGE, BRIDGE_LEAD)
    await process(graph, follow_up())
    await forget(redis, {"bridge": None})
    assert await seen(redis, bridge) == Beside(related={}, targets={}, referenced_by=[])
