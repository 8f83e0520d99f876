"""One stack and one browser for all browser tests of a process."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from chromium import executable
from newsroom import fill
from playwright.async_api import Browser, Page, async_playwright
from redis.asyncio import Redis
from serving import a_gateway

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
    async with a_gateway(store_url, folder) as client:
        yield str(client.base_url).rstrip("/")


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
