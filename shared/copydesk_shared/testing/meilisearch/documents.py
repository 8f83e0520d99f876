"""An article as the search engines hold it, for the tests of every engine."""

from typing import Any

from copydesk_shared.search_schema import SearchDocument, order_key

NOON_S = 1_750_000_000


def a_document(article_id: str, **changes: Any) -> SearchDocument:
    """A short article published at `NOON_S`, or at `published_s`; `changes` win over all."""
    published_s = changes.get("published_s", NOON_S)
    return SearchDocument(
        **{
            "id": article_id,
            "version": 1,
            "title": "Harbour ferry runs again",
            "summary": "The ferry is back after repairs.",
            "body": "After three weeks in dock the harbour ferry sails on its old timetable.",
            "authors": ("Ines Moreau",),
            "entities": ("Port Authority",),
            "keywords": ("ferry",),
            "source": "tidewater",
            "section": "Transport",
            "language": "en",
            "url": f"https://news.example/{article_id}",
            "published_s": published_s,
            "order_key": order_key(published_s, article_id),
            "word_count": 13,
            "reading_minutes": 1,
        }
        | changes
    )
