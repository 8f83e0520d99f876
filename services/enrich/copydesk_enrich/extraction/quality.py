"""How much to trust an extraction: 1.0, less a fixed share for each thing that is wrong."""

from collections.abc import Sequence

from copydesk_enrich.extraction.found import LEFT_OUT_RULES, Found
from copydesk_enrich.prose import count_words
from copydesk_shared.contracts.article import Provenance

# Judgement, not measurement: a reader minds broken text most, a missing date least.
_COSTS = {
    "no_title": 0.25,
    "very_short": 0.25,
    "broken_characters": 0.3,
    "fallback_extractor": 0.2,
    "mostly_junk": 0.2,
    "one_block": 0.1,
    "no_date": 0.1,
}
_SHORT_WORDS = 60
_LONG_WORDS = 300
_BROKEN_SHARE = 0.002
# UTF-8 read as Latin-1 or Windows-1252 shows as these pairs.
_MOJIBAKE = ("\ufffd", "â€", "Ã©", "Ã¨", "Ã¼", "Ã¶", "Ã¤", "Â ")


def judge(found: Found, *, titled: bool, provenance: Provenance) -> tuple[float, tuple[str, ...]]:
    """Quality from 0 to 1, and the codes of what lowered it."""
    body = "\n".join(found.paragraphs)
    words = count_words(body)
    # What a page holds around its text is no fault of the text.
    removed = sum(len(block.text) for block in found.removed if block.rule not in LEFT_OUT_RULES)
    checks: Sequence[tuple[str, bool]] = (
        ("no_title", not titled),
        ("very_short", words < _SHORT_WORDS),
        ("broken_characters", _broken(body) > _BROKEN_SHARE),
        ("mostly_junk", removed > len(body)),
        ("one_block", words > _LONG_WORDS and len(found.paragraphs) == 1),
        ("no_date", provenance is Provenance.RECEIVED),
    )
    reasons = (*found.reasons, *(code for code, wrong in checks if wrong))
    return round(max(0.0, 1.0 - sum(_COSTS[code] for code in reasons)), 2), reasons


def _broken(body: str) -> float:
    return sum(body.count(sign) for sign in _MOJIBAKE) / max(1, len(body))
