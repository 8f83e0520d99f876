"""`copydesk pause`, `resume`, `lag`, `search-keys` and `config`: what an operator does."""
# ruff: noqa: PLC0415  # lazy imports, see main.py

from enum import StrEnum
from typing import Annotated

import typer

from copydesk.addresses import DEFAULT_DATA_DIR
from copydesk.failures import CommandError
from copydesk.options import DataDir, Json, RedisUrl

operations = typer.Typer()


class StageName(StrEnum):
    INGEST = "ingest"
    ENRICH = "enrich"
    INDEX = "index"


StageArgument = Annotated[StageName, typer.Argument(metavar="STAGE", help="ingest, enrich, index.")]


@operations.command()
def pause(
    stage: StageArgument, *, redis_url: RedisUrl = None, data_dir: DataDir = DEFAULT_DATA_DIR
) -> None:
    """Have a stage finish what it holds and take no more, in all its replicas."""
    from copydesk.redis_client import redis_address
    from copydesk.stages import run_pause

    run_pause(stage, redis_url=redis_address(redis_url, data_dir=data_dir))


@operations.command()
def resume(
    stage: StageArgument, *, redis_url: RedisUrl = None, data_dir: DataDir = DEFAULT_DATA_DIR
) -> None:
    """Have a stage go on that was paused, or that stopped itself."""
    from copydesk.redis_client import redis_address
    from copydesk.stages import run_resume

    run_resume(stage, redis_url=redis_address(redis_url, data_dir=data_dir))


@operations.command()
def lag(
    *, redis_url: RedisUrl = None, data_dir: DataDir = DEFAULT_DATA_DIR, as_json: Json = False
) -> None:
    """Show what waits in each stage, what is paused, and how many dead letters there are."""
    from copydesk.redis_client import redis_address
    from copydesk.stages import run_lag

    run_lag(redis_url=redis_address(redis_url, data_dir=data_dir), as_json=as_json)


@operations.command("search-keys")
def make_search_keys(
    *,
    url: Annotated[
        str, typer.Option(envvar="COPYDESK_SEARCH_URL", help="The address of Meilisearch.")
    ],
    master_key: Annotated[
        str, typer.Option(envvar="MEILI_MASTER_KEY", help="Better given by the environment.")
    ],
    index: Annotated[
        str, typer.Option(envvar="COPYDESK_SEARCH_INDEX", help="The name of the index.")
    ] = "articles",
) -> None:
    """Make Meilisearch keys for index and gateway that may do no more than they need, once."""
    from copydesk_index.search_keys import search_keys
    from copydesk_shared.errors import DependencyDownError

    try:
        for key in search_keys(url, master_key=master_key, index=index):
            typer.echo(str(key))
    except DependencyDownError as exc:
        raise CommandError(exc.message) from exc


@operations.command()
def config(*, as_json: Json = False) -> None:
    """Show every setting of every service, as this environment gives it; secrets are masked."""
    import json

    from copydesk.screen import screen
    from copydesk.settings_view import all_settings, settings_table

    settings = all_settings()
    if as_json:
        found = {name: [row.as_dict() for row in rows] for name, rows in settings.items()}
        typer.echo(json.dumps(found, indent=2))
        return
    for service, rows in settings.items():
        screen().print(settings_table(service, rows))
