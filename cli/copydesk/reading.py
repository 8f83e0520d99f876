"""`copydesk status`, `search`, `show`: one question to a service, answered for eyes or as JSON."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import quote

from copydesk.answers import Params, client, get_json
from copydesk.article_view import article_page
from copydesk.receipt_view import receipt_table
from copydesk.receipts import receipt
from copydesk.screen import screen
from copydesk.search_view import search_page
from copydesk.trace_view import trace_table

SUBMISSION = re.compile(r"\d+-[0-9a-f]{8}-")
"""A submission id is a partition's number and a UUID; an article id is a UUID."""


def run_status(submission_id: str, *, ingest_url: str, wait_s: float, as_json: bool) -> bool:
    """Show a receipt; False when the submission is dead."""

    async def ask() -> dict[str, Any]:
        async with client(ingest_url) as ingest:
            return await receipt(ingest, quote(submission_id, safe=""), wait_s=wait_s)

    found = asyncio.run(ask())
    _print_json(found) if as_json else screen().print(receipt_table(found))
    return bool(found["outcome"] != "dead")


def run_search(params: Params, *, gateway_url: str, as_json: bool) -> None:
    async def ask() -> dict[str, Any]:
        async with client(gateway_url) as gateway:
            answer: dict[str, Any] = await get_json(gateway, "/v1/search", params=params)
            return answer

    found = asyncio.run(ask())
    _print_json(found) if as_json else screen().print(search_page(found))


def run_show(article_id: str, *, gateway_url: str, removed: bool, as_json: bool) -> None:
    """Show an article with its related links; the JSON is the article as the gateway has it."""
    path = f"/v1/articles/{quote(article_id, safe='')}"

    async def ask() -> tuple[dict[str, Any], list[dict[str, Any]]]:
        async with client(gateway_url) as gateway:
            article = await get_json(gateway, path)
            if as_json:
                return article, []
            return article, (await get_json(gateway, f"{path}/related"))["links"]

    article, links = asyncio.run(ask())
    if as_json:
        _print_json(article)
    else:
        screen().print(article_page(article, links, removed=removed))


def run_trace(subject: str, *, ingest_url: str, as_json: bool) -> None:
    """Show the trace of an article, or of the article of a submission."""

    async def ask() -> dict[str, Any]:
        async with client(ingest_url) as ingest:
            article_id = subject
            if SUBMISSION.match(subject):
                article_id = (await receipt(ingest, quote(subject, safe="")))["article_id"]
            found: dict[str, Any] = await get_json(
                ingest, f"/v1/articles/{quote(article_id, safe='')}/trace"
            )
            return found

    found = asyncio.run(ask())
    _print_json(found) if as_json else screen().print(trace_table(found))


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201  # the answer itself
