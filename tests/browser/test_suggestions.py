"""Names and headlines under the search box, by key and by mouse, and nothing without a script."""

import asyncio
import re

import pytest
from axe_playwright_python.async_playwright import Axe
from chromium import needs_chromium
from newsroom import BUDGET, MEETING
from playwright.async_api import Browser, Locator, Page, Route, expect

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.asyncio(loop_scope="session")]

STORY = f"/articles/{BUDGET.article_id}"


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search the articles")


def options_of(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


async def typed(page: Page, text: str, path: str = STORY) -> Locator:
    """The suggestions for what is typed on a page."""
    await page.goto(path)
    await box_of(page).press_sequentially(text)
    await expect(options_of(page).first).to_be_visible()
    return options_of(page)


async def test_a_name_leads_to_its_page_and_a_headline_to_the_article(page: Page) -> None:
    options = await typed(page, "coastal")
    await expect(options).to_have_text(
        [re.compile("Coastal Alliance organisation · 2 articles"), re.compile(MEETING.title)]
    )
    await expect(options.nth(1).locator("mark")).to_have_text("Coastal")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Coastal Alliance")
    options = await typed(page, "coastal")
    await options.nth(1).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(MEETING.title)


async def test_arrows_go_through_the_options_while_the_focus_stays_in_the_box(page: Page) -> None:
    options = await typed(page, "coastal")
    box = box_of(page)
    await expect(box).to_have_attribute("aria-expanded", "true")
    await expect(box).to_have_attribute("aria-activedescendant", "")
    for key, chosen in (
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowDown", None),
        ("ArrowUp", 1),
        ("ArrowUp", 0),
    ):
        await page.keyboard.press(key)
        await expect(box).to_be_focused()
        for number, option in enumerate(await options.all()):
            selected = "true" if number == chosen else "false"
            await expect(option).to_have_attribute("aria-selected", selected)
        named = "" if chosen is None else await options.nth(chosen).get_attribute("id")
        await expect(box).to_have_attribute("aria-activedescendant", named or "")
    await expect(box).to_have_value("coastal")
    await page.keyboard.type(" all")
    await expect(box).to_have_value("coastal all")
    await expect(box).to_have_attribute("aria-activedescendant", "")


async def test_enter_without_a_choice_searches_for_what_was_typed(page: Page) -> None:
    await typed(page, "coastal")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/?q=coastal")
    await expect(options_of(page)).to_have_count(0)


async def test_escape_closes_the_suggestions_and_then_leaves_the_box(page: Page) -> None:
    options = await typed(page, "coastal")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(options).to_have_count(0)
    box = box_of(page)
    await expect(box).to_have_attribute("aria-expanded", "false")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("coastal")
    await page.keyboard.press("ArrowDown")
    await expect(options.first).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(box).not_to_be_focused()


async def test_tab_leaves_box_and_suggestions(page: Page) -> None:
    options = await typed(page, "coastal")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Search")).to_be_focused()
    await expect(options).to_have_count(0)


async def test_letters_that_are_keys_elsewhere_are_typed(page: Page) -> None:
    await page.goto("/?q=sund")
    await page.keyboard.press("/")
    await expect(options_of(page)).to_have_count(0)
    await page.keyboard.type("jk/?")
    await expect(box_of(page)).to_have_value("jk/?")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_results_and_suggestions_come_together_on_the_search_page(page: Page) -> None:
    options = await typed(page, "coastal", "/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Results for “coastal”")
    await expect(options.first).to_be_visible()
    await expect(box_of(page)).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    headlines = page.get_by_role("article").get_by_role("heading", level=2).get_by_role("link")
    await expect(headlines.first).to_be_focused()


async def test_another_spelling_is_offered(page: Page) -> None:
    options = await typed(page, "nrormakr budgte")
    await expect(options).to_have_text([re.compile("norrmark budget")])
    await options.first.click()
    await page.wait_for_url("**/?q=norrmark+budget")


async def test_an_answer_that_comes_too_late_shows_nothing(page: Page) -> None:
    await page.goto(STORY)
    first = asyncio.Event()

    async def slow(route: Route) -> None:
        first.set()
        await asked_again.wait()
        await route.continue_()

    asked_again = asyncio.Event()
    await page.route(re.compile("/v1/suggest[?]q=coastal&"), slow)
    box = box_of(page)
    await box.press_sequentially("coastal")
    await first.wait()
    await box.fill("norr")
    await expect(options_of(page).first).to_contain_text("Norrmark")
    asked_again.set()
    await page.unroute_all(behavior="ignoreErrors")
    await expect(options_of(page).first).to_contain_text("Norrmark")
    await box.fill("")
    await expect(options_of(page)).to_have_count(0)


async def test_a_whole_word_costs_few_questions(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await typed(page, "coastal alliance")
    assert 1 <= len([url for url in asked if "/v1/suggest" in url]) <= 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_open_suggestions(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("/", STORY):
        await typed(page, "coastal", path)
        await page.keyboard.press("ArrowDown")
        results = await Axe().run(page, options={"resultTypes": ["violations"]})
        assert [f"{each['impact']}: {each['id']}" for each in results.response["violations"]] == []


async def test_on_a_phone_the_suggestions_fit(browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address, viewport={"width": 320, "height": 640})
    page = await context.new_page()
    options = await typed(page, "coastal", "/")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    for option in await options.all():
        shown = await option.bounding_box()
        assert shown
        assert shown["height"] >= 24
        assert shown["x"] + shown["width"] <= 320
    await context.close()


async def test_without_a_script_the_box_is_a_plain_search(browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(STORY)
    box = page.get_by_role("searchbox", name="Search the articles")
    await box.fill("coastal")
    assert await box.get_attribute("role") is None
    assert await page.get_by_role("listbox").count() == 0
    await box.press("Enter")
    await page.wait_for_url("**/?q=coastal")
    await context.close()
