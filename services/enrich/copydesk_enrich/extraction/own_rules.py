r"""A newsroom's own extraction rules, beside those that ship: for every source, or for one.

A file is TOML; a directory is all its `*.toml` in order of name. Per file:

    [[rule]]                      # as in rules.toml, for every source, tried before those
    id = "own.tide-table"
    kind = "page_chrome"
    where = "anywhere"
    pattern = 'High water at \d\d:\d\d\.?'
    matches = ["High water at 06:12"]
    misses = ["High water at the old quay."]

    [source."herald.example"]
    off = ["promo.short-label"]   # rules that are not applied to it
    keep = ["Why it matters"]     # lines that are never removed, learned or not
    [[source."herald.example".rule]]
    …
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copydesk_enrich.extraction.learned import line_key
from copydesk_enrich.extraction.rules import Rule, RuleBook, read_rules, rule_book


class OwnRulesError(ValueError):
    """A file of own rules that cannot be used; the message names the file and the rule."""


@dataclass(frozen=True)
class RuleShelf:
    """The rule book of every source."""

    common: RuleBook
    by_source: Mapping[str, RuleBook]

    def of(self, source: str) -> RuleBook:
        """The book of a source: its own, else the common one."""
        return self.by_source.get(source, self.common)

    @classmethod
    def read(cls, path: Path | None) -> "RuleShelf":
        """The shipped rules with those at `path`. OwnRulesError where they cannot be used."""
        shelf = cls(rule_book(), {})
        for file in _files(path) if path else ():
            try:
                shelf = _with_file(shelf, tomllib.loads(file.read_text("utf-8")))
            except (OSError, KeyError, TypeError, ValueError, re.error) as exc:
                raise OwnRulesError(f"{file}: {type(exc).__name__}: {exc}") from exc
        return shelf


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.toml"))
    if not path.exists():
        raise OwnRulesError(f"{path}: there is no such file")
    return [path]


def _with_file(shelf: RuleShelf, data: Mapping[str, Any]) -> RuleShelf:
    if unknown := data.keys() - {"rule", "source"}:
        raise ValueError(f"unknown tables {sorted(unknown)}")
    own = _checked(data.get("rule", ()))
    common = _with_rules(shelf.common, own)
    books = {source: _with_rules(book, own) for source, book in shelf.by_source.items()}
    for source, table in data.get("source", {}).items():
        books[source] = _for_source(books.get(source, common), table)
    return RuleShelf(common, books)


def _for_source(book: RuleBook, table: Mapping[str, Any]) -> RuleBook:
    if unknown := table.keys() - {"off", "keep", "rule"}:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    off = frozenset(table.get("off", ()))
    if missing := off - {rule.id for rule in (*book.rules, *book.regions)}:
        raise ValueError(f"no such rules {sorted(missing)}")
    book = replace(
        book,
        rules=tuple(rule for rule in book.rules if rule.id not in off),
        regions=tuple(region for region in book.regions if region.id not in off),
        keep=book.keep | frozenset(map(line_key, table.get("keep", ()))),
    )
    return _with_rules(book, _checked(table.get("rule", ())))


def _with_rules(book: RuleBook, own: tuple[Rule, ...]) -> RuleBook:
    return replace(book, rules=(*own, *book.rules))


def _checked(entries: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules, each of which holds against its own examples."""
    rules = read_rules(entries)
    for rule in rules:
        wrong = [line for line in rule.matches if not rule.pattern.fullmatch(line)]
        wrong += [line for line in rule.misses if rule.pattern.fullmatch(line)]
        if wrong:
            raise ValueError(f"rule {rule.id} is wrong about its example {wrong[0]!r}")
    return rules
