"""What happened to an article after it was accepted: past-tense facts on the streams."""

from typing import Literal

from pydantic import AwareDatetime

from copydesk_shared.contracts.model import Contract, StreamEvent
from copydesk_shared.contracts.submission import Op


class ArticleEnriched(StreamEvent):
    """A claim check: the article itself is in the store, this says that it changed there."""

    op: Op


class ArticleIndexed(Contract):
    """This version of the article can be found from now on."""

    event: Literal["article_indexed"] = "article_indexed"
    article_id: str
    version: int
    at: AwareDatetime


class ArticleWithdrawn(Contract):
    """The article can be found no longer."""

    event: Literal["article_withdrawn"] = "article_withdrawn"
    article_id: str
    version: int
    at: AwareDatetime


class DeadLetter(Contract):
    """Why an entry died and where; the entry's own bytes ride beside it as `original`."""

    stage: str
    code: str
    error: str
    where: str
    traceback: str
    deliveries: int
    consumer: str
    stream: str
    entry_id: str
    article_id: str
    version: int
    submission_id: str
    source: str
    first_seen: AwareDatetime
    died_at: AwareDatetime
