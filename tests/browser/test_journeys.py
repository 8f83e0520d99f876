"""Readers on their way: searching, reading, going on; by mouse, by key, without scripts."""

import re

import pytest
from chromium import needs_chromium
from newsroom import FLOOD, HOSTILE, MEETING
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="session")]

SEARCH = "Search the articles"


async def test_a_reader_searches_filters_reads_and_comes_back(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("combobox", name=SEARCH).fill("lindqvst")
    await page.get_by_role("button", name="Search").click()
    await expect(page.locator("mark").first).to_have_text("Lindqvist")
    await page.get_by_role("link", name=re.compile(r"^Politics \d")).click()
    await expect(
        page.get_by_role("link", name="Remove the filter Section Politics")
    ).to_be_visible()
    results = page.url
    await page.get_by_role("heading", name=MEETING.title).get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(MEETING.title)
    related = page.get_by_role("region", name="Related")
    await related.get_by_role("link", name=FLOOD.title).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(FLOOD.title)
    await page.get_by_role("link", name="Coastal Alliance").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Coastal Alliance")
    await expect(page.get_by_role("heading", name=MEETING.title)).to_be_visible()
    for _ in range(3):
        await page.go_back()
    assert page.url == results
    await expect(page.get_by_role("heading", name=MEETING.title)).to_be_visible()


async def test_results_come_as_the_reader_types_and_stay_in_the_address(page: Page) -> None:
    await page.goto("/")
    box = page.get_by_role("combobox", name=SEARCH)
    await box.press_sequentially("ferry")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Results for “ferry”")
    await expect(page.get_by_role("article")).to_have_count(1)
    await expect(page).to_have_url(re.compile(r"/\?q=ferry$"))
    await expect(page).to_have_title(re.compile("ferry"))
    await expect(page.locator("#heard")).to_have_text(re.compile("1 article"))
    await expect(box).to_be_focused()
    await page.reload()
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.get_by_role("combobox", name=SEARCH).fill("")
    await expect(page.get_by_role("heading", name=MEETING.title)).to_be_visible()


async def test_back_leads_over_what_was_typed_to_where_the_reader_came_from(page: Page) -> None:
    await page.goto("/")
    box = page.get_by_role("combobox", name=SEARCH)
    await box.press_sequentially("fer")
    await expect(page).to_have_url(re.compile(r"\?q=fer$"))
    await box.press_sequentially("ry")
    await expect(page).to_have_url(re.compile(r"\?q=ferry$"))
    await page.get_by_role("article").get_by_role("heading").get_by_role("link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE.title)
    await page.go_back()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Results for “ferry”")
    await page.go_back()
    await expect(page).to_have_url(re.compile("[0-9]/$"))
    await expect(page.get_by_role("heading", name=MEETING.title)).to_be_visible()
    await expect(box).to_have_value("")


async def test_enter_does_not_ask_again_for_what_is_shown(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("combobox", name=SEARCH).press_sequentially("ferry")
    await expect(page).to_have_url(re.compile(r"\?q=ferry$"))
    steps = await page.evaluate("history.length")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE.title)
    assert await page.evaluate("history.length") == steps + 1


async def test_values_of_a_facet_are_found_as_the_reader_types(page: Page) -> None:
    await page.goto("/")
    group = page.get_by_role("region", name="People and places")
    await group.get_by_text("more").click()
    await group.get_by_role("searchbox").press_sequentially("tom")
    await expect(group.get_by_role("list").nth(1).get_by_role("link")).to_have_count(1)
    await group.get_by_role("link", name=re.compile("^Tomas Brandt")).last.click()
    chip = page.get_by_role("link", name="Remove the filter About Tomas Brandt")
    await expect(chip).to_be_visible()
    await chip.click()
    await expect(page).to_have_url(re.compile("/$"))


async def test_a_bar_of_the_timeline_narrows_to_its_day(page: Page) -> None:
    await page.goto("/?q=sund&from=2026-03-01")
    await page.locator(".chart a").last.click()
    await expect(page).to_have_url(re.compile("from=2026-03-05&to=2026-03-05"))
    await page.get_by_role("link", name="Remove the filter Published").click()
    await page.get_by_text("Dates as a list").click()
    await page.get_by_role("link", name=re.compile("^5 March 2026")).click()
    await expect(page).to_have_url(re.compile("from=2026-03-05&to=2026-03-05"))


async def test_dates_are_given_as_the_query_language_has_them(page: Page) -> None:
    await page.goto("/?q=sund")
    box = page.get_by_role("textbox", name="From")
    for refused in ("soon", "15/03/2026"):
        await box.fill(refused)
        assert await box.evaluate("each => each.validity.patternMismatch")
    for taken in (
        "",
        "2026",
        "2026-03-05T10:00Z",
        "7d",
        "36h",
        "yesterday",
        "this-week",
        "2026-03",
    ):
        await box.fill(taken)
        assert await box.evaluate("each => each.validity.valid"), taken
    await page.get_by_role("button", name="Show").click()
    await expect(page).to_have_url(re.compile("from=2026-03(&|$)"))
    await expect(box).to_have_value("2026-03")
    await expect(page.get_by_role("link", name="Remove the filter Published")).to_be_visible()


async def test_times_can_be_read_as_the_readers_own(browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address, timezone_id="America/New_York")
    page = await context.new_page()
    await page.goto(f"/articles/{MEETING.article_id}")
    shown = page.locator(".margin time").first
    await expect(shown).to_have_text("5 March 2026, 11:42 UTC")
    await expect(shown).to_have_attribute("title", re.compile("5 March 2026.* 06:42 your time"))
    await context.close()


async def test_names_are_marked_on_demand(page: Page) -> None:
    await page.goto(f"/articles/{MEETING.article_id}")
    text = page.get_by_role("article")
    name = text.get_by_role("link", name="Marta Lindqvist")
    await expect(name).to_have_count(0)
    await page.get_by_role("link", name="Mark the names").click()
    await expect(name).to_have_count(1)
    await expect(page).to_have_url(re.compile(r"\?marks=on$"))
    await expect(page.get_by_role("link", name="Unmark the names")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(name).to_have_count(0)


async def test_a_reader_goes_from_a_text_to_who_else_has_published_it_and_back(
    page: Page,
) -> None:
    await page.goto(f"/articles/{MEETING.article_id}")
    also = page.get_by_role("region", name="Also published by")
    await also.get_by_role("link", name="tide-times").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Chief Seeks Support")
    await expect(page.get_by_text("93 % alike")).to_be_visible()
    await also.get_by_role("link", name="example-wire.org").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(MEETING.title)


async def test_the_appearance_is_kept_and_never_flashes(page: Page) -> None:
    await page.goto("/")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.get_by_role("button", name="Dark").click()
    dark = await page.evaluate(ground)
    assert dark != light
    await page.add_init_script(
        """document.addEventListener("readystatechange", () => {
             window.first ??= document.documentElement.dataset.appearance;
           })"""
    )
    await page.goto("/status")
    assert await page.evaluate("() => window.first") == "dark"
    assert await page.evaluate(ground) == dark
    await page.get_by_role("button", name="Light").click()
    assert await page.evaluate(ground) == light


async def test_everything_can_be_done_by_key(page: Page) -> None:
    await page.goto("/")
    await page.keyboard.press("/")
    await expect(page.get_by_role("combobox", name=SEARCH)).to_be_focused()
    await page.keyboard.type("sund")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/?q=sund")
    headlines = page.get_by_role("article").get_by_role("heading", level=2).get_by_role("link")
    await page.keyboard.press("j")
    await expect(headlines.nth(0)).to_be_focused()
    await page.keyboard.press("j")
    await expect(headlines.nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await expect(headlines.nth(0)).to_be_focused()
    title = await headlines.nth(0).inner_text()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_keys_can_be_turned_off(page: Page) -> None:
    await page.goto("/")
    await page.keyboard.press("?")
    await page.get_by_role("button", name="Turn the keys off").click()
    await page.get_by_role("button", name="Close").click()
    await page.goto("/?q=sund")
    await page.keyboard.press("j")
    assert await page.evaluate("() => document.activeElement === document.body")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Keyboard").click()
    await page.get_by_role("button", name="Turn the keys on").click()


async def test_tab_reaches_all_and_focus_shows(page: Page) -> None:
    await page.goto("/")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    for _ in range(4):
        await page.keyboard.press("Tab")
        outline = await page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    await page.goto("/")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_everything_works_without_a_script(browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/")
    await page.get_by_role("searchbox", name=SEARCH).fill("lindqvst")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name=re.compile(r"^Politics \d")).click()
    await page.get_by_role("heading", name=MEETING.title).get_by_role("link").click()
    await page.get_by_role("link", name="Mark the names").click()
    await expect(page.locator(".text").get_by_role("link", name="Tomas Brandt")).to_be_visible()
    await page.get_by_text("What was taken out of the original").click()
    await expect(page.get_by_text("never miss a tide")).to_be_visible()
    await expect(page.get_by_role("button", name="Dark")).to_have_count(0)
    await page.goto("/?q=skerries")
    await page.get_by_role("link", name="More results").click()
    await expect(page.get_by_role("article")).to_have_count(5)
    await page.get_by_role("link", name="Previous").click()
    await expect(page.get_by_role("article")).to_have_count(20)
    await context.close()


async def test_on_a_phone_the_filters_are_a_sheet(browser: Browser, address: str) -> None:
    context = await browser.new_context(
        base_url=address, viewport={"width": 390, "height": 700}, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/?q=sund+-zebra&section=Local")
    await page.get_by_role("link", name="Filters, 2 active").click()
    await expect(
        page.get_by_role("link", name=re.compile("^Show [0-9]+ article"))
    ).to_be_in_viewport()
    await page.get_by_role("link", name=re.compile(r"^Sport \d")).first.click()
    chip = page.get_by_role("link", name="Remove the filter Section Sport")
    await expect(chip).to_be_in_viewport()
    await context.close()


async def test_the_status_page_follows_until_it_is_stopped(page: Page) -> None:
    await page.clock.install()
    await page.goto("/status")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with page.expect_response("**/status"):
        await page.clock.run_for(5500)
    await page.get_by_role("button", name="Stop updating").click()
    before = len(asked)
    await page.clock.run_for(20_000)
    assert len(asked) == before
