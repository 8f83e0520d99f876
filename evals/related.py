"""How good and how dear related articles are: same-story precision, latency, memory.

    python evals/related.py [--queries 600] [--articles 20000]

Stories: for each of a seeded sample of headlines, the share of the ten best that tell the same
story (P@10; a reference TF-IDF on this set reached .783, a sentence model .855). Wire: its articles
fed in order into a Valkey of their own, as enrich does, then made up to so many by articles made
of the headline, the beginning and the end of three others; the last are timed.
"""

import argparse
import asyncio
import csv
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from baseline import Measure, report
from redis.asyncio import Redis

from copydesk_enrich.duplicates import signature
from copydesk_enrich.graph import RelatedGraph
from copydesk_enrich.groups import DuplicateGroups
from copydesk_enrich.related import card_of, rank
from copydesk_enrich.sentence_model import ModelMissingError, SentenceModel, sentence_of
from copydesk_enrich.terms import Term, terms_of
from copydesk_shared import keys
from copydesk_shared.contracts.article import (
    Article,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
    RelatedLink,
)
from copydesk_shared.testing.valkey import valkey_server

DATA = Path(__file__).parents[1] / "../shared/data"
SEED = 7
TIMED = 300


def an_article(number: int, *, title: str, body: str, source: str, at: datetime) -> Article:
    return Article(
        article_id=f"00000000-0000-5000-8000-{number:012d}",
        version=1,
        source=source,
        title=title,
        summary="",
        paragraphs=(body,),
        body=body,
        language=Language(code="en", confidence=1.0),
        published=Published(value=at, precision=Precision.DAY, provenance=Provenance.PUBLISHER),
        word_count=0,
        reading_minutes=1,
        extraction=Extraction(method="none", quality=1.0),
        pipeline=Pipeline(version="eval"),
    )


def stories() -> Iterator[tuple[Article, str]]:
    with (DATA / "stories/headlines.csv").open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            at = datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC)
            source = row["publisher"] or "none"
            yield (
                an_article(number, title=row["headline"], body="", source=source, at=at),
                row["story_id"],
            )


def wire(limit: int) -> Iterator[tuple[Article, str]]:
    undated = datetime(2020, 8, 1, tzinfo=UTC)
    with gzip.open(DATA / "wire/articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in zip(range(limit), lines, strict=False):
            row = json.loads(line)
            try:
                at = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
            except ValueError:
                at = undated
            article = an_article(
                number, title=row["title"], body=row["text"], source=row["source"], at=at
            )
            yield article, row["topic"]


def terms(article: Article) -> tuple[Term, ...]:
    return terms_of(article.title, article.body, language=article.language.code)


def story_precision(queries: int, model: SentenceModel | None = None) -> tuple[float, float]:
    """P@10 over all headlines, and the milliseconds that ranking all of them takes."""
    labelled = list(stories())
    cards = [
        card_of(article, terms(article), vector=model.embed(sentence_of(article)) if model else b"")
        for article, _ in labelled
    ]
    story = {card.article_id: label for card, (_, label) in zip(cards, labelled, strict=True)}
    sample = random.Random(SEED).sample(cards, queries)  # noqa: S311  # a seed, not a secret
    started = time.perf_counter()
    hits = [
        sum(
            story[other.article_id] == story[card.article_id] for _, other in rank(card, cards)[:10]
        )
        for card in sample
    ]
    return sum(hits) / (10 * queries), 1000 * (time.perf_counter() - started) / queries


def recombined(wire: list[Article], number: int) -> Article:
    """A text of the length and words of the wire's that is no copy of any; dated after them."""
    chance = random.Random(number)  # noqa: S311  # a seed, not a secret
    head, start, end = chance.sample(wire, 3)
    words, more = start.body.split(), end.body.split()
    return an_article(
        number,
        title=head.title,
        body=" ".join([*words[: len(words) // 4], *more[len(more) * 3 // 4 :]]),
        source=head.source,
        at=wire[-1].published.value + timedelta(minutes=number),
    )


class Desk:
    """The relations as enrich has them, timed."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis
        self._graph = RelatedGraph(redis)
        self._groups = DuplicateGroups(redis)
        self.spent: dict[str, list[float]] = {"join": [], "terms": [], "add": [], "query": []}
        self.stubs = 0

    async def accept(self, article: Article) -> None:
        """What the store needs to have of an article for it to be shown."""
        key = keys.article(article.article_id)
        await self._redis.hset(key, mapping={"version": 1, "state": "live"})
        self.stubs += await self._redis.memory_usage(key) or 0

    async def enter(self, article: Article, *, query: bool = True) -> tuple[RelatedLink, ...]:
        clock = [time.perf_counter()]
        signed = signature(article.body)
        found = await self._groups.join(article.article_id, article.version, signed)
        article = article.model_copy(update={"duplicates": found})
        clock.append(time.perf_counter())
        words = terms(article)
        clock.append(time.perf_counter())
        await self._graph.remember(article, words)
        clock.append(time.perf_counter())
        links = await self._graph.relate(article, words) if query else ()
        clock.append(time.perf_counter())
        for name, start, end in zip(self.spent, clock, clock[1:], strict=False):
            self.spent[name].append(1000 * (end - start))
        return links


async def wire_run(redis: "Redis", articles: int) -> list[Measure]:
    desk = Desk(redis)
    before = (await redis.info("memory"))["used_memory_dataset"]
    topics: dict[str, str] = {}
    fed: list[Article] = []
    found: Counter[int] = Counter()
    same_topic = links = 0
    for article, topic in wire(articles):
        topics[article.article_id] = topic
        fed.append(article)
        await desk.accept(article)
        related = await desk.enter(article)
        found[len(related)] += 1
        links += len(related)
        same_topic += sum(topics[link.article_id or ""] == topic for link in related)
    for number in range(len(fed), articles):
        last = number >= articles - TIMED
        article = recombined(fed, number)
        await desk.accept(article)
        await desk.enter(article, query=last)
    used = (await redis.info("memory"))["used_memory_dataset"] - before - desk.stubs
    spent = {name: ms[-TIMED:] for name, ms in desk.spent.items()}
    both = [sum(pair) for pair in zip(spent["add"], spent["query"], strict=True)]
    return [
        Measure("wire: links an article", links / len(fed), "higher", 0.05),
        Measure("wire: articles with none", found[0] / len(fed), "lower", 0.02),
        Measure("wire: links of the same topic", same_topic / max(links, 1), "higher", 0.02),
        *(
            Measure(f"at {articles:,}: {name}, ms p50", statistics.median(ms))
            for name, ms in spent.items()
        ),
        Measure(f"at {articles:,}: add + query, ms p50", statistics.median(both)),
        Measure(f"at {articles:,}: add + query, ms p95", statistics.quantiles(both, n=20)[-1]),
        Measure("redis bytes an article", used / articles, "lower", 500),
    ]


def sentence_model() -> SentenceModel | None:
    try:
        return SentenceModel.installed()
    except ModelMissingError as missing:
        print(f"related: without the sentence model; {missing}")
        return None


async def main(queries: int, articles: int) -> int:
    model = sentence_model()
    precision, ms = story_precision(queries)
    measures = [
        Measure(f"stories: P@10 of {queries}", precision, "higher", 0.005),
        Measure("stories: ms to rank all", ms),
    ]
    if model is not None:
        precision, _ = story_precision(queries, model)
        measures.append(
            Measure(f"stories: P@10 of {queries}, with the model", precision, "higher", 0.005)
        )
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        async with Redis.from_url(url) as redis:
            measures += await wire_run(redis, articles)
    return report("related", measures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--articles", type=int, default=20_000)
    arguments = parser.parse_args()
    if not DATA.exists():
        print(f"related: skipped, no data sets at {DATA}")
        sys.exit(0)
    sys.exit(asyncio.run(main(arguments.queries, arguments.articles)))
