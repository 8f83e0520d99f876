"""Which of the articles that a page states in JSON-LD is its own: others stand beside it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import urljoin

from copydesk_enrich.extraction.headlines import headline_key
from copydesk_shared import json_ld
from copydesk_shared.addresses import canonical_url
from copydesk_shared.json_values import Document


def own_article(
    articles: Sequence[Document], *, addresses: Iterable[str | None], titles: Iterable[str | None]
) -> Document:
    """The one with an address of the page, else with its headline, else the longest or the first.

    Without articles an empty node. What is relative is so to the first of `addresses`.
    """
    given = [address for address in addresses if address]
    base = given[0] if given else None
    page = frozenset(_spelled(given, base))
    shown = frozenset(headline_key(title) for title in titles if title) - {""}

    def closeness(article: Document) -> tuple[bool, bool, int]:
        body = article.get("articleBody")
        return (
            not page.isdisjoint(_spelled(_addresses(article), base)),
            _has_title(article, shown),
            len(body) if isinstance(body, str) else 0,
        )

    return max(articles, key=closeness, default={})


def _has_title(article: Document, shown: Collection[str]) -> bool:
    return any(headline_key(title) in shown for title in json_ld.names(article.get("headline")))


def _addresses(article: Document) -> Iterator[str]:
    for name in ("url", "mainEntityOfPage", "@id"):
        yield from json_ld.addresses(article.get(name))


def _spelled(addresses: Iterable[str], base: str | None) -> Iterator[str]:
    """Each address in its one spelling, without `http` and `https` told apart."""
    for address in addresses:
        try:
            yield canonical_url(urljoin(base or "", address.strip())).partition("://")[2]
        except ValueError:
            continue
