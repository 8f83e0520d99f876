"""The trail at the head of scraped copy: `1. Home`, `2. /`, `3. Politics` or `Home > Politics`."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk_enrich.extraction.headlines import looks_like_headline

_NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(\S.{0,120})")
_SEPARATORS = frozenset({"/", ">", "»", "›", "|", "→", "•", "·", "\\", "-", "–", "::"})
_INLINE = re.compile(r"\s+(?:[/>»›|→·•]|::)\s+")
_ROOTS = frozenset(
    {"home", "homepage", "start", "front page", "accueil", "startseite", "inicio", "início"}
)
# Crumbs that name a kind of page, not a section of the paper.
_NO_SECTION = _ROOTS | {"article", "articles", "artikel", "artículo", "articolo", "story", "news"}
_LONGEST_CRUMB = 60
# Of the roots, those that nobody begins a text with.
_HOMES = frozenset({"home", "homepage", "front page", "accueil", "startseite", "início"})
_CRUMB = re.compile(r"(?!By |BY )[A-ZÀ-Þ][\w’'&-]{1,20}(?: [\w’'&-]{1,20}){0,2}")
_SIGNED = re.compile(r"(?i:by|published|posted|updated)\b|\d")
_MOST_STACKED = 5


@dataclass(frozen=True)
class Trail:
    """Crumbs in order, and how many lines at the head they took."""

    crumbs: tuple[str, ...] = ()
    lines: int = 0

    @property
    def section(self) -> str | None:
        """The deepest crumb that is neither a kind of page nor a headline."""
        for crumb in reversed(self.crumbs):
            headline = crumb.endswith(("...", "…")) or len(crumb.split()) > 4  # noqa: PLR2004  # words
            if crumb.casefold() not in _NO_SECTION and not headline:
                return crumb
        return None

    @property
    def truncated_title(self) -> str | None:
        """The last crumb where it is a cut headline."""
        last = self.crumbs[-1] if self.crumbs else ""
        return last if last.endswith(("...", "…")) else None


def read_trail(lines: Sequence[str]) -> Trail:
    """The trail that the lines begin with; an empty one when they do not.

    A numbered list is a trail only if separators stand between its items or it starts at home,
    so that a list article keeps its list.
    """
    return _inline(lines) or _listed(lines) or _stacked(lines) or Trail()


def _inline(lines: Sequence[str]) -> Trail | None:
    if not lines or len(lines[0]) > 4 * _LONGEST_CRUMB:
        return None
    crumbs = [crumb.strip() for crumb in _INLINE.split(lines[0])]
    if len(crumbs) < 2 or crumbs[0].casefold() not in _ROOTS:  # noqa: PLR2004  # a trail has two
        return None
    return Trail(tuple(crumb for crumb in crumbs if crumb), 1)


def _stacked(lines: Sequence[str]) -> Trail | None:
    """Crumbs that lost numbers and separators: from home on, a few words in each line.

    What stands below must be longer, and if it is no headline the last crumb of two words is it.
    """
    if not lines or lines[0].casefold() not in _HOMES:
        return None
    taken = 1
    while taken < len(lines) and _CRUMB.fullmatch(lines[taken]):
        taken += 1
    if taken == len(lines):
        return None
    below = lines[taken]
    titled = looks_like_headline(below) and not _SIGNED.match(below)
    if taken > 1 and " " in lines[taken - 1] and not titled:
        taken -= 1
    return Trail(tuple(lines[:taken]), taken) if 1 < taken <= _MOST_STACKED else None


def _listed(lines: Sequence[str]) -> Trail | None:
    crumbs: list[str] = []
    separators = taken = 0
    numbered = bool(lines) and _NUMBERED.fullmatch(lines[0][:140]) is not None
    for line in lines:
        match = _NUMBERED.fullmatch(line) if numbered else None
        if numbered and (match is None or int(match[1]) != taken + 1):
            break
        item = match[2].strip() if match else line
        if item in _SEPARATORS:
            separators += 1
        elif not numbered and taken % 2:
            # Without numbers only strict alternation of crumb and separator is a trail.
            break
        elif len(item) > (120 if numbered else _LONGEST_CRUMB):
            break
        else:
            crumbs.append(item)
        taken += 1
    if not numbered and separators and taken > separators * 2:
        # A crumb after the last separator may be the headline itself: keep it as a crumb.
        taken = separators * 2 + 1
    at_home = bool(crumbs) and crumbs[0].casefold() in _ROOTS
    if len(crumbs) < 2 or not (separators or at_home):  # noqa: PLR2004  # a trail has two
        return None
    return Trail(tuple(crumbs), taken)
