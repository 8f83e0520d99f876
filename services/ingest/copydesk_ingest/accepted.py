"""What became of a request that was not refused, and how the scripts' replies tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from copydesk_shared.contracts.submission import Warned


class Verdict(StrEnum):
    """What became of a request that was not refused."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REPLAYED = "replayed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


LATE = Warned(
    code="superseded",
    message="A version with a later `modified` is there already: nothing changed.",
    field="modified",
)


@dataclass(frozen=True)
class Accepted:
    """The ids are the first submission's when the request changed nothing (`duplicate`).

    A publication that came too late (`superseded`) has an id of its own and the version that it
    came too late for.
    """

    verdict: Verdict
    submission_id: str
    article_id: str
    version: int
    duplicate: bool
    superseded: bool = False
    warnings: tuple[Warned, ...] = ()

    @property
    def status(self) -> HTTPStatus:
        unchanged = self.duplicate or self.superseded
        return HTTPStatus.OK if unchanged else HTTPStatus.ACCEPTED


def replayed(answer: Mapping[str, Any]) -> Accepted:
    """A stored answer, perhaps of an older or newer release: unknown members are passed over."""
    return Accepted(
        verdict=Verdict.REPLAYED,
        submission_id=answer["submission_id"],
        article_id=answer["article_id"],
        version=answer["version"],
        duplicate=answer["duplicate"],
        superseded=answer.get("superseded", False),
    )


def warned(accepted: Accepted, warnings: tuple[Warned, ...]) -> Accepted:
    late = (LATE,) if accepted.superseded else ()
    return replace(accepted, warnings=(*warnings, *late))


def confirmed(reply: list[bytes]) -> Accepted:
    verdict, article_id, version, first_id = (part.decode() for part in reply)
    return Accepted(
        verdict=Verdict(verdict),
        submission_id=first_id,
        article_id=article_id,
        version=int(version),
        duplicate=verdict == Verdict.DUPLICATE,
        superseded=verdict == Verdict.SUPERSEDED,
    )
