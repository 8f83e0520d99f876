"""What each step of the pipeline costs an article, on one core, and that twice gives the same.

With the model of entities and a registry in a Valkey of its own, as enrich has them. Each article
is made twice, and settled by the registry at once and again when all others have been. Texts are of
the wire, pages of the benchmark. Takes two to four minutes.
"""

import asyncio
import gzip
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from uuid import NAMESPACE_URL, uuid5

from baseline import Measure, report
from redis.asyncio import Redis

from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.registry import EntityRegistry
from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.errors import PermanentError
from copydesk_shared.testing.valkey import valkey_server

DATA = Path(__file__).parents[1] / "../shared/data"
MANY = 200


def submission(name: str, content: str, content_type: str, title: str | None) -> ArticleSubmitted:
    return ArticleSubmitted(
        submission_id="0-eval",
        article_id=str(uuid5(NAMESPACE_URL, name)),
        version=1,
        source="eval",
        content_type=content_type,
        content=content,
        title=title,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def texts() -> Iterator[ArticleSubmitted]:
    with gzip.open(DATA / "wire/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, islice(lines, MANY))):
            yield submission(f"text {number}", row["text"], "text/plain", row["title"])


def pages() -> Iterator[ArticleSubmitted]:
    for path in sorted((DATA / "extraction/html").glob("*.gz"))[:MANY]:
        page = gzip.decompress(path.read_bytes()).decode()
        yield submission(path.name, page, "text/html", None)


def without_times(article: Article) -> Article:
    steps = tuple(step.model_copy(update={"ms": 0.0}) for step in article.pipeline.steps)
    pipeline = article.pipeline.model_copy(update={"steps": steps})
    return article.model_copy(update={"pipeline": pipeline})


async def measured(pipeline: Pipeline, registry: EntityRegistry) -> list[Measure]:
    measures = []
    different = 0
    kept: list[tuple[Article, Article]] = []
    for kind, submissions in (("text", texts), ("html", pages)):
        spent: dict[str, list[float]] = defaultdict(list)
        for submitted in submissions():
            try:
                article = pipeline.enrich(submitted)
                again = pipeline.enrich(submitted)
            except PermanentError:
                continue
            different += without_times(article) != without_times(again)
            begun = perf_counter()
            settled = await registry.settle(article)
            spent["registry"].append((perf_counter() - begun) * 1_000)
            kept.append((again, settled))
            for step in article.pipeline.steps:
                spent[step.name].append(step.ms)
        for name, values in spent.items():
            measures.append(Measure(f"{kind}: {name} ms", statistics.fmean(values)))
    unsettled = 0
    for again, settled in kept:
        unsettled += (await registry.settle(again)).entities != settled.entities
    return [
        *measures,
        Measure("articles that differ when made again", different, "lower"),
        Measure("articles whose entities differ when settled again", unsettled, "lower"),
    ]


async def run() -> int:
    pipeline = Pipeline(Settings())
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        redis = Redis.from_url(url)
        measures = await measured(pipeline, EntityRegistry(redis, table=gazetteer()))
        await redis.aclose()
    return report("steps", measures)


def main() -> int:
    if not DATA.is_dir():
        print("steps: skipped, there is no ../shared/data")
        return 0
    return asyncio.run(run())


if __name__ == "__main__":
    sys.exit(main())
