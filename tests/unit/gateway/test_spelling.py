"""Filter values are found however they are cased."""

from copydesk_gateway.engines.port import FacetCount, Relation, SearchPage, Total
from copydesk_gateway.query import Filters, SearchRequest
from copydesk_gateway.spelling import as_indexed


class KnownValues:
    """An engine that knows nothing but its facet values."""

    async def search(self, request: SearchRequest) -> SearchPage:
        known = {
            "section": ("Politics", "POLITICS", "Sport"),
            "source": ("Example.org",),
            "entities": ("Coastal Alliance", "Málaga") if request.query.terms else (),
        }
        facets = {name: [FacetCount(value, 1) for value in known[name]] for name in request.facets}
        return SearchPage((), Total(1, Relation.EXACT), facets)

    async def healthy(self) -> bool:
        return True

    async def close(self) -> None:
        pass


async def test_values_take_every_spelling_that_is_indexed() -> None:
    spelled = await as_indexed(
        KnownValues(),
        Filters(section=("politics",), source=("example.ORG",), entity=("malaga", "nobody")),
    )
    assert spelled == Filters(
        section=("Politics", "POLITICS"), source=("Example.org",), entity=("Málaga", "nobody")
    )
