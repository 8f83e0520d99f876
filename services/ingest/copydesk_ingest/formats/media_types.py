"""The formats' names: as media types, and as `?format=` for those in JSON without a type."""

from enum import StrEnum
from http import HTTPStatus
from typing import Final

from copydesk_ingest.refusals import RefusedError

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
NINJS: Final = "application/ninjs+json"
"""Not registered with IANA, like every other type for ninjs; it follows RFC 6839."""
TEXT: Final = "text/plain"
HTML: Final = "text/html"
NDJSON: Final = "application/x-ndjson"
JSON_FEED: Final = "application/feed+json"
XML_FEEDS: Final = ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml")

ARTICLES: Final = (JSON, JSON_LD, NINJS, TEXT, HTML)
BATCHES: Final = (NDJSON, JSON, JSON_LD, JSON_FEED, *XML_FEEDS)


class Form(StrEnum):
    """What a document in JSON is; the values of the parameter `format`."""

    COPYDESK = "copydesk"
    JSON_LD = "json-ld"
    NINJS = "ninjs"
    WORDPRESS = "wordpress"
    JSON_FEED = "json-feed"


FORMS: Final = {JSON_LD: Form.JSON_LD, NINJS: Form.NINJS, JSON_FEED: Form.JSON_FEED}
"""The media types that name their form."""


def unsupported(*supported: str, hint: str = "") -> RefusedError:
    return RefusedError(
        "unsupported_media_type",
        f"The Content-Type is to be one of {', '.join(supported)}.{hint}",
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )
