"""Plain text, scraped or clean: breadcrumbs, headline, junk and bios by the rules, in order."""

from collections.abc import Sequence

from copydesk_enrich.extraction.breadcrumbs import read_trail
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.headlines import continues, looks_like_headline
from copydesk_enrich.extraction.lines import Line, decode_entities, split_lines
from copydesk_enrich.extraction.rules import RuleBook
from copydesk_enrich.extraction.sweep import Sweep
from copydesk_shared.contracts.submission import Warned

METHOD = "text-rules"


def extract_text(text: str, *, title: str | None, rules: RuleBook) -> Found:
    """Clean paragraphs and fields of plain text; `title` is the publisher's, if one was given.

    Clean prose passes unchanged. The body holds only characters of the input.
    """
    decoded = decode_entities(text)
    lines = split_lines(decoded)
    trail = read_trail([line.text for line in lines])
    sweep = Sweep(rules)
    for line in lines[: trail.lines]:
        sweep.remove("breadcrumb", line.text, rule="breadcrumbs.leading")
    rest = lines[trail.lines :]
    # A given title does not hide the headline that a trail abbreviates: the two may differ.
    found = _abbreviated(rest, trail.truncated_title)
    if found is None and title is None:
        found = _first_headline(rest, rules)
    if found is not None:
        sweep.remove("headline", rest[found].text, rule="headline.leading")
        title = title or rest[found].text
        rest = rest[:found] + rest[found + 1 :]
    sweep.run(rest, title=title)
    return Found(
        method=METHOD,
        paragraphs=tuple(sweep.paragraphs),
        title=title,
        authors=sweep.credited,
        section=trail.section,
        breadcrumbs=trail.crumbs,
        published=sweep.published,
        modified=sweep.modified,
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
            return number if looks_like_headline(line.text) else None
    return None
