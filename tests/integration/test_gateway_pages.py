"""The pages as HTML: complete without scripts, and safe with hostile articles."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from newsroom import BUDGET, HOSTILE, MEETING, an_article, fill, index, keep, withdraw
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared.contracts.article import Duplicates, Language
from copydesk_shared.related import copies_key
from copydesk_shared.streams import DEAD, RAW
from copydesk_shared.switches import Switches


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path, tides=25)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


class Tags(HTMLParser):
    """Collects start tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]


async def page(api: AsyncClient, path: str, **params: str | list[str]) -> Tags:
    answer = await api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return Tags(answer.text)


async def test_the_front_page_shows_the_latest(api: AsyncClient) -> None:
    text = (await api.get("/")).text
    assert text.index(MEETING.title) < text.index(BUDGET.title)
    assert "Earlier articles" in text


async def test_the_front_page_leads_with_what_most_can_read_and_has_a_text(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    later = {"published": MEETING.published.value + timedelta(hours=1)}
    brief = an_article("A Brief Note", **later)
    foreign = an_article(
        "Una larga historia",
        language=Language(code="es", confidence=0.99),
        paragraphs=("El puerto ensaya este mes un muro. " * 60,),
        **later,
    )
    await fill(redis, tmp_path)
    for article in (brief, foreign):
        await keep(redis, article)
    await index(tmp_path, (brief, foreign))
    async with a_gateway(redis_url, tmp_path) as api:
        text = (await api.get("/")).text
    lead = text.partition('<article class="lead">')[2].partition("</article>")[0]
    assert MEETING.title in lead
    assert "has not waited for us" in lead
    assert text.count(brief.title) == text.count(foreign.title) == 1


async def test_french_quotation_marks_stay_with_their_words(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    quoted = "Il a dit : « La digue <tiendra> », puis rien."
    article = an_article("Digue", title="Une « digue » & un mur", paragraphs=(quoted,))
    await keep(redis, article)
    await index(tmp_path, [article])
    async with a_gateway(redis_url, tmp_path) as api:
        for path in (f"/articles/{article.article_id}", "/?q=digue"):
            text = (await api.get(path)).text.replace("<mark>", "").replace("</mark>", "")
            assert "«\u00a0La digue &lt;tiendra&gt;\u00a0», puis" in text
            assert "«\u00a0digue\u00a0» &amp; un mur</" in text


async def test_results_tell_which_of_them_are_copies(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    first = an_article("Tides Rise")
    group = Duplicates(group_id=first.article_id)
    copies = [
        an_article(f"Tides Rise {name}", duplicates=group.model_copy(update={"of": group.group_id}))
        for name in ("Again", "Withdrawn")
    ]
    articles = [first.model_copy(update={"duplicates": group}), *copies, an_article("Tides Alone")]
    for article in articles:
        await keep(redis, article)
    await redis.zadd(
        copies_key(first.article_id),
        {each.article_id: number for number, each in enumerate(articles[:3])},
    )
    await index(tmp_path, articles)
    await withdraw(redis, articles[2].article_id)
    async with a_gateway(redis_url, tmp_path) as api:
        tags = await page(api, "/", q="tides")
        text = (await api.get("/", params={"q": "tides"})).text
    marked = [a["href"] for a in tags.all("a") if "shared" in a.get("class", "")]
    assert sorted(marked) == sorted(f"/articles/{a.article_id}#copies" for a in articles[:2])
    assert text.count("1 copy elsewhere") == text.count(">a copy<") == 1


async def test_every_link_of_the_search_page_leads_to_a_page(api: AsyncClient) -> None:
    tags = await page(api, "/", q="sund", section="Sport")
    links = {a["href"] for a in tags.all("a") if not a["href"].startswith("#")}
    assert len(links) > 10
    for link in links:
        assert (await api.get(link)).status_code == 200, link


async def test_the_pager_goes_on(api: AsyncClient) -> None:
    first = await page(api, "/")
    following = next(a["href"] for a in first.all("a") if a.get("rel") == "next")
    text = (await api.get(following)).text
    assert "First page" in text
    assert MEETING.title not in text


async def test_the_pager_says_where_it_is_and_leads_back(api: AsyncClient) -> None:
    first = await page(api, "/", q="skerries")
    assert "1\u201320 of 25" in (await api.get("/", params={"q": "skerries"})).text
    following = next(a["href"] for a in first.all("a") if a.get("rel") == "next")
    second = (await api.get(following)).text
    assert "21\u201325 of 25" in second
    assert '<a href="/?q=skerries" rel="prev">Previous</a>' in second


async def test_filters_have_chips_that_take_them_off(api: AsyncClient) -> None:
    text = (await api.get("/", params={"q": "sund", "section": "Sport", "from": "2026-03"})).text
    assert "Remove the filter" in text
    assert "/?q=sund&amp;from=2026-03" in text


async def test_a_filter_in_another_spelling_is_shown_as_the_facet_has_it(api: AsyncClient) -> None:
    text = (await api.get("/", params={"section": "politics"})).text
    assert "section:politics was read as Politics." in text
    tags = await page(api, "/", section="politics")
    links = [a for a in tags.all("a") if "section=" in a["href"] or a.get("aria-current")]
    assert "/?section=politics" not in {a["href"] for a in links}
    as_indexed = await page(api, "/", section="Politics")
    assert {a["href"] for a in tags.all("a")} == {a["href"] for a in as_indexed.all("a")}


async def test_nothing_found_offers_ways_out(api: AsyncClient) -> None:
    text = (await api.get("/", params={"q": '"late header" rovers', "section": "Politics"})).text
    assert "Nothing was found" in text
    assert "Search without the filter “Section Politics”" in text
    assert "See the latest articles" in text


async def test_only_ways_out_that_lead_somewhere_are_offered(api: AsyncClient) -> None:
    text = (await api.get("/", params={"q": '"zebra crossing" ferry zzzq'})).text
    assert "Search only ferry</a>" in text
    assert "Search only zzzq" not in text
    assert "Search only &#34;zebra crossing&#34;" not in text


async def test_each_word_is_also_offered_without_the_filters(api: AsyncClient) -> None:
    asked = {"q": "zzzq rovers -header", "section": "Nowhere"}
    text = (await api.get("/", params=asked)).text
    assert '<a href="/?q=rovers">Search only rovers, without the filters</a>' in text
    assert "Search only zzzq" not in text


async def test_by_date_the_best_match_is_offered_where_not_every_word_fits(
    api: AsyncClient,
) -> None:
    tags = await page(api, "/", q="ferry zzzq", sort="newest")
    assert "/?q=ferry+zzzq" in [a["href"] for a in tags.all("a")]


async def test_typed_filters_and_exclusions_have_chips_that_take_them_out_of_the_text(
    api: AsyncClient,
) -> None:
    typed = 'sund person:"Ada Nyberg" -source:tide-times after:2026-03-01 -rovers'
    html = (await api.get("/", params={"q": typed})).text
    chips = html.partition('aria-label="Active filters"')[2].partition("</ul>")[0]
    for shown in ("Ada Nyberg", "not tide-times", "from 1 March 2026", "rovers"):
        assert shown in chips
    gone = "/?q=sund+person%3A%22Ada+Nyberg%22+after%3A2026-03-01+-rovers"
    assert f'href="{gone}"' in chips
    assert '<a class="clear" href="/?q=sund">' in chips
    assert "Results for “sund”" in html


async def test_nothing_found_offers_the_search_without_each_typed_filter(api: AsyncClient) -> None:
    html = (await api.get("/", params={"q": 'person:"Ada Nyberg" -sund'})).text
    assert "Nothing was found" in html
    assert "Search without the filter “Without sund”" in html
    assert "Search without the filter “Person Ada Nyberg”" in html


async def test_a_misspelt_search_is_offered_as_the_news_spells_it(api: AsyncClient) -> None:
    tags = await page(api, "/", q="nrormakr budgte", sort="newest", section="Politics")
    offered = [a["href"] for a in tags.all("a") if a["href"].startswith("/?q=norrmark+budget")]
    here, everywhere = offered
    assert "section=Politics" in here
    assert "section" not in everywhere
    for way in offered:
        assert BUDGET.article_id in (await api.get(way)).text


async def test_warnings_are_shown(api: AsyncClient) -> None:
    assert "is no date" in (await api.get("/", params={"q": "sund before:soon"})).text


async def test_trackers_in_a_shared_link_do_no_harm(api: AsyncClient) -> None:
    for path in ("/", f"/articles/{MEETING.article_id}"):
        assert (await api.get(path, params={"utm_source": "x"})).status_code == 200


async def test_of_a_repeated_parameter_a_page_takes_the_first(api: AsyncClient) -> None:
    text = (await api.get("/?q=ferry&section=Sport&q=sund&section=Politics")).text
    assert "Results for “ferry”" in text
    assert "section=Sport&amp;section=Politics" in text


async def test_the_story_has_everything_in_its_place(api: AsyncClient) -> None:
    text = (await api.get(f"/articles/{MEETING.article_id}")).text
    read_more = text.index("Read More")
    assert text.index("has not waited for us") < read_more < text.index("Not everyone is convinced")
    assert "covers the Coastal Alliance from Port Ellery" in text
    assert "Both are about Sund and the Coastal Alliance" in text
    assert "What was taken out of the original (3)" in text
    assert "never miss a tide" in text
    assert "/entities/person:marta-lindqvist" in text
    assert f'<a href="/articles/{BUDGET.article_id}">' in text


@pytest.mark.parametrize("path", [f"/articles/{HOSTILE.article_id}", "/?q=ferry", "/"])
async def test_hostile_text_stays_text(api: AsyncClient, path: str) -> None:
    tags = await page(api, path)
    run = [each for each in tags.all("script") if each.get("type") != "application/ld+json"]
    assert [each["src"].startswith("/assets/") for each in run] == [True]
    assert not tags.all("img")
    for tag, attrs in tags.tags:
        assert not any(name.startswith("on") or name == "style" for name in attrs), tag
        target = attrs.get("href") or attrs.get("src") or attrs.get("action") or "/"
        assert target.startswith(("/", "#", "http://", "https://")), target


async def test_links_that_lead_away_carry_no_weight(api: AsyncClient) -> None:
    tags = await page(api, f"/articles/{MEETING.article_id}")
    away = [a for a in tags.all("a") if a["href"].startswith("http")]
    assert len(away) == 2
    assert all(a["rel"] == "noopener nofollow ugc" for a in away)


async def test_pages_forbid_inline_scripts_and_strangers(api: AsyncClient) -> None:
    for path in ("/", f"/articles/{MEETING.article_id}", "/articles/none", "/status", "/docs"):
        policy = (await api.get(path)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        scripts = [part.strip() for part in policy.split(";") if "script-src" in part]
        assert scripts == ([] if path == "/docs" else ["script-src 'self'"])


async def test_the_style_sheet_is_named_by_its_content_and_kept_long(api: AsyncClient) -> None:
    sheets = [a["href"] for a in (await page(api, "/")).all("link") if a["rel"] == "stylesheet"]
    assert len(sheets) == 1
    answer = await api.get(sheets[0])
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert (await api.get("/assets/site-000000000000.css")).status_code == 404
    assert (await api.get("/assets/..%2fpages.py")).status_code == 404


async def test_refusals_are_pages_for_readers_and_problems_for_programs(api: AsyncClient) -> None:
    asked = {"accept": "text/html,*/*;q=0.8"}
    assert "Page not found" in (await api.get("/nowhere", headers=asked)).text
    assert (await api.get("/v1/nowhere")).json()["code"] == "not_found"
    assert (await api.get("/", params={"from": "soon"})).status_code == 400
    bad_cursor = await api.get("/", params={"cursor": "x"})
    assert bad_cursor.status_code == 400
    assert "belongs to another search" in bad_cursor.text


async def test_names_are_marked_when_the_address_says_so(api: AsyncClient) -> None:
    path = f"/articles/{MEETING.article_id}"
    plain, marked = (await api.get(path)).text, (await api.get(f"{path}?marks=on")).text
    link = '<a class="entity-mark place" href="/entities/place:port-ellery">Port Ellery</a>'
    assert plain.count(link) == 0
    assert marked.count(link) == 2


async def test_the_story_describes_itself_to_machines(api: AsyncClient) -> None:
    for article in (MEETING, HOSTILE):
        html = (await api.get(f"/articles/{article.article_id}")).text
        data = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
        described = json.loads(data)
        assert described["@type"] == "NewsArticle"
        assert described["headline"] == article.title
        assert described["url"].endswith(f"/articles/{article.article_id}")
        assert "articleBody" not in described
        assert "<" not in data


async def test_an_article_has_one_address_and_its_paragraphs_have_anchors(
    api: AsyncClient,
) -> None:
    own = f"{str(api.base_url).rstrip('/')}/articles/{MEETING.article_id}"
    for path in (
        f"/articles/{MEETING.article_id}",
        f"/articles/{MEETING.article_id}?marks=on",
        f"/v1/articles/{MEETING.article_id}.html",
    ):
        tags = await page(api, path)
        assert [a["href"] for a in tags.all("link") if a["rel"] == "canonical"] == [own]
        assert [m["content"] for m in tags.all("meta") if m.get("property") == "og:url"] == [own]
        numbered = [p["id"] for p in tags.all("p") if p.get("id", "").startswith("p")]
        assert numbered == [f"p{number}" for number in range(1, 8)]


async def test_a_version_that_is_not_kept_leads_to_the_article(api: AsyncClient) -> None:
    lost = await api.get(f"/articles/{MEETING.article_id}/changes")
    assert lost.status_code == 404
    assert f'<a href="/articles/{MEETING.article_id}">The article itself</a>' in lost.text


async def test_an_entity_has_a_page_with_its_articles_and_company(api: AsyncClient) -> None:
    tags = await page(api, "/entities/person:marta-lindqvist")
    links = [a["href"] for a in tags.all("a")]
    assert f"/articles/{MEETING.article_id}" in links
    assert "/entities/person:tomas-brandt" in links
    assert "/?entity_id=person%3Amarta-lindqvist&day=2026-03-05" in links
    text = (await api.get("/entities/person:marta-lindqvist")).text
    assert "also Lindqvist" in text
    lost = await api.get("/entities/person:nobody")
    assert lost.status_code == 404
    assert "Not in the news" in lost.text


async def test_what_is_looked_for_inside_a_facet_is_found(api: AsyncClient) -> None:
    html = (await api.get("/", params={"within": "entity", "find": "norr"})).text
    values = html.partition('id="values-entity"')[2].partition("</ul>")[0]
    assert "Norrmark" in values
    assert "Port Ellery" not in values
    nothing = (await api.get("/", params={"within": "entity", "find": "zzz"})).text
    assert "None begins so." in nothing


async def test_the_timeline_leads_to_the_day(api: AsyncClient) -> None:
    tags = await page(api, "/", q="sund", **{"from": "2026-03-01"})
    assert any(a["href"] == "/?q=sund&from=2026-03-05&to=2026-03-05" for a in tags.all("a"))
    assert tags.all("svg")


async def test_feeds_of_the_search_are_announced_and_answer(api: AsyncClient) -> None:
    tags = await page(api, "/", q="sund", section="Politics")
    feeds = [link["href"] for link in tags.all("link") if "/v1/search." in link["href"]]
    assert len(feeds) == 3
    for feed in feeds:
        assert "q=sund&section=Politics" in feed
        assert (await api.get(feed)).status_code == 200, feed


async def test_the_status_page_tells_of_the_flow(api: AsyncClient, redis: "Redis") -> None:
    quiet = (await api.get("/status")).text
    assert "No replica of index reads" in quiet
    await redis.xadd(RAW.name, {"__data__": b"{}"})
    await redis.xadd(DEAD.name, {"__data__": b"{}"})
    await Switches(redis).pause("index", by="ann@desk")
    busy = (await api.get("/status")).text
    assert "3 things to look at" in busy
    assert "No replica of" not in busy
    assert "Nobody reads raw, where 1 wait" in busy
    assert "by ann@desk" in busy
    assert "copydesk resume index" in busy
    assert "unreadable_letter" in busy


async def test_the_status_page_follows_the_setting_of_ingest(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    memory: Any = await redis.info("memory")
    await redis.config_set("maxmemory", 2 * memory["used_memory"])
    try:
        async with a_gateway(redis_url, tmp_path, memory_limit_share=0.3) as api:
            assert "of its memory in use" in (await api.get("/status")).text
        async with a_gateway(redis_url, tmp_path, memory_limit_share=0.9) as api:
            assert "of its memory in use" not in (await api.get("/status")).text
    finally:
        await redis.config_set("maxmemory", 0)
