"""Rebuild the table of document frequencies from the wire: counts of words, no text.

    python evals/tables/document_frequencies.py [WIRE.jsonl.gz] [OUT.gz]

A word counts once an article, in the window that `terms_of` reads: headline and first 200 words.
Words of a single article are left out, since an unknown word counts as 1 anyway.
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

from copydesk_enrich.terms import LEAD_WORDS, words

ROOT = Path(__file__).parents[2]
WIRE = ROOT / "../shared/data/wire/articles.jsonl.gz"
TABLE = ROOT / "services/enrich/copydesk_enrich/tables/document_frequencies.gz"
MAX_BYTES = 250_000


def main(wire: Path = WIRE, table: Path = TABLE) -> None:
    if not wire.exists():
        print(f"no articles at {wire}: nothing to count")
        return
    counts: Counter[str] = Counter()
    documents = 0
    with gzip.open(wire, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            seen = {word.key for word in words(article["title"], language="en")}
            lead = islice(words(article["text"], language="en"), LEAD_WORDS)
            counts.update(seen | {word.key for word in lead})
            documents += 1
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for word, count in counts.items():
        if count > 1:
            groups[count].append(word)
    rows = [f"{count} {' '.join(sorted(groups[count]))}" for count in sorted(groups, reverse=True)]
    packed = gzip.compress("\n".join([str(documents), *rows]).encode(), 9, mtime=0)
    if len(packed) > MAX_BYTES:
        sys.exit(f"{len(packed)} bytes are more than the {MAX_BYTES} that a package may carry")
    table.write_bytes(packed)
    kept = sum(map(len, groups.values()))
    print(f"{documents} articles, {kept} words, {len(packed)} bytes → {table.name}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
