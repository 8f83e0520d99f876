# ruff: noqa: RUF001  # letters of other scripts are meant here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_ingest.formats.charset import decode, in_utf_8
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


def test_western_bytes_amid_utf_8_are_read_as_such() -> None:
    mixed = TEXT.encode() + b" caf\xe9 and \x93quoted\x94, \x93caf\xe9\x94 too"
    text, warnings = decode(mixed, declared=None)
    assert text == TEXT + " café and “quoted”, “café” too"
    assert codes(warnings) == ["encoding_repaired"]


def test_one_western_letter_needs_no_other_evidence() -> None:
    assert decode(b"na\xc3\xafve caf\xe9", declared=None)[0] == "naïve café"
    assert decode(b"The caf\xe9's owner", declared="utf-8")[0] == "The café's owner"


@pytest.mark.parametrize("broken", [b"\x81", "€".encode()[:2]])
def test_a_byte_that_means_nothing_is_replaced(broken: bytes) -> None:
    text, warnings = decode(TEXT.encode() + broken, declared="utf-8")
    assert text == TEXT + "\ufffd"
    assert codes(warnings) == ["encoding_repaired"]


RUSSIAN = (
    "Совет города проголосовал в воскресенье за открытие старого моста. «Наконец», — сказала мэр."
)
SCRIPTS = [
    (RUSSIAN, "cp1251"),
    (RUSSIAN.translate({ord(mark): '"' for mark in "«»—"}), "koi8-r"),
    ("Міська рада ухвалила рішення знову відкрити старий міст у порту.", "cp1251"),
    ("Το δημοτικό συμβούλιο ψήφισε να ανοίξει ξανά την παλιά γέφυρα.", "cp1253"),
    ("מועצת העיר הצביעה ביום ראשון לפתוח מחדש את הגשר הישן בנמל.", "cp1255"),
    (
        "市議会は日曜日、古い港の橋を再び開くことを決めました。嵐で二年間閉鎖されていました。",
        "shift_jis",
    ),
    ("市议会周日投票决定重新开放旧港口大桥。这座桥两年前因风暴关闭。", "gbk"),
    ("시의회는 일요일에 오래된 항구 다리를 다시 열기로 결정했다.", "euc-kr"),
]


@pytest.mark.parametrize(("text", "encoding"), SCRIPTS, ids=[name for _, name in SCRIPTS])
def test_another_script_is_recognised_without_a_declaration(text: str, encoding: str) -> None:
    page = f'<div class="article"><p>{text}</p></div>\n'
    for original in (text, page, page * 500):
        assert decode(original.encode(encoding), declared=None)[0] == original


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("text", ["Совет", "Совет города", "Ночной паром снова в Осло"])
def test_a_few_words_of_cyrillic_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), declared=None)[0] == text


WESTERN = [
    "Le conseil a voté la réouverture : « très cher », dit la mairesse…",
    "Ninguém sabe quanto custará a reparação, disse a presidente à imprensa.",
    "Der Bürgermeister fragt: „Öffnen?“",
    "It’s “over…”",
]


@pytest.mark.parametrize("text", WESTERN)
def test_a_western_language_stays_western(text: str) -> None:
    assert decode(text.encode("cp1252"), declared=None)[0] == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_document_in_another_encoding_comes_to_utf_8(encoding: str) -> None:
    document = '{"content": "Zürich, naïve café"}'
    body, warnings = in_utf_8(document.encode(encoding), declared=None)
    assert body.decode() == document
    assert codes(warnings) == ["encoding_repaired"]


def test_a_document_is_read_as_declared_where_it_is_no_utf_8() -> None:
    document = '{"content": "Совет города"}'
    assert in_utf_8(document.encode("koi8-r"), declared="koi8-r")[0].decode() == document
    assert in_utf_8(document.encode(), declared="koi8-r") == (document.encode(), [])


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
    in_utf_8(body, declared=declared)[0].decode()
