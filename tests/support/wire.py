"""Articles by the hundred: real wire copy where it is at hand, else made up here."""

import gzip
import json
import random
from pathlib import Path

WIRE = Path(__file__).parents[3] / "shared" / "data" / "wire" / "articles.jsonl.gz"

_WHO = ("Mayor Elena Harrow", "the harbour board", "Professor Idris Vale", "the city council")
_DID = ("opened", "delayed", "questioned", "approved", "inspected", "rejected")
_WHAT = ("the tram extension", "a flood barrier", "the hospital budget", "the museum wing")
_WHERE = ("in Lisbon", "in Rotterdam", "near Gdansk", "outside Tallinn", "in Cork")


def wire_articles(count: int) -> list[dict[str, str]]:
    """`count` distinct articles in Copydesk's own JSON form, the same ones each time."""
    return _real(count) if WIRE.exists() else [_made_up(number) for number in range(count)]


def ndjson(articles: list[dict[str, str]]) -> bytes:
    return b"\n".join(json.dumps(article).encode() for article in articles)


def _real(count: int) -> list[dict[str, str]]:
    articles = []
    with gzip.open(WIRE, "rt", encoding="utf-8") as lines:
        for number, line in zip(range(count), lines, strict=False):
            row = json.loads(line)
            articles.append(
                {
                    "source": "wire",
                    "external_id": str(number),
                    "title": row["title"],
                    "content": row["text"],
                    "content_type": "text/plain",
                }
            )
    return articles


def _made_up(number: int) -> dict[str, str]:
    pick = random.Random(number)  # noqa: S311  # the same article each time
    sentences = [
        f"{pick.choice(_WHO)} {pick.choice(_DID)} {pick.choice(_WHAT)} {pick.choice(_WHERE)} "
        f"on day {pick.randrange(1, 366)}, after {pick.randrange(2, 90)} objections."
        for _ in range(24)
    ]
    paragraphs = [" ".join(sentences[start : start + 3]) for start in range(0, 24, 3)]
    return {
        "source": "wire",
        "external_id": str(number),
        "title": f"Report {number}: {pick.choice(_WHAT)} {pick.choice(_WHERE)}",
        "content": "\n\n".join(paragraphs),
        "content_type": "text/plain",
    }
