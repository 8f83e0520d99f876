"""A post as WordPress' REST API gives it (`/wp-json/wp/v2/posts/1?_embed`).

https://developer.wordpress.org/rest-api/reference/posts/.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from copydesk_ingest.formats.foreign import article_text, read_foreign
from copydesk_ingest.formats.form import Reading
from copydesk_ingest.formats.markup import plain, to_html
from copydesk_ingest.formats.values import first_string, joined, objects, unique, worded
from copydesk_shared.contracts.submission import GivenImage
from copydesk_shared.json_values import Document, given, members

UNPUBLISHED: Final = frozenset(("trash", "draft", "pending", "private", "auto-draft"))
"""What has such a `status` is not, or not any more, to be seen."""

_NO_DATE: Final = "0000-00-00"
_NO_SECTION: Final = frozenset(("uncategorized", "uncategorised"))
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "url": ("link",),
    "title": ("title",),
    "byline": ("author",),
    "keywords": ("tags",),
    "images": ("featured_media",),
}
_OF_POSTS: Final = frozenset(
    [
        "date_gmt",
        "modified_gmt",
        "slug",
        "link",
        "guid",
        "excerpt",
        "featured_media",
        "comment_status",
        "ping_status",
        "yoast_head_json",
    ]
)
_ENOUGH: Final = 3
"""So many members of a post make one, beside its `id`."""
_OURS: Final = frozenset(
    [
        "source",
        "external_id",
        "url",
        "byline",
        "language",
        "published",
        "section",
        "keywords",
        "embargoed_until",
        "expires",
        "content_type",
        "images",
    ]
)


def is_wordpress(document: Document) -> bool:
    """Whether an object is a post of WordPress beyond doubt."""
    rendered = any(
        isinstance(part := document.get(name), dict) and "rendered" in part
        for name in ("content", "title", "excerpt")
    )
    if rendered and "id" in document and ("content" in document or "excerpt" in document):
        return True
    return is_flat_post(document.keys())


def is_flat_post(names: AbstractSet[str]) -> bool:
    """Whether an object with these members is a post whose texts are bare strings.

    Some plugins and exports write it so. What has a field that only our own JSON has is ours.
    """
    return "id" in names and len(names & _OF_POSTS) >= _ENOUGH and names.isdisjoint(_OURS)


def read_wordpress(post: Document) -> Reading:
    """The reading of one post; a scheduled one is embargoed, an unpublished one withdraws."""
    embedded = _object(post.get("_embedded"))
    yoast = _object(post.get("yoast_head_json"))
    categories, tags = _terms(post, embedded, yoast)
    published = _date(post, "date")
    content = post.get("content")
    body = _rendered(content)
    if body and not (isinstance(content, dict) and first_string(content, "rendered")):
        body = to_html(body)  # WordPress makes paragraphs of lines when it renders them
    text = article_text(
        body,
        html=True,
        summary=_rendered(post.get("excerpt")),
        summary_html=True,
    )
    return read_foreign(
        {
            "external_id": _rendered(post.get("guid")) or first_string(post, "id"),
            "url": worded(post.get("link")),
            "title": plain(_rendered(post.get("title"))),
            "byline": _byline(post, embedded, yoast),
            "language": first_string(post, "lang", "locale"),
            "published": published,
            "modified": _date(post, "modified"),
            "section": next((name for name in categories if name.lower() not in _NO_SECTION), None),
            "keywords": tags,
            "embargoed_until": published if post.get("status") == "future" else None,
        },
        text=text,
        document=post,
        names=_NAMES if categories else {**_NAMES, "section": ("categories",)},
        images=_images(post, embedded, yoast),
        withdraws=str(post.get("status")).lower() in UNPUBLISHED,
    )


def _object(value: object) -> Document:
    return value if isinstance(value, dict) else {}


def _rendered(value: object) -> str | None:
    """A text as `{"rendered": …}`, or bare; `raw` is what the editor holds."""
    return worded(value, "rendered", "raw")


def _byline(post: Document, embedded: Document, yoast: Document) -> str | None:
    """Names of authors; without `_embed` a post has only the number of one."""
    named = (
        [given(one, "name") for one in objects(embedded.get("author"))],
        members(yoast.get("author")),
        [_name(one) for one in members(post.get("author"))],
        [post.get("author_name")],
    )
    return next((line for names in named if (line := joined(map(plain, names)))), None)


def _name(value: object) -> str | None:
    """A name where a number may stand."""
    if isinstance(value, dict):
        return first_string(value, "name", "display_name")
    return value if isinstance(value, str) and not value.strip().isdigit() else None


def _date(post: Document, name: str) -> object:
    """`date_gmt` is UTC but does not say so; `date` is the site's time, whose zone nobody knows."""
    gmt = first_string(post, f"{name}_gmt")
    if gmt and not gmt.startswith(_NO_DATE):
        return gmt if gmt.endswith("Z") else f"{gmt}Z"
    return post.get(name)


def _terms(post: Document, embedded: Document, yoast: Document) -> tuple[list[str], list[str]]:
    """The names of the categories, and those of the tags; without `_embed` there are numbers."""
    found: dict[object, list[str | None]] = {"category": [], "post_tag": []}
    for group in members(embedded.get("wp:term")):
        for term in objects(group):
            if (names := found.get(str(term.get("taxonomy")))) is not None:
                names.append(plain(given(term, "name")))
    graph = objects(_object(yoast.get("schema")).get("@graph"))
    return (
        unique(found["category"])
        or unique(plain(_name(one)) for one in members(post.get("categories")))
        or unique(plain(name) for node in graph for name in members(node.get("articleSection"))),
        unique(found["post_tag"])
        or unique(plain(_name(one)) for one in members(post.get("tags")))
        or unique(plain(name) for node in graph for name in members(node.get("keywords"))),
    )


def _images(post: Document, embedded: Document, yoast: Document) -> list[GivenImage]:
    """The featured picture, as embedded or as plugins tell of it."""
    found = []
    for media in objects(embedded.get("wp:featuredmedia")):
        if href := first_string(media, "source_url"):
            caption = plain(_rendered(media.get("caption"))) or first_string(media, "alt_text")
            found.append(GivenImage(href=href, caption=caption))
    told = [
        first_string(post, "jetpack_featured_media_url"),
        *(first_string(one, "url") for one in objects(yoast.get("og_image"))),
    ]
    return found or [GivenImage(href=href) for href in told if href][:1]
