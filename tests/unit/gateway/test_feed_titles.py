"""A feed is called after its search."""

import pytest

from copydesk_gateway.feed_titles import subject
from copydesk_gateway.params import PageParams

NAMES = {"person:marta-lindqvist": "Marta Lindqvist"}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ""),
        ({"q": "  ferry  rail "}, "ferry rail"),
        ({"q": "ferry", "section": ["Local", "Sport"]}, "ferry, Local or Sport"),
        ({"entity_id": ["person:marta-lindqvist"]}, "Marta Lindqvist"),
        ({"entity_id": ["person:nobody"]}, "person:nobody"),
        ({"person": ["Marta Lindqvist"], "place": ["Sund"]}, "Marta Lindqvist, Sund"),
        ({"org": ["Coastal Alliance"], "author": ["Jon Pike"]}, "Coastal Alliance, by Jon Pike"),
        ({"source": ["harbour-post"], "language": ["es"]}, "harbour-post, Spanish"),
        ({"day": ["2026-03-05"]}, "on 5 March 2026"),
        ({"from": "2026-03", "to": "2026-04-02"}, "since 2026-03, until 2026-04-02"),
        ({"from": "2026-03", "to": "2026-03"}, "of 2026-03"),
        ({"from": "7d"}, "the last 7 days"),
        ({"from": "1w", "to": "36h"}, "the last 1 week, until 36 hours ago"),
        ({"from": "this-week"}, "since this week"),
        ({"from": "yesterday", "to": "yesterday"}, "yesterday"),
        ({"min_quality": 0.8}, "quality from 0.8"),
        ({"sort": "oldest", "collapse": "duplicates"}, ""),
    ],
)
def test_a_feed_is_called_after_its_search(params: dict[str, object], expected: str) -> None:
    assert subject(PageParams.model_validate(params), NAMES) == expected
