"""Meilisearch's filter grammar, by recursive descent, as predicates over documents.

    expression = and ("OR" and)*        and = not ("AND" not)*       not = "NOT" not | primary
    primary = "(" expression ")" | field ("=" | "!=" | "<" | "<=" | ">" | ">=") value
            | field value "TO" value | field "NOT"? "IN" "[" (value ("," value)* ","?)? "]"
    value = letters, digits, "_", "-", "." | '…' | "…"

Strings compare without regard to case and accents, numbers as numbers.
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

Predicate = Callable[[Mapping[str, Any]], bool]

COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
KEYWORDS: Final = frozenset({"AND", "OR", "NOT", "IN", "TO", "EXISTS", "IS", "NULL", "EMPTY"})
ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"', "/": "/"}
MAX_DEPTH: Final = 200
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<quote>[\"'])|(?P<word>[\w.\-]+)|(?P<sign>[!<>]=|[()\[\],=<>]))"
)


class InvalidFilterError(Exception):
    """The expression is not of the grammar, or names a field that is not filterable so."""


@lru_cache(maxsize=16_384)
def normalised(text: str) -> str:
    """Lower case, without accents: how facet values are compared."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in split if not unicodedata.combining(char))


def predicate(expression: object, comparable: Mapping[str, bool]) -> Predicate:
    """The filter of a request: a string, or a list of those (all) with lists in it (any).

    `comparable` has the filterable fields, and whether `<` and its kin are allowed on them.
    """
    match expression:
        case None | "" | []:
            return lambda _: True
        case str(text):
            return _Parser(text, comparable).parse()
        case list(parts):
            wanted = [
                [
                    predicate(each, comparable)
                    for each in (part if isinstance(part, list) else [part])
                ]
                for part in parts
            ]
            return lambda held: all(any(one(held) for one in group) for group in wanted)
        case _:
            raise InvalidFilterError("A filter must be a string or an array.")


class _Parser:
    def __init__(self, text: str, comparable: Mapping[str, bool]) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._comparable = comparable

    def parse(self) -> Predicate:
        parsed = self._any(0)
        if self._at < len(self._tokens):
            raise InvalidFilterError(f"Found unexpected characters: {self._tokens[self._at][1]}")
        return parsed

    def _any(self, depth: int) -> Predicate:
        parts = [self._all(depth)]
        while self._take("OR"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else lambda held: any(part(held) for part in parts)

    def _all(self, depth: int) -> Predicate:
        parts = [self._not(depth)]
        while self._take("AND"):
            parts.append(self._not(depth))
        return parts[0] if len(parts) == 1 else lambda held: all(part(held) for part in parts)

    def _not(self, depth: int) -> Predicate:
        if depth > MAX_DEPTH:
            raise InvalidFilterError("The filter exceeded the maximum depth limit.")
        if self._take("NOT"):
            denied = self._not(depth + 1)
            return lambda held: not denied(held)
        if self._take("("):
            inner = self._any(depth + 1)
            self._need(")")
            return inner
        return self._condition()

    def _condition(self) -> Predicate:
        field = self._value()
        if field not in self._comparable:
            raise InvalidFilterError(f"Attribute `{field}` is not filterable.")
        if self._take("NOT"):
            self._need("IN")
            denied = self._one_of(field)
            return lambda held: not denied(held)
        if self._take("IN"):
            return self._one_of(field)
        for sign in ("=", "!="):
            if self._take(sign):
                wanted = self._value()
                return lambda held: _equals(held, field, wanted) is (sign == "=")
        for sign, compare in COMPARISONS.items():
            if self._take(sign):
                return self._compare(field, compare, self._value())
        lower = self._value()
        self._need("TO")
        upper = self._value()
        above = self._compare(field, operator.ge, lower)
        below = self._compare(field, operator.le, upper)
        return lambda held: above(held) and below(held)

    def _one_of(self, field: str) -> Predicate:
        self._need("[")
        values: list[str] = []
        while not self._take("]"):
            values.append(self._value())
            if not self._take(","):
                self._need("]")
                break
        return lambda held: any(_equals(held, field, value) for value in values)

    def _compare(self, field: str, compare: Callable[[Any, Any], bool], value: str) -> Predicate:
        if not self._comparable[field]:
            raise InvalidFilterError(f"Comparison is not allowed for the attribute `{field}`.")
        try:
            bound = float(value)
        except ValueError:
            raise InvalidFilterError(f"`{value}` is not a number.") from None
        return lambda held: any(
            isinstance(each, int | float) and compare(each, bound) for each in _values(held, field)
        )

    def _take(self, text: str) -> bool:
        """Consume a keyword or sign; a quoted one is a value and does not count."""
        if self._at < len(self._tokens) and self._tokens[self._at] == (False, text):
            self._at += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise InvalidFilterError(f"Expected `{text}`.")

    def _value(self) -> str:
        if self._at == len(self._tokens):
            raise InvalidFilterError("Was expecting a value but instead got nothing.")
        quoted, text = self._tokens[self._at]
        if not quoted and (text in KEYWORDS or not re.match(r"[\w.\-]", text)):
            raise InvalidFilterError(f"Was expecting a value but instead got `{text}`.")
        self._at += 1
        return text


def _tokens(text: str) -> Iterator[tuple[bool, str]]:
    """Pairs of "was quoted" and the text."""
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise InvalidFilterError(f"Found unexpected characters: `{text[at:]}`")
        at = found.end()
        if found["quote"]:
            end = _closing(text, at, found["quote"])
            yield True, _unescaped(text[at:end].replace("\\" + found["quote"], found["quote"]))
            at = end + 1
        else:
            yield False, found["word"] or found["sign"]


def _closing(text: str, start: int, quote: str) -> int:
    at = start
    while at < len(text):
        if text[at] == quote:
            return at
        at += 2 if text[at] == "\\" else 1
    raise InvalidFilterError(f"Expression `{text[start - 1 :]}` is missing its closing delimiter.")


def _unescaped(text: str) -> str:
    """The server's second pass over a value, after the quotes."""

    def resolve(found: re.Match[str]) -> str:
        try:
            return ESCAPES[found[1]]
        except KeyError:
            raise InvalidFilterError(f"Malformed value: `{text}`.") from None

    return re.sub(r"\\(.?)", resolve, text, flags=re.DOTALL)


def _values(held: Mapping[str, Any], field: str) -> list[Any]:
    value = held.get(field)
    return value if isinstance(value, list) else [] if value is None else [value]


def _equals(held: Mapping[str, Any], field: str, wanted: str) -> bool:
    for value in _values(held, field):
        if isinstance(value, str):
            if normalised(value) == normalised(wanted):
                return True
        elif str(value) == wanted:
            return True
    return False
