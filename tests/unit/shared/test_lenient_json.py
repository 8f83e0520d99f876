import pytest

from copydesk_shared import lenient_json

VALUE = {"a": ["b, ]", 1]}
JSON = '{"a": ["b, ]", 1]}'


@pytest.mark.parametrize(
    "text",
    [
        JSON,
        f"\ufeff {JSON};\n",
        f"<!-- {JSON} -->",
        f"<!--\n{JSON}\n//-->",
        f"//<![CDATA[\n{JSON}\n//]]>",
        f"/*<![CDATA[*/ {JSON} /*]]>*/",
    ],
)
def test_what_is_wrapped_around_a_script_is_no_fault(text: str) -> None:
    assert lenient_json.loads(text) == (VALUE, False)


def test_lines_may_break_within_a_string() -> None:
    assert lenient_json.loads('{"a": "b\nc\td"}') == ({"a": "b\nc\td"}, False)


@pytest.mark.parametrize(
    "text",
    ['{"a": ["b, ]", 1,],}', "{&quot;a&quot;: [&quot;b, ]&quot;, 1]}", '{"a":["b, ]",1 , ]}'],
)
def test_a_comma_too_many_and_escapes_of_html_are_mended(text: str) -> None:
    assert lenient_json.loads(text) == (VALUE, True)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a" "b"}', "//", 'var x = {"a": 1}'])
def test_anything_else_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        lenient_json.loads(text)


def test_hostile_texts_cost_their_length() -> None:
    for text in ("/" * 200_000, '"' + "\\" * 200_000, "[" + "," * 200_000, " " * 200_000 + "x"):
        with pytest.raises(ValueError):
            lenient_json.loads(text)
