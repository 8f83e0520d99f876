"""Writes batches for ever, and prints after each how many documents are confirmed."""

import asyncio
import sys
from itertools import count
from pathlib import Path

import structlog

from copydesk_index.engines.embedded import EmbeddedIndexEngine
from copydesk_shared.testing.meilisearch.documents import a_document


async def write_for_ever(search_dir: Path, batch: int) -> None:
    engine = EmbeddedIndexEngine(search_dir)
    await engine.open()
    for start in count(0, batch):
        await engine.write([a_document(f"a{start + number}") for number in range(batch)], ())
        print(start + batch, flush=True)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(write_for_ever(Path(sys.argv[1]), int(sys.argv[2])))
