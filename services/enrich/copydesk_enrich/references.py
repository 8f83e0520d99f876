"""Links that an article's own text or publisher gives, and the articles they lead to, in Redis.

`copydesk:title:<hash>`, `copydesk:url:<hash>` hash source → article id: where a headline or an
address leads. By source, so that no publisher can take over what links to another.
`copydesk:wanted:<hash>` sorted set `<article id>|<version>|<number of the link>` → when: what waits
for such a headline or address, the 100 newest.

An article writes what it wants before it looks for it, and one that arrives writes where it is
found before it looks who wants it; so of two that arrive at once one sees the other.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio import Redis

from copydesk_enrich.terms import words
from copydesk_shared.addresses import canonical_url
from copydesk_shared.contracts.article import Article, RelatedLink
from copydesk_shared.related import own_links, referenced_key, resolved_key

TTL_S: Final = 45 * 86_400
LINKS_RESOLVED: Final = 100
WANTED_CAP: Final = 100
REFERENCED_CAP: Final = 50
TITLE_WORDS: Final = 4
"""A headline shorter than this names an article of its own source only ("The week ahead")."""


def title_key(title: str, *, source: str) -> str | None:
    """The key of a headline; case, accents, punctuation and spacing do not matter."""
    found = [word.key for word in words(title, language="")]
    if not found:
        return None
    own = [] if len(found) >= TITLE_WORDS else [source]
    return f"copydesk:title:{_digest(' '.join([*found, *own]))}"


def url_key(url: str | None) -> str | None:
    """The key of an address, without its scheme; None for what is no web address."""
    try:
        address = canonical_url(url) if url else None
    except ValueError:
        return None
    return f"copydesk:url:{_digest(address.partition('://')[2])}" if address else None


def wanted_key(key: str) -> str:
    return f"copydesk:wanted:{key.rpartition(':')[2]}"


class References:
    """Reads and writes of links; safe with any number of replicas, and to repeat."""

    def __init__(self, redis: "Redis", *, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._clock = clock

    async def arrive(self, article: Article) -> None:
        """Let the article be found, and tell those that have waited for it."""
        keys = _own_keys(article)
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hset(key, article.source, article.article_id)
                pipe.expire(key, TTL_S)
                pipe.zrange(wanted_key(key), 0, -1)
            answers = await pipe.execute()
        waiting = {
            member.decode(): key
            for key, members in zip(keys, answers[2::3], strict=True)
            for member in members
        }
        if not waiting:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            for member, key in waiting.items():
                other, version, number = member.rsplit("|", 2)
                if other == article.article_id:
                    continue
                # What came first stays, but for the article of the very source that is linked to.
                resolve = pipe.hset if key in _at_home(article) else pipe.hsetnx
                resolve(resolved_key(other), f"{version}|{number}", article.article_id)
                pipe.expire(resolved_key(other), TTL_S)
                self._refer(pipe, article.article_id, f"{other}|{version}")
            await pipe.execute()

    async def look_up(self, article: Article, *, wait: bool = True) -> dict[int, str]:
        """Where the article's own links lead, by their number; all of them wait from now on."""
        asked = _links(article)
        if not asked:
            return {}
        async with self._redis.pipeline(transaction=False) as pipe:
            if wait:
                self._wait(pipe, article, asked)
            before = len(pipe)
            for keys in asked.values():
                for key in keys:
                    pipe.hgetall(key)
            found = iter((await pipe.execute())[before:])
        own = own_links(article)
        targets: dict[int, str] = {}
        for number, keys in asked.items():
            sources = [article.source, _host(own[number].url)]
            leads = [_target(next(found), sources) for _ in keys]
            target = next((lead for lead in leads if lead), None)
            if target and target != article.article_id:
                targets[number] = target
        return targets

    def settle(self, pipe: Any, article: Article, targets: Mapping[int, str]) -> None:
        """Tell the targets who links to them; those links wait no longer. Writes into `pipe`."""
        asked = _links(article)
        for number, target in targets.items():
            self._refer(pipe, target, f"{article.article_id}|{article.version}")
            for key in asked[number]:
                pipe.zrem(wanted_key(key), _member(article, number))

    def _wait(self, pipe: Any, article: Article, asked: Mapping[int, Sequence[str]]) -> None:
        now = self._clock()
        pipe.delete(resolved_key(article.article_id))
        for number, keys in asked.items():
            for key in map(wanted_key, keys):
                pipe.zadd(key, {_member(article, number): now})
                pipe.zremrangebyrank(key, 0, -WANTED_CAP - 1)
                pipe.expire(key, TTL_S)

    def _refer(self, pipe: Any, target: str, member: str) -> None:
        key = referenced_key(target)
        pipe.zadd(key, {member: self._clock()}, nx=True)
        pipe.zremrangebyrank(key, 0, -REFERENCED_CAP - 1)
        pipe.expire(key, TTL_S)


def _own_keys(article: Article) -> list[str]:
    keys = [
        title_key(article.title, source=article.source),
        url_key(article.url),
        url_key(article.canonical_url),
    ]
    return list(dict.fromkeys(key for key in keys if key))


def _at_home(article: Article) -> set[str | None]:
    """The keys of the article's addresses on the host that its source is named after."""
    urls = (article.url, article.canonical_url)
    return {url_key(url) for url in urls if _host(url) == article.source}


def _links(article: Article) -> dict[int, list[str]]:
    """Number of a link of the article's own → the keys it may be found by, the surest first."""
    links: dict[int, list[str]] = {}
    for number, link in enumerate(own_links(article)[:LINKS_RESOLVED]):
        if keys := [key for key in _keys(link, source=article.source) if key]:
            links[number] = keys
    return links


def _keys(link: RelatedLink, *, source: str) -> Iterable[str | None]:
    yield url_key(link.url)
    yield title_key(link.title, source=source)


def _member(article: Article, number: int) -> str:
    return f"{article.article_id}|{article.version}|{number}"


def _target(found: Mapping[bytes, bytes], sources: Sequence[str]) -> str | None:
    """The article of the first of these sources that has one there, else of any."""
    if not found:
        return None
    named = [found[source.encode()] for source in sources if source.encode() in found]
    return (named[0] if named else found[min(found)]).decode()


def _host(url: str | None) -> str:
    """A source is named after its host, where its publisher gives no other name."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
