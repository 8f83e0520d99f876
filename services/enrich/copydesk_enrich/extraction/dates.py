"""Dates in the copy, with where they stood."""

from copydesk_enrich.extraction.found import Dated
from copydesk_shared.contracts.article import Provenance
from copydesk_shared.dates import read_date


def parse_date(text: str, *, provenance: Provenance) -> Dated | None:
    """The first date in a short text, if there is one; without a zone it is taken as UTC."""
    date = read_date(text)
    return Dated(date.value, date.precision, provenance) if date else None
