"""Rebuild the table of words that news writes in small letters, from the wire: words, no text.

    python evals/tables/lower_words.py [WIRE.jsonl.gz] [OUT.gz]

A word counts where it does not begin a sentence. By the table, text in capitals is read as if it
were not: what is not in it is taken for a name.
"""

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
WIRE = ROOT / "../shared/data/wire/articles.jsonl.gz"
TABLE = ROOT / "services/enrich/copydesk_enrich/tables/lower_words.gz"
FEWEST, LEAST_SHARE = 3, 0.6
# After a letter, a comma or a small word's blank: nowhere that a sentence or a title begins.
_WITHIN = re.compile(r"(?<=[a-z,;] )[^\W\d_]{2,}")


def main(wire: Path = WIRE, table: Path = TABLE) -> None:
    if not wire.exists():
        print(f"no articles at {wire}: nothing to count")
        return
    small: Counter[str] = Counter()
    both: Counter[str] = Counter()
    with gzip.open(wire, "rt", encoding="utf-8") as lines:
        for line in lines:
            for word in _WITHIN.findall(json.loads(line)["text"]):
                both[word.lower()] += 1
                small[word] += word.islower()
    kept = sorted(
        word
        for word, count in small.items()
        if count >= FEWEST and count >= LEAST_SHARE * both[word]
    )
    packed = gzip.compress("\n".join(kept).encode(), 9, mtime=0)
    table.write_bytes(packed)
    print(f"{len(kept)} words, {len(packed)} bytes → {table.name}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
