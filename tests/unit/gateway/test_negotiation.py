import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk_gateway.negotiation import preferred, takes_coding

OFFERED = ("application/json", "text/html", "text/markdown")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        (BROWSER, "text/html"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/markdown", "text/markdown"),
        ("TEXT/Markdown; charset=utf-8", "text/markdown"),
        ("text/*", "text/html"),
        ("text/*;q=0.5, application/json;q=0.4", "text/html"),
        ("text/html;q=0.2, text/markdown;q=0.7, application/json;q=0.1", "text/markdown"),
        ("text/*, text/html;q=0", "text/markdown"),  # the closest range decides
        ("*/*, application/json;q=0", "text/html"),
        ("text/html;q=2, text/markdown;q=1", "text/html"),
        ("text/markdown;q=often", "text/markdown"),
        ("image/png", None),
        ("application/json;q=0", None),
        ("nonsense", "application/json"),
    ],
)
def test_the_best_liked_form_is_taken(accept: str, expected: str | None) -> None:
    assert preferred(accept, OFFERED) == expected


@settings(deadline=None)  # machines differ, and CI's are slow
@given(st.text(alphabet="atexhml/jsonpicq=;,.*0123456789 ", max_size=200))
def test_any_header_has_an_answer(accept: str) -> None:
    assert preferred(accept, OFFERED) in {*OFFERED, None}


@pytest.mark.parametrize(
    ("accept_encoding", "taken"),
    [
        ("gzip, deflate, br", True),
        ("br, GZIP;q=0.1", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0, identity", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
    ],
)
def test_a_coding_is_taken_or_refused_by_its_weight(accept_encoding: str, *, taken: bool) -> None:
    assert takes_coding(accept_encoding, "gzip") is taken
