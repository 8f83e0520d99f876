"""The junk rules: data in `rules.toml`, compiled once, tried on one line at a time."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from itertools import product
from typing import Any


class Where(StrEnum):
    """Where a rule applies: before the first prose only, behind the last only, or everywhere."""

    HEAD = "head"
    FOOT = "foot"
    ANYWHERE = "anywhere"


class Kind(StrEnum):
    """What a removed block is. Those down to `standfirst` feed fields of the article as well."""

    PROMO = "promo"
    PROMO_LABEL = "promo_label"
    CREDIT = "credit"
    CAPTION = "caption"
    BYLINE = "byline"
    DATE = "date"
    AUTHOR_BIO = "author_bio"
    HEADLINE = "headline"
    BREADCRUMB = "breadcrumb"
    STANDFIRST = "standfirst"
    ADVERTISEMENT = "advertisement"
    NEWSLETTER = "newsletter"
    SHARE_BAR = "share_bar"
    FOLLOW = "follow"
    COPYRIGHT = "copyright"
    PAGE_CHROME = "page_chrome"
    REPEAT = "repeat"
    LEARNED = "learned"


@dataclass(frozen=True)
class Rule:
    """One rule; `matches` and `misses` are its own examples, which the tests run.

    A line with none of the `cues` in lower case cannot match; without cues each line is tried.
    """

    id: str
    kind: Kind
    where: Where
    pattern: re.Pattern[str]
    matches: tuple[str, ...]
    misses: tuple[str, ...]
    cues: tuple[str, ...] = ()

    def has_cue(self, lowered: str) -> bool:
        """Whether a line in lower case has one of the cues."""
        for cue in self.cues:  # noqa: SIM110  # `any` takes three times as long
            if cue in lowered:
                return True
        return False


@dataclass(frozen=True)
class Region(Rule):
    """A rule on the element around a text: its class names, its id and its tag, as `<header>`.

    Names are looked at one by one, their parts as words: `readMore-box` is `read more box`.
    """


@dataclass(frozen=True)
class Hit:
    """A line that a rule recognised, with the named groups of its pattern.

    A group of a second alternative is `credit_alone` there, since names cannot repeat. A line that
    says who and when between strokes has a hit for each of its `parts`.
    """

    rule: str
    kind: Kind
    groups: dict[str, str] = field(default_factory=dict)
    parts: "tuple[Hit, ...]" = ()


@dataclass(frozen=True)
class RuleBook:
    """The rules for one source, in order. `keep` are keys of lines that no rule may take.

    A line over `max_chars` is never looked at, which bounds the time. `headline_verbs` are in lower
    case and in each form that a headline uses.
    """

    rules: tuple[Rule, ...]
    regions: tuple[Region, ...]
    max_chars: int
    keep: frozenset[str] = frozenset()
    headline_verbs: frozenset[str] = frozenset()

    @cached_property
    def _by_place(self) -> Mapping[tuple[bool, bool], Sequence[Rule]]:
        """The rules for a line that is, or is not, in the head and in the foot."""
        return {
            (in_head, in_foot): [
                rule
                for rule in self.rules
                if {Where.HEAD: in_head, Where.FOOT: in_foot}.get(rule.where, True)
            ]
            for in_head, in_foot in product((False, True), repeat=2)
        }

    def recognise(self, line: str, *, in_head: bool, in_foot: bool = False) -> Hit | None:
        """The first rule that matches the whole of a stripped line.

        In the head a line may also say who and when: `By Ada Marlowe | 12 April 2024`.
        """
        if not line or len(line) > self.max_chars:
            return None
        if in_head and (hit := self._who_and_when(line)):
            return hit
        return self._first(line, in_head=in_head, in_foot=in_foot)

    def _who_and_when(self, line: str) -> Hit | None:
        texts = _STROKE.split(line)
        if not 1 < len(texts) <= _MOST_PARTS:
            return None
        hits = tuple(filter(None, (self._first(text, in_head=True) for text in texts)))
        dated = any(hit.kind is Kind.DATE for hit in hits)
        if not dated or len(hits) < len(texts) or any(hit.kind not in _HEAD_KINDS for hit in hits):
            return None
        return Hit("byline.with-date", hits[0].kind, parts=hits)

    def _first(self, line: str, *, in_head: bool, in_foot: bool = False) -> Hit | None:
        lowered = line.lower()
        for rule in self._by_place[in_head, in_foot]:
            if rule.cues and not rule.has_cue(lowered):
                continue
            if match := rule.pattern.fullmatch(line):
                groups = {
                    name.partition("_")[0]: text.strip()
                    for name, text in match.groupdict().items()
                    if text
                }
                return Hit(rule.id, rule.kind, groups)
        return None

    def region(self, tag: str, classes: str | None, element_id: str | None) -> Region | None:
        """The first region that an element with this tag, class and id is."""
        names = [f"<{tag}>", *map(_as_words, f"{classes or ''} {element_id or ''}"[:600].split())]
        for region in self.regions:
            if any(region.pattern.search(name) for name in names):
                return region
        return None


_STROKE = re.compile(r"\s+[|•·–—-]\s+")  # noqa: RUF001  # typographic
_MOST_PARTS = 4
_HEAD_KINDS = frozenset({Kind.BYLINE, Kind.DATE})
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|[-_:/]+")
# `has-sidebar-promo` names the layout of an article, not a promo.
_LAYOUT = re.compile(r"\b(?:has|with|no|without|is|hide|hidden|embed|template)\b")


def _as_words(name: str) -> str:
    words = _PARTS.sub(" ", name).lower()
    return "" if _LAYOUT.search(words) else words


@cache
def rule_book() -> RuleBook:
    """The rules that ship with the service."""
    text = resources.files("copydesk_enrich.extraction").joinpath("rules.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return RuleBook(
        rules=read_rules(data["rule"]),
        regions=tuple(Region(**vars(rule)) for rule in read_rules(data["region"])),
        max_chars=data["max_chars"],
        headline_verbs=frozenset(
            form for verb in data["headline_verbs"] for form in (verb, third_person(verb))
        ),
    )


def third_person(verb: str) -> str:
    """The form with an -s of an English verb: seeks, rushes, defies, pays."""
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in {"a", "e", "o"}:
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def read_rules(entries: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules from their tables; KeyError, ValueError or re.error where one is not well formed."""
    return tuple(
        Rule(
            id=entry["id"],
            kind=Kind(entry["kind"]),
            where=Where(entry["where"]),
            pattern=re.compile(entry["pattern"]),
            matches=tuple(entry["matches"]),
            misses=tuple(entry["misses"]),
            cues=tuple(entry.get("cues", ())),
        )
        for entry in entries
    )
