"""Who made a picture, where its caption says so: `The wall. Photo: J. Roe`."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re

_LABEL = re.compile(
    r"\b(?i:(?:photo|photograph|image|picture|illustration|graphic|video)s?(?: credits?)?|credits?"
    r"|crédits?(?: photo)?|fotos?|bild)"
    r"(?:\s?:\s?(?i:by\s)?|\s(?i:by|courtesy of):?\s)(?=\S)"
)
# A name has no word in lower case but these, which join names.
_JOINING = frozenset(
    (
        "courtesy", "handout", "via", "for", "of", "and", "the", "by", "from", "de", "da", "di",
        "do", "du", "van", "von", "der", "den", "al", "bin", "on", "la", "le", "el", "y", "e",
        "und", "et", "file",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\s/,()&|]+")
_AROUND = " \t(|/–—-"
_LONGEST_CREDIT = 120


def part_credit(caption: str) -> tuple[str | None, str | None]:
    """The caption without its credit, and the credit without its label; either may be missing."""
    for label in _LABEL.finditer(caption):
        credit = caption[label.end() :].strip(" ).")
        if credit and len(credit) <= _LONGEST_CREDIT and _is_name(credit):
            return caption[: label.start()].rstrip(_AROUND) or None, credit
    return caption or None, None


def bare_credit(text: str) -> str:
    """A credit without its label."""
    label = _LABEL.match(text)
    return text[label.end() :].strip() if label else text


def _is_name(text: str) -> bool:
    words = _WORD.findall(text)
    return bool(words) and all(not word[0].islower() or word in _JOINING for word in words)
