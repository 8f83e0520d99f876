"""`copydesk post`: send copy to ingest, remember what was accepted, wait for receipts if asked."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from copydesk.answers import client
from copydesk.copy_source import CopySource
from copydesk.failures import CommandError, Exit
from copydesk.ledger import Ledger, cache_dir, ledger_path
from copydesk.posting import Posted, Posting
from copydesk.receipt_view import post_summary, post_table
from copydesk.receipts import ON_THE_WAY, Receipt, all_receipts
from copydesk.screen import screen


@dataclass(frozen=True)
class PostReport:
    """What was posted and, if they were waited for, the receipts by submission."""

    results: list[Posted]
    receipts: dict[str, Receipt] | None = None

    @property
    def good(self) -> bool:
        """All accepted and, if waited for, none dead or still on the way."""
        bad = {"dead", *ON_THE_WAY}
        receipts = (self.receipts or {}).values()
        return not any(posted.problem for posted in self.results) and not any(
            receipt["outcome"] in bad for receipt in receipts
        )

    def as_json(self) -> str:
        """An array, one object a copy in the order posted."""
        return json.dumps([self._entry(posted) for posted in self.results], ensure_ascii=False)

    def _entry(self, posted: Posted) -> dict[str, Any]:
        answer = posted.answer or {}
        entry: dict[str, Any] = {"name": posted.name, **answer}
        if posted.problem:
            entry["problem"] = posted.problem
        if self.receipts is not None:
            entry["receipt"] = self.receipts.get(str(answer.get("submission_id")))
        return entry


def run_post(
    source: CopySource,
    *,
    ingest_url: str,
    wait_s: float | None,
    restart: bool,
    as_json: bool,
) -> bool:
    """Post, show, and say whether all went well. Without `wait_s` receipts are not waited for."""
    ledger = Ledger(None)
    if source.identity:
        path = ledger_path(cache_dir(), identity=source.identity, ingest_url=ingest_url)
        ledger = Ledger.resume(path, restart=restart)
    try:
        report = asyncio.run(
            post_and_wait(source, ingest_url=ingest_url, ledger=ledger, wait_s=wait_s)
        )
    except KeyboardInterrupt:
        raise CommandError(
            "interrupted; the same command goes on where it stopped", exit_code=Exit.INTERRUPTED
        ) from None
    if as_json:
        print(report.as_json())  # noqa: T201  # the answer itself
    else:
        console = screen()
        console.print(post_table(report.results, report.receipts))
        console.print(post_summary(report.results), style="dim")
    return report.good


async def post_and_wait(
    source: CopySource, *, ingest_url: str, ledger: Ledger, wait_s: float | None
) -> PostReport:
    """Post everything and end the ledger's run; then the receipts, if `wait_s` is given."""
    async with client(ingest_url) as ingest:
        with _bar("posting", source.count) as advance:
            results = await Posting(
                source, ingest=ingest, ledger=ledger, progress=lambda _: advance()
            ).run()
        ledger.close(complete=all(posted.answer for posted in results))
        if wait_s is None:
            return PostReport(results)
        submissions = [str(posted.answer["submission_id"]) for posted in results if posted.answer]
        with _bar("indexing", len(set(submissions))) as advance:
            receipts = await all_receipts(
                ingest, submissions, wait_s=wait_s, progress=lambda _: advance()
            )
        return PostReport(results, receipts)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar on a terminal's standard error; nothing elsewhere, nor for a single copy."""
    console = screen(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    hidden = not console.is_terminal or total <= 1
    with Progress(*columns, console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
