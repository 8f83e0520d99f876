import re
from contextlib import suppress
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.etree import _Element
from lxml.html import document_fromstring

from copydesk_ingest.formats.limits import refuse_json_bomb
from copydesk_ingest.formats.tags import refuse_tag_bomb
from copydesk_ingest.refusals import RefusedError

LINEAR_S = 5.0  # generous: a quadratic scan of these inputs takes minutes


def scan(html: str, *, max_depth: int = 50, max_tags: int = 1000) -> str | None:
    try:
        refuse_tag_bomb(html, max_depth=max_depth, max_tags=max_tags)
    except RefusedError as exc:
        return exc.code
    return None


def test_json_may_be_as_deep_as_the_limit_and_no_deeper() -> None:
    refuse_json_bomb(b"[" * 32 + b"]" * 32, limit=32)
    with pytest.raises(RefusedError) as refusal:
        refuse_json_bomb(b"[" * 33 + b"]" * 33, limit=32)
    assert refusal.value.code == "too_deep"


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"{}," * 1000 + b"{}]",
        b'{"content": "' + b"[" * 1000 + b'"}',
        b'{"content": "\\"' + b"{" * 1000 + b'"}',
        b'{"content": "\\\\", "b": "' + b"[" * 1000 + b'"}',
    ],
)
def test_width_and_brackets_in_strings_are_no_depth(body: bytes) -> None:
    refuse_json_bomb(body, limit=32)


def test_a_list_of_empty_lists_without_end_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        refuse_json_bomb(b"[" + b"[]," * 200_000 + b"[]]", limit=32)
    assert refusal.value.code == "too_many_values"


def test_a_text_full_of_commas_and_quotes_is_one_value() -> None:
    refuse_json_bomb(b'{"content": "' + b'\\",' * 600_000 + b'"}', limit=32)


@given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=3), max_leaves=20))
def test_the_scan_agrees_with_the_depth_of_the_value(value: object) -> None:
    import orjson

    def depth(node: object) -> int:
        return 1 + max(map(depth, node), default=0) if isinstance(node, list) else 0

    body = orjson.dumps(value)
    refuse_json_bomb(body, limit=depth(value))
    if deep := depth(value):
        with pytest.raises(RefusedError):
            refuse_json_bomb(body, limit=deep - 1)


@pytest.mark.parametrize(
    "body", [b'"\\' * 1_000_000, b'["' * 1_000_000, b'"' + b"\\" * 2_000_000, b"[]" * 1_000_000]
)
def test_the_json_scan_is_linear(body: bytes) -> None:
    start = perf_counter()
    with suppress(RefusedError):
        refuse_json_bomb(body, limit=32)
    assert perf_counter() - start < LINEAR_S


@pytest.mark.parametrize(
    "html",
    [
        "<p>One<p>Two" * 200,
        "<ul>" + "<li>item" * 200 + "</ul>",
        "<br><img src=x>" * 200,
        "<script>" + "'<b>'" * 200 + "</script><p>text",
        "<!-- " + "<b>" * 200 + " -->",
        "<B></b>" * 200,
        "<div><p>text</div>" * 200,
        "<table>" + "<tr><td>a<td><p>b" * 200 + "</table>",
        "<select>" + "<option>a" * 200,
        "text with 1 < 2 and <3 and < b" * 200,
    ],
)
def test_a_flat_page_passes(html: str) -> None:
    assert scan(html) is None


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<div>" * 51, "too_deep"),
        ("<b></x>" * 51, "too_deep"),
        ("<b><i></b>" * 51, "too_deep"),
        ("<p><font>" * 51, "too_deep"),
        ("<li><dt>" * 51, "too_deep"),
        ("<!-- " + "<b>" * 51, "too_deep"),
        ("<script>" + "<b>" * 51, "too_deep"),
        ("<i></i>" * 501, "too_many_tags"),
        ("<br>" * 1001, "too_many_tags"),
    ],
)
def test_a_bomb_is_found(html: str, code: str) -> None:
    assert scan(html) == code


_NAMES = re.compile("b|i|p|div|ul|li|td|tr|thead|table|dl|dt|dd|span|a|br|option|form|script")
_UNIT = st.lists(
    st.tuples(st.sampled_from(["<", "<", "</"]), st.from_regex(_NAMES, fullmatch=True)), max_size=4
)


@given(_UNIT)
def test_no_tree_is_deeper_than_the_scan_allows(unit: list[tuple[str, str]]) -> None:
    html = "<p>text" + "".join(f"{start}{name}>x" for start, name in unit) * 40

    def depth(element: _Element) -> int:
        return 1 + max(map(depth, element), default=0)

    parser_adds = 6  # html, body and what a table or a list lacks
    allowed = depth(document_fromstring(html)) - parser_adds
    if allowed > 1:
        assert scan(html, max_depth=allowed - 1) == "too_deep"


@pytest.mark.parametrize("unit", ["<!--", "<script>", "<b></b>", "<", "</", "<a ", "<x" + "y" * 50])
def test_the_html_scan_is_linear(unit: str) -> None:
    start = perf_counter()
    scan(unit * (2_000_000 // len(unit)), max_tags=1_000_000, max_depth=1_000_000)
    assert perf_counter() - start < LINEAR_S
