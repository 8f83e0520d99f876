"""How Meilisearch indexes news: the settings, and what an index lacks of them."""

from collections.abc import Mapping
from typing import Any, Final

from copydesk_shared import title_terms
from copydesk_shared.search_schema import (
    FACETS,
    SCHEMA_VERSION,
    SEARCHABLE,
    SearchDocument,
    calendar,
)

SETTINGS: Final[Mapping[str, Any]] = {
    "searchableAttributes": [name for name, _ in SEARCHABLE],
    # `sort` first, since further down it would only break ties within a bucket of relevance; it
    # does nothing in a search without `sort`. The day is a coarse preference for the young.
    "rankingRules": [
        "sort",
        "words",
        "typo",
        "proximity",
        "attributeRank",
        "published_day:desc",
        "wordPosition",
        "exactness",
        "order_key:desc",
    ],
    "filterableAttributes": [
        {
            "attributePatterns": [name for name in FACETS.values() if name != "published_day"],
            "features": {"facetSearch": True, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": [
                *("id", "group_id", "title_terms"),
                *("published_day", "published_month", "published_year"),
            ],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["published_s", "order_key", "quality"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": True}},
        },
    ],
    "sortableAttributes": ["order_key"],
    "displayedAttributes": list(SearchDocument.model_fields),
    "typoTolerance": {
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnNumbers": True,
    },
    # The gateway shows 50 values of a facet; days are counted one by one, up to nearly three years.
    "faceting": {"maxValuesPerFacet": 1000, "sortFacetValuesBy": {"*": "count"}},
    "pagination": {"maxTotalHits": 1000},
    "searchCutoffMs": 500,
    "proximityPrecision": "byWord",
    "localizedAttributes": [
        {"locales": ["eng", "fra", "deu", "spa"], "attributePatterns": ["*"]},
    ],
}


SCHEMA: Final = "schema_version"


def meilisearch_document(document: SearchDocument) -> dict[str, Any]:
    """The document with what only Meilisearch needs.

    That is dates to count by, `title_terms`, and the schema that it was written under.
    """
    return {
        **document.model_dump(),
        **calendar(document.published_s),
        "title_terms": title_terms.held(document.title),
        SCHEMA: SCHEMA_VERSION,
    }


def lacking(current: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that an index does not have as they should be; empty when it is up to date."""
    return {
        name: wanted for name, wanted in SETTINGS.items() if not _holds(current.get(name), wanted)
    }


def _holds(current: Any, wanted: Any) -> bool:
    """Whether `current` says what `wanted` does; a server adds defaults to what it was told."""
    if isinstance(wanted, Mapping):
        return isinstance(current, Mapping) and all(
            _holds(current.get(name), value) for name, value in wanted.items()
        )
    return bool(current == wanted)
