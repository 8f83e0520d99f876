"""What a publisher handed in: `ArticleSubmitted`, the event on the raw streams."""

from enum import StrEnum

from pydantic import AwareDatetime

from copydesk_shared.contracts.model import Contract, StreamEvent


class Op(StrEnum):
    """What a submission asks for."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class Precision(StrEnum):
    """How exact a date is."""

    SECOND = "second"
    DAY = "day"


class Warned(Contract):
    """Something that was wrong in the input and was repaired or left out, never in silence."""

    code: str
    message: str
    field: str | None = None


class GivenImage(Contract):
    """A picture that the publisher sent along, by its http(s) address; nobody fetched it."""

    href: str
    caption: str | None = None
    credit: str | None = None


class GivenLink(Contract):
    """An article or page that the publisher names beside the text, by its http(s) address."""

    href: str
    label: str | None = None


class ArticleSubmitted(StreamEvent):
    """A raw article as accepted: `content` is verbatim, in the form that `content_type` names.

    `content_type` is a bare media type: `text/plain` or `text/html` (the JSON form of Copydesk
    carries one of these two inside). Dates are those the publisher gave; of a `published` that is
    exact to the day the time means nothing.
    `standfirst` is its summary, which may be no more than the beginning of the text.
    """

    op: Op = Op.PUBLISH
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
