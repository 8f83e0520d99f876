"""`copydesk dead`: look at what died, bring it back, or throw it away."""
# ruff: noqa: PLC0415, PLR0913  # lazy imports and options, see main.py

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.addresses import DEFAULT_DATA_DIR
from copydesk.ages import age
from copydesk.failures import CommandError, Exit
from copydesk.options import DataDir, Json, RedisUrl

if TYPE_CHECKING:
    from copydesk_shared.dead_letter_office import Wanted

LISTED = 50
AT_ONCE = 1000

dead = typer.Typer(no_args_is_help=True, help="Look at dead letters, replay or drop them.")

Ids = Annotated[
    list[str] | None,
    typer.Option("--id", help="A letter's, article's or submission's id; repeat for more."),
]
Stages = Annotated[list[str] | None, typer.Option("--stage", help="enrich or index.")]
Codes = Annotated[list[str] | None, typer.Option("--code", help="Why it died; repeat for more.")]
Sources = Annotated[list[str] | None, typer.Option("--source", help="Who published it.")]
Older = Annotated[str | None, typer.Option("--older-than", help="Died before: 90s, 15m, 2h, 7d.")]
Newer = Annotated[str | None, typer.Option("--newer-than", help="Died since: 90s, 15m, 2h, 7d.")]
All = Annotated[bool, typer.Option("--all", help="Every letter; needed when no filter is given.")]
AtOnce = Annotated[
    int, typer.Option("--limit", min=1, max=100_000, help="The most letters, newest first.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say which letters it would be.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before many.")]


@dead.command("list")
def list_(
    *,
    ids: Ids = None,
    stage: Stages = None,
    code: Codes = None,
    source: Sources = None,
    older_than: Older = None,
    newer_than: Newer = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = LISTED,
    redis_url: RedisUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """List dead letters, newest first."""
    from copydesk.dead_letters import run_list
    from copydesk.redis_client import redis_address

    run_list(
        _wanted(ids, stage, code, source, older_than, newer_than),
        limit=limit,
        redis_url=redis_address(redis_url, data_dir=data_dir),
        as_json=as_json,
    )


@dead.command()
def show(
    letter: Annotated[
        str, typer.Argument(metavar="ID", help="A letter's, article's or submission's id.")
    ],
    *,
    redis_url: RedisUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Show one letter: the error with its traceback, and the event that died."""
    from copydesk.dead_letters import run_show
    from copydesk.redis_client import redis_address

    run_show(letter, redis_url=redis_address(redis_url, data_dir=data_dir), as_json=as_json)


def _deed(name: str, *, summary: str) -> None:
    """Add the command that does `Deed(name)` to the letters wanted: all take the same options."""

    @dead.command(name, help=summary)
    def act(
        *,
        ids: Ids = None,
        stage: Stages = None,
        code: Codes = None,
        source: Sources = None,
        older_than: Older = None,
        newer_than: Newer = None,
        every: All = False,
        limit: AtOnce = AT_ONCE,
        dry_run: DryRun = False,
        yes: Yes = False,
        redis_url: RedisUrl = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
        as_json: Json = False,
    ) -> None:
        from copydesk.dead_letters import Deed, run_deed
        from copydesk.redis_client import redis_address

        good = run_deed(
            Deed(name),
            _wanted(ids, stage, code, source, older_than, newer_than, every=every),
            limit=limit,
            dry_run=dry_run,
            yes=yes,
            redis_url=redis_address(redis_url, data_dir=data_dir),
            as_json=as_json,
        )
        if not good:
            raise typer.Exit(Exit.REFUSED)


_deed(
    "replay",
    summary="Send letters back to where they died, oldest first; those overtaken since stay.",
)
_deed("drop", summary="Throw letters away for good; their receipts stay dead.")


def _wanted(
    ids: list[str] | None,
    stages: list[str] | None,
    codes: list[str] | None,
    sources: list[str] | None,
    older_than: str | None,
    newer_than: str | None,
    *,
    every: bool = True,
) -> "Wanted":
    from copydesk_shared.dead_letter_office import Wanted

    if not every and not any((ids, stages, codes, sources, older_than, newer_than)):
        raise CommandError(
            "say which letters: --id, --stage, --code, --source, --older-than, --newer-than, "
            "or --all",
            exit_code=Exit.USAGE,
        )
    now = datetime.now(UTC)
    return Wanted(
        ids=frozenset(ids or ()),
        stages=frozenset(stages or ()),
        codes=frozenset(codes or ()),
        sources=frozenset(sources or ()),
        died_before=now - age(older_than) if older_than else None,
        died_after=now - age(newer_than) if newer_than else None,
    )
