"""What each step of the pipeline costs an article, on one core, and that twice gives the same.

Without a model of entities, which `bench/` measures; texts are of the wire, pages of the benchmark.
"""

import gzip
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from baseline import Measure, report

from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.errors import PermanentError

DATA = Path(__file__).parents[1] / "../shared/data"
MANY = 200


def submission(content: str, content_type: str, title: str | None) -> ArticleSubmitted:
    return ArticleSubmitted(
        submission_id="0-eval",
        article_id="eval",
        version=1,
        source="eval",
        content_type=content_type,
        content=content,
        title=title,
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def texts() -> Iterator[ArticleSubmitted]:
    with gzip.open(DATA / "wire/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, MANY)):
            yield submission(row["text"], "text/plain", row["title"])


def pages() -> Iterator[ArticleSubmitted]:
    for path in sorted((DATA / "extraction/html").glob("*.gz"))[:MANY]:
        yield submission(gzip.decompress(path.read_bytes()).decode(), "text/html", None)


def without_times(article: Article) -> Article:
    steps = tuple(step.model_copy(update={"ms": 0.0}) for step in article.pipeline.steps)
    pipeline = article.pipeline.model_copy(update={"steps": steps})
    return article.model_copy(update={"pipeline": pipeline})


def main() -> int:
    if not DATA.is_dir():
        print("steps: skipped, there is no ../shared/data")
        return 0
    pipeline = Pipeline(Settings(entities=EntityEngine.NONE))
    measures = []
    different = 0
    for kind, submissions in (("text", texts), ("html", pages)):
        spent: dict[str, list[float]] = defaultdict(list)
        for submitted in submissions():
            try:
                article = pipeline.enrich(submitted)
                again = pipeline.enrich(submitted)
            except PermanentError:
                continue
            different += without_times(article) != without_times(again)
            for step in article.pipeline.steps:
                spent[step.name].append(step.ms)
        for name, values in spent.items():
            measures.append(Measure(f"{kind}: {name} ms", statistics.fmean(values)))
    measures.append(Measure("articles that differ when made again", different, "lower"))
    return report("steps", measures)


if __name__ == "__main__":
    sys.exit(main())
