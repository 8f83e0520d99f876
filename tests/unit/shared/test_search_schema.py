"""The order key: the one sort and cursor field of both engines."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk_shared.search_schema import order_key

seconds = st.integers(min_value=0, max_value=2**33 - 1)


@given(seconds, seconds, st.text(), st.text())
def test_a_later_article_has_a_greater_key(one: int, other: int, a: str, b: str) -> None:
    if one < other:
        assert order_key(one, a) < order_key(other, b)


@given(st.integers(), st.text())
def test_a_key_survives_an_engine_that_stores_doubles(published_s: int, article_id: str) -> None:
    key = order_key(published_s, article_id)
    assert 0 <= key < 2**53
    assert int(float(key)) == key


@given(seconds)
def test_articles_of_the_same_second_differ(published_s: int) -> None:
    keys = {order_key(published_s, f"article-{number}") for number in range(50)}
    assert len(keys) == 50
