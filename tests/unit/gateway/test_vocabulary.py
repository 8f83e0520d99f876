from collections import Counter

import pytest

from copydesk_gateway.engines.port import FacetCount, Hit, Relation, SearchPage, Total
from copydesk_gateway.query import SearchRequest, Valued
from copydesk_gateway.vocabulary import FRESH_S, PAGE, Vocabulary, Words
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.testing.patience import eventually

NEWS = Words(
    Counter(
        {
            "ferry": 9,
            "FERRY": 1,
            "fairy": 2,
            "government": 5,
            "rovers": 4,
            "call": 20,
            "Lindqvist": 3,
            "Málaga": 1,
            "Calloway": 1,
            "tower": 8,
            "Toner": 1,
        }
    ),
    names=("Lindqvist", "Málaga", "Calloway", "Toner"),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ferrry", "ferry"),
        ("derry", "ferry"),  # the first letter, which the engine does not forgive
        ("fery", "ferry"),
        ("malga", "Málaga"),
        ("lnidqivst", "Lindqvist"),
        ("govermnt", "government"),
        ("divers", None),  # two edits from rovers are too many for six letters
        ("calow", "Calloway"),  # a name of which the beginning is near
        ("callloway", "Calloway"),
        ("ferrx", "ferry"),  # a whole word before any beginning
        ("toder", "Toner"),  # as near as tower, which is no name
        ("fer", None),
        ("zeppelin", None),
    ],
)
def test_the_nearest_word_is_found(typed: str, expected: str | None) -> None:
    assert NEWS.nearest(typed) == expected


def test_case_and_accents_do_not_make_a_word_unknown() -> None:
    assert NEWS.knows("malaga")
    assert not NEWS.knows("malga")


class Engine:
    """Holds `count` articles of one headline, and may be away."""

    def __init__(self, headline: str, count: int = 1) -> None:
        self.headline = headline
        self.count = count
        self.away = False
        self.asked: list[SearchRequest] = []

    async def search(self, request: SearchRequest) -> SearchPage:
        if self.away:
            raise DependencyDownError("search_down", "away")
        self.asked.append(request)
        behind = self.count if request.after_key is None else request.after_key
        keys = range(behind - 1, -1, -1)[: request.limit]
        hits = [a_hit(self.headline, key) for key in keys]
        total = Total(self.count, Relation.EXACT)
        return SearchPage(hits, total, more=keys[-1] > 0, after_key=keys[-1])

    async def facet_values(self, *_: object, **__: object) -> list[FacetCount]:
        return []

    async def held(self, *_: object) -> list[Valued]:
        return []

    async def healthy(self) -> bool:
        return True

    async def close(self) -> None: ...


def a_hit(title: str, key: int) -> Hit:
    return Hit(
        article_id=str(key),
        version=1,
        title=title,
        summary="",
        body="",
        authors=(),
        entities=(),
        entity_ids=(),
        source="wire",
        section=None,
        language="en",
        url=None,
        published_s=key,
        order_key=key,
        word_count=1,
        reading_minutes=1,
    )


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_newest_articles_are_gathered_page_by_page() -> None:
    engine = Engine("Ferry returns", count=PAGE + 1)
    words = await Vocabulary(engine).words()
    assert words.knows("ferry")
    assert [request.after_key for request in engine.asked] == [None, 1]
    bounded = Engine("Ferry returns", count=5 * PAGE)
    await Vocabulary(bounded, max_articles=2 * PAGE).words()
    assert len(bounded.asked) == 2


async def test_old_words_serve_until_newer_ones_are_there() -> None:
    clock, engine = Clock(), Engine("Ferry")
    vocabulary = Vocabulary(engine, clock=clock)
    assert (await vocabulary.words()).knows("ferry")
    engine.headline = "Bridge"
    assert not (await vocabulary.words()).knows("bridge")
    clock.now += FRESH_S + 1
    assert (await vocabulary.words()).knows("ferry")

    async def renewed() -> bool:
        return (await vocabulary.words()).knows("bridge")

    await eventually(renewed)
    assert len(engine.asked) == 2


async def test_without_the_engine_the_old_words_serve_on() -> None:
    clock, engine = Clock(), Engine("Ferry")
    vocabulary = Vocabulary(engine, clock=clock)
    engine.away = True
    with pytest.raises(DependencyDownError):
        await vocabulary.words()
    engine.away = False
    await vocabulary.words()
    engine.away = True
    clock.now += FRESH_S + 1
    for _ in range(3):
        assert (await vocabulary.words()).knows("ferry")
    await vocabulary.close()
