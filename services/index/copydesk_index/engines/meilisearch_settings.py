"""How Meilisearch indexes news: the settings, and what an index lacks of them."""

from collections.abc import Mapping
from typing import Any, Final

from copydesk_shared.search_schema import SEARCHABLE, SearchDocument

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
            # `group_id` also because the `distinct` of a search takes filterable attributes only.
            "attributePatterns": ["id", "section", "language", "group_id"],
            "features": {
                "facetSearch": False,
                "filter": {"equality": True, "comparison": False},
            },
        },
        {
            "attributePatterns": ["source", "entities"],
            "features": {"facetSearch": True, "filter": {"equality": True, "comparison": False}},
        },
        {
            "attributePatterns": ["published_s", "order_key"],
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": True}},
        },
    ],
    "sortableAttributes": ["order_key"],
    "displayedAttributes": list(SearchDocument.model_fields),
    "typoTolerance": {
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnNumbers": True,
    },
    "faceting": {"maxValuesPerFacet": 50, "sortFacetValuesBy": {"*": "count"}},
    "pagination": {"maxTotalHits": 1000},
    "searchCutoffMs": 500,
    "proximityPrecision": "byWord",
    "localizedAttributes": [
        {"locales": ["eng", "fra", "deu", "spa"], "attributePatterns": ["*"]},
    ],
}

DAY_S: Final = 86_400


def meilisearch_document(document: SearchDocument) -> dict[str, Any]:
    """The document with the one field more that the ranking rules need."""
    return {**document.model_dump(), "published_day": document.published_s // DAY_S}


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
