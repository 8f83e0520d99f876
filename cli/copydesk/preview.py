"""`copydesk preview`: what enrichment would make of one piece of copy."""

import asyncio
import json
from typing import Any

import httpx2

from copydesk.answers import body_of, client, problem_line, problem_of, unreachable
from copydesk.copy_source import Copy, CopySource
from copydesk.failures import CommandError, Exit
from copydesk.posting import metadata_query
from copydesk.preview_view import preview_page
from copydesk.screen import screen

PATH = "/v1/articles:preview"


def run_preview(
    source: CopySource, *, ingest_url: str, as_json: bool, width: int | None = None
) -> None:
    """Ask and show. CommandError for a refusal, and for more than one piece of copy."""
    if source.count != 1:
        raise CommandError(f"one article at a time, not {source.count}", exit_code=Exit.USAGE)
    copy = next(source.copies())
    if copy.holds_many:
        raise CommandError(f"one article at a time: {copy.name} is a batch", exit_code=Exit.USAGE)
    preview = asyncio.run(_ask(copy, ingest_url=ingest_url))
    if as_json:
        print(json.dumps(preview, ensure_ascii=False, indent=2))  # noqa: T201  # the answer itself
    else:
        screen(width=width).print(preview_page(preview))


async def _ask(copy: Copy, *, ingest_url: str) -> dict[str, Any]:
    async with client(ingest_url) as ingest:
        try:
            answer = await ingest.post(
                PATH,
                params=metadata_query(copy),
                content=copy.content,
                headers={"Content-Type": copy.content_type},
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as exc:
            raise unreachable(ingest, exc) from exc
    body = body_of(answer)
    if not answer.is_success or not isinstance(body, dict):
        raise CommandError(problem_line(problem_of(answer.status_code, body)))
    return body
