"""What the bodies of requests may hold: the server refuses every field that it does not know.

Only what Copydesk's adapters send stands here, with its type; a test holds this table against the
server's own OpenAPI document, and every request against both.
"""

from collections.abc import Mapping
from typing import Any, Final

from copydesk_shared.testing.meilisearch.problems import ProblemError

Shape = Mapping[str, tuple[type, ...]]

_NONE: Final = type(None)
_QUERY: Final[Shape] = {
    "q": (str, _NONE),
    "offset": (int,),
    "limit": (int,),
    "hitsPerPage": (int,),
    "page": (int,),
    "filter": (list, str, _NONE),
    "sort": (list,),
    "facets": (list,),
    "distinct": (str,),
    "matchingStrategy": (str,),
    "attributesToRetrieve": (list,),
    "showRankingScore": (bool,),
    "showRankingScoreDetails": (bool,),
}
SHAPES: Final[Mapping[str, Shape]] = {
    "SearchQuery": _QUERY,
    "SearchQueryWithIndex": {"indexUid": (str,), **_QUERY},
    "FederatedSearch": {"queries": (list,), "federation": (dict, _NONE)},
    "Federation": {
        "limit": (int,),
        "offset": (int,),
        "distinct": (str,),
        "facetsByIndex": (dict,),
    },
    "FacetSearchQuery": {
        "facetName": (str,),
        "facetQuery": (str, _NONE),
        "q": (str, _NONE),
        "filter": (list, str, _NONE),
        "matchingStrategy": (str,),
        "exhaustiveFacetCount": (bool,),
    },
    "CreateApiKey": {
        "uid": (str,),
        "name": (str,),
        "description": (str,),
        "actions": (list,),
        "indexes": (list,),
        "expiresAt": (str, _NONE),
    },
}
NOT_IN_A_FEDERATION: Final = ("limit", "offset", "page", "hitsPerPage", "facets")
"""The federation pages and counts for all of its queries; the server refuses these in one."""


def check(name: str, body: Any) -> None:
    """Raise ProblemError (`bad_request`) for what is not of the shape."""
    shape = SHAPES[name]
    if not isinstance(body, dict):
        raise ProblemError(
            "bad_request", f"Invalid value type: expected an object, but found {body!r}"
        )
    for field, value in body.items():
        if field not in shape:
            raise ProblemError(
                "bad_request", f"Unknown field `{field}`: expected one of {', '.join(shape)}"
            )
        # A bool is an int in Python, not in JSON.
        if not isinstance(value, shape[field]) or (
            isinstance(value, bool) and bool not in shape[field]
        ):
            raise ProblemError("bad_request", f"Invalid value type at `.{field}`: {value!r}")


def check_multi_search(body: Any) -> None:
    """As `check`, for a multi-search with all that is in it."""
    check("FederatedSearch", body)
    if "queries" not in body:
        raise ProblemError("bad_request", "Missing field `queries`")
    for query in body["queries"]:
        check("SearchQueryWithIndex", query)
        if body.get("federation") is not None:
            for field in NOT_IN_A_FEDERATION:
                if field in query:
                    raise ProblemError(
                        "invalid_multi_search_query_pagination"
                        if field != "facets"
                        else "invalid_multi_search_query_facets",
                        f"Using `.{field}` is not allowed in federated queries.",
                    )
    if body.get("federation") is not None:
        check("Federation", body["federation"])
