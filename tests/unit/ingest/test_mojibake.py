# ruff: noqa: RUF001  # mangled text is meant here

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_ingest.formats.mojibake import repaired

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.mark.parametrize(
    "text",
    [
        "Zürich’s café — “naïve”, 5 € each…",
        "Ça coûte cher à l’évêché d’Évian, où l’on mange des œufs.",
        "Straße nach Größenwahn, äußerst übel.",
        "São Paulo não é só isso: ação e coração.",
        "Київ і Харків",
    ],
)
@pytest.mark.parametrize("read_as", ["cp1252", "latin-1"])
def test_double_utf_8_is_undone(text: str, read_as: str) -> None:
    mangled = "".join(char if char.isascii() else _misread(char.encode(), read_as) for char in text)
    assert repaired(f"{mangled}\nClean line.") == f"{text}\nClean line."


def _misread(data: bytes, read_as: str) -> str:
    return "".join(bytes([b]).decode(read_as, "ignore") or chr(b) for b in data)


@pytest.mark.parametrize(
    "text",
    [
        "SÃO PAULO, NÃO! A IRMÃ” disse.",
        "“IRMÔ, “AVÔ e “MAMÃ”.",
        "ÂGE D’OR",
        "Ðorđe Ñandú, Ñ, Ð",
        "Å, Ä, Ö – 20 °C, ½ £",
        "naïve café Â",
        "Preis: 5 €™ â la carte",
        "Плохая и хорошая",
        "日本語のテキスト",
    ],
)
def test_clean_text_passes_as_it_is(text: str) -> None:
    assert repaired(text) == text


def test_the_samples_pass_as_they_are() -> None:
    for path in SAMPLES.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert repaired(text) == text


@given(st.text(st.characters(codec="latin-1") | st.sampled_from("â€™Ã©ÂÐ")))
def test_any_text_stays_text(text: str) -> None:
    repaired(text).encode()
