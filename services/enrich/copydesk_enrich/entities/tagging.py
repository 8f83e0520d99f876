"""Entities of an article: recognise, refine, cluster, count on beyond the cap, rank."""

import re
from collections.abc import Iterable, Iterator, Sequence

from copydesk_enrich.entities.backend import EntityBackend
from copydesk_enrich.entities.capitals import without_capitals
from copydesk_enrich.entities.clusters import Cluster, cluster
from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.entities.happenings import with_happenings
from copydesk_enrich.entities.identity import entity_id
from copydesk_enrich.entities.patterns import completed
from copydesk_enrich.entities.sentences import Sentences
from copydesk_enrich.entities.spans import Mentioned, refine
from copydesk_shared.contracts.article import Entity, Mention

_WORD = re.compile(r"\S+")
# No name is so long, and a tokeniser may take quadratic time over such a run: 200,000 ampersands
# took spaCy 10 s. Blanks of the same length keep the offsets.
_OVERLONG = re.compile(r"\S{61,}")
# Bounds the model's work on text without spaces: English runs at 6 characters a word.
_CHARS_PER_WORD = 12
# What makes an entity relevant, as shares of 1; judgement.
_COUNT_SHARE, _EARLY_SHARE, _TITLE_SHARE = 0.5, 0.2, 0.3


def tag(
    title: str,
    paragraphs: Sequence[str],
    *,
    backend: EntityBackend,
    table: Gazetteer,
    max_words: int,
) -> tuple[Entity, ...]:
    """Entities by falling relevance.

    The backend reads the first `max_words` words; after them known forms are matched as text.
    The headline finds none, its capitals mislead; it only adds to the relevance of what the body
    holds. A paragraph in capitals is read as if it were not; its mentions stand as it has them.
    """
    read = [without_capitals(paragraph, table) for paragraph in paragraphs]
    texts = _capped(read, max_words)
    spans = [
        completed(text, found, table)
        for text, found in zip(texts, backend.recognise(texts), strict=True)
    ]
    seen = with_happenings(list(refine(texts, spans, table)), texts, table)
    clusters = cluster(seen, table)
    _count_on(clusters, read, texts, table)
    most = max((len(found.mentions) for found in clusters), default=1)
    sentences = Sentences(read)
    title = without_capitals(title, table)
    entities = [_entity(found, title, paragraphs, most, sentences) for found in clusters]
    return tuple(sorted(entities, key=lambda one: (-one.relevance, -one.count, one.entity_id)))


def _capped(paragraphs: Sequence[str], max_words: int) -> list[str]:
    """The paragraphs that hold the first words, the last one cut."""
    texts: list[str] = []
    words, chars = max_words, max_words * _CHARS_PER_WORD
    for paragraph in paragraphs:
        if words <= 0 or chars <= 0:
            break
        end = 0
        for match in _WORD.finditer(paragraph[:chars]):
            if words == 0:
                break
            words -= 1
            end = match.end()
        texts.append(_OVERLONG.sub(lambda run: " " * len(run[0]), paragraph[:end]))
        chars -= end
    return texts


def _count_on(
    clusters: Sequence[Cluster], paragraphs: Sequence[str], read: Sequence[str], table: Gazetteer
) -> None:
    """Add the mentions of known forms in the text that the backend did not read."""
    owners: dict[str, Cluster] = {}
    for found in clusters:
        for form in (form for form in found.forms if form not in table.people):
            owners.setdefault(form, found)
    unread = [
        (number, len(read[number]) if number < len(read) else 0)
        for number, paragraph in enumerate(paragraphs)
        if number >= len(read) or len(read[number]) < len(paragraph)
    ]
    if not owners or not unread:
        return
    pattern = _any_of(owners)
    for number, start in unread:
        for match in pattern.finditer(paragraphs[number], start):
            found = owners[match[0]]
            found.mentions.append(
                Mentioned(number, match.start(), match.end(), match[0], found.type)
            )


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Matches each form as a whole word, the longest first."""
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _entity(
    found: Cluster, title: str, paragraphs: Sequence[str], most: int, sentences: Sentences
) -> Entity:
    forms = found.forms
    in_title = _any_of({found.name, *forms}).search(title)
    early = 1 - found.mentions[0].paragraph / max(1, len(paragraphs))
    relevance = (
        _COUNT_SHARE * len(found.mentions) / most
        + _EARLY_SHARE * early
        + (_TITLE_SHARE if in_title else 0.0)
    )
    aliases = sorted((form for form in forms if form != found.name), key=lambda f: (-forms[f], f))
    return Entity(
        entity_id=entity_id(found.type, found.name),
        name=found.name,
        type=found.type,
        aliases=tuple(aliases),
        relevance=round(relevance, 3),
        count=len(found.mentions),
        mentions=tuple(_mentions(found.mentions, paragraphs)),
        evidence=sentences.evidence(found),
    )


def _mentions(mentions: Sequence[Mentioned], paragraphs: Sequence[str]) -> Iterator[Mention]:
    for one in mentions:
        text = paragraphs[one.paragraph][one.start : one.end]
        yield Mention(paragraph=one.paragraph, start=one.start, end=one.end, text=text)
