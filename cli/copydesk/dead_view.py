"""Dead letters, for eyes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from copydesk.ages import spoken
from copydesk.markup import plain
from copydesk_shared.dead_letter_office import Filed, Replay

SHOWN_CHARS = 1_000
"""Of a field of the original; `--json` has it whole."""

DONE = {Replay.REPLAYED, "dropped"}


def letters_table(found: Sequence[Filed], *, total: int, now: datetime) -> RenderableType:
    """One row a letter, and how many there are in all."""
    if not found:
        return Text("no dead letters" if not total else f"none of the {total:,} dead letters")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("letter", "age", "stage", "code", "source", "article", "error"):
        table.add_column(title, overflow="fold", no_wrap=title in {"letter", "age", "stage"})
    for filed in found:
        letter = filed.letter
        table.add_row(
            plain(filed.letter_id, "bold"),
            spoken(now - letter.died_at),
            plain(letter.stage),
            plain(letter.code, "red"),
            plain(letter.source),
            plain(letter.article_id),
            plain(letter.error.partition("\n")[0][:120], "dim"),
        )
    return Group(table, Text(f"{len(found):,} of {total:,} dead letters", style="dim"))


def letter_page(filed: Filed, event: Any) -> RenderableType:
    """Everything that is known of one letter."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    facts.add_column()
    facts.add_row("letter", plain(filed.letter_id))
    for name, value in filed.letter.model_dump(mode="json", exclude={"traceback"}).items():
        facts.add_row(name, plain(value, "red" if name == "code" else ""))
    parts: list[RenderableType] = [facts]
    if filed.letter.traceback:
        parts += [Text("\ntraceback", "bold"), _indented(plain(filed.letter.traceback, "dim"))]
    return Group(*parts, Text("\noriginal", "bold"), _indented(_original(event)))


def deed_summary(found: Sequence[Filed], outcomes: Sequence[str], *, full: bool) -> RenderableType:
    """How many, and of each letter that was not done, why; `full` when there may be more."""
    if not found:
        return Text("no such dead letters")
    parts: list[RenderableType] = []
    for filed, outcome in zip(found, outcomes, strict=True):
        if outcome not in DONE:
            hint = Replay(outcome).hint if outcome in set(Replay) else filed.letter.code
            parts.append(plain(f"{filed.letter_id} {outcome}: {hint}", "yellow"))
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in Counter(outcomes).items())
    more = "; that is the limit, there may be more" if full and len(found) > 1 else ""
    return Group(*parts, Text(counts + more))


def _original(event: Any) -> RenderableType:
    if not isinstance(event, dict):
        return plain(_cut(str(event)))
    fields = Table.grid(padding=(0, 2))
    fields.add_column(style="bold")
    fields.add_column()
    for name, value in event.items():
        if value not in (None, [], ""):
            fields.add_row(plain(name), plain(_cut(str(value))))
    return fields


def _cut(text: str) -> str:
    left = len(text) - SHOWN_CHARS
    return text if left <= 0 else f"{text[:SHOWN_CHARS]}… ({left:,} more characters)"


def _indented(what: RenderableType) -> RenderableType:
    return Padding(what, (0, 0, 0, 2), expand=False)
