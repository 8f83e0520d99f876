import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_enrich.duplicates import PLACES, SHORTEST, bands, signature, similarity

WORDS = [f"word{number}" for number in range(2_000)]


def a_text(seed: int, words: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)  # noqa: S311  # a seed, not a secret


def signed(words: list[str]) -> bytes:
    found = signature(" ".join(words))
    assert found is not None
    return found


def jaccard(one: list[str], other: list[str]) -> float:
    first, second = ({tuple(w[i : i + 3]) for i in range(len(w) - 2)} for w in (one, other))
    return len(first & second) / len(first | second)


def test_a_signature_is_the_same_on_every_machine() -> None:
    digest = hashlib.sha256(signed(a_text(1))).hexdigest()
    assert digest == "d993ca361e958a6dba359a5900ad73f666f1dc6227bb0a8093aeb148164db47d"


@pytest.mark.parametrize("kept", [280, 240, 180, 100, 20])
def test_the_estimate_is_near_the_share_of_common_shingles(kept: int) -> None:
    one = a_text(1)
    other = one[:kept] + a_text(2, 300 - kept)
    # Four standard errors of 128 places.
    assert similarity(signed(one), signed(other)) == pytest.approx(jaccard(one, other), abs=0.18)


def test_a_text_cut_to_60_percent_shares_a_band_and_another_text_none() -> None:
    text = a_text(1)
    assert set(bands(signed(text))) & set(bands(signed(text[:180])))
    assert not set(bands(signed(text))) & set(bands(signed(a_text(2))))


def test_case_accents_punctuation_and_lines_do_not_matter() -> None:
    text = "Zürich - said the Élysée: (no) comment. " * 8
    plain = "zurich said\nthe elysee\n\nNO comment " * 8
    assert signature(text) == signature(plain)


def test_a_short_text_has_no_signature() -> None:
    assert signature(" ".join(WORDS[: SHORTEST - 1])) is None
    assert signature(" ".join(WORDS[:SHORTEST])) is not None
    assert signature("") is None


def test_scripts_without_spaces_are_compared_too() -> None:
    text = "港の橋は月曜日に主ケーブルの亀裂が見つかったため閉鎖されたと技術者が述べた。"
    one, other = signature(text), signature(text + "市長は謝罪した。")
    assert one is not None
    assert other is not None
    assert similarity(one, other) > 0.6


@given(st.text(max_size=600))
def test_every_text_has_a_whole_signature_or_none(text: str) -> None:
    found = signature(text)
    assert found is None or (len(found) == 4 * PLACES and len(set(bands(found))) == 32)
    assert found == signature(f"  {text}\n")
