from collections.abc import Mapping
from dataclasses import replace

import pytest

from copydesk_enrich.related import (
    DAY_S,
    Card,
    choose,
    decay,
    likeness,
    rank,
    shortlist,
    similarity,
)
from copydesk_enrich.terms import Term

NOW = 1_790_000_000


def a_card(
    article_id: str,
    terms: Mapping[str, float],
    *,
    days: float = 0,
    names: tuple[str, ...] = (),
    group: str | None = None,
) -> Card:
    length = sum(weight * weight for weight in terms.values()) ** 0.5
    return Card(
        article_id=article_id,
        version=1,
        group_id=group or article_id,
        title=f"Headline of {article_id}",
        url=None,
        source="courier",
        language="en",
        published_s=NOW + int(days * DAY_S),
        terms={key: weight / length for key, weight in terms.items()},
        names={name.lower(): name for name in names},
    )


def terms_of_card(card: Card) -> list[Term]:
    return [Term(key, key, weight) for key, weight in card.terms.items()]


SUBJECT = a_card("subject", {"bridge": 3, "harbour": 2, "inquiry": 2, "council": 1})
NEAR = a_card("near", {"bridge": 3, "harbour": 1, "tender": 3})
FAR = a_card("far", {"council": 1, "budget": 3, "library": 2})


def reasons(subject: Card, other: Card) -> tuple[str, ...]:
    (found,) = choose(subject, terms_of_card(subject), [(1.0, other)])
    return found.reasons


def ids(*candidates: Card, **options: float) -> list[str]:
    ranked = rank(SUBJECT, candidates)
    chosen = choose(SUBJECT, terms_of_card(SUBJECT), ranked, **options)  # type: ignore[arg-type]  # floats for every option
    return [suggestion.card.article_id for suggestion in chosen]


def test_more_shared_weight_ranks_higher() -> None:
    assert [card.article_id for _, card in rank(SUBJECT, [FAR, NEAR])] == ["near", "far"]


def test_an_article_is_never_its_own_relative() -> None:
    assert rank(SUBJECT, [SUBJECT]) == []


def test_the_nearer_in_time_wins_between_equals() -> None:
    old = a_card("old", {"bridge": 3, "tender": 3}, days=-60)
    new = a_card("recent", {"bridge": 3, "tender": 3}, days=-1)
    assert [card.article_id for _, card in rank(SUBJECT, [old, new])] == ["recent", "old"]


def test_time_takes_half_at_most() -> None:
    assert decay(0) == 1.0
    assert decay(10_000 * DAY_S) == pytest.approx(0.5)
    assert decay(-5 * DAY_S) == decay(5 * DAY_S)


def test_a_weak_likeness_is_not_shown() -> None:
    assert ids(NEAR, FAR) == ["near"]
    assert ids(NEAR, FAR, threshold=0.0) == ["near", "far"]


def test_a_copy_of_the_article_is_not_related_to_it() -> None:
    copy = a_card("copy", {"bridge": 3, "harbour": 2, "inquiry": 2, "mayor": 1})
    assert similarity(SUBJECT, copy) > 0.85
    assert ids(copy, NEAR) == ["near"]


def test_of_copies_of_one_text_only_the_best_placed_is_shown() -> None:
    copy = a_card("near-copy", {"bridge": 3, "harbour": 1, "tender": 3, "quay": 0.5}, days=-1)
    assert ids(copy, NEAR) == ["near"]


def test_at_most_five_are_shown() -> None:
    many = [a_card(f"c{n}", {"bridge": 3, f"word{n}": 3}) for n in range(9)]
    assert len(ids(*many)) == 5


def test_what_the_text_links_to_already_is_left_out() -> None:
    ranked = rank(SUBJECT, [NEAR])
    assert choose(SUBJECT, terms_of_card(SUBJECT), ranked, without={"near"}) == []


def test_reasons_name_what_is_shared_and_the_time_between() -> None:
    subject = a_card(
        "s", {"nato": 2, "summit": 2, "fund": 1}, names=("NATO", "Ukraine", "Anna Sorel")
    )
    other = a_card(
        "o",
        {"nato": 2, "summit": 2, "fund": 1, "weather": 3},
        days=-2,
        names=("Anna Sorel", "NATO", "Ukraine"),
    )
    assert reasons(subject, other) == (
        "3 shared names: NATO, Ukraine, Anna Sorel",
        "shared words: summit, fund",
        "2 days earlier",
    )


def test_a_name_that_was_missed_in_the_other_text_is_shared_by_its_words() -> None:
    subject = a_card("s", {"port": 2, "alder": 2, "ferry": 1}, names=("Port Alder", "Port Royal"))
    other = a_card("o", {"port": 2, "alder": 2, "ferry": 1, "weather": 3})
    assert reasons(subject, other)[:2] == (
        "1 shared name: Port Alder",
        "shared words: ferry",
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0.2, "within a day"),
        (-1, "1 day earlier"),
        (1.2, "1 day later"),
        (-20, "20 days earlier"),
        (28, "4 weeks later"),
    ],
)
def test_time_apart_is_said_in_days_then_weeks(days: float, said: str) -> None:
    other = a_card("o", {"bridge": 1}, days=days)
    assert reasons(SUBJECT, other)[-1] == said


def test_many_shared_names_are_counted_not_listed() -> None:
    names = ("Ada", "Ben", "Cleo", "Dan", "Eve")
    subject = a_card("s", {"vote": 1}, names=names)
    first, *_ = reasons(subject, a_card("o", {"poll": 1}, names=names))
    assert first == "5 shared names: Ada, Ben, Cleo and 2 more"


def test_a_shared_event_comes_first_with_its_place() -> None:
    names = {
        "person:anna-sorel": "Anna Sorel",
        "event:alder-summit": "Alder Summit",
        "place:port-alder": "Port Alder",
        "organisation:port-council": "Port Council",
    }
    subject = replace(a_card("s", {"summit": 2, "fund": 1}), names=names)
    other = replace(a_card("o", {"summit": 2, "ferry": 3}, days=-2), names=names)
    assert reasons(subject, other) == (
        "same event: Alder Summit, Port Alder",
        "2 shared names: Anna Sorel, Port Council",
        "2 days earlier",
    )


def test_the_other_end_is_told_the_same_from_its_side() -> None:
    other = a_card("o", {"bridge": 3, "tender": 3}, days=-2)
    (found,) = choose(SUBJECT, terms_of_card(SUBJECT), rank(SUBJECT, [other]))
    assert found.reasons == ("shared words: bridge", "2 days earlier")
    assert found.reasons_back == ("shared words: bridge", "2 days later")


def test_of_a_group_of_copies_only_the_best_placed_is_shown() -> None:
    first = a_card("first", {"bridge": 3, "tender": 3}, group="group")
    second = a_card("second", {"bridge": 3, "quay": 4}, group="group")
    assert ids(first, second) == ["first"]


def test_a_copy_in_other_words_is_not_related_to_its_original() -> None:
    copy = a_card("copy", {"bridge": 3, "tender": 3}, group="subject")
    assert ids(copy) == []


def test_copies_do_not_crowd_the_others_out_of_the_short_list() -> None:
    copies = [a_card(f"c{n}", {"bridge": 3}, group="group") for n in range(30)]
    listed = shortlist(rank(SUBJECT, [*copies, NEAR, FAR]), limit=20)
    assert [card.article_id for _, card in listed] == ["c0", "c1", "near", "far"]


def test_vectors_have_half_a_say_where_both_have_one() -> None:
    same, opposite = bytes([100, 0] * 192), bytes([0, 100] * 192)
    subject = replace(SUBJECT, vector=same)
    alike = replace(NEAR, vector=same)
    assert likeness(subject, alike) == pytest.approx((similarity(SUBJECT, NEAR) + 1) / 2)
    assert likeness(subject, replace(NEAR, vector=opposite)) == similarity(SUBJECT, NEAR) / 2
    assert likeness(subject, NEAR) == similarity(SUBJECT, NEAR)


def test_with_vectors_more_likeness_is_asked_for() -> None:
    vector = bytes([100, 0] * 192)
    ranked = [(0.3, replace(NEAR, vector=vector))]
    assert choose(replace(SUBJECT, vector=vector), terms_of_card(SUBJECT), ranked) == []
    assert len(choose(SUBJECT, terms_of_card(SUBJECT), ranked)) == 1
