"""Rebuild the table of stop words from the lists that spaCy ships, for many languages.

    python evals/tables/stop_words.py

One language a line. English is not among them: `stopwords.toml` knows the words of news. spaCy is
MIT.
"""

import gzip
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import spacy.lang

TABLE = Path(__file__).parents[2] / "services/enrich/copydesk_enrich/tables/stop_words.gz"
_KNOWN_BETTER = "en"


def lists() -> Iterator[tuple[str, frozenset[str]]]:
    for module in pkgutil.iter_modules(spacy.lang.__path__):
        if module.ispkg and module.name != _KNOWN_BETTER:
            try:
                words = import_module(f"spacy.lang.{module.name}.stop_words").STOP_WORDS
            except ModuleNotFoundError:
                continue
            yield module.name, frozenset(word.casefold() for word in words if " " not in word)


def main() -> None:
    rows = [" ".join((code, *sorted(words))) for code, words in sorted(lists())]
    packed = gzip.compress("\n".join(rows).encode(), 9, mtime=0)
    TABLE.write_bytes(packed)
    print(f"{len(rows)} languages, {len(packed)} bytes → {TABLE.name}")


if __name__ == "__main__":
    main()
