"""The stop rule: a bad deploy stops the stage, a bad publisher does not."""

import pytest

from copydesk_shared.delivery.stop_rule import RecentEnds, StopRule

RULE = StopRule(window=10, share=0.5, sources=3)


def after(failed_sources: str, *, finished: int = 0, rule: StopRule = RULE) -> RecentEnds:
    """The ends of one article from each source named by a letter, after others that went well."""
    recent = RecentEnds(rule)
    for number in range(finished):
        recent.finished(f"good-{number}")
    for number, source in enumerate(failed_sources):
        recent.failed(f"bad-{number}", source=source)
    return recent


def test_most_articles_of_several_sources_failing_stops_the_stage() -> None:
    assert after("abcab", finished=5).verdict() == (
        "5 of the last 10 articles of 3 sources met unexpected errors"
    )


def test_a_stage_that_never_did_well_stops_before_its_window_is_full() -> None:
    assert after("abca").verdict() is None
    assert after("abcab").verdict() is not None


def test_failures_of_few_sources_stop_nobody() -> None:
    assert after("ababababab").verdict() is None


def test_failures_among_many_good_articles_stop_nobody() -> None:
    recent = RecentEnds(RULE)
    for number in range(100):
        recent.failed(f"bad-{number}", source=str(number))
        for other in range(2):
            recent.finished(f"good-{number}-{other}")
        assert recent.verdict() is None


def test_an_entry_that_is_retried_counts_once() -> None:
    recent = RecentEnds(RULE)
    for _ in range(5):
        for name in "abc":
            recent.failed(name, source=name)
    assert recent.verdict() is None


def test_a_retry_that_works_takes_the_failure_back() -> None:
    recent = after("abcab")
    recent.finished("bad-0")
    assert recent.verdict() is None


def test_old_ends_are_forgotten() -> None:
    recent = after("abca")
    for number in range(10):
        recent.finished(f"later-{number}")
    recent.failed("one more", source="d")
    assert recent.verdict() is None


def test_a_resumed_stage_has_a_fresh_window() -> None:
    recent = after("abcab")
    recent.forget()
    recent.failed("next", source="a")
    assert recent.verdict() is None


@pytest.mark.parametrize("ends", ["", "a", "abcdefghij"])
def test_a_window_of_nothing_turns_the_rule_off(ends: str) -> None:
    assert after(ends, rule=StopRule(window=0, share=0.5, sources=1)).verdict() is None
