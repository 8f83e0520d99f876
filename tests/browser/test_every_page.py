"""What holds for every page: for all readers, on any screen, in light and dark, and no stranger."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from chromium import needs_chromium
from page_visits import OURS, PAGES
from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="session")]

MAX_TRANSFER = 60_000
DARK = {name: OURS[name] for name in ("front", "search", "marked", "entity", "status", "lost")}
"""Together they have every colour."""


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [("light", {}), ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]})],
)
async def test_axe_finds_nothing(
    page: Page, scheme: Literal["light", "dark"], rules: dict[str, object]
) -> None:
    """All rules of axe-core, good practice included; in the dark those that look at colours."""
    await page.emulate_media(color_scheme=scheme)
    found: list[str] = []
    for name, path in (OURS if scheme == "light" else DARK).items():
        await page.goto(path)
        results = await Axe().run(page, options={"resultTypes": ["violations"], **rules})
        found += [
            f"{name}: {violation['impact']}: {violation['id']}: {node['html'][:120]}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
    assert found == []


async def test_nothing_scrolls_sideways(browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address)
    page = await context.new_page()
    wide: list[str] = []
    for name, path in PAGES.items():
        await page.goto(path)
        for width in (320, 768, 1280, 1920):
            await page.set_viewport_size({"width": width, "height": 740})
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{name} at {width}")
    await context.close()
    assert wide == []


async def test_the_console_is_silent_and_nothing_comes_from_elsewhere(
    page: Page, address: str
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES.values():
        await page.goto(path, wait_until="load")
    # A refusal is itself written to the console by the browser.
    assert [text for text in said if "Failed to load resource" not in text] == []
    assert len(asked) > len(PAGES)
    assert all(url.startswith(address) for url in asked)


async def test_the_policy_stops_a_script_that_got_in(page: Page) -> None:
    await page.goto("/")
    ran = await page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.gotIn = true';
          document.body.append(script);
          document.body.insertAdjacentHTML('beforeend', '<p style="display: none" id="styled">');
          const styled = getComputedStyle(document.getElementById('styled')).display === 'none';
          return [window.gotIn === true, styled];
        }"""
    )
    assert ran == [False, False]


async def test_a_first_visit_is_light(page: Page) -> None:
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    await network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received: list[int] = []
    network.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
    heavy: list[str] = []
    for name, path in OURS.items():
        received.clear()
        await page.goto(path, wait_until="load")
        if sum(received) > MAX_TRANSFER:
            heavy.append(f"{name}: {sum(received)} bytes")
    assert received
    assert heavy == []


async def test_every_page_has_one_top_heading_a_title_and_single_ids(page: Page) -> None:
    wrong: list[str] = []
    for name, path in PAGES.items():
        await page.goto(path)
        ids = await page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
        if len(ids) != len(set(ids)):
            wrong.append(f"{name}: an id twice")
        if await page.get_by_role("heading", level=1).count() != 1:
            wrong.append(f"{name}: not one top heading")
        if not await page.title():
            wrong.append(f"{name}: no title")
    assert wrong == []


async def test_print_is_the_story_alone(page: Page) -> None:
    await page.goto(PAGES["story"])
    await page.emulate_media(media="print")
    assert await page.get_by_role("heading", level=1).is_visible()
    assert not await page.get_by_role("combobox").is_visible()
    assert not await page.get_by_text("Read More").is_visible()
    assert not await page.get_by_role("link", name="Status").is_visible()


async def test_nothing_moves_for_those_who_asked_for_calm(page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    for path in OURS.values():
        await page.goto(path)
        moving = await page.evaluate(
            """() => [...document.querySelectorAll('*')].filter(each => {
              const style = getComputedStyle(each);
              return parseFloat(style.transitionDuration) || style.animationName !== 'none'
                || style.scrollBehavior === 'smooth';
            }).length"""
        )
        assert moving == 0


async def test_what_is_tapped_is_large_enough(browser: Browser, address: str) -> None:
    """24 pixels each way (WCAG 2.2, 2.5.8); links in the middle of a sentence are let off."""
    context = await browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = await context.new_page()
    small: list[str] = []
    for name, path in OURS.items():
        await page.goto(path)
        found = await page.evaluate(
            """() => [...document.querySelectorAll('a, button, summary, input')]
              .filter(each => each.checkVisibility({ visibilityProperty: true })
                && !each.closest('svg, .unseen, .text, .note, .nothing p, .skip')
                && each.type !== 'hidden')
              .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
              .filter(([, box]) => box.width && box.bottom > 0)
              .filter(([, box]) => box.height < 24 || box.width < 24)
              .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
        )
        small += [f"{name}: {each}" for each in found]
    await context.close()
    assert small == []
