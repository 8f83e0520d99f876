"""What a publisher names beside the text: related articles, and a summary."""

from typing import Any

import pytest
from read_formats import TEXT, batch, codes, posted

from copydesk_ingest.draft import Draft
from copydesk_shared.contracts.submission import GivenLink

URL = "https://a.example/1"
FOG = GivenLink(href="https://a.example/fog", label="Fog & mist")


def own(*links: Any) -> Draft:
    return posted({"content": TEXT, "url": URL, "links": list(links)})


def ninjs(*, listed: bool, **association: Any) -> Draft:
    associations = [association] if listed else {"a": association}
    item = {"uri": "urn:a", "body_text": TEXT, "associations": associations}
    return posted(item, "application/ninjs+json")


def json_ld(**fields: Any) -> Draft:
    node = {"@type": "NewsArticle", "url": URL, "articleBody": TEXT} | fields
    about = {"@id": "#fog", "@type": "WebPage", "url": "/fog", "name": "Fog &amp; mist"}
    graph = [node, about]
    return posted({"@context": "x", "@graph": graph}, "application/ld+json")


def test_our_own_json_has_links() -> None:
    draft = own({"href": "/fog", "label": "Fog &amp; mist"}, {"href": FOG.href}, {"href": "fog:"})
    assert draft.links == (FOG,)
    assert codes(draft) == [("invalid_link", "links")]
    draft = own(FOG.href, {"label": "Fog"})
    assert draft.links == (GivenLink(href=FOG.href),)
    assert codes(draft) == [("field_repaired", "links"), ("invalid_link", "links")]


def test_only_so_many_links_are_kept() -> None:
    draft = own(*({"href": f"/{number}"} for number in range(52)))
    assert len(draft.links) == 50
    assert codes(draft) == [("too_many", "links")]


@pytest.mark.parametrize(
    "draft",
    [
        lambda: ninjs(listed=False, type="text", headline="Fog & mist", href=FOG.href),
        lambda: ninjs(listed=True, type="text", headlines=[{"value": "Fog & mist"}], uri=FOG.href),
        lambda: json_ld(relatedLink={"@id": "#fog"}),
        lambda: json_ld(citation={"url": FOG.href, "headline": "Fog & mist"}),
        lambda: json_ld(isBasedOn=[{"@id": FOG.href, "name": "Fog & mist"}, FOG.href]),
    ],
)
def test_links_of_other_formats(draft: Any) -> None:
    found = draft()
    assert (found.links, codes(found)) == ((FOG,), [])


def test_a_citation_in_words_is_no_link() -> None:
    draft = json_ld(citation="The Almanac of Fog, 2019", relatedLink=FOG.href)
    assert draft.links == (GivenLink(href=FOG.href),)
    assert codes(draft) == [("invalid_link", "links")]


def test_related_links_of_a_feed() -> None:
    link = f'<link rel="related" href="{FOG.href}" title="Fog &amp; mist"/>'
    entry = f'<entry><id>1</id><link href="{URL}"/>{link}<content>{TEXT}</content></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    (draft,) = batch(feed.encode(), "application/atom+xml")
    assert (draft.url, draft.links) == (URL, (FOG,))
    item = {"id": "1", "url": URL, "external_url": FOG.href, "content_text": TEXT}
    json_feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    draft = posted(json_feed, "application/feed+json")
    assert draft.links == (GivenLink(href=FOG.href),)


def test_a_summary_beside_the_text_is_its_standfirst() -> None:
    assert json_ld(description="<p>In&nbsp;short.</p>").standfirst == "In short."
    assert json_ld(description=TEXT, articleBody="").standfirst is None
    assert json_ld(description=["Fog."]).standfirst == "Fog."


def test_a_long_list_of_links_in_json_ld_is_told() -> None:
    draft = json_ld(relatedLink=[f"/{number}" for number in range(60)])
    assert len(draft.links) == 50
    assert codes(draft) == [("too_many", "links")]
