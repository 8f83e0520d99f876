"""Publisher-given fields win over what the copy gave away; gaps are closed with a warning."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from copydesk_enrich.extraction.bylines import split_byline, with_bios
from copydesk_enrich.extraction.found import Dated, Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.links import with_given
from copydesk_enrich.extraction.quality import judge
from copydesk_enrich.extraction.rules import RuleBook
from copydesk_enrich.extraction.sections import section_of
from copydesk_enrich.extraction.summaries import standfirst_of
from copydesk_enrich.extraction.text import extract_text
from copydesk_enrich.prose import first_words
from copydesk_shared.contracts.article import (
    Author,
    Extraction,
    Heading,
    Image,
    Precision,
    Provenance,
    Published,
    RelatedLink,
)
from copydesk_shared.contracts.submission import ArticleSubmitted, Warned
from copydesk_shared.dates import latest_plausible
from copydesk_shared.errors import PermanentError

# The first newspaper is of 1605; `0001-11-30` is what a template prints for nothing.
_FIRST_YEAR = 1605
_TITLE_CHARS = 90


@dataclass(frozen=True)
class Settled:
    """The article as far as extraction decides it."""

    title: str
    paragraphs: tuple[str, ...]
    headings: tuple[Heading, ...]
    standfirst: str | None
    authors: tuple[Author, ...]
    section: str | None
    published: Published
    modified: datetime | None
    language: str | None
    given_keywords: tuple[str, ...]
    related_links: tuple[RelatedLink, ...]
    breadcrumbs: tuple[str, ...]
    canonical_url: str | None
    images: tuple[Image, ...]
    extraction: Extraction
    warnings: tuple[Warned, ...]

    @property
    def body(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def prose(self) -> tuple[str, ...]:
        """The paragraphs without headings."""
        headings = {heading.paragraph for heading in self.headings}
        return tuple(text for i, text in enumerate(self.paragraphs) if i not in headings)

    @property
    def sample(self) -> str:
        """The headline and the top of the body, for what needs no more."""
        return " ".join((self.title, *self.paragraphs[:5]))


def extract(
    submitted: ArticleSubmitted, *, rules: RuleBook, known_lines: Collection[str] = ()
) -> Settled:
    """Clean text and fields of a submission; PermanentError `no_content` when no text is left."""
    given_title = (submitted.title or "").strip() or None
    if submitted.content_type == "text/html":
        found = extract_html(
            submitted.content,
            url=submitted.url,
            title=given_title,
            rules=rules,
            known_lines=known_lines,
        )
    else:
        found = extract_text(
            submitted.content, title=given_title, rules=rules, known_lines=known_lines
        )
    if not found.paragraphs:
        raise PermanentError("no_content", "No article text was found in the content.")
    warnings = [*submitted.warnings, *found.warnings]
    title = given_title or found.title
    if title is None:
        warnings.append(Warned(code="no_title", field="title", message="Made of the first words."))
    published = _published(submitted, found.published, warnings)
    quality, reasons = judge(found, titled=title is not None, provenance=published.provenance)
    return Settled(
        title=title or first_words(found.paragraphs[0], limit=_TITLE_CHARS),
        paragraphs=found.paragraphs,
        headings=found.headings,
        standfirst=found.standfirst
        or standfirst_of(submitted.standfirst, found.paragraphs, title=title or ""),
        authors=_authors(submitted, found),
        section=submitted.section or found.section or section_of(submitted.url),
        published=published,
        modified=_modified(submitted, found.modified, warnings),
        language=submitted.language or found.language,
        given_keywords=submitted.keywords or found.keywords,
        related_links=with_given(
            found.related_links,
            submitted.links,
            base=found.canonical_url or submitted.url,
        ),
        breadcrumbs=found.breadcrumbs,
        canonical_url=found.canonical_url,
        images=_images(submitted, found.images),
        extraction=Extraction(
            method=found.method, quality=quality, reasons=reasons, removed_blocks=found.removed
        ),
        warnings=tuple(warnings),
    )


def _published(
    submitted: ArticleSubmitted, found: Dated | None, warnings: list[Warned]
) -> Published:
    """The publisher's date, else the copy's, else the time of receipt; absurd ones are refused.

    "Now" is the time of receipt, so that the same submission always settles the same way.
    """
    given = submitted.published
    stated = Dated(given, submitted.published_precision, Provenance.PUBLISHER) if given else None
    dated = _first_plausible("published", (stated, found), submitted, warnings)
    if dated is None:
        dated = Dated(submitted.received_at, Precision.SECOND, Provenance.RECEIVED)
    return Published(value=dated.value, precision=dated.precision, provenance=dated.provenance)


def _modified(
    submitted: ArticleSubmitted, found: Dated | None, warnings: list[Warned]
) -> datetime | None:
    given = submitted.modified
    stated = Dated(given, Precision.SECOND, Provenance.PUBLISHER) if given else None
    dated = _first_plausible("modified", (stated, found), submitted, warnings)
    return dated.value if dated else None


def _first_plausible(
    field: str,
    candidates: Iterable[Dated | None],
    submitted: ArticleSubmitted,
    warnings: list[Warned],
) -> Dated | None:
    """The first date that can be; what stands before it is told, unless ingest has told it."""
    latest = latest_plausible(submitted.received_at, embargoed_until=submitted.embargoed_until)
    told = {warned.code for warned in submitted.warnings if warned.field == field}
    for dated in candidates:
        if dated is None:
            continue
        if dated.value > latest:
            if dated.provenance is not Provenance.PUBLISHER or "future_date" not in told:
                warnings.append(_refused("future_date", field, dated))
        elif dated.value.year < _FIRST_YEAR:
            warnings.append(_refused("implausible_date", field, dated))
        else:
            return dated
    return None


def _refused(code: str, field: str, dated: Dated) -> Warned:
    return Warned(code=code, field=field, message=f"Refused: {dated.value.isoformat()}")


def _images(submitted: ArticleSubmitted, found: tuple[Image, ...]) -> tuple[Image, ...]:
    """The publisher's pictures, then those of the copy that are not among them."""
    given = tuple(
        Image(href=image.href, caption=image.caption, credit=image.credit)
        for image in submitted.images
    )
    known = {image.href for image in given}
    return given + tuple(image for image in found if image.href not in known)


def _authors(submitted: ArticleSubmitted, found: Found) -> tuple[Author, ...]:
    """The byline's authors, with the biographies found in the copy where they are theirs."""
    if not submitted.byline or not (given := split_byline(submitted.byline)):
        return found.authors
    return with_bios(given, [author for author in found.authors if author.bio])
