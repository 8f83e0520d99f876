"""The pages in a real browser: without scripts, by keyboard, on a phone, in the dark."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from newsroom import HOSTILE, MEETING, fill
from playwright.async_api import Browser, Page, async_playwright
from redis.asyncio import Redis
from serving import a_gateway

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]

PATHS = {
    "front": "/",
    "search": "/?q=sund+harbour&section=Politics&from=2026-03",
    "nothing": '/?q="no+such+thing"+zebra',
    "story": f"/articles/{MEETING.article_id}",
    "hostile": f"/articles/{HOSTILE.article_id}",
    "docs": "/docs",
}

CONTRAST = """
() => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => {
    paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = rgb(getComputedStyle(element).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const poor = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${texts.currentNode.data.trim()}`);
  }
  return poor;
}
"""
"""Every visible text against its background, by the formula of WCAG 2: AA asks for 4.5."""

NAMELESS = """
() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
  .filter(e => !(e.textContent.trim() || e.labels?.length || e.ariaLabel))
  .map(e => e.outerHTML)
"""


@pytest.fixture
async def address(redis: "Redis", redis_url: str, tmp_path: Path) -> AsyncIterator[str]:
    await fill(redis, tmp_path, tides=25)
    async with a_gateway(redis_url, tmp_path) as client:
        yield str(client.base_url).rstrip("/")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(browser: Browser) -> Page:
    """A page on which scripts may run, as most readers have it."""
    return await browser.new_page()


async def test_searching_filtering_and_reading_need_no_script(
    browser: Browser, address: str
) -> None:
    page = await browser.new_page(java_script_enabled=False)
    await page.goto(address)
    await page.get_by_role("searchbox", name="Search the articles").fill("lindqvst")
    await page.get_by_role("button", name="Search").click()
    assert await page.locator("mark").first.inner_text() == "Lindqvist"
    await page.get_by_role("link", name=re.compile(r"^Politics \d")).click()
    assert await page.get_by_role("link", name="Remove the filter Section Politics").is_visible()
    await page.get_by_role("heading", name=MEETING.title).get_by_role("link").click()
    assert await page.get_by_role("heading", level=1).inner_text() == MEETING.title
    await page.get_by_text("What was taken out of the original").click()
    assert await page.get_by_text("never miss a tide").is_visible()
    await page.get_by_role("link", name="Port Ellery").click()
    assert await page.get_by_role("listitem").get_by_role("article").count() == 1


async def test_pages_follow_each_other(page: Page, address: str) -> None:
    await page.goto(f"{address}/?q=skerries")
    await page.get_by_role("link", name="More results").click()
    assert await page.get_by_role("article").count() == 5
    await page.get_by_role("link", name="First page").click()
    assert await page.get_by_role("article").count() == 20


async def test_the_keyboard_reaches_everything_and_focus_shows(page: Page, address: str) -> None:
    await page.goto(address)
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    assert await skip.evaluate("link => link === document.activeElement")
    assert await skip.bounding_box() is not None
    for _ in range(3):
        await page.keyboard.press("Tab")
        outline = await page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    await page.get_by_role("searchbox").focus()
    await page.keyboard.type("ferry")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/?q=ferry")


async def test_nothing_scrolls_sideways(browser: Browser, address: str) -> None:
    for width in (360, 768, 1280):
        page = await browser.new_page(viewport={"width": width, "height": 740})
        for name, path in PATHS.items():
            await page.goto(f"{address}{path}")
            needed = await page.evaluate("document.documentElement.scrollWidth")
            assert needed <= width, name


async def test_the_console_is_silent_and_nothing_comes_from_elsewhere(
    page: Page, address: str
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    for path in PATHS.values():
        await page.goto(f"{address}{path}", wait_until="load")
    assert said == []
    assert len(asked) > len(PATHS)
    assert all(url.startswith(address) for url in asked)


async def test_the_policy_stops_a_script_that_got_in(page: Page, address: str) -> None:
    await page.goto(address)
    ran = await page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.gotIn = true';
          document.body.append(script);
          return window.gotIn === true;
        }"""
    )
    assert not ran


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    page = await browser.new_page(color_scheme=scheme)
    for name, path in PATHS.items():
        await page.goto(f"{address}{path}")
        assert await page.evaluate(CONTRAST) == [], name


async def test_controls_have_names_and_headings_one_top(page: Page, address: str) -> None:
    for name, path in PATHS.items():
        await page.goto(f"{address}{path}")
        assert await page.get_by_role("heading", level=1).count() == 1, name
        assert await page.evaluate(NAMELESS) == [], name
        ids = await page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids)), name


async def test_print_is_the_story_alone(page: Page, address: str) -> None:
    await page.goto(f"{address}{PATHS['story']}")
    await page.emulate_media(media="print")
    assert await page.get_by_role("heading", level=1).is_visible()
    assert not await page.get_by_role("searchbox").is_visible()
    assert not await page.get_by_text("Read More").is_visible()
