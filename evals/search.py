"""Known-item search over the wire: is the article found by words of its own headline?

Three words of a headline, drawn from a seed; the same with one typo; the same with the last word
cut. Ranks in the embedded engine; MRR@10 is the mean of 1/rank, 0 beyond the tenth. The data is not
part of the project; without it this eval says so and stops.
"""

import argparse
import asyncio
import gzip
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from baseline import Measure, report

from copydesk_gateway.engines.embedded import EmbeddedSearchEngine
from copydesk_gateway.query import SearchRequest
from copydesk_gateway.query_text import parse
from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared.search_schema import SearchDocument, order_key
from copydesk_shared.words import words

WIRE = Path(__file__).parents[2] / "shared/data/wire/articles.jsonl.gz"
SEED: Final = 7
MIN_LETTERS: Final = 3
TYPO_LETTERS: Final = 5
TOLERANCE: Final = 0.01
"""About two standard errors of a mean over a thousand queries."""

UNDATED: Final = datetime(2020, 8, 1, tzinfo=UTC)


def documents() -> list[SearchDocument]:
    with gzip.open(WIRE, "rt", encoding="utf-8") as lines:
        return [_document(number, json.loads(line)) for number, line in enumerate(lines)]


def _document(number: int, row: dict[str, str]) -> SearchDocument:
    article_id = f"wire-{number}"
    try:
        at = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
    except ValueError:
        at = UNDATED
    second = max(0, int(at.timestamp()))
    return SearchDocument(
        id=article_id,
        version=1,
        title=row["title"],
        summary=row["text"][:300],
        body=row["text"],
        authors=(),
        entities=(),
        keywords=(),
        source=row["source"],
        section=row["topic"],
        language="en",
        url=row["url"],
        published_s=second,
        order_key=order_key(second, article_id),
        word_count=len(row["text"].split()),
        reading_minutes=1,
    )


def three_words(title: str, pick: random.Random) -> list[str]:
    """Three different words of the headline in its order, none of fewer than three letters."""
    good = list(dict.fromkeys(word for word in words(title) if len(word) >= MIN_LETTERS))
    if len(good) < MIN_LETTERS:
        return []
    return [good[at] for at in sorted(pick.sample(range(len(good)), 3))]


def with_typo(query: list[str], pick: random.Random) -> list[str]:
    """One letter of a word of five letters or more replaced, left out, doubled or swapped."""
    long = [at for at, word in enumerate(query) if len(word) >= TYPO_LETTERS]
    if not long:
        return []
    at = pick.choice(long)
    word, place = query[at], pick.randrange(1, len(query[at]) - 1)
    wrong = (
        word[:place] + pick.choice("etaoin") + word[place + 1 :],
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return [*query[:at], pick.choice(wrong), *query[at + 1 :]]


def cut(query: list[str], pick: random.Random) -> list[str]:
    """The last word as someone has typed it so far: half of it, three letters at least."""
    return [*query[:-1], query[-1][: max(MIN_LETTERS, (len(query[-1]) + 1) // 2)]]


async def ranks(
    engine: EmbeddedSearchEngine, queries: Sequence[tuple[str, list[str]]]
) -> list[int | None]:
    found: list[int | None] = []
    for article_id, query in queries:
        parsed = parse(" ".join(query), now=datetime.now(UTC)).query
        page = await engine.search(SearchRequest(parsed, limit=10))
        ids = [hit.article_id for hit in page.hits]
        found.append(ids.index(article_id) + 1 if article_id in ids else None)
    return found


async def main(count: int) -> list[Measure]:
    everything = documents()
    pick = random.Random(SEED)  # noqa: S311  # a seed, not a secret
    sample = pick.sample(everything, len(everything))
    exact = [(each.id, query) for each in sample if (query := three_words(each.title, pick))][
        :count
    ]
    kinds: dict[str, Callable[[list[str], random.Random], list[str]]] = {
        "three words": lambda query, _: query,
        "with a typo": with_typo,
        "last word cut": cut,
    }
    with tempfile.TemporaryDirectory() as folder:
        writer = EmbeddedIndexEngine(Path(folder))
        await writer.open()
        for start in range(0, len(everything), 500):
            await writer.write(everything[start : start + 500], ())
        await writer.close()
        engine = EmbeddedSearchEngine(Path(folder))
        measures: list[Measure] = []
        for name, change in kinds.items():
            queries = [(i, q) for i, words_of in exact if (q := change(words_of, pick))]
            found = await ranks(engine, queries)
            mrr = sum(1 / rank for rank in found if rank) / len(found)
            recall = sum(rank is not None for rank in found) / len(found)
            measures += (
                Measure(f"{name}: queries", len(found)),
                Measure(f"{name}: MRR@10", mrr, "higher", TOLERANCE),
                Measure(f"{name}: R@10", recall, "higher", TOLERANCE),
            )
        await engine.close()
    return measures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=1000)
    arguments = parser.parse_args()
    if not WIRE.exists():
        print(f"search: skipped, no data set at {WIRE}")
        sys.exit(0)
    sys.exit(report("search", asyncio.run(main(arguments.queries))))
