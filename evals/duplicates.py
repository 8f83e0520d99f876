"""How well copies of one text are found, and at what cost.

    python evals/duplicates.py [--bases 300] [--distinct 2000]

The articles of the wire are distinct texts, so every pair found among them is a false alarm. Copies
are made of a seeded sample of them: a wire copy (a tenth of the sentences lost, another head and
foot), one cut to 60 %, one with a fifth of foreign text added, one with 8 % of its words replaced.
All run through the groups in a Valkey of their own, as in enrich.
"""

import argparse
import asyncio
import gzip
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from baseline import Measure, report
from redis.asyncio import Redis

from copydesk_enrich.duplicates import THRESHOLD, bands, signature
from copydesk_enrich.groups import DuplicateGroups
from copydesk_shared import keys
from copydesk_shared.testing.valkey import valkey_server

WIRE = Path(__file__).parents[1] / "../shared/data/wire/articles.jsonl.gz"
SEED = 7

Variant = Callable[[str, str, random.Random], str]


def texts(limit: int) -> list[str]:
    with gzip.open(WIRE, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for _, line in zip(range(limit), lines, strict=False)]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def wire_copy(text: str, other: str, chance: random.Random) -> str:
    kept = [sentence for sentence in sentences(text) if chance.random() >= 0.1]
    foreign = sentences(other)
    return " ".join([*foreign[:2], *kept, *foreign[-2:]])


def truncated(text: str, _other: str, _chance: random.Random) -> str:
    words = text.split()
    return " ".join(words[: round(0.6 * len(words))])


def lengthened(text: str, other: str, _chance: random.Random) -> str:
    return f"{text} {' '.join(other.split()[: round(0.2 * len(text.split()))])}"


def reworded(text: str, other: str, chance: random.Random) -> str:
    foreign = other.split()
    return " ".join(
        chance.choice(foreign) if chance.random() < 0.08 else word for word in text.split()
    )


VARIANTS: dict[str, Variant] = {
    "wire copy": wire_copy,
    "cut to 60 %": truncated,
    "20 % foreign text": lengthened,
    "8 % words replaced": reworded,
}


def false_pairs(signatures: Sequence[bytes]) -> int:
    """Pairs of distinct texts that would be linked: they share a band and the estimate is high."""
    places = np.array([np.frombuffer(signed, "<u4") for signed in signatures])
    found = 0
    for row in range(len(places)):
        alike = (places[row + 1 :] == places[row]).mean(axis=1) >= THRESHOLD
        for other in map(int, np.flatnonzero(alike) + row + 1):
            found += bool(set(bands(signatures[row])) & set(bands(signatures[other])))
    return found


async def measure(redis: "Redis", bases: int, distinct: int) -> list[Measure]:
    groups = DuplicateGroups(redis)
    chance = random.Random(SEED)  # noqa: S311  # a seed, not a secret
    wire = texts(distinct)
    signing: list[float] = []
    signatures: list[bytes] = []
    for text in wire:
        begun = time.perf_counter()
        signed = signature(text)
        signing.append(1000 * (time.perf_counter() - begun))
        if signed is None:
            raise SystemExit("duplicates: a text of the wire is too short")
        signatures.append(signed)
    for number in range(len(signatures)):
        await redis.hset(keys.article(f"{number:036}"), mapping={"version": 1, "state": "live"})
    joining: list[float] = []
    before = (await redis.info("memory"))["used_memory_dataset"]
    alarms = 0
    for number, signed in enumerate(signatures):
        begun = time.perf_counter()
        alarms += (await groups.join(f"{number:036}", 1, signed)).of is not None
        joining.append(1000 * (time.perf_counter() - begun))
    used = (await redis.info("memory"))["used_memory_dataset"] - before
    recall: dict[str, float] = {}
    sample = chance.sample(range(len(wire)), bases)
    for name, variant in VARIANTS.items():
        hits = 0
        for number in sample:
            made = signature(variant(wire[number], chance.choice(wire), chance))
            hits += (await groups.foresee("a copy", made)).of == f"{number:036}"
        recall[name] = hits / bases
    return [
        *(Measure(f"recall, {name}", share, "higher", 0.01) for name, share in recall.items()),
        Measure(f"false pairs among {distinct:,}", false_pairs(signatures), "lower"),
        Measure("alarms as they arrived", alarms, "lower"),
        Measure("sign, ms p50", statistics.median(signing)),
        Measure("join, ms p50", statistics.median(joining)),
        Measure("join, ms p95", statistics.quantiles(joining, n=20)[-1]),
        Measure("redis bytes an article", used / distinct),
    ]


async def main(bases: int, distinct: int) -> int:
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        async with Redis.from_url(url) as redis:
            return report("duplicates", await measure(redis, bases, distinct))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bases", type=int, default=300)
    parser.add_argument("--distinct", type=int, default=2000)
    arguments = parser.parse_args()
    if not WIRE.exists():
        print(f"duplicates: skipped, no data set at {WIRE}")
        sys.exit(0)
    sys.exit(asyncio.run(main(arguments.bases, arguments.distinct)))
