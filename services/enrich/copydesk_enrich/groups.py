"""Groups of near-duplicates in Redis, over all replicas.

`copydesk:lsh:<band>` string: the ids whose signature has the band, newest last, at most 50.
`copydesk:signature:<article id>` hash: version, place, group and signature of the newest text.
`copydesk:copies:<group>` sorted set: the members of a group of several by place, at most 200.
`copydesk:lsh:entered` the counter that places come from.

A group's original is the article that was entered first: published dates are claims, may be missed
or lie in the future, and of two copies that arrive at once only an order of our own can say which
of them finds the other. An article keeps its place through its corrections and its withdrawal, so
that a correction is never a copy of itself and a republished original is the original again.
"""

from typing import Any, Final

from redis.asyncio import Redis

from copydesk_enrich.duplicates import PLACES, THRESHOLD, bands
from copydesk_shared import lua
from copydesk_shared.contracts.article import Duplicates
from copydesk_shared.related import copies_key, signature_key
from copydesk_shared.store import ArticleStore, State

BAND_TTL_S: Final = 30 * 86_400
SIGNATURE_TTL_S: Final = 45 * 86_400
BAND_BYTES: Final = 50 * 37
"""Fifty ids with a space behind each."""

COPIES_TTL_S: Final = 366 * 86_400
"""Since the last copy. Articles are kept for ever, and readers ask who else has published them."""

COPIES: Final = 200
CANDIDATES: Final = 50
EQUAL_PLACES: Final = round(THRESHOLD * PLACES)

_COUNTER: Final = "copydesk:lsh:entered"


def band_key(band: str) -> str:
    return f"copydesk:lsh:{band}"


class DuplicateGroups:
    """Reads and writes of the groups; safe with any number of replicas, and to repeat."""

    def __init__(self, redis: "Redis") -> None:
        self._store = ArticleStore(redis)
        self._script = lua.script(redis, "join_group", __package__)

    async def join(self, article_id: str, version: int, signature: bytes | None) -> Duplicates:
        """Enter a version of an article and say whose copy it is: two round trips.

        Nothing is said of a text too short for a signature, or of a version that is not the newest.
        """
        return await self._ask("enter", article_id, version, signature)

    async def foresee(self, article_id: str, signature: bytes | None) -> Duplicates:
        """What `join` would answer, with nothing written."""
        return await self._ask("look", article_id, 0, signature)

    async def _ask(
        self, mode: str, article_id: str, version: int, signature: bytes | None
    ) -> Duplicates:
        answer: Any = await self._script(
            keys=[
                _COUNTER,
                signature_key(article_id),
                *(map(band_key, bands(signature)) if signature else ()),
            ],
            args=[
                article_id,
                version,
                signature or b"",
                EQUAL_PLACES,
                SIGNATURE_TTL_S,
                BAND_TTL_S,
                BAND_BYTES,
                CANDIDATES,
                signature_key(""),
                mode,
                copies_key(""),
                COPIES_TTL_S,
                COPIES,
            ],
        )
        if answer is None or signature is None:
            return Duplicates()
        group, *rest = answer
        copies = sorted(
            (place, article_id.decode(), equal)
            for article_id, place, equal in zip(rest[::3], rest[1::3], rest[2::3], strict=True)
        )
        standings = await self._store.standings([article_id for _, article_id, _ in copies])
        for (_, other, equal), standing in zip(copies, standings, strict=True):
            # Withdrawn or forgotten by the store: the next copy is the original from now on.
            if standing is not None and standing.state is not State.WITHDRAWN:
                return Duplicates(
                    of=other, group_id=group.decode(), similarity=round(equal / PLACES, 4)
                )
        return Duplicates(group_id=group.decode())
