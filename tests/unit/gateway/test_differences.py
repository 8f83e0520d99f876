"""What changed between two versions, for any two texts."""

import time

from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.differences import Change, Kind, Mark, Part, differences, marked

OLD = (
    "The ferry sails again from Friday.",
    "The harbour paid for the repair.",
    "Tickets cost ten crowns.",
)
TEXTS = st.lists(st.text(alphabet="ab \n", max_size=12), max_size=8)


def test_a_changed_word_is_marked_within_its_paragraph() -> None:
    new = (OLD[0].replace("Friday", "Monday"), *OLD[1:])
    [change] = differences(OLD, new)
    assert (change.kind, change.old, change.new) == (Kind.CHANGED, 0, 0)
    assert change.parts == (
        Part(Mark.SAME, "The ferry sails again from"),
        Part(Mark.REMOVED, " Friday."),
        Part(Mark.ADDED, " Monday."),
    )


def test_whole_paragraphs_come_and_go() -> None:
    new = (OLD[0], "Nobody was hurt in the storm.", OLD[2])
    assert [(c.kind, c.old, c.new) for c in differences(OLD, new)] == [
        (Kind.REMOVED, 1, None),
        (Kind.ADDED, None, 1),
    ]


def test_equal_texts_do_not_differ() -> None:
    assert differences(OLD, OLD) == []
    assert marked("Same title", "Same title") == (Part(Mark.SAME, "Same title"),)


@given(old=TEXTS, new=TEXTS)
def test_old_and_new_can_be_made_from_the_difference(old: list[str], new: list[str]) -> None:
    changes = differences(old, new)
    gone = {c.old: c for c in changes if c.old is not None}
    come = {c.new: c for c in changes if c.new is not None}
    kept_old = [text for n, text in enumerate(old) if n not in gone]
    kept_new = [text for n, text in enumerate(new) if n not in come]
    assert kept_old == kept_new
    for number, change in gone.items():
        assert _text(change, without=Mark.ADDED) == old[number].rstrip() or change.parts == (
            Part(Mark.REMOVED, old[number]),
        )
    for number, change in come.items():
        assert _text(change, without=Mark.REMOVED) == new[number].rstrip() or change.parts == (
            Part(Mark.ADDED, new[number]),
        )


def _text(change: Change, *, without: Mark) -> str:
    return "".join(part.text for part in change.parts if part.mark is not without)


def test_texts_made_to_be_slow_are_not() -> None:
    started = time.perf_counter()
    for old, new in (
        (["a b " * 1000], ["b " * 1999]),
        (["a", "b"] * 500, ["b"] * 999),
        (["x " * 1_000_000], ["y " * 1_000_000]),
        (["a b " * 110] * 4 + ["x"], ["b " * 220] * 4 + ["y"]),
    ):
        assert differences(old, new)
    assert time.perf_counter() - started < 10
