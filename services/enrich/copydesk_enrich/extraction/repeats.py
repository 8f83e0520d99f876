"""Text that stands twice: pull quotes, and copy that was pasted again."""

from collections.abc import Sequence

# Shorter repeats are speech in a transcript or a refrain, not a scraping fault.
_SHORTEST = 60
# More repeated sentences than this are the article's own form: a meal plan, a timetable.
_MOST_QUOTES = 3
_PASTED_LINES = 4
_PASTED_CHARS = 400
_SENTENCE_END = tuple('.!?…"”’»。！？')  # noqa: RUF001  # typographic marks are meant


def find_repeats(texts: Sequence[str]) -> frozenset[int]:
    """The numbers of lines that say again what was said: a few lone sentences, or a long run."""
    first: dict[str, int] = {}
    lone: list[int] = []
    pasted: set[int] = set()
    run: list[int] = []
    for number, text in enumerate(texts):
        origin = first.setdefault(text, number)
        if origin == number or (run and origin != first[texts[run[-1]]] + 1):
            pasted.update(_pasted(run, texts))
            run = []
        if origin != number:
            run.append(number)
            if len(text) >= _SHORTEST and text.endswith(_SENTENCE_END):
                lone.append(number)
    pasted.update(_pasted(run, texts))
    lone = [number for number in lone if number not in pasted]
    return frozenset(pasted) | frozenset(lone if len(lone) <= _MOST_QUOTES else ())


def _pasted(run: Sequence[int], texts: Sequence[str]) -> Sequence[int]:
    long = sum(len(texts[number]) for number in run) >= _PASTED_CHARS
    return run if len(run) >= _PASTED_LINES and long else ()
