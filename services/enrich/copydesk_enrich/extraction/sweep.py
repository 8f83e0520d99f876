"""Lines in, paragraphs and fields out: each line that is not prose is lifted out and recorded."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from copydesk_enrich.extraction.bylines import read_bio, split_byline, with_bios
from copydesk_enrich.extraction.dates import parse_date
from copydesk_enrich.extraction.foot import count_headlines
from copydesk_enrich.extraction.found import Dated
from copydesk_enrich.extraction.headlines import (
    is_prose,
    looks_like_headline,
    opens_title,
    same_headline,
    summary_above,
    varies_title,
)
from copydesk_enrich.extraction.learned import line_key, may_go
from copydesk_enrich.extraction.lines import Line, unwrap
from copydesk_enrich.extraction.place import Place
from copydesk_enrich.extraction.repeats import find_repeats
from copydesk_enrich.extraction.rules import Hit, Kind, RuleBook, Where
from copydesk_enrich.extraction.shouting import find_shouts
from copydesk_enrich.extraction.strays import find_strays
from copydesk_shared.contracts.article import (
    Author,
    Heading,
    Image,
    LinkKind,
    Provenance,
    RelatedLink,
    RemovedBlock,
)

_CREDIT_PREFIX = re.compile(r"^(?i:photo|photograph|picture|image)s?(?::| by:?)\s+")
_SIGNATURES = frozenset(
    [
        "byline.by",
        "byline.elsewhere",
        "byline.nobody",
        "byline.with-date",
        "date.line",
        "date.clock-first",
        "date.elsewhere",
    ]
)
_SENTENCE_END = tuple('.!?"”')
_UPDATED = re.compile(
    r"updated|modified|revised|mise? à jour|modifié|aktualisiert|stand|tualizado|aggiornato"
    r"|bijgewerkt",
    re.IGNORECASE,
)
# A heading right under the headline with so many words is its second line, not a section's name.
_STANDFIRST_WORDS = 8
# A byline may stand below a kicker or a standfirst, a date below a kicker, but not further down.
_SIGNED_WITHIN = 6
# A shorter title may be a refrain of the text.
_TITLE_WORDS = 5
# An article may be a list of links; where that is so, no link of it is called a promo.
_LINKED_SHARE = 0.4


@dataclass
class Sweep:
    """One pass over the lines of one article.

    `known_lines` are the keys of lines that the source is known to repeat in every article.
    """

    rules: RuleBook
    known_lines: Collection[str] = ()
    paragraphs: list[str] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)
    removed: list[RemovedBlock] = field(default_factory=list)
    links: list[RelatedLink] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    bios: list[Author] = field(default_factory=list)
    published: Dated | None = None
    modified: Dated | None = None
    standfirst: str | None = None
    _texts: Sequence[str] = ()
    _open: list[Line] = field(default_factory=list)
    _label: str | None = None
    _links_are_junk: bool = True

    def run(self, lines: Sequence[Line], *, titles: Collection[str]) -> None:
        """Sweep the lines; one that repeats a title before the first prose is removed."""
        self._links_are_junk = _share_of_links(lines) <= _LINKED_SHARE
        self._texts = texts = [line.text for line in lines]
        repeats, shouts = find_repeats(texts), find_shouts(texts, self.rules)
        strays = find_strays(lines, self.rules)
        for number, line in enumerate(lines):
            if self._open and line.block != self._open[-1].block:
                self._close()
            in_head = not (self.paragraphs or self._open)
            if number in repeats:
                hit: Hit | None = Hit("repeat.exact", Kind.REPEAT)
            elif number in shouts and not in_head:
                hit = Hit("promo.capitals", Kind.PROMO)
            elif number in strays and not in_head:
                hit = Hit("promo.stray-headline", Kind.PROMO)
            else:
                hit = self._judge(line, in_head=in_head, titles=titles)
            if hit is None and number < _SIGNED_WITHIN and not in_head:
                hit = self._judge_signature(line)
            if hit is None or self._is_kept(line.text):
                self._open.append(line)
                self._label = None
                continue
            self._close()
            self._lift(hit, line)
            if hit.kind is Kind.PROMO_LABEL:
                self._label = hit.groups["label"]
            elif hit.rule != "promo.label-alone":
                self._label = None
        self._close()
        before = len(self.removed), len(self.links)
        self._take_headlines()
        self._take_foot()
        self._settle_foot(*before)

    def remove(self, kind: str, text: str, *, rule: str) -> None:
        self.removed.append(
            RemovedBlock(kind=kind, text=text, position=len(self.paragraphs), rule=rule)
        )

    @property
    def credited(self) -> tuple[Author, ...]:
        """The authors of the byline with the bios of the foot."""
        return with_bios(self.authors, self.bios)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The paragraphs that were headings on the page."""
        return tuple(
            Heading(paragraph=number, level=place.heading)
            for number, place in enumerate(self.places)
            if place is not None and place.heading
        )

    def _judge(self, line: Line, *, in_head: bool, titles: Collection[str]) -> Hit | None:
        """What kind of junk the line is, None for prose."""
        if hit := _repeats(line.text, titles, in_head=in_head):
            return hit
        if hit := self.rules.recognise(line.text, in_head=in_head):
            return hit
        if hit := self._judge_stand(line, in_head=in_head, titles=titles):
            return hit
        linked = line.place is None or line.place.linked
        if self._label is not None and linked and looks_like_headline(line.text):
            return Hit("promo.label-alone", Kind.PROMO, {"label": self._label})
        heading = line.place is not None and line.place.heading
        if not heading and self._is_known(line.text) and may_go(line.text, in_head=in_head):
            return Hit("learned", Kind.LEARNED)
        return None

    def _judge_stand(self, line: Line, *, in_head: bool, titles: Collection[str]) -> Hit | None:
        """What the line is by where it stands: on its page, or in a text that no page explains."""
        if line.place is not None:
            return self._judge_place(line, line.place, in_head=in_head)
        return self._judge_head(line, titles=titles) if in_head else None

    def _judge_head(self, line: Line, *, titles: Collection[str]) -> Hit | None:
        """The headline in other words, or who wrote what follows."""
        if any(varies_title(line.text, title=title) for title in titles):
            return Hit("headline.varied", Kind.HEADLINE)
        others = (text for text in self._texts if text != line.text)
        bio = read_bio(line.text, rest=others, known=self.authors)
        if bio and " " in bio.name:
            return Hit("bio.leading", Kind.AUTHOR_BIO, {"name": bio.name})
        return None

    def _judge_signature(self, line: Line) -> Hit | None:
        """Who wrote it, or when, below a line or two that are no junk; on a page, the page says."""
        hit = self.rules.recognise(line.text, in_head=True) if line.place is None else None
        if hit is None or hit.rule not in _SIGNATURES:
            return None
        kept = [*self.paragraphs, *(above.text for above in self._open)]
        below_prose = any(is_prose(text) or text.endswith(_SENTENCE_END) for text in kept)
        if hit.kind is Kind.BYLINE and not self.authors and len(kept) == 1:
            return hit
        return None if below_prose else hit

    def _is_known(self, text: str) -> bool:
        return bool(self.known_lines) and line_key(text) in self.known_lines

    def _is_kept(self, text: str) -> bool:
        return bool(self.rules.keep) and line_key(text) in self.rules.keep

    def _judge_place(self, line: Line, place: Place, *, in_head: bool) -> Hit | None:
        """What the page says the line is."""
        region = place.region
        if region is not None and (region.where is Where.ANYWHERE or in_head):
            return Hit(region.id, region.kind)
        words = len(line.text.split())
        if in_head and place.heading == 1:
            return Hit("page.headline", Kind.HEADLINE)
        if in_head and place.heading and words >= _STANDFIRST_WORDS:
            return Hit("page.standfirst", Kind.STANDFIRST)
        if place.linked and line.text.isupper() and looks_like_headline(line.text):
            return Hit("page.linked-capitals", Kind.PROMO)
        return None

    def _close(self) -> None:
        """End the open block: its lines become one paragraph or several."""
        place = self._open[0].place if self._open else None
        for paragraph in unwrap([line.text for line in self._open]):
            self.paragraphs.append(paragraph)
            self.places.append(place)
        self._open.clear()

    def _lift(self, hit: Hit, line: Line) -> None:
        """Record the removed line, and keep what it says as a field."""
        self.remove(hit.kind, line.text, rule=hit.rule)
        for part in hit.parts or (hit,):
            self._keep_fields(part, line)

    def _keep_fields(self, hit: Hit, line: Line) -> None:
        groups = hit.groups
        match hit.kind:
            case Kind.PROMO:
                # A heading above a list of links names none itself.
                if "title" in groups or line.place is None or line.place.anchors:
                    title = groups.get("title", line.text)
                    self._link(groups.get("label"), title, place=line.place)
            case Kind.CREDIT | Kind.CAPTION:
                self._image(caption=groups.get("caption"), credit=groups.get("credit"))
            case Kind.BYLINE:
                self.authors.extend(split_byline(groups.get("name", "")))
            case Kind.DATE:
                self._date(groups.get("date", ""), label=groups.get("label", ""))
            case Kind.AUTHOR_BIO if "name" in groups:
                self.bios.append(Author(name=groups["name"], bio=line.text))
            case Kind.STANDFIRST:
                self.standfirst = self.standfirst or groups.get("summary", line.text)
            case _:
                pass

    def _link(self, label: str | None, title: str, *, place: Place | None = None) -> None:
        self.links.append(
            RelatedLink(
                kind=LinkKind.INLINE,
                label=label.rstrip(" :.…") if label else None,
                title=title.removeprefix("- "),
                url=place.anchors[-1].href if place is not None and place.anchors else None,
                position=len(self.paragraphs),
            )
        )

    def _image(self, *, caption: str | None, credit: str | None) -> None:
        image = Image(caption=caption, credit=_clean_credit(credit))
        if (caption or credit) and image not in self.images:
            self.images.append(image)

    def _date(self, text: str, *, label: str) -> None:
        dated = parse_date(text, provenance=Provenance.TEXT)
        if _UPDATED.search(label):
            self.modified = self.modified or dated
        else:
            self.published = self.published or dated

    def _take_foot(self) -> None:
        """Take biographies, learned lines and lists of links off the end of the body."""
        while len(self.paragraphs) > 1:
            *rest, last = self.paragraphs
            place = self.places[-1]
            if self._is_kept(last):
                return
            if bio := read_bio(last, rest=rest, known=self.authors):
                self._pop(Kind.AUTHOR_BIO, rule="bio.trailing")
                self.bios.insert(0, bio)
            elif self._is_known(last) and not (place and place.heading):
                self._pop(Kind.LEARNED, rule="learned")
            elif place is not None and place.linked and self._links_are_junk:
                self._pop(Kind.PROMO, rule="page.trailing-links")
                self._link(None, last, place=place)
            elif (place is None or not place.heading) and (
                hit := self.rules.recognise(last, in_head=True, in_foot=True)
            ):
                self.places.pop()
                self.paragraphs.pop()
                self._lift(hit, Line(last, 0, place))
            elif place is not None and place.heading:
                self._pop(Kind.PAGE_CHROME, rule="page.trailing-heading")
            else:
                return

    def _settle_foot(self, removed: int, links: int) -> None:
        """Put what was taken off the end, from below, into reading order behind the body."""
        foot = {"position": len(self.paragraphs)}
        blocks, promos = self.removed[removed:], self.links[links:]
        self.removed[removed:] = [block.model_copy(update=foot) for block in reversed(blocks)]
        self.links[links:] = [link.model_copy(update=foot) for link in reversed(promos)]

    def _take_headlines(self) -> None:
        """Take other articles' headlines off the end."""
        pairs = zip(self.paragraphs, self.places, strict=True)
        own = [place is not None or self._is_kept(text) for text, place in pairs]
        for _ in range(count_headlines(self.paragraphs, own=own)):
            self._link(None, self.paragraphs[-1])
            self._pop(Kind.PROMO, rule="promo.trailing-headlines")

    def _pop(self, kind: Kind, *, rule: str) -> None:
        self.places.pop()
        text = self.paragraphs.pop()
        self.remove(kind, text, rule=rule)


def as_lines(paragraphs: Sequence[str], places: Sequence[Place | None]) -> list[Line]:
    """Paragraphs that are known to be such: each is a block of one line."""
    pairs = zip(paragraphs, places, strict=True)
    return [Line(text, block, place) for block, (text, place) in enumerate(pairs)]


def _repeats(line: str, titles: Iterable[str], *, in_head: bool) -> Hit | None:
    """Whether the line says a title again, alone or, above the prose, behind a summary."""
    for title in titles:
        if same_headline(line, title) and (in_head or len(line.split()) >= _TITLE_WORDS):
            return Hit("headline.repeated", Kind.HEADLINE)
        if in_head and opens_title(line, title=title):
            return Hit("headline.repeated", Kind.HEADLINE)
        if in_head and (summary := summary_above(line, title=title)):
            return Hit("headline.behind-summary", Kind.STANDFIRST, {"summary": summary})
    return None


def _share_of_links(lines: Iterable[Line]) -> float:
    linked = sum(len(line.text) for line in lines if line.place and line.place.linked)
    return linked / max(1, sum(len(line.text) for line in lines))


def _clean_credit(credit: str | None) -> str | None:
    """Without a leading "Photo by", and said once where a caption widget left it twice."""
    if not credit:
        return None
    words = _CREDIT_PREFIX.sub("", credit, count=1).split()
    half = len(words) // 2
    return " ".join(words[:half] if half and words[:half] == words[half:] else words)
