"""Take the pictures of docs/pictures from a stack that runs with the samples.

copydesk up --sample        # in another terminal
make pictures
"""

import argparse
import asyncio
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx2
from chromium import executable
from PIL import Image
from playwright.async_api import Browser, async_playwright

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 96
"""A palette of so many holds type on paper, at a third of the bytes."""


@dataclass(frozen=True)
class Shot:
    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    phone: bool = False
    typed: str = ""
    """Into the search box, to see what it offers."""


def shots(story: str, entity: str) -> list[Shot]:
    paths = {
        "front": ("/", ""),
        "search": ("/?q=bridge&section=Politics", ""),
        "suggestions": (f"/articles/{story}", "call"),
        "article": (f"/articles/{story}?marks=on", ""),
        "entity": (f"/entities/{entity}", ""),
        "status": ("/status", ""),
    }
    return [
        Shot(
            f"{name}-{suffix}",
            path,
            "dark" if suffix == "dark" else "light",
            phone=suffix == "phone",
            typed=typed,
        )
        for name, (path, typed) in paths.items()
        for suffix in ("light", "dark", "phone")
    ]


async def take(browser: Browser, address: str, shot: Shot) -> bytes:
    context = await browser.new_context(
        base_url=address,
        color_scheme=shot.scheme,
        viewport={"width": 390, "height": 844} if shot.phone else {"width": 1280, "height": 900},
    )
    page = await context.new_page()
    await page.goto(shot.path)
    if shot.typed:
        await page.get_by_role("combobox").press_sequentially(shot.typed)
        await page.get_by_role("option").first.wait_for()
        await page.keyboard.press("ArrowDown")
    taken = await page.screenshot()
    await context.close()
    return taken


def small(png: bytes) -> bytes:
    """The picture with a palette, which a page of type needs no more than."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    small = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


async def main(address: str) -> None:
    async with httpx2.AsyncClient(base_url=address) as client:
        found = (await client.get("/v1/search", params={"q": "judge inquiry bridge"})).json()
        story = found["hits"][0]["article_id"]
        article = (await client.get(f"/v1/articles/{story}")).json()
    named = max(article["entities"], key=lambda each: (each["type"] == "person", each["count"]))
    PICTURES.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for shot in shots(story, named["entity_id"]):
            path = PICTURES / f"{shot.name}.png"
            path.write_bytes(small(await take(browser, address, shot)))
            print(f"{path.name} {path.stat().st_size:,} bytes")
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", default="http://127.0.0.1:8080")
    asyncio.run(main(parser.parse_args().address))
