"""Lines in, paragraphs and fields out: each line that is not prose is lifted out and recorded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from copydesk_enrich.extraction.bylines import read_bio, split_byline, with_bios
from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.found import Dated
from copydesk_enrich.extraction.headlines import looks_like_headline, same_headline
from copydesk_enrich.extraction.lines import Line, unwrap
from copydesk_enrich.extraction.rules import Hit, Kind, RuleBook
from copydesk_shared.contracts.article import (
    Author,
    Image,
    LinkKind,
    Provenance,
    RelatedLink,
    RemovedBlock,
)

# Shorter repeats are speech in a transcript or a refrain, not a scraping fault.
_SHORTEST_REPEAT = 60
_CREDIT_PREFIX = re.compile(r"^(?i:photo|photograph|picture|image)s?(?::| by:?)\s+")


@dataclass
class Sweep:
    """One pass over the lines of one article."""

    rules: RuleBook
    paragraphs: list[str] = field(default_factory=list)
    removed: list[RemovedBlock] = field(default_factory=list)
    links: list[RelatedLink] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    bios: list[Author] = field(default_factory=list)
    published: Dated | None = None
    modified: Dated | None = None
    _open: list[str] = field(default_factory=list)
    _block: int = -1
    _label: str | None = None
    _seen: set[str] = field(default_factory=set)

    def run(self, lines: Iterable[Line], *, title: str | None) -> None:
        """Sweep the lines; a line that repeats `title` before the first prose is removed."""
        for line in lines:
            if line.block != self._block:
                self._close()
                self._block = line.block
            in_head = not (self.paragraphs or self._open)
            if in_head and title and same_headline(line.text, title):
                self.remove("headline", line.text, rule="headline.repeated")
                continue
            hit = self.rules.recognise(line.text, in_head=in_head)
            if hit is not None:
                self._close()
                self._lift(hit, line.text)
            elif self._label is not None and looks_like_headline(line.text):
                self._link(self._label, line.text)
                self.remove(Kind.PROMO, line.text, rule="promo.label-alone")
            else:
                self._open.append(line.text)
            self._label = hit.groups["label"] if hit and hit.kind is Kind.PROMO_LABEL else None
        self._close()
        self._take_bios()

    def remove(self, kind: str, text: str, *, rule: str) -> None:
        self.removed.append(
            RemovedBlock(kind=kind, text=text, position=len(self.paragraphs), rule=rule)
        )

    @property
    def credited(self) -> tuple[Author, ...]:
        """The authors of the byline with the bios of the foot."""
        return with_bios(self.authors, self.bios)

    def _close(self) -> None:
        """End the open block: its lines become one paragraph or several."""
        for paragraph in unwrap(self._open):
            if len(paragraph) >= _SHORTEST_REPEAT and paragraph in self._seen:
                self.remove("repeat", paragraph, rule="repeat.exact")
                continue
            self._seen.add(paragraph)
            self.paragraphs.append(paragraph)
        self._open.clear()

    def _lift(self, hit: Hit, text: str) -> None:
        """Record the removed line, and keep what it says as a field."""
        self.remove(hit.kind, text, rule=hit.rule)
        groups = hit.groups
        match hit.kind:
            case Kind.PROMO:
                self._link(groups["label"], groups["title"])
            case Kind.CREDIT | Kind.CAPTION:
                credit = groups.get("credit") or groups.get("credit_alone")
                self._image(caption=groups.get("caption"), credit=credit)
            case Kind.BYLINE:
                self.authors.extend(split_byline(groups["name"]))
            case Kind.DATE:
                self._date(groups["date"], label=groups.get("label", ""))
            case _:
                pass

    def _link(self, label: str, title: str) -> None:
        self.links.append(
            RelatedLink(
                kind=LinkKind.INLINE,
                label=label.rstrip(" :.…"),
                title=title,
                position=len(self.paragraphs),
            )
        )

    def _image(self, *, caption: str | None, credit: str | None) -> None:
        image = Image(caption=caption, credit=_clean_credit(credit))
        if (caption or credit) and image not in self.images:
            self.images.append(image)

    def _date(self, text: str, *, label: str) -> None:
        dated = parse_date(text, provenance=Provenance.TEXT)
        if "updated" in label.lower() or "modified" in label.lower():
            self.modified = self.modified or dated
        else:
            self.published = self.published or dated

    def _take_bios(self) -> None:
        while len(self.paragraphs) > 1:
            *rest, last = self.paragraphs
            bio = read_bio(last, rest=rest, known=self.authors)
            if bio is None:
                return
            self.paragraphs.pop()
            self.bios.insert(0, bio)
            self.remove(Kind.AUTHOR_BIO, last, rule="bio.trailing")


def as_lines(paragraphs: Sequence[str]) -> list[Line]:
    """Paragraphs that are known to be such: each is a block of one line."""
    return [Line(text, block) for block, text in enumerate(paragraphs)]


def _clean_credit(credit: str | None) -> str | None:
    """Without a leading "Photo by", and said once where a caption widget left it twice."""
    if not credit:
        return None
    words = _CREDIT_PREFIX.sub("", credit, count=1).split()
    half = len(words) // 2
    return " ".join(words[:half] if half and words[:half] == words[half:] else words)
