"""One request to ingest, sent until it is answered: busy times and lost connections are sat out.

Safe to repeat, since every request carries an Idempotency-Key.
"""

import asyncio
from http import HTTPStatus

import httpx2

from copydesk.answers import unreachable

LOST_DELAYS_S = (0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
"""Waits after a lost connection: 11 s in all, several times what a restart of ingest takes."""

BUSY = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})
BUSY_LIMIT_S = 300.0
LONGEST_BUSY_WAIT_S = 30.0
DEFAULT_BUSY_WAIT_S = 2.0


async def send(request: httpx2.Request, ingest: httpx2.AsyncClient) -> httpx2.Response:
    """The first answer that is not about being busy, or the last after `BUSY_LIMIT_S`.

    CommandError when the connection stays lost.
    """
    losses = iter(LOST_DELAYS_S)
    waited_s = 0.0
    while True:
        try:
            answer = await ingest.send(request)
        except httpx2.TransportError as exc:
            delay_s = next(losses, None)
            if delay_s is None:
                raise unreachable(ingest, exc) from exc
        else:
            if answer.status_code not in BUSY or waited_s >= BUSY_LIMIT_S:
                return answer
            losses = iter(LOST_DELAYS_S)
            delay_s = retry_after_s(answer)
            waited_s += delay_s
        await asyncio.sleep(delay_s)


def retry_after_s(answer: httpx2.Response) -> float:
    """What a busy service asks for, within reason; it may also say a date, which we do not read."""
    try:
        asked = float(answer.headers.get("Retry-After", ""))
    except ValueError:
        return DEFAULT_BUSY_WAIT_S
    return min(max(asked, 0.1), LONGEST_BUSY_WAIT_S)
