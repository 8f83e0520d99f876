"""A post as WordPress' REST API gives it (`/wp-json/wp/v2/posts/1?_embed`).

https://developer.wordpress.org/rest-api/reference/posts/.
"""

from collections.abc import Iterator
from typing import Final

from copydesk_ingest.formats.foreign import (
    Document,
    article_text,
    first_string,
    given,
    joined,
    members,
    objects,
    read_foreign,
    unique,
)
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import plain
from copydesk_shared.contracts.submission import GivenImage

UNPUBLISHED: Final = frozenset(("trash", "draft", "pending", "private", "auto-draft"))
"""What has such a `status` is not, or not any more, to be seen."""

_NO_DATE: Final = "0000-00-00"
_NO_SECTION: Final = frozenset(("uncategorized", "uncategorised"))


def is_wordpress(document: Document) -> bool:
    """Whether an object is a post of WordPress beyond doubt."""
    content = document.get("content")
    return isinstance(content, dict) and "rendered" in content and "id" in document


def read_wordpress(post: Document) -> Reading:
    """The reading of one post; a scheduled one is embargoed, an unpublished one withdraws."""
    link = first_string(post, "link")
    embedded = post.get("_embedded")
    embedded = embedded if isinstance(embedded, dict) else {}
    categories, tags = _terms(embedded)
    published = _date(post, "date")
    text = article_text(
        _rendered(post.get("content")),
        html=True,
        summary=_rendered(post.get("excerpt")),
        summary_html=True,
    )
    return read_foreign(
        {
            "external_id": _rendered(post.get("guid")) or first_string(post, "id"),
            "url": link,
            "title": plain(_rendered(post.get("title"))),
            "byline": joined(plain(given(one, "name")) for one in objects(embedded.get("author"))),
            "language": first_string(post, "lang", "locale"),
            "published": published,
            "modified": _date(post, "modified"),
            "section": next((name for name in categories if name.lower() not in _NO_SECTION), None),
            "keywords": tags,
            "embargoed_until": published if post.get("status") == "future" else None,
        },
        text=text,
        images=_images(embedded),
        withdraws=str(post.get("status")).lower() in UNPUBLISHED,
    )


def _rendered(value: object) -> str | None:
    return first_string(value, "rendered") if isinstance(value, dict) else None


def _date(post: Document, name: str) -> object:
    """`date_gmt` is UTC but does not say so; `date` is the site's time, whose zone nobody knows."""
    gmt = first_string(post, f"{name}_gmt")
    if gmt and not gmt.startswith(_NO_DATE):
        return gmt if gmt.endswith("Z") else f"{gmt}Z"
    return post.get(name)


def _terms(embedded: Document) -> tuple[list[str], list[str]]:
    """The names of the categories, and those of the tags."""
    found: dict[object, list[str | None]] = {"category": [], "post_tag": []}
    for group in members(embedded.get("wp:term")):
        for term in objects(group):
            if (names := found.get(str(term.get("taxonomy")))) is not None:
                names.append(plain(given(term, "name")))
    return unique(found["category"]), unique(found["post_tag"])


def _images(embedded: Document) -> Iterator[GivenImage]:
    for media in objects(embedded.get("wp:featuredmedia")):
        if href := first_string(media, "source_url"):
            caption = plain(_rendered(media.get("caption"))) or first_string(media, "alt_text")
            yield GivenImage(href=href, caption=caption)
