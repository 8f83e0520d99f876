"""`copydesk pause`, `resume` and `lag`: what an operator does to a running pipeline."""
# ruff: noqa: PLC0415  # lazy imports, see main.py

from enum import StrEnum
from typing import Annotated

import typer

from copydesk.addresses import DEFAULT_DATA_DIR
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
