"""The related graph in Redis: a term index of recent articles, and their cards.

`copydesk:term:<language>:<term>` sorted set `<article id>|<weight>` → published second: the 400
newest articles with the word. The cap is a recency window, and what bounds one look-up.
`copydesk:card:<article id>` hash: what scoring and reasons need of an article.

Everything expires and everything can be written again: entries are set by article id and the card
names the article's own index entries, so that the next version and `forget` take the old ones out.
The index only proposes; scores come from cards and who may be shown from the article store, so that
an entry left behind (a crash between two round trips) cannot show anything wrong. The index stage
forgets an article once its withdrawal is confirmed; a look-up that meets one before does too.

What an older article learns from a newer one lies beside it: `copydesk_shared.related`.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from redis.asyncio import Redis

from copydesk_enrich.references import References
from copydesk_enrich.related import Card, Suggestion, announced, card_of, choose, rank, shortlist
from copydesk_enrich.terms import Term
from copydesk_shared import lua
from copydesk_shared.contracts.article import Article, LinkKind, RelatedLink
from copydesk_shared.related import (
    Learned,
    card_key,
    forget,
    index_entries,
    own_links,
    related_key,
    term_key,
    weights,
)
from copydesk_shared.store import ArticleStore, State

TERM_CAP: Final = 400
TERM_TTL_S: Final = 30 * 86_400
CARD_TTL_S: Final = 45 * 86_400
CANDIDATES: Final = 100
SHORTLIST: Final = 20
"""How many ranked candidates have their standing looked at, to show at most 5."""
LEARNED_CAP: Final = 10
NAMES_KEPT: Final = 20

_CARD_FIELDS: Final = (
    "version",
    "group_id",
    "title",
    "url",
    "source",
    "language",
    "published_s",
    "terms",
    "names",
    "vector",
)


class RelatedGraph:
    """Reads and writes of the graph; safe with any number of replicas."""

    def __init__(self, redis: "Redis", *, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._store = ArticleStore(redis)
        self._references = References(redis, clock=clock)
        self._replace_card = lua.script(redis, "replace_card", __package__)
        self._learn = lua.script(redis, "learn", __package__)
        self._clock = clock

    async def relate(
        self, article: Article, terms: Sequence[Term], *, vector: bytes = b"", tell: bool = True
    ) -> tuple[RelatedLink, ...]:
        """All related links of the article: its own, resolved where we have the target, then ours.

        The other ends are told, unless this is a copy, whose original has told them already. An
        article is remembered before it is related, so that of two that arrive at once one finds
        the other. One that the text links to already is not suggested again. Five round trips, and
        two more where a withdrawn article is met. Without `tell` nothing is written.
        """
        subject = card_of(article, terms, vector=vector)
        targets = await self._references.look_up(article, wait=tell)
        candidates, listers = await self._candidates(subject)
        cards = await self._cards(list(dict.fromkeys([*candidates, *listers])))
        ranked = rank(subject, cards)
        listing = [pair for pair in ranked if pair[1].article_id in listers]
        ranked = shortlist(ranked, limit=SHORTLIST)
        asked = {*targets.values(), *(card.article_id for _, card in ranked)}
        shown = await self._shown(asked - {subject.article_id})
        targets = {number: target for number, target in targets.items() if target in shown}
        suggestions = choose(
            subject,
            terms,
            [pair for pair in ranked if pair[1].article_id in shown],
            without=set(targets.values()),
        )
        if tell:
            told = [] if article.duplicates.of else suggestions
            await self._tell(article, targets, announced(subject, terms, told, listing))
        return (
            *(
                link.model_copy(update={"article_id": targets.get(number)})
                for number, link in enumerate(own_links(article))
            ),
            *map(_link, suggestions),
        )

    async def remember(
        self, article: Article, terms: Sequence[Term], *, vector: bytes = b""
    ) -> None:
        """Enter the article. Idempotent; an older version than the one known changes nothing."""
        card = card_of(article, terms, vector=vector)
        before = await self._replace_card(
            keys=[card_key(card.article_id)],
            args=[article.version, CARD_TTL_S, *_packed(card)],
        )
        if before is None:
            return
        entries = index_entries(card.article_id, card.language, card.terms)
        language, old_terms = before
        old = index_entries(card.article_id, _text(language), weights(old_terms))
        # A date in the future would hold a place at the top of every set for as long as it lasts.
        published = min(card.published_s, int(self._clock()))
        async with self._redis.pipeline(transaction=False) as pipe:
            for key, member in old - entries:
                pipe.zrem(key, member)
            for key, member in entries:
                pipe.zadd(key, {member: published})
                pipe.zremrangebyrank(key, 0, -TERM_CAP - 1)
                pipe.expire(key, TERM_TTL_S)
            await pipe.execute()
        await self._references.arrive(article)

    async def _candidates(self, subject: Card) -> tuple[list[str], list[str]]:
        """The best candidates by summed products of weights, and those that list the subject.

        What lists the subject has told it so: it is among what the subject has learned.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            for term in subject.terms:
                pipe.zrange(term_key(subject.language, term), 0, TERM_CAP - 1, desc=True)
            pipe.hkeys(related_key(subject.article_id))
            *rows, listers = await pipe.execute()
        sums: defaultdict[bytes, float] = defaultdict(float)
        for weight, members in zip(subject.terms.values(), rows, strict=True):
            for member in members:
                article_id, _, other = member.partition(b"|")
                sums[article_id] += weight * float(other)
        sums.pop(subject.article_id.encode(), None)
        best = sorted(sums, key=lambda article_id: (-sums[article_id], article_id))[:CANDIDATES]
        return [i.decode() for i in best], [i.decode() for i in listers]

    async def _cards(self, article_ids: Sequence[str]) -> list[Card]:
        """The cards of those that still have one."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for article_id in article_ids:
                pipe.hmget(card_key(article_id), *_CARD_FIELDS)
            rows = await pipe.execute()
        return [_card(i, row) for i, row in zip(article_ids, rows, strict=True) if row[0]]

    async def _shown(self, article_ids: Collection[str]) -> set[str]:
        """Those that a reader may see, or soon: the graph is written just before the store is."""
        standings = [s for s in await self._store.standings(sorted(article_ids)) if s is not None]
        if withdrawn := {s.article_id: s.version for s in standings if s.state is State.WITHDRAWN}:
            await forget(self._redis, withdrawn)
        return {s.article_id for s in standings if s.readable or s.state is State.LIVE}

    async def _tell(
        self, article: Article, targets: Mapping[int, str], suggestions: Sequence[Suggestion]
    ) -> None:
        """Let the other ends know, of links as of what is related."""
        async with self._redis.pipeline(transaction=False) as pipe:
            self._references.settle(pipe, article, targets)
            for suggestion in suggestions:
                await self._learn(
                    keys=[related_key(suggestion.card.article_id)],
                    args=[
                        article.article_id,
                        _learned(article, suggestion).model_dump_json(),
                        CARD_TTL_S,
                        LEARNED_CAP,
                    ],
                    client=pipe,
                )
            await pipe.execute()


def _link(suggestion: Suggestion) -> RelatedLink:
    return RelatedLink(
        kind=LinkKind.COMPUTED,
        title=suggestion.card.title,
        url=suggestion.card.url,
        article_id=suggestion.card.article_id,
        score=suggestion.score,
        reasons=suggestion.reasons,
    )


def _learned(article: Article, suggestion: Suggestion) -> Learned:
    return Learned(
        version=article.version,
        target_version=suggestion.card.version,
        score=suggestion.score,
        reasons=suggestion.reasons_back,
    )


def _packed(card: Card) -> list[str | int | bytes]:
    names = dict(list(card.names.items())[:NAMES_KEPT])
    fields: dict[str, str | int | bytes] = {
        "group_id": card.group_id,
        "title": card.title,
        "url": card.url or "",
        "source": card.source,
        "language": card.language,
        "published_s": card.published_s,
        "terms": json.dumps(card.terms, ensure_ascii=False, separators=(",", ":")),
        "names": json.dumps(names, ensure_ascii=False, separators=(",", ":")),
    }
    if card.vector:
        fields["vector"] = card.vector
    return [part for pair in fields.items() for part in pair]


def _card(article_id: str, row: Sequence[bytes]) -> Card:
    version, group_id, title, url, source, language, published_s, terms, names, vector = row
    return Card(
        article_id=article_id,
        version=int(version),
        group_id=_text(group_id) or article_id,  # a release before groups wrote none
        title=title.decode(),
        url=url.decode() or None,
        source=source.decode(),
        language=language.decode(),
        published_s=int(published_s),
        terms=weights(terms),
        names=json.loads(names),
        vector=vector or b"",
    )


def _text(value: bytes | None) -> str:
    return value.decode() if value else ""
