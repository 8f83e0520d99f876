"""Plain text, scraped or clean: breadcrumbs, headline, junk and bios by the rules, in order."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from copydesk_enrich.extraction.breadcrumbs import read_trail
from copydesk_enrich.extraction.bylines import split_byline
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.headlines import continues, is_prose, looks_like_headline
from copydesk_enrich.extraction.lines import Line, decode_entities, split_lines
from copydesk_enrich.extraction.rules import Kind, RuleBook
from copydesk_enrich.extraction.sweep import Sweep
from copydesk_shared.contracts.submission import Warned

METHOD = "text-rules"
_SIGNED_WITHIN = 5
_BELOW_NAMES = {"byline.agency", "byline.email"}
_NAME = re.compile(
    r"[A-ZÀ-Þ][\w.’'-]*(?: [A-ZÀ-Þ][\w.’'-]*){1,3}(?:(?:,| and) [A-ZÀ-Þ][\w.’' -]{3,40})?"
)
_ALONE = re.compile(r"[A-ZÀ-Þ][a-zà-ÿ]+ (?:[A-Z]\. )?[A-ZÀ-Þ][\w’'-]+")
_TWO_WORDS = re.compile(r"[A-ZÀ-Þ0-9][\w’'-]*,? [\w’'-]+[?!]?")
_NEWSPAPER = re.compile(r"[A-Z][\w.&/’'-]*(?:,? (?:\(?[A-Z][\w.&/’'-]*\)?|of|the|for)){0,6}")


def extract_text(
    text: str, *, title: str | None, rules: RuleBook, known_lines: Collection[str] = ()
) -> Found:
    """Clean paragraphs and fields of plain text; `title` is the publisher's, if one was given.

    Clean prose passes unchanged. The body holds only characters of the input.
    """
    decoded = decode_entities(text)
    lines = split_lines(decoded)
    trail = read_trail([line.text for line in lines])
    sweep = Sweep(rules, known_lines)
    for line in lines[: trail.lines]:
        sweep.remove(Kind.BREADCRUMB, line.text, rule="breadcrumbs.leading")
    rest = lines[trail.lines :]
    # A given title does not hide the headline that a trail abbreviates: the two may differ.
    found = _abbreviated(rest, trail.truncated_title)
    if found is None and title is None:
        found = _first_headline(rest, rules)
    if found is not None:
        sweep.remove(Kind.HEADLINE, rest[found].text, rule="headline.leading")
        title = title or rest[found].text
        rest = rest[:found] + rest[found + 1 :]
    if (signed := _signature(rest, rules)) is not None:
        sweep.remove(Kind.BYLINE, rest[signed].text, rule="byline.above-agency")
        sweep.authors.extend(split_byline(rest[signed].text))
        rest = rest[:signed] + rest[signed + 1 :]
    elif alone := _signed_alone(rest, rules):
        sweep.authors.extend(split_byline(rest[0].text))
        for line in rest[:alone]:
            sweep.remove(Kind.BYLINE, line.text, rule="byline.alone")
        rest = rest[alone:]
    sweep.run(rest, titles=[title] if title else [])
    return Found(
        method=METHOD,
        paragraphs=tuple(sweep.paragraphs),
        title=title,
        authors=sweep.credited,
        section=trail.section,
        breadcrumbs=trail.crumbs,
        published=sweep.published or sweep.modified,
        modified=sweep.modified,
        standfirst=sweep.standfirst,
        images=tuple(sweep.images),
        related_links=tuple(sweep.links),
        removed=tuple(sweep.removed),
        warnings=(
            ()
            if decoded == text
            else (Warned(code="entities_decoded", message="HTML entities stood in plain text."),)
        ),
    )


def _abbreviated(lines: Sequence[Line], crumb: str | None) -> int | None:
    """The number of the line that the last crumb is the beginning of."""
    for number, line in enumerate(lines[:10] if crumb else ()):
        if continues(line.text, truncated=crumb or ""):
            return number
    return None


def _first_headline(lines: Sequence[Line], rules: RuleBook) -> int | None:
    """The number of the first line that is not junk, if it is a headline with text after it."""
    for number, line in enumerate(lines[:-1]):
        if rules.recognise(line.text, in_head=True) is None:
            fits = looks_like_headline(line.text) or _is_short_headline(lines[number:], rules)
            return number if fits else None
    return None


def _is_short_headline(lines: Sequence[Line], rules: RuleBook) -> bool:
    """Whether the first line is two words, not the name of who wrote it, right above the prose."""
    first, *others = (line.text for line in lines)
    below = (text for text in others if rules.recognise(text, in_head=True) is None)
    if not _TWO_WORDS.fullmatch(first) or not is_prose(next(below, "")):
        return False
    return _says_what_happens(first, rules) or not _is_name(lines)


def _says_what_happens(line: str, rules: RuleBook) -> bool:
    """Whether two words that might be a name are a headline: Mayor Wins."""
    verb = line.rsplit(maxsplit=1)[-1].lower()
    return verb.endswith("s") and verb in rules.headline_verbs


def _signature(lines: Sequence[Line], rules: RuleBook) -> int | None:
    """The number of a line that is only a name, with the agency, role or address on the next."""
    for number, (line, below) in enumerate(pairwise(lines[:_SIGNED_WITHIN])):
        hit = rules.recognise(below.text, in_head=True)
        if hit is not None and hit.rule in _BELOW_NAMES and _NAME.fullmatch(line.text):
            return number
    return None


def _signed_alone(lines: Sequence[Line], rules: RuleBook) -> int:
    """How many lines a name alone takes above the prose: one, two with its newspaper, or none."""
    if not lines or not _is_name(lines) or _says_what_happens(lines[0].text, rules):
        return 0
    prose = [is_prose(line.text) for line in lines[1:3]]
    if prose[:1] == [True]:
        return 1
    return 2 if prose == [False, True] and _NEWSPAPER.fullmatch(lines[1].text) else 0


def _is_name(lines: Sequence[Line]) -> bool:
    """Whether the first line has the form of a name, and no word that is common in the text."""
    if not _ALONE.fullmatch(lines[0].text):
        return False
    common = {word for line in lines for word in line.text.split() if word.islower()}
    return common.isdisjoint(lines[0].text.lower().split())
