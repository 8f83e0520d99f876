"""A draft: an article that passed every check and waits to be identified and accepted."""

from datetime import datetime

from pydantic import AwareDatetime

from copydesk_shared.contracts.model import Contract
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Op, Precision, Warned


class Draft(Contract):
    """`ArticleSubmitted` without what only the accept script knows: article id and version."""

    source: str
    external_id: str | None = None
    url: str | None = None
    content_type: str
    content: str
    title: str | None = None
    byline: str | None = None
    language: str | None = None
    published: AwareDatetime | None = None
    published_precision: Precision = Precision.SECOND
    modified: AwareDatetime | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    embargoed_until: AwareDatetime | None = None
    expires: AwareDatetime | None = None
    images: tuple[GivenImage, ...] = ()
    links: tuple[GivenLink, ...] = ()
    standfirst: str | None = None
    warnings: tuple[Warned, ...] = ()

    def given(self) -> bytes:
        """The raw content and every field the publisher gave: a change here is a new version.

        Stable when a later release adds an optional field.
        """
        return self.model_dump_json(exclude={"warnings"}, exclude_defaults=True).encode()

    def event_tail(self, submission_id: str, *, received_at: datetime, trace: str | None) -> str:
        """The JSON of `ArticleSubmitted` from after its version on.

        The accept script sets `{"article_id":"…","version":N,` in front.
        """
        head = (
            f'"submission_id":"{submission_id}","op":"{Op.PUBLISH.value}",'
            f'"received_at":"{received_at.isoformat()}",'
        )
        if trace:
            head += f'"trace":"{trace}",'
        return head + self.model_dump_json(exclude_defaults=True)[1:]
