"""Filter values are found however they are cased, and people by a part of their name."""

from collections.abc import Sequence

from copydesk_gateway.engines.port import FacetCount, Relation, SearchPage, Total
from copydesk_gateway.query import Filters, SearchRequest
from copydesk_gateway.spelling import MAX_LOOKED_UP, as_indexed, changes

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

    async def healthy(self) -> bool:
        return True

    async def close(self) -> None:
        pass


async def test_values_take_every_spelling_that_is_indexed() -> None:
    given = Filters(section=("politics",), source=("example.ORG",), entity=("malaga", "nobody"))
    spelled = await as_indexed(KnownValues(), given)
    assert spelled == Filters(
        section=("Politics", "POLITICS"), source=("Example.org",), entity=("Málaga", "nobody")
    )
    assert set(changes(given, spelled)) == {"section", "source", "entity"}


async def test_a_part_of_a_name_stands_for_the_names_that_have_it() -> None:
    spelled = await as_indexed(KnownValues(), Filters(person=("lindqvist",), section=("abroad",)))
    assert spelled.person == ("Marta Lindqvist", "Lindqvist Ek")
    assert spelled.section == ("abroad",)


async def test_look_ups_are_bounded() -> None:
    engine = KnownValues()
    values = tuple(f"nobody {number}" for number in range(40))
    assert (await as_indexed(engine, Filters(person=values))).person == values
    assert engine.looked_up == MAX_LOOKED_UP
