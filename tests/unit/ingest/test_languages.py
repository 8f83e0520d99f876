import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_ingest.formats.languages import language_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("EN", "EN"),
        ("pt-BR", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("en_GB.UTF-8", "en-GB"),
        ("eng", "en"),
        ("ENG", "en"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("deu", "de"),
        ("ger-AT", "de-AT"),
        ("zho-Hans", "zh-Hans"),
        ("cmn", "zh"),
        ("iw", "he"),
        ("nob", "nb"),
        ("fil", "fil"),
        ("gsw-CH", "gsw-CH"),
    ],
)
def test_a_language_has_its_shortest_code(text: str, tag: str) -> None:
    assert language_tag(text) == tag


@pytest.mark.parametrize("text", ["xx", "xyz", "und", "mul", "English", "e", "en-", "-", "", "1"])
def test_what_names_no_language_is_none(text: str) -> None:
    assert language_tag(text) is None


@given(st.text(max_size=12) | st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True))
def test_a_tag_stays_as_it_is(text: str) -> None:
    tag = language_tag(text)
    assert tag is None or language_tag(tag) == tag
