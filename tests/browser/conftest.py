"""One stack and one browser for all browser tests of a process."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from chromium import executable
from newsroom import MEETING, an_article, fill, keep
from playwright.async_api import Browser, Page, async_playwright
from redis.asyncio import Redis
from serving import a_gateway

from copydesk_shared.contracts.article import Duplicates
from copydesk_shared.related import copies_key
from copydesk_shared.testing.valkey import valkey_server


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of its own: the one that other tests share they empty."""
    with valkey_server(tmp_path_factory.mktemp("browser-valkey")) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder: Path = tmp_path_factory.mktemp("browser-search")
    async with Redis.from_url(store_url) as redis:
        await fill(redis, folder, tides=25)
        await _copied(redis)
    async with a_gateway(store_url, folder) as client:
        yield str(client.base_url).rstrip("/")


async def _copied(redis: "Redis") -> None:
    """Somebody else has published the first story, too; its page says so."""
    group = MEETING.article_id
    await keep(redis, MEETING.model_copy(update={"duplicates": Duplicates(group_id=group)}))
    told = Duplicates(of=group, group_id=group, similarity=0.93)
    copy = an_article("copy", title="Chief Seeks Support", source="tide-times", duplicates=told)
    await keep(redis, copy)
    await redis.zadd(copies_key(group), {MEETING.article_id: 1, copy.article_id: 2})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """A fresh page at the first page's address, on which scripts may run."""
    context = await browser.new_context(base_url=address)
    yield await context.new_page()
    await context.close()
