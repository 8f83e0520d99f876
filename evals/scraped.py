"""Junk in scraped text: what stays that should go, and what goes that should stay.

Labels were given by hand to paragraphs of the wire, drawn at random and, since junk is rare, mostly
from short lines. They are kept as hashes (`labels/scraped.csv`: line of the wire file, BLAKE2b of
the paragraph, junk or prose, part), so that no third-party text is in the project. The rules were
made with the `tuned` part in sight; `held-out` comes from other articles, was drawn and labelled
without a look at what the rules say once they were done, and then measured: whoever tunes on it
makes it `tuned` and draws another. Not labelled is what one may see either way: "X contributed to
this report", a summary in points, a standfirst that nothing marks as one.

Two runs: by the rules alone, and in the order of the wire with the lines that each source was seen
to repeat, counted as enrich counts them, in a Valkey of its own.
"""

import asyncio
import csv
import gzip
import hashlib
import json
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from baseline import Measure, report
from redis.asyncio import Redis

from copydesk_enrich.boilerplate import Boilerplate
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.rules import rule_book
from copydesk_enrich.extraction.text import extract_text
from copydesk_shared.contracts.article import (
    Article,
    Extraction,
    Language,
    Pipeline,
    Precision,
    Provenance,
    Published,
)
from copydesk_shared.testing.valkey import valkey_server

WIRE = Path(__file__).parents[1] / "../shared/data/wire/articles.jsonl.gz"
LABELS = Path(__file__).with_name("labels")
SEEN_IN = 5
PROSE = (
    "The council of Port Elder voted on Sunday to reopen the old harbour bridge.",
    "A storm had closed it two years ago, and nobody had thought that the piers would stand.",
)


@dataclass(frozen=True)
class Row:
    source: str
    title: str
    text: str


def wire() -> Iterator[Row]:
    with gzip.open(WIRE, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Row(row["source"], row["title"], row["text"])


def digest(paragraph: str) -> str:
    return hashlib.blake2b(paragraph.encode(), digest_size=6).hexdigest()


def labels() -> dict[int, list[tuple[str, str, str]]]:
    """By line of the wire: hash, label, part."""
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    with (LABELS / "scraped.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found[int(row["article"])].append((row["paragraph"], row["label"], row["part"]))
    return found


def count(tally: Counter[tuple[str, str, bool]], found: Found, labelled: list[tuple[str, str, str]]
          ) -> None:  # fmt: skip
    kept = {digest(paragraph) for paragraph in found.paragraphs}
    for paragraph, label, part in labelled:
        tally[part, label, paragraph in kept] += 1


def shares(tally: Counter[tuple[str, str, bool]], how: str) -> list[Measure]:
    measures = []
    for part in sorted({part for part, _, _ in tally}):
        junk = tally[part, "junk", True] + tally[part, "junk", False]
        prose = tally[part, "prose", True] + tally[part, "prose", False]
        under = 100 * tally[part, "junk", True] / max(1, junk)
        over = 100 * tally[part, "prose", False] / max(1, prose)
        measures += [
            Measure(f"{part}, {how}: % of {junk} junk that stays", under, "lower", 0.5),
            Measure(f"{part}, {how}: % of {prose} prose that goes", over, "lower", 0.1),
        ]
    return measures


def as_article(number: int, row: Row, found: Found) -> Article:
    """As much of an article as counting its lines needs."""
    return Article(
        article_id=f"{number:08d}-0000-5000-8000-000000000000",
        version=1,
        source=row.source,
        title=row.title,
        summary="",
        paragraphs=found.paragraphs,
        body="",
        language=Language(code="en", confidence=1.0),
        published=Published(
            value="2020-01-01T00:00:00Z", precision=Precision.DAY, provenance=Provenance.PUBLISHER
        ),
        word_count=0,
        reading_minutes=1,
        extraction=Extraction(method=found.method, quality=1.0, removed_blocks=found.removed),
        pipeline=Pipeline(version="eval"),
    )


async def both_runs() -> list[Measure]:
    labelled, rules = labels(), rule_book()
    alone: Counter[tuple[str, str, bool]] = Counter()
    learning: Counter[tuple[str, str, bool]] = Counter()
    learned = 0
    with tempfile.TemporaryDirectory() as folder, valkey_server(Path(folder)) as url:
        async with Redis.from_url(url) as redis:
            boilerplate = Boilerplate(redis, seen_in=SEEN_IN)
            for number, row in enumerate(wire()):
                known = await boilerplate.known(row.source)
                found = extract_text(row.text, title=row.title, rules=rules, known_lines=known)
                await boilerplate.learn(as_article(number, row, found))
                learned += sum(block.rule == "learned" for block in found.removed)
                if number in labelled:
                    count(learning, found, labelled[number])
                    plain = extract_text(row.text, title=row.title, rules=rules)
                    count(alone, plain, labelled[number])
    return [
        *shares(alone, "rules"),
        *shares(learning, "learning"),
        Measure("learned lines removed from the wire", learned),
    ]


def adversarial() -> list[Measure]:
    lines = tomllib.loads((LABELS / "adversarial.toml").read_text("utf-8"))
    wrong = {"keep": 0, "remove": 0}
    for expected, texts in lines.items():
        for text in texts:
            content = "\n\n".join((PROSE[0], text, PROSE[1]))
            found = extract_text(content, title="A headline", rules=rule_book())
            if (text in found.paragraphs) is not (expected == "keep"):
                wrong[expected] += 1
                print(f"  wrong about: {text}")
    return [
        Measure(f"adversarial: of {len(lines['remove'])} junk that stay", wrong["remove"], "lower"),
        Measure(f"adversarial: of {len(lines['keep'])} prose that go", wrong["keep"], "lower"),
    ]


def main() -> int:
    measures = adversarial()
    if WIRE.exists():
        measures += asyncio.run(both_runs())
    else:
        print("scraped: the labelled part is skipped, there is no wire in ../shared/data/wire")
    return report("scraped text", measures)


if __name__ == "__main__":
    sys.exit(main())
