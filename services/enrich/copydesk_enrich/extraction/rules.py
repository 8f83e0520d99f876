"""The junk rules: data in `rules.toml`, compiled once, tried on one line at a time."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Where(StrEnum):
    """Where a rule applies: before the first prose only, or everywhere."""

    HEAD = "head"
    ANYWHERE = "anywhere"


class Kind(StrEnum):
    """What a line is; the first seven feed fields of the article, the rest is only removed."""

    PROMO = "promo"
    PROMO_LABEL = "promo_label"
    CREDIT = "credit"
    CAPTION = "caption"
    BYLINE = "byline"
    DATE = "date"
    AUTHOR_BIO = "author_bio"
    ADVERTISEMENT = "advertisement"
    NEWSLETTER = "newsletter"
    SHARE_BAR = "share_bar"
    FOLLOW = "follow"
    COPYRIGHT = "copyright"
    PAGE_CHROME = "page_chrome"


@dataclass(frozen=True)
class Rule:
    """One rule; `matches` and `misses` are its own examples, which the tests run."""

    id: str
    kind: Kind
    where: Where
    pattern: re.Pattern[str]
    matches: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A line that a rule recognised, with the named groups of its pattern."""

    rule: str
    kind: Kind
    groups: dict[str, str]


@dataclass(frozen=True)
class RuleBook:
    """All rules in order. A line over `max_chars` is never looked at, which bounds the time."""

    rules: tuple[Rule, ...]
    max_chars: int

    def recognise(self, line: str, *, in_head: bool) -> Hit | None:
        """The first rule that matches the whole of a stripped line."""
        if not line or len(line) > self.max_chars:
            return None
        for rule in self.rules:
            if rule.where is Where.HEAD and not in_head:
                continue
            if match := rule.pattern.fullmatch(line):
                groups = {name: text.strip() for name, text in match.groupdict().items() if text}
                return Hit(rule.id, rule.kind, groups)
        return None


@cache
def rule_book() -> RuleBook:
    """The rules that ship with the service."""
    text = resources.files("copydesk_enrich.extraction").joinpath("rules.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return RuleBook(
        rules=tuple(
            Rule(
                id=entry["id"],
                kind=Kind(entry["kind"]),
                where=Where(entry["where"]),
                pattern=re.compile(entry["pattern"]),
                matches=tuple(entry["matches"]),
                misses=tuple(entry["misses"]),
            )
            for entry in data["rule"]
        ),
        max_chars=data["max_chars"],
    )
