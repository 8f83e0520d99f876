from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from copydesk_gateway.sitemaps import (
    News,
    Place,
    news_sitemap,
    open_search,
    robots,
    sitemap,
    sitemap_index,
)

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
N = "{http://www.google.com/schemas/sitemap-news/0.9}"
OPEN = "{http://a9.com/-/spec/opensearch/1.1/}"
MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def read(document: bytes) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314  # our own


def test_an_index_names_sitemaps_and_a_sitemap_pages() -> None:
    index = read(sitemap_index(["https://n.example/sitemap-1.xml"]))
    assert (index.tag, index.findtext(f"{S}sitemap/{S}loc")) == (
        f"{S}sitemapindex",
        "https://n.example/sitemap-1.xml",
    )
    (url,) = read(sitemap([Place("https://n.example/articles/1", MORNING)]))
    assert url.findtext(f"{S}loc") == "https://n.example/articles/1"
    assert url.findtext(f"{S}lastmod") == "2026-03-02T07:30:00+00:00"


def test_news_have_title_language_and_date() -> None:
    news = News("https://n.example/articles/1", "Tea & <rum>\x00", "harbour-post", "en", MORNING)
    (url,) = read(news_sitemap([news]))
    told = url.find(f"{N}news")
    assert told is not None
    assert told.findtext(f"{N}title") == "Tea & <rum>"
    assert told.findtext(f"{N}publication/{N}name") == "harbour-post"
    assert told.findtext(f"{N}publication/{N}language") == "en"
    assert told.findtext(f"{N}publication_date") == "2026-03-02T07:30:00+00:00"


def test_browsers_learn_how_to_search() -> None:
    description = read(
        open_search(
            name="The Harbour and Coastal Post",
            page="https://n/?q={searchTerms}",
            rss="https://n/r?q={searchTerms}",
            atom="https://n/a?q={searchTerms}",
            suggestions="https://n/s?q={searchTerms}",
        )
    )
    assert len(description.findtext(f"{OPEN}ShortName", "")) <= 16  # as the specification wants
    assert [url.get("type") for url in description.iter(f"{OPEN}Url")] == [
        "text/html",
        "application/rss+xml",
        "application/atom+xml",
        "application/x-suggestions+json",
    ]
    assert all("{searchTerms}" in url.get("template", "") for url in description.iter(f"{OPEN}Url"))


def test_robots_read_articles_and_leave_searches() -> None:
    from urllib.robotparser import RobotFileParser

    rules = RobotFileParser()
    rules.parse(robots(["https://n.example/sitemap.xml"]).splitlines())
    assert rules.can_fetch("bot", "https://n.example/articles/1")
    assert not rules.can_fetch("bot", "https://n.example/v1/search?q=a")
    assert rules.site_maps() == ["https://n.example/sitemap.xml"]
