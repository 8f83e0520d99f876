"""Receipts and the outcome of a post, for eyes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from copydesk.answers import problem_line
from copydesk.markup import plain
from copydesk.posting import Posted
from copydesk.receipts import Receipt

OUTCOME_STYLES = {
    "indexed": "green",
    "held": "cyan",
    "withdrawn": "yellow",
    "superseded": "yellow",
    "dead": "bold red",
}

ROWS = 40
"""More rows than a screen are no longer read: beyond, only what went wrong is listed, and of that
no more than this."""

BAD = frozenset({"dead", "refused", "not yet", "unknown"})


def receipt_table(receipt: Receipt) -> RenderableType:
    """Every field of one receipt, with the time each stage took."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    accepted = receipt.get("accepted_at")
    for name, value in receipt.items():
        if value is None:
            continue
        text = plain(value, OUTCOME_STYLES.get(str(value), "") if name == "outcome" else "")
        if name in {"enriched_at", "ended_at"} and accepted:
            text.append(f"  (+{_seconds(accepted, value):.3f} s)", style="dim")
        table.add_row(name, text)
    return table


def post_summary(results: Sequence[Posted]) -> Text:
    """How many were posted and how they were met at the door."""
    refused = sum(1 for posted in results if posted.problem)
    duplicates = sum(1 for posted in results if posted.duplicate)
    resumed = sum(1 for posted in results if posted.resumed)
    counts = {
        "accepted": len(results) - refused,
        "of them unchanged": duplicates,
        "of them in an earlier run": resumed,
        "refused": refused,
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return Text(f"{len(results)} posted: {said or 'nothing'}")


def post_table(
    results: Sequence[Posted], receipts: dict[str, Receipt] | None = None
) -> RenderableType:
    """One row a copy; of many, the first that did not end well, and the count of each outcome."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("copy", "outcome", "article", "submission"):
        table.add_column(title, overflow="fold")
    outcomes: Counter[str] = Counter()
    for posted in results:
        outcome, why = _outcome(posted, receipts)
        outcomes[outcome] += 1
        if len(results) > ROWS and (outcome not in BAD or table.row_count >= ROWS):
            continue
        said = Text(outcome, style=OUTCOME_STYLES.get(outcome, "red" if posted.problem else ""))
        if why:
            said.append_text(plain(f" {why}", "default"))
        answer = posted.answer or {}
        table.add_row(
            plain(posted.name),
            said,
            plain(answer.get("article_id", "")),
            plain(answer.get("submission_id", "")),
        )
    totals = Text(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    return Group(table, totals) if table.row_count else totals


def _outcome(posted: Posted, receipts: dict[str, Receipt] | None) -> tuple[str, str]:
    if not posted.answer:
        return "refused", problem_line(posted.problem or {})
    if receipts is None:
        return ("unchanged" if posted.duplicate else "accepted"), ""
    receipt = receipts.get(str(posted.answer.get("submission_id")), {})
    outcome = str(receipt.get("outcome", "unknown"))
    if outcome in {"accepted", "enriched"}:
        return "not yet", outcome
    why = " ".join(str(receipt[name]) for name in ("code", "hint") if receipt.get(name))
    return outcome, why


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
