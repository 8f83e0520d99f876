"""JSON-LD as publishers write it: each property in every form that it comes in."""

from typing import Any

import pytest

from copydesk_shared import json_ld
from copydesk_shared.contracts.submission import GivenImage


def test_articles_have_the_nodes_that_they_refer_to() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "author": [{"@id": "#jo"}], "image": {"@id": "#lead"}},
            {"@type": ["Person", "Organization"], "@id": "#jo", "name": "Jo Bloggs"},
            {"@type": "ImageObject", "@id": "#lead", "url": ["https://a.example/1.jpg"]},
        ]
    }
    (article,) = json_ld.articles(list(json_ld.find_nodes(graph, json_ld.IN_DOCUMENT)))
    assert json_ld.people(article["author"]) == ["Jo Bloggs"]
    assert json_ld.pictures(article["image"]) == [GivenImage(href="https://a.example/1.jpg")]


def test_a_page_may_list_articles_that_are_not_its_own() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"item": {"@type": "NewsArticle"}}]}
    nodes = list(json_ld.find_nodes(listed, json_ld.IN_DOCUMENT))
    assert len(json_ld.articles(nodes)) == 1
    assert json_ld.articles(list(json_ld.find_nodes(listed, json_ld.IN_PAGE))) == []


def test_a_document_is_searched_to_a_depth_that_nobody_needs() -> None:
    document: Any = {"@type": "Article"}
    for _ in range(100):
        document = {"@graph": [document]}
    assert json_ld.articles(list(json_ld.find_nodes(document, json_ld.IN_DOCUMENT))) == []


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Jo Bloggs", ["Jo Bloggs"]),
        ({"name": ["Jo Bloggs", "Ann Lee"]}, ["Jo Bloggs", "Ann Lee"]),
        ([{"@value": "Jo"}, "Jo", {"name": " Ann \n Lee "}], ["Jo", "Ann Lee"]),
        ("Council&#8217;s <i>Wall</i> &amp; the Sea", ["Council\u2019s Wall & the Sea"]),
        (7, []),
        ({"@id": "#nobody"}, []),
        (None, []),
    ],
)
def test_names(value: object, names: list[str]) -> None:
    assert json_ld.names(value) == names


@pytest.mark.parametrize("kind", ["Organization", "NewsMediaOrganization", "Corporation"])
def test_an_organisation_is_an_author_only_where_no_person_is(kind: str) -> None:
    press = {"@type": kind, "name": "Velda Press"}
    assert json_ld.people([press, {"@type": "Person", "name": "Jo"}]) == ["Jo"]
    assert json_ld.people(press) == ["Velda Press"]


def test_keywords_are_a_list_or_a_string_with_commas() -> None:
    terms = [{"@type": "DefinedTerm", "name": "ferry"}, "harbour", 7]
    assert json_ld.keywords(terms) == ["ferry", "harbour"]
    assert json_ld.keywords("ferry, , harbour,ferry") == ["ferry", "harbour"]
    assert json_ld.unread(terms, json_ld.keywords) == [7]


def test_a_picture_with_its_caption_and_whom_it_credits() -> None:
    node = {
        "contentUrl": "https://a.example/1.jpg", "caption": "The bridge &amp; the sea",
        "creator": [{"@type": "Person", "name": "Ana Ruiz"}, {"name": "Jo Reed"}],
    }  # fmt: skip
    assert json_ld.pictures(node) == [
        GivenImage(
            href="https://a.example/1.jpg", caption="The bridge & the sea",
            credit="Ana Ruiz, Jo Reed",
        )
    ]  # fmt: skip


def test_a_reference_to_a_part_of_a_page_is_no_picture() -> None:
    assert json_ld.pictures({"@id": "https://a.example/story#primaryimage"}) == []
    assert json_ld.pictures({"@id": "https://a.example/1.jpg"})[0].href == "https://a.example/1.jpg"


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en-GB", "en-GB"),
        (["de", "en"], "de"),
        ({"@type": "Language", "name": "Norwegian", "alternateName": "no"}, "no"),
        (7, None),
        ([], None),
    ],
)
def test_languages(value: object, tag: str | None) -> None:
    assert json_ld.language(value) == tag


def test_addresses_are_strings_or_stand_in_objects() -> None:
    value = [" /a ", {"@id": "#b"}, {"url": "https://a.example/c"}, 7, ""]
    assert json_ld.addresses(value) == ["/a", "#b", "https://a.example/c"]


def test_what_cannot_be_read_can_be_told() -> None:
    assert json_ld.unread([{"@id": "#x"}, "Jo", "", None], json_ld.names) == [{"@id": "#x"}]
