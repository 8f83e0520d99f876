"""Which of the articles that a page states in JSON-LD is its own: others stand beside it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from copydesk_enrich.extraction.headlines import headline_key
from copydesk_shared.addresses import canonical_url

Node = Mapping[str, Any]


def own_article(
    articles: Sequence[Node], *, addresses: Iterable[str | None], titles: Iterable[str | None]
) -> Node:
    """The one with an address of the page, else with its headline, else the longest or the first.

    Without articles an empty node. What is relative is so to the first of `addresses`.
    """
    given = [address for address in addresses if address]
    base = given[0] if given else None
    page = frozenset(_spelled(given, base))
    shown = frozenset(headline_key(title) for title in titles if title) - {""}

    def closeness(article: Node) -> tuple[bool, bool, int]:
        body = article.get("articleBody")
        return (
            not page.isdisjoint(_spelled(_addresses(article), base)),
            _has_title(article, shown),
            len(body) if isinstance(body, str) else 0,
        )

    return max(articles, key=closeness, default={})


def _has_title(article: Node, shown: Collection[str]) -> bool:
    headline = article.get("headline")
    return isinstance(headline, str) and headline_key(headline) in shown


def _addresses(article: Node) -> Iterator[str]:
    for name in ("url", "mainEntityOfPage", "@id"):
        value = article.get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from (one[key] for key in ("@id", "url") if isinstance(one.get(key), str))
            elif isinstance(one, str):
                yield one


def _spelled(addresses: Iterable[str], base: str | None) -> Iterator[str]:
    """Each address in its one spelling, without `http` and `https` told apart."""
    for address in addresses:
        try:
            yield canonical_url(urljoin(base or "", address.strip())).partition("://")[2]
        except ValueError:
            continue
