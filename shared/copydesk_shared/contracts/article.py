"""The enriched article: what enrich makes, the store keeps and the gateway serves."""

from enum import StrEnum

from copydesk_shared.contracts.model import Contract, Moment
from copydesk_shared.contracts.submission import (
    Precision as Precision,  # noqa: PLC0414  # part of `Published`, where readers look for it
)
from copydesk_shared.contracts.submission import Warned


class Author(Contract):
    name: str
    bio: str | None = None


class Language(Contract):
    """An ISO 639-1 code (`und` when unknown) and the detector's confidence, 0 to 1."""

    code: str
    confidence: float


class Provenance(StrEnum):
    """Where a published date comes from."""

    PUBLISHER = "publisher"
    METADATA = "metadata"
    TEXT = "text"
    RECEIVED = "received"


class Published(Contract):
    value: Moment
    precision: Precision
    provenance: Provenance


class Image(Contract):
    href: str | None = None
    caption: str | None = None
    credit: str | None = None


class Heading(Contract):
    """A paragraph that is a heading of the text: its number in `paragraphs`, and 1 to 6."""

    paragraph: int
    level: int


class EntityType(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    EVENT = "event"
    WORK = "work"


class Mention(Contract):
    """`start` and `end` count characters (code points) within `paragraphs[paragraph]`."""

    paragraph: int
    start: int
    end: int
    text: str


class Evidence(Contract):
    """The sentence that best shows an entity, at most 400 characters; bounds as of a mention."""

    paragraph: int
    start: int
    end: int


class Entity(Contract):
    """`aliases` are the other forms seen; `relevance` is 0 to 1; `count` counts mentions."""

    entity_id: str
    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()
    relevance: float
    count: int
    mentions: tuple[Mention, ...] = ()
    evidence: Evidence | None = None


class Keyword(Contract):
    value: str
    score: float


class LinkKind(StrEnum):
    """`inline` stood in the text, `publisher` came as a field, `computed` is ours."""

    INLINE = "inline"
    PUBLISHER = "publisher"
    COMPUTED = "computed"


class RelatedLink(Contract):
    """`position` is the number of body paragraphs before the link; `reasons` are for readers."""

    kind: LinkKind
    title: str
    label: str | None = None
    url: str | None = None
    position: int | None = None
    article_id: str | None = None
    score: float | None = None
    reasons: tuple[str, ...] = ()


class Duplicates(Contract):
    """Copies of one text: `of` is the original, None in itself; `group_id` is alike in all of them.

    `similarity` to the original is 0 to 1. All None: the text is too short to tell.
    """

    of: str | None = None
    group_id: str | None = None
    similarity: float | None = None


class RemovedBlock(Contract):
    """A block that extraction took out; `position` counts kept paragraphs before it."""

    kind: str
    text: str
    position: int
    rule: str


class Extraction(Contract):
    """How the text was won: `quality` is 0 to 1, `reasons` say what lowered it."""

    method: str
    quality: float
    reasons: tuple[str, ...] = ()
    removed_blocks: tuple[RemovedBlock, ...] = ()


class StepStatus(StrEnum):
    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class Step(Contract):
    """One step of enrichment with its version and its wall time in milliseconds."""

    name: str
    version: str
    ms: float
    status: StepStatus
    error: str | None = None


class Pipeline(Contract):
    version: str
    steps: tuple[Step, ...] = ()


class Article(Contract):
    """`body` is the paragraphs joined by blank lines; mentions point into `paragraphs`.

    `standfirst` is the line between headline and text, where a page sets it apart; the body does
    not repeat it. `summary` is the lead: whole sentences from the top of the body.
    """

    article_id: str
    version: int
    source: str
    external_id: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    body: str
    headings: tuple[Heading, ...] = ()
    standfirst: str | None = None
    authors: tuple[Author, ...] = ()
    section: str | None = None
    breadcrumbs: tuple[str, ...] = ()
    language: Language
    published: Published
    modified: Moment | None = None
    images: tuple[Image, ...] = ()
    entities: tuple[Entity, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    related_links: tuple[RelatedLink, ...] = ()
    duplicates: Duplicates = Duplicates()
    word_count: int
    reading_minutes: int
    extraction: Extraction
    pipeline: Pipeline
    warnings: tuple[Warned, ...] = ()

    @property
    def address(self) -> str | None:
        """Where its publisher shows it: what the page says of itself, before what was posted."""
        return self.canonical_url or self.url

    @property
    def group_id(self) -> str:
        """Alike in copies of one text, and in nothing else; its own id where it has no copies."""
        return self.duplicates.group_id or self.article_id
