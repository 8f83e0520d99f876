"""Copy for the benchmarks: prose of any length, the same for the same number."""

import random

_SUBJECTS = ("the mayor", "the harbour board", "Elena Harrow", "the ministry", "the club")
_VERBS = ("delayed", "opened", "questioned", "approved", "inspected", "sold", "rebuilt")
_OBJECTS = ("the tram line", "a flood barrier", "the hospital budget", "the stadium", "a ferry")
_PLACES = ("in Lisbon", "in Rotterdam", "near Gdansk", "outside Tallinn", "in Cork")


def article(number: int, *, words: int = 400) -> dict[str, str]:
    """About so many words, in an order that no other number shares."""
    pick = random.Random(number)  # noqa: S311  # repeatable, not secret
    sentences: list[str] = []
    while sum(len(sentence.split()) for sentence in sentences) < words:
        parts = [pick.choice(group) for group in (_SUBJECTS, _VERBS, _OBJECTS, _PLACES)]
        sentences.append(f"{' '.join(parts)} for {pick.randrange(2, 999)} days.".capitalize())
    paragraphs = [" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)]
    return {
        "source": "bench",
        "external_id": str(number),
        "title": f"Report {number} {pick.choice(_OBJECTS)}",
        "content": "\n\n".join(paragraphs),
        "content_type": "text/plain",
    }
