"""`copydesk up --sample`: post the samples once all is up, and say what happened."""

from collections import Counter
from time import monotonic

from copydesk.copy_source import CopySource
from copydesk.failures import CommandError
from copydesk.ledger import Ledger
from copydesk.post import post_and_wait
from copydesk.receipt_view import post_table
from copydesk.run_file import Run
from copydesk.up import Say, Then

WAIT_S = 60.0


def posting_samples(source: CopySource) -> Then:
    """What to do after the start; a failure is told and leaves the stack up."""

    async def post(run: Run, say: Say) -> None:
        started_at = monotonic()
        try:
            report = await post_and_wait(
                source, ingest_url=run.urls["ingest"], ledger=Ledger(None), wait_s=WAIT_S
            )
        except CommandError as exc:
            say(f"the samples could not be posted: {exc.message}")
            return
        took_s = monotonic() - started_at
        outcomes = Counter(receipt["outcome"] for receipt in (report.receipts or {}).values())
        became = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        say(f"{len(report.results)} samples posted in {took_s:.1f} s: {became}")
        if not report.good:
            say(post_table(report.results, report.receipts))
        say(f"Search them: {run.urls['gateway']}/")

    return post
