"""What the reading page shows: text with its links in place, who and where, and the provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from copydesk_gateway.answers import ReferringArticle, RelatedArticle
from copydesk_gateway.copies import original, similarity
from copydesk_gateway.json_ld import json_ld
from copydesk_gateway.pages.marks import Piece, marked_paragraphs
from copydesk_gateway.pages.removed import Removed, removed
from copydesk_gateway.web import web_url
from copydesk_shared.contracts.article import (
    Article,
    Entity,
    EntityType,
    Image,
    LinkKind,
    Provenance,
    StepStatus,
)

_KINDS = {
    EntityType.PERSON: "People",
    EntityType.ORGANISATION: "Organisations",
    EntityType.PLACE: "Places",
    EntityType.EVENT: "Events",
    EntityType.WORK: "Works",
}
_DATES = {
    Provenance.PUBLISHER: "as given by the publisher",
    Provenance.METADATA: "from the original's metadata",
    Provenance.TEXT: "found in the text",
    Provenance.RECEIVED: "when it arrived; the original has none",
}
SHOWN_ENTITIES = 12
"""Chips of one kind; beyond that a list helps nobody."""


SHOWN_COPIES = 6
COPIES_READ = SHOWN_COPIES + 2
"""With the article itself, and one by which it is known that there are more."""


@dataclass(frozen=True)
class Block:
    """A paragraph and the links that stood behind it in the original."""

    pieces: Sequence[Piece]
    links: Sequence[RelatedArticle]


@dataclass(frozen=True)
class StoryPage:
    """`address` is the one of the page's addresses that others are to know.

    `lead_links` stood before the first paragraph; `also` have no place in the text.

    The names in the text are marked when `marked`, as the reader switches it; `markable` says
    whether there are any, `legend` of which kinds. `copies` are other articles of the same text,
    not all of them when there are `more_copies`.
    """

    article: Article
    address: str
    standfirst: str | None
    date_origin: str
    original_url: str | None
    images: Sequence[Image]
    credits: Sequence[str]
    lead_links: Sequence[RelatedArticle]
    blocks: Sequence[Block]
    also: Sequence[RelatedArticle]
    computed: Sequence[RelatedArticle]
    referring: Sequence[ReferringArticle]
    entities: Mapping[str, Sequence[Entity]]
    failed_steps: Sequence[str]
    corrected: bool
    marked: bool
    legend: Mapping[EntityType, str]
    described: Markup
    original: Article | None
    similarity: float | None
    copies: Sequence[Article]
    more_copies: bool
    removed: Sequence[Removed]

    @property
    def markable(self) -> bool:
        return bool(self.legend)


def story_page(
    article: Article,
    related: Sequence[RelatedArticle],
    referring: Sequence[ReferringArticle] = (),
    *,
    address: str,
    corrected: bool,
    made_at: datetime | None = None,
    marked: bool = False,
    copies: Sequence[Article] = (),
) -> StoryPage:
    """What the page shows.

    `corrected` when there is an earlier version to compare it with, `made_at` the time of this one,
    where it is known; `copies` are all articles of the same text, the original first, this one
    among them.
    """
    placed: dict[int, list[RelatedArticle]] = {}
    also: list[RelatedArticle] = []
    for link in related:
        if link.kind is LinkKind.COMPUTED:
            continue
        if link.position is None:
            also.append(link)
        else:
            place = min(max(link.position, 0), len(article.paragraphs))
            placed.setdefault(place, []).append(link)
    others = [copy for copy in copies if copy.article_id != article.article_id]
    shown = [image for image in article.images if _https(image.href)]
    pictured = {image.credit for image in shown}
    return StoryPage(
        article=article,
        address=address,
        standfirst=_standfirst(article),
        date_origin=_DATES[article.published.provenance],
        original_url=web_url(article.url) or web_url(article.canonical_url),
        images=shown,
        credits=list(
            dict.fromkeys(
                image.credit
                for image in article.images
                if image.credit and image.credit not in pictured
            )
        ),
        lead_links=placed.get(0, ()),
        blocks=[
            Block(pieces, placed.get(number, ()))
            for number, pieces in enumerate(
                marked_paragraphs(article.paragraphs, article.entities), start=1
            )
        ],
        also=also,
        computed=sorted(
            (link for link in related if link.kind is LinkKind.COMPUTED),
            key=lambda link: -(link.score or 0),
        ),
        referring=referring,
        entities=_by_kind(article.entities),
        failed_steps=[
            step.name for step in article.pipeline.steps if step.status is StepStatus.FAILED
        ],
        corrected=corrected,
        marked=marked,
        described=_described(article, page_url=address, made_at=made_at),
        original=original(article, copies),
        similarity=similarity(article, copies),
        copies=others[:SHOWN_COPIES],
        removed=removed(article.extraction.removed_blocks),
        more_copies=len(others) > SHOWN_COPIES,
        legend={
            kind: label
            for kind, label in _KINDS.items()
            if any(entity.type is kind and entity.mentions for entity in article.entities)
        },
    )


def _described(article: Article, *, page_url: str, made_at: datetime | None) -> Markup:
    """The article as JSON-LD for the head of its page, without the text that the page has anyway.

    What could end the element is escaped, as JSON allows.
    """
    members = json_ld(article, page_url=page_url, made_at=made_at)
    members.pop("articleBody", None)
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704  # escaped


def _standfirst(article: Article) -> str | None:
    """The summary, unless it repeats the text, as one made from the text does."""
    beginning = article.summary.rstrip("…. ")[:80]
    return None if not beginning or beginning in article.body else article.summary


def _https(url: str | None) -> bool:
    """Images load only over https, as the content security policy says."""
    return url is not None and url.lower().startswith("https://")


def _by_kind(entities: Sequence[Entity]) -> dict[str, list[Entity]]:
    groups: dict[str, list[Entity]] = {}
    for kind, label in _KINDS.items():
        members = sorted(
            (entity for entity in entities if entity.type is kind),
            key=lambda entity: (-entity.relevance, -entity.count, entity.name),
        )
        if members:
            groups[label] = members[:SHOWN_ENTITIES]
    return groups
