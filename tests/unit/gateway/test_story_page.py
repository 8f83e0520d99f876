"""The reading page puts links where they stood and sends nobody to a dangerous address."""

import pytest
from newsroom import FLOOD, HOSTILE, MEETING, an_article

from copydesk_gateway.answers import RelatedArticle
from copydesk_gateway.pages.story import story_page
from copydesk_gateway.web import web_url
from copydesk_shared.contracts.article import Image, LinkKind

HERE = "https://news.example/articles/1"


def link(position: int | None, kind: LinkKind = LinkKind.INLINE, **more: float) -> RelatedArticle:
    return RelatedArticle(kind=kind, title=f"at {position}", position=position, **more)


def test_links_stand_behind_the_paragraph_they_followed() -> None:
    page = story_page(
        MEETING, [link(0), link(3), link(99), link(None)], corrected=False, address=HERE
    )
    assert [each.title for each in page.lead_links] == ["at 0"]
    assert [each.title for each in page.blocks[2].links] == ["at 3"]
    assert [each.title for each in page.blocks[-1].links] == ["at 99"]
    assert [each.title for each in page.also] == ["at None"]


def test_computed_links_come_best_first() -> None:
    kind = LinkKind.COMPUTED
    page = story_page(
        MEETING,
        [link(None, kind, score=0.2), link(None, kind, score=0.9)],
        corrected=False,
        address=HERE,
    )
    assert [each.score for each in page.computed] == [0.9, 0.2]
    assert not page.also


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//x.org", "", None]
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert web_url(url) is None


def test_only_secure_images_are_shown_and_other_credits_kept() -> None:
    article = an_article(
        "pictures",
        images=(
            Image(href="https://a.org/1.jpg", credit="Ada"),
            Image(href="http://a.org/2.jpg", credit="Bo"),
            Image(credit="Ada"),
            Image(credit="Cy"),
        ),
    )
    page = story_page(article, [], corrected=False, address=HERE)
    assert [image.href for image in page.images] == ["https://a.org/1.jpg"]
    assert page.credits == ["Bo", "Cy"]


def test_a_summary_that_repeats_the_text_is_no_standfirst() -> None:
    assert story_page(FLOOD, [], corrected=False, address=HERE).standfirst is None
    assert story_page(MEETING, [], corrected=False, address=HERE).standfirst == MEETING.summary


def test_a_dangerous_original_is_not_linked() -> None:
    assert story_page(HOSTILE, [], corrected=False, address=HERE).original_url is None
