"""Pictures with their captions and credits, however a page sets them."""

import pytest

from copydesk_enrich.extraction.credits import part_credit
from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import rule_book
from copydesk_enrich.extraction.shortcodes import with_figures
from copydesk_shared.contracts.article import Image

LEAD = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."
NEXT = "A storm had closed it two years ago, and nobody had thought that the piers would stand."
LAST = "The first cars will cross in June, when the last of the cables has been laid."
WALL = Image(href="https://herald.example/wall.jpg", caption="The wall.", credit="J. Roe")


def extract(picture: str) -> Found:
    html = f"<article><p>{LEAD}</p>{picture}<p>{NEXT}</p><p>{LAST}</p></article>"
    url = "https://herald.example/bridge"
    return extract_html(html, url=url, title="Council votes", rules=rule_book())


@pytest.mark.parametrize(
    "picture",
    [
        "<figure>{}<figcaption>The wall. Photo: J. Roe</figcaption></figure>",
        "<figure>{}<figcaption>The wall. <b class='credit'>Photo: J. Roe</b></figcaption></figure>",
        "{}<p class='caption'>The wall. (Photo: J. Roe)</p>",
        "<p>{}</p><p class='image-caption'>The wall. Photo by J. Roe</p>",
        "<div><div>{}</div><div><p class='caption'>The wall. Credit: J. Roe</p></div></div>",
        "<div class='wp-caption'>{}<p class='wp-caption-text'>The wall. Foto: J. Roe</p></div>",
        "[caption id='attachment_6' width='300']{} The wall. Photo: J. Roe[/caption]",
        "<p>[caption id=&#8221;a&#8221;]<a href='/1'>{}</a> The wall. Photo: J. Roe[/caption]</p>",
        '[caption width="3" caption="The wall. Photo: J. Roe"]{}[/caption]',
    ],
)
@pytest.mark.parametrize(
    "image", ["<img src='/wall.jpg'>", "<img src='data:image/gif;base64,R0' data-src='/wall.jpg'/>"]
)
def test_a_captioned_picture_becomes_an_image_and_leaves_the_text(picture: str, image: str) -> None:
    found = extract(picture.format(image))
    assert found.images == (WALL,)
    assert found.paragraphs == (LEAD, NEXT, LAST)


def test_a_caption_far_from_a_picture_is_not_the_pictures() -> None:
    found = extract(f"<img src='/wall.jpg'><p>{NEXT[::-1]}</p><p class='caption'>The wall.</p>")
    assert found.images == ()


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>A [caption] B</p>", "<p>A  B</p>"),
        ("A [caption id='a'] B", "A  B"),
        ("A [caption id='a']no picture[/caption] B", "A no picture B"),
        ("A [/caption] B [caption id='a']", "A  B "),
        ("A [captions] [gallery] B", "A [captions] [gallery] B"),
    ],
)
def test_a_caption_code_without_a_picture_leaves_its_text(html: str, plain: str) -> None:
    assert with_figures(html) == plain


def test_codes_without_end_cost_their_length() -> None:
    assert len(with_figures("[caption " * 200_000)) == len("[caption " * 200_000)
    assert with_figures("[caption]" * 100_000) == ""


@pytest.mark.parametrize(
    ("caption", "parts"),
    [
        ("The wall. Photo: J. Roe", ("The wall.", "J. Roe")),
        ("The wall | Image courtesy of Port Elder Council", ("The wall", "Port Elder Council")),
        ("Photo: J. Roe/AP", (None, "J. Roe/AP")),
        ("The wall. Foto: Ana de la Cruz", ("The wall.", "Ana de la Cruz")),
        ("He sent the photo: a wall at night.", ("He sent the photo: a wall at night.", None)),
        ("Credit: banks lent less", ("Credit: banks lent less", None)),
        ("The photo by the door", ("The photo by the door", None)),
        ("", (None, None)),
    ],
)
def test_a_credit_is_parted_from_its_caption(
    caption: str, parts: tuple[str | None, str | None]
) -> None:
    assert part_credit(caption) == parts
