import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_ingest.formats.charset import decode
from copydesk_shared.contracts.submission import Warned

TEXT = "Zürich, naïve café, 5 € — “quoted”"


def codes(warnings: list[Warned]) -> list[str]:
    return [warning.code for warning in warnings]


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), None),
        (b"\xef\xbb\xbf" + TEXT.encode(), "iso-8859-1"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), None),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), None),
        (TEXT.encode("utf-16-le"), "utf-16le"),
        (TEXT.encode("cp1252"), "windows-1252"),
        (TEXT.encode("cp1252"), "ISO-8859-1"),
    ],
)
def test_a_true_declaration_needs_no_repair(body: bytes, declared: str | None) -> None:
    assert decode(body, declared=declared) == (TEXT, [])


def test_a_page_may_declare_itself() -> None:
    page = '<html><meta charset="koi8-r"><p>Харьков'
    assert decode(page.encode("koi8-r"), declared=None, html=True) == (page, [])
    older = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">Киев'
    assert decode(older.encode("cp1251"), declared=None, html=True) == (older, [])
    lying = '<meta charset="utf-16">Kyiv'
    assert decode(lying.encode(), declared=None, html=True) == (lying, [])


def test_what_was_never_utf_8_is_read_as_western() -> None:
    text, warnings = decode(TEXT.encode("cp1252"), declared=None)
    assert text == TEXT
    assert codes(warnings) == ["encoding_repaired"]


def test_a_broken_byte_among_good_ones_is_replaced() -> None:
    text, warnings = decode(TEXT.encode() + b"\xff.", declared="utf-8")
    assert text == TEXT + "\ufffd."
    assert codes(warnings) == ["encoding_repaired"]


@pytest.mark.parametrize(
    "name", ["utf-7", "punycode", "rot13", "zip", "unicode_escape", "nonsense"]
)
def test_an_unknown_or_dangerous_encoding_is_read_as_utf_8(name: str) -> None:
    text, warnings = decode(TEXT.encode(), declared=name)
    assert text == TEXT
    assert codes(warnings) == ["charset_unknown"]


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "gbk", "iso-2022-jp"]))
def test_any_bytes_become_text(body: bytes, declared: str | None) -> None:
    text, _ = decode(body, declared=declared, html=True)
    text.encode()
