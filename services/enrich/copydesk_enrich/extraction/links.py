"""The links of a body: those that were lifted out of it, and those that stand in its prose."""

from collections.abc import Iterator, Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from copydesk_enrich.extraction.lines import tidy
from copydesk_enrich.extraction.place import Place
from copydesk_shared.contracts.article import LinkKind, RelatedLink
from copydesk_shared.contracts.submission import GivenLink

_MOST_LINKS = 50
_MOST_CHARS = 300
# What a page does rather than tells: sharing, logging in, the lists of a tag or an author.
_SHARE_HOSTS = frozenset(
    [
        "twitter.com",
        "x.com",
        "facebook.com",
        "t.me",
        "wa.me",
        "api.whatsapp.com",
        "linkedin.com",
        "pinterest.com",
        "reddit.com",
    ]
)
_SHARE_PATHS = ("/intent", "/share", "/sharer", "/sharearticle", "/pin/create", "/submit", "/send")
_LISTS = frozenset(
    [
        "tag",
        "tags",
        "topic",
        "topics",
        "author",
        "authors",
        "category",
        "categories",
        "hashtag",
        "search",
        "login",
        "subscribe",
        "newsletter",
        "newsletters",
        "people",
        "staff",
    ]
)


def gather_links(
    lifted: Sequence[RelatedLink], places: Sequence[Place | None], *, base: str | None
) -> tuple[RelatedLink, ...]:
    """Links in order of position, each address once, at most 50; `places` are the paragraphs'.

    A link of the prose has its own words as title and label, and points out of the page.
    """
    addressed = [link.model_copy(update={"url": absolute(link.url, base)}) for link in lifted]
    seen = {link.url for link in addressed if link.url}
    found = [*addressed]
    for link in _inline(places, base):
        if link.url is not None and link.url not in seen:
            seen.add(link.url)
            found.append(link)
    return tuple(sorted(found, key=lambda link: link.position or 0)[:_MOST_LINKS])


def with_given(
    found: Sequence[RelatedLink], given: Sequence[GivenLink], *, base: str | None
) -> tuple[RelatedLink, ...]:
    """The links found, and after them the publisher's that are not among them.

    They stand beside the text, so they have no place in it. None points to the article itself.
    """
    seen = {link.url for link in found if link.url}
    here = urldefrag(base or "").url
    added = []
    for link in given:
        url = absolute(link.href, base)
        if url is None or url in seen or urldefrag(url).url == here:
            continue
        seen.add(url)
        label = tidy(link.label or "")[:_MOST_CHARS] or None
        added.append(RelatedLink(kind=LinkKind.PUBLISHER, label=label, title=label or url, url=url))
    return (*found, *added)


def absolute(href: str | None, base: str | None) -> str | None:
    """An http(s) address, resolved against `base`; None for anything else."""
    if not href:
        return None
    try:
        joined = urljoin(base or "", href.strip())
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.netloc else None


def _inline(places: Sequence[Place | None], base: str | None) -> Iterator[RelatedLink]:
    here = urldefrag(base or "").url
    for number, place in enumerate(places):
        for anchor in place.anchors if place is not None else ():
            url = absolute(anchor.href, base)
            if url is None or urldefrag(url).url == here or not _tells(url):
                continue
            text = anchor.text[:_MOST_CHARS]
            yield RelatedLink(
                kind=LinkKind.INLINE, label=text, title=text, url=url, position=number
            )


def _tells(url: str) -> bool:
    """Whether the address is one of a text, as far as an address shows it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = parts.path.lower()
    if host in _SHARE_HOSTS and path.startswith(_SHARE_PATHS):
        return False
    return bool(path.strip("/")) and _LISTS.isdisjoint(path.strip("/").split("/")[:-1])
