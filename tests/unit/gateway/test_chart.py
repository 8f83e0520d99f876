"""Bars stand for their counts, side by side, within the chart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.pages.chart import Count, chart


def test_the_highest_bar_fills_the_chart_and_the_others_are_in_proportion() -> None:
    drawn = chart([Count("a", 8, "/a"), Count("b", 2, "/b"), Count("c", 4, "/c")], height=100)
    assert drawn is not None
    assert [bar.height for bar in drawn.bars] == [100, 25, 50]
    assert [bar.y for bar in drawn.bars] == [0, 75, 50]


def test_a_few_articles_are_no_peak() -> None:
    drawn = chart([Count("a", 1), Count("b", 0), Count("c", 2)], height=100)
    assert drawn is not None
    assert [bar.height for bar in drawn.bars] == [20, 0, 40]
    assert drawn.most == 2


def test_a_single_article_is_seen_beside_a_thousand() -> None:
    drawn = chart([Count("a", 1000), Count("b", 1), Count("c", 0)])
    assert drawn is not None
    assert [bar.height > 0 for bar in drawn.bars] == [True, True, False]


def test_an_empty_day_leads_nowhere() -> None:
    drawn = chart([Count("a", 1, "/a"), Count("b", 0, "/b")])
    assert drawn is not None
    assert [bar.url for bar in drawn.bars] == ["/a", None]


@pytest.mark.parametrize("counts", [[], [Count("a", 0)]])
def test_without_articles_there_is_no_chart(counts: list[Count]) -> None:
    assert chart(counts) is None


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=80).filter(any))
def test_bars_stay_in_the_chart_and_do_not_touch(numbers: list[int]) -> None:
    drawn = chart([Count(str(number), number) for number in numbers])
    assert drawn is not None
    for bar in drawn.bars:
        assert bar.y >= 0
        assert abs(bar.y + bar.height - drawn.height) < 0.02
    for left, right in zip(drawn.bars, drawn.bars[1:], strict=False):
        assert left.x + left.width < right.x
    assert drawn.bars[-1].x + drawn.bars[-1].width < drawn.width
