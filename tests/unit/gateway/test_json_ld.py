from datetime import UTC, datetime

from newsroom import FLOOD, HOSTILE, MEETING

from copydesk_gateway.json_ld import json_ld
from copydesk_shared.contracts.article import Precision, Provenance, Published

MADE = datetime(2026, 3, 6, 9, tzinfo=UTC)
PAGE = "https://news.example/articles/1"


def test_an_article_is_a_news_article() -> None:
    document = json_ld(MEETING, page_url=PAGE, made_at=MADE)
    assert document["@type"] == "NewsArticle"
    assert document["headline"] == "Coastal Alliance Chief Gathers Support Before Leaving Office"
    assert document["datePublished"] == "2026-03-05T11:42:00+00:00"
    assert document["author"][1] == {"@type": "Person", "name": "Jon Pike"}
    assert document["isBasedOn"] == "https://example-wire.org/politics/coastal-alliance-chief"
    assert [entity["name"] for entity in document["about"]] == [
        "Marta Lindqvist",
        "Tomas Brandt",
        "Ines Okafor",
    ]
    assert document["mentions"][0]["@type"] == "Organization"
    assert document["mentions"][0]["alternateName"] == ["the Alliance"]


def test_what_is_not_known_is_left_out() -> None:
    document = json_ld(FLOOD, page_url=PAGE, made_at=MADE)
    assert not {"dateModified", "image", "keywords", "isBasedOn"} & document.keys()


def test_a_day_stays_a_day_and_a_script_is_no_address() -> None:
    day = Published(
        value=HOSTILE.published.value, precision=Precision.DAY, provenance=Provenance.TEXT
    )
    document = json_ld(HOSTILE.model_copy(update={"published": day}), page_url=PAGE, made_at=MADE)
    assert document["datePublished"] == "2026-03-03"
    assert "isBasedOn" not in document


def test_a_correction_says_when_it_was_made() -> None:
    corrected = FLOOD.model_copy(update={"version": 2})
    document = json_ld(corrected, page_url=PAGE, made_at=MADE)
    assert document["dateModified"] == "2026-03-06T09:00:00+00:00"
    dated = corrected.model_copy(update={"modified": datetime(2026, 3, 5, 8, tzinfo=UTC)})
    document = json_ld(dated, page_url=PAGE, made_at=MADE)
    assert document["dateModified"] == "2026-03-05T08:00:00+00:00"
