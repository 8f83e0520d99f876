"""Filter values are found however they are cased, and people by a part of their name."""

from collections.abc import Collection, Sequence

from copydesk_gateway.engines.port import FacetCount, Relation, SearchPage, Total
from copydesk_gateway.query import Either, Filters, Query, SearchRequest, Titled, Valued, Word
from copydesk_gateway.spelling import MAX_LOOKED_UP, Spelled, as_indexed

KNOWN = {
    "section": ("Politics", "POLITICS", "Sport", "Politics Abroad"),
    "source": ("Example.org",),
    "entity": ("Coastal Alliance", "Málaga", "Málaga Airport"),
    "person": ("Marta Lindqvist", "Lindqvist Ek", "Marta Ek"),
}


class KnownValues:
    """An engine that knows nothing but its facet values."""

    def __init__(self) -> None:
        self.looked_up = 0
        self.asked_whether_held = 0

    async def search(self, request: SearchRequest) -> SearchPage:  # noqa: ARG002  # the port's
        return SearchPage((), Total(1, Relation.EXACT))

    async def facet_values(
        self,
        request: SearchRequest,  # noqa: ARG002  # the port's
        facet: str,
        prefix: str,  # noqa: ARG002  # the port's
        *,
        limit: int,  # noqa: ARG002  # the port's
    ) -> Sequence[FacetCount]:
        self.looked_up += 1
        return [FacetCount(value, 1) for value in KNOWN[facet]]

    async def held(self, values: Collection[Valued]) -> Collection[Valued]:
        self.asked_whether_held += 1
        return [each for each in values if each.value in KNOWN[each.name]]

    async def healthy(self) -> bool:
        return True

    async def close(self) -> None:
        pass


async def test_values_take_every_spelling_that_is_indexed() -> None:
    given = Filters(section=("politics",), source=("example.ORG",), entity=("malaga", "nobody"))
    spelled = await as_indexed(KnownValues(), SearchRequest(filters=given))
    assert spelled.request.filters == Filters(
        section=("Politics", "POLITICS"), source=("Example.org",), entity=("Málaga", "nobody")
    )
    assert set(spelled.others) == {
        Valued("section", "politics"),
        Valued("source", "example.ORG"),
        Valued("entity", "malaga"),
    }


async def test_a_part_of_a_name_stands_for_the_names_that_have_it() -> None:
    given = Filters(person=("lindqvist",), section=("abroad",))
    filters = (await as_indexed(KnownValues(), SearchRequest(filters=given))).request.filters
    assert filters.person == ("Marta Lindqvist", "Lindqvist Ek")
    assert filters.section == ("abroad",)


async def test_values_among_alternatives_and_exclusions_are_spelled_too() -> None:
    query = Query(
        (Either((Valued("section", "politics"), Word("ferry"))), Titled(("sea",))),
        (Valued("person", "lindqvist"), Valued("source", "nowhere"), Word("storm")),
    )
    spelled = await as_indexed(KnownValues(), SearchRequest(query))
    either, titled = spelled.request.query.terms
    assert isinstance(either, Either)
    assert either.alternatives == (
        Valued("section", "politics", ("Politics", "POLITICS")),
        Word("ferry"),
    )
    assert titled == Titled(("sea",))
    assert spelled.request.query.excluded == (
        Valued("person", "lindqvist", ("Marta Lindqvist", "Lindqvist Ek")),
        Valued("source", "nowhere"),
        Word("storm"),
    )
    assert [(warned.code, warned.message) for warned in spelled.warnings] == [
        ("read_as", "section:politics was read as Politics, POLITICS."),
        ("read_as", "-person:lindqvist was read as Marta Lindqvist, Lindqvist Ek."),
        ("unknown_value", "-source:nowhere: no article has that."),
    ]


async def test_of_several_values_only_the_unknown_are_spelled_otherwise() -> None:
    given = Filters(section=("POLITICS", "sport"))
    spelled = await as_indexed(KnownValues(), SearchRequest(filters=given))
    assert spelled.request.filters.section == ("POLITICS", "Sport")
    assert list(spelled.others) == [Valued("section", "sport")]


async def test_values_as_indexed_are_looked_up_once_together() -> None:
    engine = KnownValues()
    request = SearchRequest(
        Query(excluded=(Valued("person", "Marta Ek"),)),
        Filters(section=("Politics", "Sport"), day=("2026-01-01",)),
    )
    assert await as_indexed(engine, request) == Spelled(request)
    assert (engine.asked_whether_held, engine.looked_up) == (1, 0)
    await as_indexed(engine, SearchRequest(Query((Word("ferry"),))))
    assert engine.asked_whether_held == 1


async def test_look_ups_are_bounded() -> None:
    engine = KnownValues()
    values = tuple(f"nobody {number}" for number in range(40))
    spelled = await as_indexed(engine, SearchRequest(filters=Filters(person=values)))
    assert spelled.request.filters.person == values
    assert engine.looked_up == MAX_LOOKED_UP
