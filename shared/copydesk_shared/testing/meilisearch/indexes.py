"""An index of the stand-in: its settings, its documents, and searches over them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Final

from copydesk_shared.testing.meilisearch import scoring
from copydesk_shared.testing.meilisearch.filters import InvalidFilterError, normalised, predicate
from copydesk_shared.testing.meilisearch.problems import ProblemError

Found = list[tuple[dict[str, Any], scoring.Match]]

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
KEPT_TEXTS: Final = 16
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,511}")


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
        self._matched: dict[tuple[object, ...], dict[str, scoring.Match]] = {}

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            if value is None:
                self.settings[name] = deepcopy(DEFAULTS[name])
            elif isinstance(value, dict) and isinstance(self.settings[name], dict):
                self.settings[name] = {**self.settings[name], **value}
            else:
                self.settings[name] = value
        self._words = {key: self._searched(held) for key, held in self.documents.items()}
        self._matched.clear()

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
        self._matched.clear()
        for document in documents:
            self.documents[str(document[key])] = dict(document)
            self._words[str(document[key])] = self._searched(document)

    def delete(self, ids: Iterable[str]) -> int:
        self._matched.clear()
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
        found = self._matches(body) if body.get("hitsPerPage") == 0 else self._ranked(body)
        if distinct := body.get("distinct"):
            found = self.one_of_each(found, distinct)
        deepest = self.settings["pagination"]["maxTotalHits"]
        size = body.get("hitsPerPage")
        if size is None:
            offset, limit = body.get("offset") or 0, body.get("limit", 20)
            paging = {"limit": limit, "offset": offset}
            counted = {"estimatedTotalHits": min(len(found), deepest)}
        else:
            number, total = body.get("page", 1), min(len(found), deepest)
            offset, limit = (number - 1) * size, size
            paging = {"hitsPerPage": size, "page": number}
            counted = {"totalHits": total, "totalPages": -(-total // size) if size else 0}
        answer = {
            "hits": [
                self.hit(held, match, body)
                for held, match in found[:deepest][offset : offset + limit]
            ],
            "query": body.get("q") or "",
            "processingTimeMs": round((perf_counter() - started) * 1000),
            **paging,
            **counted,
        }
        if body.get("facets"):
            answer["facetDistribution"] = self.distribution(
                body["facets"], [held for held, _ in found]
            )
            answer["facetStats"] = {}
        return answer

    def union(self, queries: Sequence[Mapping[str, Any]], *, ordered: bool) -> Found:
        """What any of the queries finds, once each; `ordered` by where it stands best."""
        if not ordered:
            found = [pair for query in queries for pair in self._matches(query)]
            return list({id(held): (held, match) for held, match in found}.values())
        best: dict[str, tuple[tuple[float, ...], tuple[dict[str, Any], scoring.Match]]] = {}
        for query in queries:
            for pair in self._ranked(query):
                place = self._place(pair, query)
                key = str(pair[0][self.primary_key or "id"])
                if key not in best or place < best[key][0]:
                    best[key] = (place, pair)
        return [pair for _, pair in sorted(best.values(), key=lambda each: each[0])]

    def one_of_each(self, found: Found, attribute: str) -> Found:
        """The first with each value of the attribute, and all without one."""
        if attribute not in self._filterable():
            raise ProblemError("invalid_search_distinct", f"`{attribute}` is not filterable.")
        seen: set[object] = set()
        kept: Found = []
        for held, match in found:
            value = held.get(attribute)
            if value is None or value not in seen:
                seen.add(value)
                kept.append((held, match))
        return kept

    def facet_search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if not self._facet_searchable(body["facetName"]):
            raise ProblemError(
                "invalid_facet_search_facet_name", f"`{body['facetName']}` is not facet-searchable."
            )
        # The server looks at the first word only.
        wanted = next(iter(normalised(body.get("facetQuery") or "").split()), "")
        documents = [held for held, _ in self._matches(body)]
        counts = self.distribution([body["facetName"]], documents)[body["facetName"]]
        return {
            "facetHits": [
                {"value": value, "count": count}
                for value, count in counts.items()
                if any(word.startswith(wanted) for word in normalised(value).split())
            ],
            "facetQuery": body.get("facetQuery"),
            "processingTimeMs": 0,
        }

    def _ranked(self, body: Mapping[str, Any]) -> Found:
        for rule in body.get("sort") or []:
            if rule.partition(":")[0] not in self.settings["sortableAttributes"]:
                raise ProblemError("invalid_search_sort", f"`{rule}` is not sortable.")
        return sorted(self._matches(body), key=lambda pair: self._place(pair, body))

    def _place(
        self, pair: tuple[dict[str, Any], scoring.Match], body: Mapping[str, Any]
    ) -> tuple[float, ...]:
        rules = self.settings["rankingRules"]
        return scoring.rank_key(*pair, rules=rules, sort=body.get("sort") or [])

    def _matches(self, body: Mapping[str, Any]) -> Found:
        allowed = self._filter(body.get("filter"))
        matched = self._matching(body.get("q") or "", body.get("matchingStrategy") == "all")
        return [
            (held, matched[key])
            for key, held in list(self.documents.items())
            if key in matched and allowed(held)
        ]

    def _matching(self, text: str, keep_all: bool) -> dict[str, scoring.Match]:
        """The documents that match a text; a multi-search asks for one text several times."""
        key = (text, keep_all)
        if key not in self._matched:
            typos = self.settings["typoTolerance"]
            matcher = scoring.Matcher(
                scoring.parsed(text),
                keep_all=keep_all,
                one=typos["minWordSizeForTypos"]["oneTypo"],
                two=typos["minWordSizeForTypos"]["twoTypos"],
                numbers=typos["disableOnNumbers"],
            )
            pairs = ((each, matcher.match(held)) for each, held in list(self._words.items()))
            if len(self._matched) >= KEPT_TEXTS:
                self._matched.clear()
            self._matched[key] = {each: match for each, match in pairs if match is not None}
        return self._matched[key]

    def _facet_searchable(self, name: str) -> bool:
        return any(
            rule == name
            or (
                isinstance(rule, dict)
                and name in rule["attributePatterns"]
                and rule.get("features", {}).get("facetSearch", False)
            )
            for rule in self.settings["filterableAttributes"]
        )

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

    def distribution(
        self, names: Sequence[str], documents: Sequence[Mapping[str, Any]]
    ) -> dict[str, dict[str, int]]:
        limit = self.settings["faceting"]["maxValuesPerFacet"]
        for name in names:
            if name not in self._filterable():
                raise ProblemError("invalid_search_facets", f"`{name}` is not filterable.")
        return {name: scoring.facet_counts(documents, name, limit=limit) for name in names}

    def hit(
        self, held: Mapping[str, Any], match: scoring.Match, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        shown = _only(held, self.settings["displayedAttributes"])
        hit = _only(shown, body.get("attributesToRetrieve") or ["*"])
        if body.get("showRankingScore"):
            hit["_rankingScore"] = match.score
        if body.get("showRankingScoreDetails"):
            hit["_rankingScoreDetails"] = match.details
        return hit

    def _searched(self, document: Mapping[str, Any]) -> scoring.Fields:
        names = self.settings["searchableAttributes"]
        return scoring.searched(document, document if names == ["*"] else names)


def _only(held: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in held.items() if "*" in fields or name in fields}
