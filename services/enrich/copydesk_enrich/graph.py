"""The related graph in Redis: a term index of recent articles, their cards and their headlines.

`copydesk:term:<language>:<term>` sorted set `<article id>|<weight>` → published second: the 400
newest articles with the word. The cap is a recency window, and what bounds one look-up.
`copydesk:card:<article id>` hash: what scoring and reasons need of an article.
`copydesk:title:<hash>` hash source → article id: finds the target of "Read More: <headline>".

Everything expires and everything can be written again: entries are set by article id and the card
names the article's own index entries, so that the next version and `forget` take the old ones out.
The index only proposes; scores come from cards and who may be shown from the article store, so that
an entry left behind (a crash between the two round trips of `remember`) cannot show anything wrong.
Withdrawals do not pass through enrich: the first look-up that meets a withdrawn article forgets it.
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib import resources

from redis.asyncio import Redis

from copydesk_enrich.related import Card, Suggestion, card_of, choose, rank
from copydesk_enrich.terms import Term, words
from copydesk_shared.contracts.article import Article, LinkKind, RelatedLink
from copydesk_shared.store import ArticleStore, State

TERM_CAP = 400
TERM_TTL_S = 30 * 86_400
CARD_TTL_S = 45 * 86_400
CANDIDATES = 100
SHORTLIST = 20
"""How many ranked candidates have their standing looked at, to show at most 5."""
LINKS_RESOLVED = 50
NAMES_KEPT = 20
TITLE_WORDS = 4
"""A headline shorter than this names an article of its own source only ("The week ahead")."""

_CARD_FIELDS = ("title", "url", "source", "language", "published_s", "terms", "names")
_REPLACE_CARD = resources.files(__package__).joinpath("scripts/replace_card.lua").read_text("utf-8")


def term_key(language: str, term: str) -> str:
    return f"copydesk:term:{language}:{term}"


def card_key(article_id: str) -> str:
    return f"copydesk:card:{article_id}"


def title_key(title: str) -> str:
    """The key of a headline; case, accents, punctuation and spacing do not matter."""
    normalised = " ".join(_title_words(title))
    digest = hashlib.blake2b(normalised.encode(), digest_size=12).hexdigest()
    return f"copydesk:title:{digest}"


class RelatedGraph:
    """Reads and writes of the graph; safe with any number of replicas."""

    def __init__(self, redis: "Redis", *, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._store = ArticleStore(redis)
        self._replace_card = redis.register_script(_REPLACE_CARD)
        self._clock = clock

    async def relate(self, article: Article, terms: Sequence[Term]) -> tuple[RelatedLink, ...]:
        """All related links of the article: its own, resolved where we have the target, then ours.

        Three round trips, and two for each withdrawn article met. An article that the text links to
        already is not suggested again.
        """
        subject = card_of(article, terms)
        candidates, targets = await self._look_up(subject, article.related_links)
        ranked = rank(subject, await self._cards(candidates))[:SHORTLIST]
        asked = {*targets.values(), *(card.article_id for _, card in ranked)}
        shown = await self._shown(asked - {subject.article_id})
        own = [
            link.model_copy(update={"article_id": targets[link.title]})
            if targets.get(link.title) in shown
            else link
            for link in article.related_links
            if link.kind is not LinkKind.COMPUTED
        ]
        suggestions = choose(
            subject,
            terms,
            [pair for pair in ranked if pair[1].article_id in shown],
            without={link.article_id for link in own if link.article_id},
        )
        return (*own, *map(_link, suggestions))

    async def remember(self, article: Article, terms: Sequence[Term]) -> None:
        """Enter the article. Idempotent; an older version than the one known changes nothing."""
        card = card_of(article, terms)
        before = await self._replace_card(
            keys=[card_key(card.article_id)],
            args=[article.version, CARD_TTL_S, *_packed(card)],
        )
        if before is None:
            return
        entries = _entries(card.article_id, card.language, card.terms)
        language, old_terms = before
        old = _entries(card.article_id, _text(language), _weights(old_terms))
        # A date in the future would hold a place at the top of every set for as long as it lasts.
        published = min(card.published_s, int(self._clock()))
        async with self._redis.pipeline(transaction=False) as pipe:
            for key, member in old - entries:
                pipe.zrem(key, member)
            for key, member in entries:
                pipe.zadd(key, {member: published})
                pipe.zremrangebyrank(key, 0, -TERM_CAP - 1)
                pipe.expire(key, TERM_TTL_S)
            key = title_key(card.title)
            pipe.hset(key, card.source, card.article_id)
            pipe.expire(key, CARD_TTL_S)
            await pipe.execute()

    async def forget(self, article_id: str, *, up_to: int | None = None) -> None:
        """Take the article out, unless its card is of a later version than `up_to`.

        The hash of its headline stays until it expires; it holds no text.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(card_key(article_id), "version", "language", "terms")
            ((version, language, terms),) = await pipe.execute()
        if version is None or (up_to is not None and int(version) > up_to):
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for key, member in _entries(article_id, _text(language), _weights(terms)):
                pipe.zrem(key, member)
            pipe.delete(card_key(article_id))
            await pipe.execute()

    async def _look_up(
        self, subject: Card, links: Iterable[RelatedLink]
    ) -> tuple[list[str], dict[str, str]]:
        """The best candidates by summed products of weights, and link titles → article ids."""
        given = dict.fromkeys(link.title for link in links if link.kind is not LinkKind.COMPUTED)
        titles = list(given)[:LINKS_RESOLVED]
        async with self._redis.pipeline(transaction=False) as pipe:
            for term in subject.terms:
                pipe.zrange(term_key(subject.language, term), 0, TERM_CAP - 1, desc=True)
            for title in titles:
                pipe.hgetall(title_key(title))
            rows = await pipe.execute()
        sums: defaultdict[bytes, float] = defaultdict(float)
        for weight, members in zip(subject.terms.values(), rows, strict=False):
            for member in members:
                article_id, _, other = member.partition(b"|")
                sums[article_id] += weight * float(other)
        sums.pop(subject.article_id.encode(), None)
        best = sorted(sums, key=lambda article_id: (-sums[article_id], article_id))[:CANDIDATES]
        targets = {
            title: target
            for title, sources in zip(titles, rows[len(subject.terms) :], strict=True)
            if (target := _target(title, sources, source=subject.source))
        }
        return [article_id.decode() for article_id in best], targets

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
        for standing in standings:
            if standing.state is State.WITHDRAWN:
                await self.forget(standing.article_id, up_to=standing.version)
        return {s.article_id for s in standings if s.readable or s.state is State.LIVE}


def _link(suggestion: Suggestion) -> RelatedLink:
    return RelatedLink(
        kind=LinkKind.COMPUTED,
        title=suggestion.card.title,
        url=suggestion.card.url,
        article_id=suggestion.card.article_id,
        score=suggestion.score,
        reasons=suggestion.reasons,
    )


def _target(title: str, sources: Mapping[bytes, bytes], *, source: str) -> str | None:
    """The article with this headline, of the same source if there is one."""
    own = sources.get(source.encode())
    if own is None and sources and len(_title_words(title)) >= TITLE_WORDS:
        own = sources[min(sources)]
    return own.decode() if own else None


def _title_words(title: str) -> list[str]:
    return [word.key for word in words(title, language="")]


def _entries(article_id: str, language: str, terms: Mapping[str, float]) -> set[tuple[str, str]]:
    return {(term_key(language, term), f"{article_id}|{w:.4f}") for term, w in terms.items()}


def _packed(card: Card) -> list[str | int]:
    names = dict(list(card.names.items())[:NAMES_KEPT])
    fields: dict[str, str | int] = {
        "title": card.title,
        "url": card.url or "",
        "source": card.source,
        "language": card.language,
        "published_s": card.published_s,
        "terms": json.dumps(card.terms, ensure_ascii=False, separators=(",", ":")),
        "names": json.dumps(names, ensure_ascii=False, separators=(",", ":")),
    }
    return [part for pair in fields.items() for part in pair]


def _card(article_id: str, row: Sequence[bytes]) -> Card:
    title, url, source, language, published_s, terms, names = row
    return Card(
        article_id=article_id,
        title=title.decode(),
        url=url.decode() or None,
        source=source.decode(),
        language=language.decode(),
        published_s=int(published_s),
        terms=_weights(terms),
        names=json.loads(names),
    )


def _weights(terms: bytes | None) -> dict[str, float]:
    weights: dict[str, float] = json.loads(terms) if terms else {}
    return weights


def _text(value: bytes | None) -> str:
    return value.decode() if value else ""
