"""One article in its forms, and what a reader who has it already is told."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from newsroom import FLOOD, MEETING, an_article, fill, keep
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared import keys
from copydesk_shared.contracts.article import Evidence, Mention
from copydesk_shared.store import State

PATH = f"/v1/articles/{MEETING.article_id}"
FORMS = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "jsonld": "application/ld+json",
}


@pytest.fixture
async def api(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path) as client:
        yield client


@pytest.mark.parametrize("form", FORMS)
async def test_format_ending_and_accept_lead_to_the_same(api: AsyncClient, form: str) -> None:
    accept = FORMS[form].partition(";")[0]
    answers = [
        await api.get(f"{PATH}?format={form}", headers={"Accept": "text/html"}),
        await api.get(f"{PATH}.{form}", headers={"Accept": "text/html"}),
        await api.get(PATH, headers={"Accept": f"image/png, {accept};q=0.9"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == FORMS[form]
        assert "Accept" in answer.headers["vary"].split(", ")
        assert MEETING.paragraphs[0] in answer.text
    assert len({answer.headers["etag"] for answer in answers}) == 1


async def test_each_form_is_tagged_and_not_sent_twice(api: AsyncClient) -> None:
    tags = set()
    for form in FORMS:
        first = await api.get(f"{PATH}.{form}")
        tags.add(first.headers["etag"])
        again = await api.get(f"{PATH}.{form}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "no-cache"
    assert len(tags) == len(FORMS)


async def test_a_form_that_cannot_be_had_is_406(api: AsyncClient) -> None:
    answer = await api.get(PATH, headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    refused = await api.get(f"{PATH}?format=pdf")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_parameter")
    assert (await api.get(f"{PATH}.pdf")).status_code == 404


async def test_the_forms_name_each_other(api: AsyncClient) -> None:
    link = (await api.get(PATH)).headers["link"]
    assert f'{PATH}.md>; rel="alternate"; type="text/markdown"' in link
    assert json.loads((await api.get(f"{PATH}.jsonld")).text)["@type"] == "NewsArticle"


async def test_last_modified_is_when_the_version_was_made(api: AsyncClient, redis: "Redis") -> None:
    made = datetime(2026, 3, 6, 8, 0, 0, 400_000, tzinfo=UTC)
    await redis.hset(
        keys.article(MEETING.article_id), "enriched_ms", str(int(made.timestamp() * 1000))
    )
    answer = await api.get(PATH)
    assert answer.headers["last-modified"] == "Fri, 06 Mar 2026 08:00:00 GMT"
    for since, status in (
        ("Fri, 06 Mar 2026 08:00:00 GMT", 304),
        ("Fri, 06 Mar 2026 07:59:59 GMT", 200),
        ("yesterday", 200),
    ):
        again = await api.get(PATH, headers={"If-Modified-Since": since})
        assert again.status_code == status
    # A tag that is known no longer weighs more than the date.
    both = {"If-None-Match": '"old"', "If-Modified-Since": "Fri, 06 Mar 2026 08:00:00 GMT"}
    assert (await api.get(PATH, headers=both)).status_code == 200
    # A page shows other articles as well, and their changes have no date here.
    assert "last-modified" not in (await api.get(f"{PATH}.html")).headers


async def test_a_withdrawn_article_is_gone_for_those_who_have_it(
    api: AsyncClient, redis: "Redis"
) -> None:
    tag = (await api.get(PATH)).headers["etag"]
    await keep(redis, MEETING, state=State.WITHDRAWN)
    for conditions in ({"If-None-Match": tag}, {"If-None-Match": "*"}):
        assert (await api.get(PATH, headers=conditions)).status_code == 410


async def test_entities_come_with_the_sentences_that_name_them(
    api: AsyncClient, redis: "Redis"
) -> None:
    text = "It rained all night. The market of Sund was flooded. Nobody was hurt."
    start = text.index("Sund")
    mention = Mention(paragraph=0, start=start, end=start + 4, text="Sund")
    shown = Evidence(paragraph=0, start=text.index("The"), end=text.index(" Nobody"))
    named = FLOOD.entities[1].model_copy(update={"mentions": (mention,), "evidence": shown})
    rain = an_article("rain", paragraphs=(text,), entities=(named,))
    await keep(redis, rain)
    answer = (await api.get(f"/v1/articles/{rain.article_id}/entities")).json()
    (sund,) = answer["entities"]
    assert sund["evidence"] == "The market of Sund was flooded."
    (passage,) = sund["passages"]
    assert passage["text"] == "The market of Sund was flooded."
    assert passage["text"][passage["start"] : passage["end"]] == "Sund"
