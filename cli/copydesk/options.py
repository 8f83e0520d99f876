"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path, typer.Option("--data-dir", help="Where a stack keeps its data and its run.json.")
]
RedisUrl = Annotated[
    str | None,
    typer.Option("--redis-url", envvar="COPYDESK_REDIS_URL", help="The address of Redis."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text for eyes.")]
