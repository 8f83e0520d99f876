"""Which other articles belong beside this one, and why: pure scoring over cards.

Score = cosine of the term weights times a decay (half of it fades with a time constant of 14 days).
A sentence model, where there is one, has half a say in the cosine.
Shared names explain a link but do not rank it: measured, they do not improve the order.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from copydesk_enrich.sentence_model import closeness
from copydesk_enrich.terms import Term, words
from copydesk_shared.contracts.article import Article, EntityType

VERSION = "2"
LIMIT = 5
PER_GROUP = 2
"""How many copies of a text are looked at, should the best placed be withdrawn."""
THRESHOLD = 0.15
"""In samples/, labelled by hand, 68 % of the pairs above it share a story (54 % of all that do).
Of 6,000 wire articles over eight years 81 % have no link, and 55 % of the links share a topic.
"""

VECTOR_THRESHOLD = 0.4
"""The same where both have a vector: means of unlike texts lie higher (95 % below .53, half below
.25, among 5,000 articles that are not of one event; half of those that are, above .55)."""

SAME_TEXT = 0.85
"""From this cosine on, two articles are one text with small changes."""

FADE_S = 14 * 86_400
DAY_S = 86_400
NAMES_SHOWN = 3
WORDS_SHOWN = 4
_EVENT = f"{EntityType.EVENT}:"
_PLACE = f"{EntityType.PLACE}:"


@dataclass(frozen=True)
class Card:
    """What the graph keeps of an article.

    `names` maps entity ids to names, most relevant first; copies of a text share its `group_id`;
    `vector` is of a sentence model, empty without one.
    """

    article_id: str
    version: int
    group_id: str
    title: str
    url: str | None
    source: str
    language: str
    published_s: int
    terms: Mapping[str, float]
    names: Mapping[str, str] = field(default_factory=dict)
    vector: bytes = b""


Scored = tuple[float, Card]


@dataclass(frozen=True)
class Suggestion:
    """A related article; `score` is 0 to 1.

    `reasons` are for the readers of the one that it is suggested to, `reasons_back` for its own.
    """

    card: Card
    score: float
    reasons: tuple[str, ...]
    reasons_back: tuple[str, ...]


def card_of(article: Article, terms: Sequence[Term], *, vector: bytes = b"") -> Card:
    by_relevance = sorted(article.entities, key=lambda entity: -entity.relevance)
    return Card(
        article_id=article.article_id,
        version=article.version,
        group_id=article.group_id,
        title=article.title,
        url=article.address,
        source=article.source,
        language=article.language.code,
        published_s=int(article.published.value.timestamp()),
        terms={term.key: term.weight for term in terms},
        names={entity.entity_id: entity.name for entity in by_relevance},
        vector=vector,
    )


def similarity(one: Card, other: Card) -> float:
    """The cosine of two articles' terms, 0 to 1."""
    return sum(weight * other.terms.get(key, 0.0) for key, weight in one.terms.items())


def likeness(one: Card, other: Card) -> float:
    """The cosine of the terms; with vectors on both sides, its mean with theirs."""
    alike = similarity(one, other)
    if one.vector and other.vector:
        return (alike + max(0.0, closeness(one.vector, other.vector))) / 2
    return alike


def decay(seconds: float) -> float:
    """From 1 for the same moment towards 0.5 for long ago: a story fades, a subject stays."""
    return 0.5 + 0.5 * math.exp(-abs(seconds) / FADE_S)


def rank(subject: Card, candidates: Iterable[Card]) -> list[Scored]:
    """The candidates by score, best first; ties by article id. The subject itself is left out."""
    scored = [
        (likeness(subject, other) * decay(subject.published_s - other.published_s), other)
        for other in candidates
        if other.article_id != subject.article_id
    ]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].article_id))


def shortlist(ranked: Iterable[Scored], *, limit: int) -> list[Scored]:
    """The best of the ranked, with few of each group, so that copies of one text do not fill it."""
    seen: Counter[str] = Counter()
    kept: list[Scored] = []
    for score, card in ranked:
        seen[card.group_id] += 1
        if seen[card.group_id] <= PER_GROUP:
            kept.append((score, card))
    return kept[:limit]


def choose(
    subject: Card,
    terms: Sequence[Term],
    ranked: Iterable[Scored],
    *,
    without: Collection[str] = (),
    limit: int = LIMIT,
    threshold: float | None = None,
) -> list[Suggestion]:
    """At most `limit` suggestions of at least the threshold, each a text of its own.

    A copy of the subject is never related to it, and of several copies of one text only the best
    placed is. `without` holds ids that the article links to already.
    """
    chosen: list[Suggestion] = []
    texts = [subject]
    for score, card in ranked:
        if len(chosen) == limit:
            break
        if score < (_threshold(subject, card) if threshold is None else threshold):
            continue
        if card.article_id in without or any(_one_text(text, card) for text in texts):
            continue
        texts.append(card)
        chosen.append(_suggestion(subject, terms, score, card))
    return chosen


def announced(
    subject: Card, terms: Sequence[Term], chosen: Sequence[Suggestion], listing: Iterable[Scored]
) -> list[Suggestion]:
    """What other articles are to be told: those chosen, and those that list the subject already.

    To the latter it may be another story since its correction; then the score is 0.
    """
    known = {suggestion.card.article_id for suggestion in chosen}
    return [
        *chosen,
        *(
            _suggestion(subject, terms, score if score >= _threshold(subject, card) else 0.0, card)
            for score, card in listing
            if card.article_id not in known
        ),
    ]


def _threshold(one: Card, other: Card) -> float:
    return VECTOR_THRESHOLD if one.vector and other.vector else THRESHOLD


def _suggestion(subject: Card, terms: Sequence[Term], score: float, card: Card) -> Suggestion:
    shared = _shared(subject, terms, card)
    apart = card.published_s - subject.published_s
    return Suggestion(
        card,
        round(score, 4),
        reasons=(*shared, _apart(apart)),
        reasons_back=(*shared, _apart(-apart)),
    )


def _one_text(one: Card, other: Card) -> bool:
    """Copies by their group; texts too short for a group by their words."""
    return one.group_id == other.group_id or similarity(one, other) >= SAME_TEXT


def _shared(subject: Card, terms: Sequence[Term], other: Card) -> list[str]:
    """What two articles have in common, in words for readers: an event, names, other words."""
    names: dict[str, str] = {}
    in_names: set[str] = set()
    for entity_id, name in subject.names.items():
        parts = {word.key for word in words(name, language=subject.language)}
        # Entities are missed now and then; a name whose every word carries the other is there too.
        if entity_id in other.names or (parts and parts <= other.terms.keys()):
            names[entity_id] = name
            in_names |= parts
    said: list[str] = []
    event = [name for entity_id, name in names.items() if entity_id.startswith(_EVENT)][:1]
    if event:
        places = [name for entity_id, name in names.items() if entity_id.startswith(_PLACE)][:1]
        said.append(f"same event: {', '.join([*event, *places])}")
        names = {i: name for i, name in names.items() if name not in {*event, *places}}
    if names:
        listed = _listed(list(names.values()), shown=NAMES_SHOWN)
        said.append(f"{_count(len(names), 'shared name')}: {listed}")
    common = sorted(
        (term for term in terms if term.key in other.terms and term.key not in in_names),
        key=lambda term: -term.weight * other.terms[term.key],
    )
    if common:
        said.append("shared words: " + ", ".join(term.text for term in common[:WORDS_SHOWN]))
    return said


def _listed(names: Sequence[str], *, shown: int) -> str:
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more" if rest > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _apart(seconds: int) -> str:
    days = round(abs(seconds) / DAY_S)
    if days == 0:
        return "within a day"
    span = _count(days, "day") if days < 3 * 7 else _count(round(days / 7), "week")
    return f"{span} {'later' if seconds > 0 else 'earlier'}"
