"""An index of the stand-in: its settings, its documents, and searches over them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Final

from copydesk_shared.testing.meilisearch import scoring
from copydesk_shared.testing.meilisearch.filters import InvalidFilterError, normalised, predicate

DEFAULTS: Final[Mapping[str, Any]] = {
    "displayedAttributes": ["*"],
    "searchableAttributes": ["*"],
    "filterableAttributes": [],
    "sortableAttributes": [],
    "rankingRules": [
        *("words", "typo", "proximity", "attributeRank", "sort", "wordPosition", "exactness"),
    ],
    "stopWords": [],
    "synonyms": {},
    "distinctAttribute": None,
    "proximityPrecision": "byWord",
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnWords": [],
        "disableOnAttributes": [],
        "disableOnNumbers": False,
    },
    "faceting": {"maxValuesPerFacet": 100, "sortFacetValuesBy": {"*": "alpha"}},
    "pagination": {"maxTotalHits": 1000},
    "searchCutoffMs": None,
    "localizedAttributes": None,
    "facetSearch": True,
    "prefixSearch": "indexingTime",
}
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,511}")


class ProblemError(Exception):
    """What a request or a task is refused with, by the server's own codes."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        kind = {401: "auth", 403: "auth", 500: "internal", 503: "system"}
        self.payload = {
            "message": message,
            "code": code,
            "type": kind.get(status, "invalid_request"),
            "link": f"https://docs.meilisearch.com/errors#{code}",
        }


def timestamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class LoopbackIndex:
    def __init__(self, uid: str, primary_key: str | None) -> None:
        self.uid = uid
        self.primary_key = primary_key
        self.made_at = timestamp()
        self.settings: dict[str, Any] = deepcopy(dict(DEFAULTS))
        self.documents: dict[str, dict[str, Any]] = {}
        self._words: dict[str, scoring.Fields] = {}

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            if value is None:
                self.settings[name] = deepcopy(DEFAULTS[name])
            elif isinstance(value, dict) and isinstance(self.settings[name], dict):
                self.settings[name] = {**self.settings[name], **value}
            else:
                self.settings[name] = value
        self._words = {key: self._searched(held) for key, held in self.documents.items()}

    def add(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """All or, for the sake of one bad id, none."""
        key = self.primary_key = self.primary_key or "id"
        for document in documents:
            value = document.get(key)
            if value is None:
                raise ProblemError(
                    "missing_document_id",
                    f"Document doesn't have a `{key}` attribute: `{document}`.",
                )
            if not _ID.fullmatch(str(value)):
                raise ProblemError(
                    "invalid_document_id",
                    f'Document identifier `"{value}"` is invalid. A document identifier can be of '
                    "type integer or string, only composed of alphanumeric characters (a-z A-Z "
                    "0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.",
                )
        for document in documents:
            self.documents[str(document[key])] = dict(document)
            self._words[str(document[key])] = self._searched(document)

    def delete(self, ids: Iterable[str]) -> int:
        found = [each for each in ids if self.documents.pop(each, None) is not None]
        for each in found:
            del self._words[each]
        return len(found)

    def fetch(self, body: Mapping[str, Any]) -> dict[str, Any]:
        ids, fields = body.get("ids"), body.get("fields") or ["*"]
        found = [
            held
            for key, held in self.documents.items()
            if (ids is None or key in ids) and self._filter(body.get("filter"))(held)
        ]
        offset, limit = body.get("offset", 0), body.get("limit", 20)
        return {
            "results": [_only(held, fields) for held in found[offset : offset + limit]],
            "offset": offset,
            "limit": limit,
            "total": len(found),
        }

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        started = perf_counter()
        sort = body.get("sort") or []
        for rule in sort:
            if rule.partition(":")[0] not in self.settings["sortableAttributes"]:
                raise ProblemError("invalid_search_sort", f"`{rule}` is not sortable.")
        found = self._matches(body)
        rules = self.settings["rankingRules"]
        found.sort(key=lambda pair: scoring.rank_key(*pair, rules=rules, sort=sort))
        offset, limit = body.get("offset") or 0, body.get("limit")
        deepest = self.settings["pagination"]["maxTotalHits"]
        page = found[:deepest][offset : offset + (20 if limit is None else limit)]
        answer = {
            "hits": [self._hit(held, match, body) for held, match in page],
            "query": body.get("q") or "",
            "processingTimeMs": round((perf_counter() - started) * 1000),
            "limit": 20 if limit is None else limit,
            "offset": offset,
            "estimatedTotalHits": min(len(found), deepest),
        }
        if body.get("facets"):
            answer["facetDistribution"] = self._distribution(
                body["facets"], [held for held, _ in found]
            )
            answer["facetStats"] = {}
        return answer

    def facet_search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        wanted = normalised(body.get("facetQuery") or "")
        documents = [held for held, _ in self._matches(body)]
        counts = self._distribution([body["facetName"]], documents)[body["facetName"]]
        return {
            "facetHits": [
                {"value": value, "count": count}
                for value, count in counts.items()
                if any(word.startswith(wanted) for word in normalised(value).split())
            ],
            "facetQuery": body.get("facetQuery"),
            "processingTimeMs": 0,
        }

    def _matches(self, body: Mapping[str, Any]) -> list[tuple[dict[str, Any], scoring.Match]]:
        allowed = self._filter(body.get("filter"))
        typos = self.settings["typoTolerance"]
        matcher = scoring.Matcher(
            scoring.parsed(body.get("q") or ""),
            keep_all=body.get("matchingStrategy") == "all",
            one=typos["minWordSizeForTypos"]["oneTypo"],
            two=typos["minWordSizeForTypos"]["twoTypos"],
            numbers=typos["disableOnNumbers"],
        )
        pairs = (
            (held, matcher.match(self._words[key]))
            for key, held in list(self.documents.items())
            if allowed(held)
        )
        return [(held, match) for held, match in pairs if match is not None]

    def _filterable(self) -> dict[str, bool]:
        """The fields that filters may name, and whether they may be compared."""
        found: dict[str, bool] = {}
        for rule in self.settings["filterableAttributes"]:
            if isinstance(rule, str):
                found[rule] = True
                continue
            features = rule.get("features", {}).get("filter", {})
            for name in rule["attributePatterns"]:
                found[name] = features.get("comparison", False)
        return found

    def _filter(self, expression: object) -> Any:
        try:
            return predicate(expression, self._filterable())
        except InvalidFilterError as exc:
            raise ProblemError("invalid_search_filter", str(exc)) from exc

    def _distribution(
        self, names: Sequence[str], documents: Sequence[Mapping[str, Any]]
    ) -> dict[str, dict[str, int]]:
        limit = self.settings["faceting"]["maxValuesPerFacet"]
        for name in names:
            if name not in self._filterable():
                raise ProblemError("invalid_search_facets", f"`{name}` is not filterable.")
        return {name: scoring.facet_counts(documents, name, limit=limit) for name in names}

    def _hit(
        self, held: Mapping[str, Any], match: scoring.Match, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        shown = _only(held, self.settings["displayedAttributes"])
        hit = _only(shown, body.get("attributesToRetrieve") or ["*"])
        return {**hit, "_rankingScore": match.score} if body.get("showRankingScore") else hit

    def _searched(self, document: Mapping[str, Any]) -> scoring.Fields:
        names = self.settings["searchableAttributes"]
        return scoring.searched(document, document if names == ["*"] else names)


def _only(held: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in held.items() if "*" in fields or name in fields}
