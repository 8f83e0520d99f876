"""The `copydesk` command.

What a command needs is imported when it runs, so that `--help` and completion stay quick.
"""
# ruff: noqa: PLC0415, PLR0913  # lazy imports, see above; options are arguments

from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from copydesk.addresses import DEFAULT_DATA_DIR, address
from copydesk.dead import dead
from copydesk.failures import CommandError, Exit
from copydesk.operations import operations
from copydesk.options import DataDir, Json

WAIT_S = 120.0


class Commands(TyperGroup):
    """Ends a command that fails as foreseen with one line and its exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CommandError as exc:
            typer.echo(f"copydesk: {exc.message}", err=True)
            raise typer.Exit(exc.exit_code) from exc


class SortOrder(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Copydesk takes in raw news and makes it clean, enriched, searchable and readable.",
)

app.add_typer(dead, name="dead")
app.add_typer(operations)

IngestUrl = Annotated[
    str | None,
    typer.Option("--ingest", envvar="COPYDESK_INGEST_URL", help="The address of ingest."),
]
GatewayUrl = Annotated[
    str | None,
    typer.Option("--gateway", envvar="COPYDESK_GATEWAY_URL", help="The address of the gateway."),
]


@app.command()
def up(
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    ports: Annotated[
        str,
        typer.Option(
            metavar="auto|BASE",
            help="`auto` for any free ports, or the gateway's; ingest, enrich and index follow.",
        ),
    ] = "8080",
    enrich: Annotated[int, typer.Option(min=1, help="Replicas of enrich.")] = 1,
    index: Annotated[
        int, typer.Option(min=1, help="Replicas of index; embedded, one works, the rest stand by.")
    ] = 1,
    redis_url: Annotated[
        str | None,
        typer.Option(envvar="COPYDESK_REDIS_URL", help="A Redis to use instead of our own."),
    ] = None,
    search_url: Annotated[
        str | None,
        typer.Option(
            envvar="COPYDESK_SEARCH_URL",
            help="A Meilisearch to use instead of the embedded engine.",
        ),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Post the samples after start.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print addresses and process ids as one line of JSON.")
    ] = False,
) -> None:
    """Run the whole pipeline here until Ctrl-C; whatever dies is restarted."""
    from copydesk.copy_source import open_source
    from copydesk.plan import StackConfig
    from copydesk.sample import posting_samples
    from copydesk.samples import samples_dir
    from copydesk.up import run_up

    then = posting_samples(open_source(str(samples_dir()))) if sample else None
    config = StackConfig(
        data_dir=data_dir,
        base_port=_base_port(ports),
        enrich=enrich,
        index=index,
        redis_url=redis_url,
        search_url=search_url,
    )
    run_up(config, then=then, as_json=as_json)


@app.command()
def post(
    what: Annotated[str, typer.Argument(metavar="FILE|-|DIR", help="What to post.")],
    *,
    content_type: Annotated[
        str | None, typer.Option(help="Instead of what the file's name says.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="The publisher, for copy that does not name one.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all is indexed.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait at most.")] = WAIT_S,
    restart: Annotated[
        bool, typer.Option("--restart", help="Forget what an interrupted run has posted.")
    ] = False,
    ingest: IngestUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Post a file, standard input or a folder; an interrupted run goes on where it stopped."""
    from copydesk.copy_source import open_source
    from copydesk.post import run_post

    good = run_post(
        open_source(what, content_type=content_type, source=source),
        ingest_url=address("ingest", ingest, data_dir=data_dir),
        wait_s=timeout if wait else None,
        restart=restart,
        as_json=as_json,
    )
    if not good:
        raise typer.Exit(Exit.REFUSED)


@app.command()
def preview(
    what: Annotated[str, typer.Argument(metavar="FILE|-", help="One article.")],
    *,
    content_type: Annotated[
        str | None, typer.Option("--type", help="Instead of what the file's name says.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="The publisher, for copy that does not name one.")
    ] = None,
    width: Annotated[
        int | None, typer.Option(min=20, help="Columns to use, instead of the terminal's.")
    ] = None,
    ingest: IngestUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Show what would become of an article, with what is cut and why; nothing is stored."""
    from copydesk.copy_source import open_source
    from copydesk.preview import run_preview

    run_preview(
        open_source(what, content_type=content_type, source=source),
        ingest_url=address("ingest", ingest, data_dir=data_dir),
        as_json=as_json,
        width=width,
    )


@app.command()
def status(
    submission: Annotated[str, typer.Argument(metavar="SUBMISSION", help="From the 202.")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the outcome.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait at most.")] = WAIT_S,
    ingest: IngestUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Show what became of a submission."""
    from copydesk.reading import run_status

    good = run_status(
        submission,
        ingest_url=address("ingest", ingest, data_dir=data_dir),
        wait_s=timeout if wait else 0,
        as_json=as_json,
    )
    if not good:
        raise typer.Exit(Exit.REFUSED)


Filter = Annotated[list[str] | None, typer.Option(help="Repeat for alternatives.")]


@app.command()
def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Words and '\"phrases\"'; after `--`, -words to exclude."),
    ] = None,
    *,
    source: Filter = None,
    section: Filter = None,
    language: Filter = None,
    entity: Filter = None,
    since: Annotated[str | None, typer.Option("--from", help="Date or time, included.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Date or time, included.")] = None,
    sort: Annotated[SortOrder | None, typer.Option(help="Newest without words.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    gateway: GatewayUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Find articles."""
    from copydesk.reading import run_search

    filters = {"source": source, "section": section, "language": language, "entity": entity}
    params: list[tuple[str, str | int | float | bool | None]] = [
        ("q", " ".join(words or ())),
        *((name, value) for name, values in filters.items() for value in values or ()),
        *(
            (name, value)
            for name, value in (("from", since), ("to", until), ("sort", sort))
            if value
        ),
        ("limit", str(limit)),
        ("highlight", "true"),
    ]
    run_search(params, gateway_url=address("gateway", gateway, data_dir=data_dir), as_json=as_json)


@app.command()
def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="An article's id.")],
    *,
    removed: Annotated[
        bool, typer.Option("--removed", help="Also what extraction took out, struck through.")
    ] = False,
    gateway: GatewayUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Read an article with its entities and what is related to it."""
    from copydesk.reading import run_show

    run_show(
        article,
        gateway_url=address("gateway", gateway, data_dir=data_dir),
        removed=removed,
        as_json=as_json,
    )


@app.command()
def trace(
    subject: Annotated[str, typer.Argument(metavar="ARTICLE|SUBMISSION", help="The id of either.")],
    *,
    ingest: IngestUrl = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    as_json: Json = False,
) -> None:
    """Show an article's life: stages, deliveries and consumers, with times."""
    from copydesk.reading import run_trace

    run_trace(subject, ingest_url=address("ingest", ingest, data_dir=data_dir), as_json=as_json)


def _base_port(ports: str) -> int | None:
    if ports == "auto":
        return None
    if ports.isdecimal() and 0 < int(ports) <= 65535 - 3:  # four ports in a row
        return int(ports)
    raise CommandError(f"--ports is `auto` or a number, not {ports}", exit_code=Exit.USAGE)
