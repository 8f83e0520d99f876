"""What the related graph knows of an article besides what it was enriched with.

An enriched article is one version for good; what arrives later is written beside it:

`copydesk:related:<article id>` hash: id of a related article → `Learned`, at most 10.
`copydesk:referenced:<article id>` sorted set: `<article id>|<version>` of what links to it → when,
the 50 newest.
`copydesk:resolved:<article id>` hash: `<version>|<number of the link>` → the article it leads to.
`copydesk:copies:<group id>` sorted set: the articles of one text, the original first.

Everything names the versions it was made of and counts for no others, so that a correction ends it
without being told; readers ask the article store who may be shown. All of it expires.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from redis.asyncio import Redis

from copydesk_shared import lua
from copydesk_shared.contracts.article import Article, LinkKind, RelatedLink
from copydesk_shared.contracts.model import Contract

REFERRERS_READ = 20
"""Some may be withdrawn or corrected since; a page shows fewer."""


class Learned(Contract):
    """A related article as its own enrichment found it.

    It is of `version` of that article, and about `target_version` of the one it is kept beside.
    `reasons` are in words for the reader of the latter. A score of 0 takes back what was related:
    a correction has made it another story.
    """

    version: int
    target_version: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A version of an article that links to another."""

    article_id: str
    version: int


@dataclass(frozen=True)
class Beside:
    """What has become known since an article was enriched; all ids are to be looked up.

    `related` is by article id; `targets` is by the number of a link (`own_links`).
    """

    related: Mapping[str, Learned]
    targets: Mapping[int, str]
    referenced_by: Sequence[Reference]


_LEARNED = TypeAdapter(Learned)


def card_key(article_id: str) -> str:
    return f"copydesk:card:{article_id}"


def term_key(language: str, term: str) -> str:
    return f"copydesk:term:{language}:{term}"


def related_key(article_id: str) -> str:
    return f"copydesk:related:{article_id}"


def referenced_key(article_id: str) -> str:
    return f"copydesk:referenced:{article_id}"


def resolved_key(article_id: str) -> str:
    return f"copydesk:resolved:{article_id}"


def signature_key(article_id: str) -> str:
    return f"copydesk:signature:{article_id}"


def copies_key(group_id: str) -> str:
    return f"copydesk:copies:{group_id}"


def index_entries(
    article_id: str, language: str, terms: Mapping[str, float]
) -> set[tuple[str, str]]:
    """The key and member of each entry that an article has in the term index."""
    return {(term_key(language, term), f"{article_id}|{w:.4f}") for term, w in terms.items()}


def own_links(article: Article) -> list[RelatedLink]:
    """The links that text and publisher give. A link's number is its place among these."""
    return [link for link in article.related_links if link.kind is not LinkKind.COMPUTED]


async def beside(redis: "Redis", article_id: str, *, version: int) -> Beside:
    """What is known beside this version of the article: one round trip."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.hgetall(related_key(article_id))
        pipe.hgetall(resolved_key(article_id))
        pipe.zrange(referenced_key(article_id), 0, REFERRERS_READ - 1, desc=True)
        related, resolved, referenced = await pipe.execute()
    learned = {other.decode(): _LEARNED.validate_json(data) for other, data in related.items()}
    return Beside(
        related={other: one for other, one in learned.items() if one.target_version == version},
        targets=dict(_targets(resolved, version)),
        referenced_by=[_reference(member) for member in referenced],
    )


async def copies(redis: "Redis", group_ids: Sequence[str]) -> list[list[str]]:
    """The articles of each group of copies in the order in which they came: one round trip.

    None of one that is alone; some may be withdrawn since.
    """
    async with redis.pipeline(transaction=False) as pipe:
        for group_id in group_ids:
            pipe.zrange(copies_key(group_id), 0, -1)
        groups: Any = await pipe.execute()
    return [[member.decode() for member in members] for members in groups]


async def forget(redis: "Redis", articles: Mapping[str, int | None]) -> None:
    """Take articles out of the graph, up to a version each (None for good): two round trips.

    One whose card is of a later version stays: it was published anew meanwhile. What is left until
    it expires holds no text: hashes of headlines and addresses; who refers to the article, and the
    signature of its text, which keeps the order of a group of copies. Those two go only with an
    article that goes for good.
    """
    script = lua.script(redis, "drop_card")
    async with redis.pipeline(transaction=False) as pipe:
        for article_id, up_to in articles.items():
            await script(
                keys=[card_key(article_id)],
                args=["inf" if up_to is None else up_to],
                client=pipe,
            )
        cards = await pipe.execute()
    async with redis.pipeline(transaction=False) as pipe:
        for (article_id, up_to), card in zip(articles.items(), cards, strict=True):
            if card is None:
                continue
            language, terms = card
            if language and terms:
                entries = index_entries(article_id, language.decode(), weights(terms))
                for key, member in entries:
                    pipe.zrem(key, member)
            pipe.delete(related_key(article_id), resolved_key(article_id))
            if up_to is None:
                pipe.delete(referenced_key(article_id), signature_key(article_id))
        await pipe.execute()


_WEIGHTS = TypeAdapter(dict[str, float])


def weights(terms: bytes | None) -> dict[str, float]:
    """The term weights of a card as they lie in Redis."""
    return _WEIGHTS.validate_json(terms) if terms else {}


def _targets(resolved: Mapping[bytes, bytes], version: int) -> Iterable[tuple[int, str]]:
    for field, target in resolved.items():
        of, _, number = field.partition(b"|")
        if int(of) == version:
            yield int(number), target.decode()


def _reference(member: bytes) -> Reference:
    article_id, _, version = member.decode().rpartition("|")
    return Reference(article_id, int(version))
