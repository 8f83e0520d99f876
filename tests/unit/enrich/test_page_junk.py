"""What a page shows around its text, told by where it stands."""

from copydesk_enrich.extraction.found import Found
from copydesk_enrich.extraction.html import extract_html
from copydesk_enrich.extraction.rules import Region, rule_book

LEAD = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."
NEXT = "A storm had closed it two years ago, and nobody had thought that the piers would stand."
LAST = "The first cars will cross in June, when the last of the cables has been laid."
URL = "https://herald.example/local/2026/bridge"
DEK = "Engineers found that the piers will stand for another hundred years"


def extract(body: str, head: str = "") -> Found:
    html = f"<html><head>{head}</head><body><article>{body}</article></body></html>"
    return extract_html(html, url=URL, title=None, rules=rule_book())


def rules_of(found: Found) -> dict[str, str]:
    return {block.rule: block.text for block in found.removed}


def test_a_region_recognises_its_examples_and_lets_the_others_be() -> None:
    def name_of(region: Region, name: str) -> bool:
        tag = name[1:-1] if name.startswith("<") else "div"
        classes = "" if name.startswith("<") else name
        found = rule_book().region(tag, classes, None)
        return found is not None and found.id == region.id

    for region in rule_book().regions:
        assert [name for name in region.matches if not name_of(region, name)] == []
        assert [name for name in region.misses if name_of(region, name)] == []


def test_the_headline_and_the_standfirst_are_fields() -> None:
    found = extract(f"<h1>Bridge to reopen</h1><h2>{DEK}</h2><p>{LEAD}</p><p>{NEXT}</p>")
    assert found.paragraphs == (LEAD, NEXT)
    assert found.standfirst == DEK
    assert rules_of(found)["page.standfirst"] == DEK


def test_a_newsletter_box_in_the_text_is_removed_with_its_rule() -> None:
    box = (
        "<div class='Newsletter-box'><h3>Pick of the Tide</h3><p>The quay, each morning.</p></div>"
    )
    found = extract(f"<p>{LEAD}</p>{box}<p>{NEXT}</p><p>{LAST}</p>")
    assert found.paragraphs == (LEAD, NEXT, LAST)


def test_what_holds_most_of_the_text_is_no_junk_whatever_its_class() -> None:
    found = extract(f"<div class='related promo'><p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p></div>")
    assert found.paragraphs == (LEAD, NEXT, LAST)


def test_a_list_of_links_at_the_foot_becomes_related_links() -> None:
    links = "".join(
        f"<li><a href='/ships/{n}'>Ship number {n} leaves the harbour</a></li>" for n in range(3)
    )
    found = extract(f"<p>{LEAD}</p><p>{NEXT}</p><p>{LAST}</p><ul>{links}</ul>")
    assert found.paragraphs == (LEAD, NEXT, LAST)
    assert [(link.url, link.position) for link in found.related_links] == [
        (f"https://herald.example/ships/{n}", 3) for n in range(3)
    ]


def test_an_article_that_is_a_list_of_links_keeps_them() -> None:
    links = "".join(
        f"<p><a href='/s/{n}'>Ship number {n} leaves the harbour for the north</a></p>"
        for n in range(8)
    )
    # No rule takes any; trafilatura leaves two out.
    assert {block.rule for block in extract(f"<p>{LEAD}</p>{links}").removed} <= {"html.left_out"}


def test_links_of_the_prose_keep_their_words_and_their_place() -> None:
    prose = LAST.replace("cables", "<a href='/ships/cables?x=1'>cables</a>")
    chrome = (
        "<a href='#top'>Top</a> <a href='https://twitter.com/intent/tweet?x'>post</a>"
        " <a href='/tag/ships/old'>ships</a> <a href='mailto:a@b.example'>mail</a>"
    )
    found = extract(f"<p>{LEAD}</p><p>{NEXT} {chrome}</p><p>{prose}</p>")
    assert [(link.label, link.url, link.position) for link in found.related_links] == [
        ("cables", "https://herald.example/ships/cables?x=1", 2)
    ]


def test_headings_are_paragraphs_that_are_told_apart() -> None:
    found = extract(f"<p>{LEAD}</p><h2>What the engineers found</h2><p>{NEXT}</p><p>{LAST}</p>")
    assert found.paragraphs == (LEAD, "What the engineers found", NEXT, LAST)
    assert [(heading.paragraph, heading.level) for heading in found.headings] == [(1, 2)]


def test_a_quoted_post_stays() -> None:
    post = "<blockquote class='twitter-tweet'><p>The bridge was never safe, and they knew.</p>"
    found = extract(
        f"<p>{LEAD}</p><div class='social-embed'>{post}</blockquote></div>"
        f"<p>{NEXT}</p><p>{LAST}</p>"
    )
    assert "The bridge was never safe, and they knew." in " ".join(found.paragraphs)


def test_a_body_in_several_boxes_is_one_body() -> None:
    parts = [
        "".join(f"<p>{LEAD} Part {part}, sentence {n}. {NEXT}</p>" for n in range(4))
        for part in range(3)
    ]
    boxes = "".join(
        f"<div class='row'><div class='body-chunk'>{part}</div></div>" for part in parts
    )
    found = extract(f"<h1>Bridge to reopen</h1><div class='wrap'>{boxes}</div>")
    assert len(found.paragraphs) == 12


def test_two_articles_on_a_page_are_not_joined() -> None:
    one = "".join(f"<p>{LEAD} Sentence {n} of the first.</p>" for n in range(4))
    two = "".join(f"<p>{NEXT} Sentence {n} of the second.</p>" for n in range(6))
    html = (
        f"<html><body><main><article><h1>One</h1><div class='text'>{one}</div></article>"
        f"<article><h1>Two</h1><div class='text'>{two}</div></article></main></body></html>"
    )
    found = extract_html(html, url=URL, title=None, rules=rule_book())
    assert all("of the second" not in paragraph for paragraph in found.paragraphs)


def test_a_page_that_hides_its_body_is_read_from_its_json_ld() -> None:
    body = " ".join(f"{NEXT} That was sentence {n}." for n in range(10))
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge",'
        f'"articleBody": "{body}"}}</script>'
    )
    found = extract(f"<p>{LEAD}</p>", head)
    assert found.method == "json-ld"
    assert found.reasons == ("fallback_extractor",)
    assert found.paragraphs == (body,)


def test_a_byline_that_the_page_only_shows_is_read() -> None:
    found = extract(f"<p class='byline'>By Ada Marlowe | May 3, 2026</p><p>{LEAD}</p><p>{NEXT}</p>")
    assert [author.name for author in found.authors] == ["Ada Marlowe"]


def test_the_section_is_the_deepest_crumb_that_names_one() -> None:
    crumbs = ", ".join(f'{{"@type": "ListItem", "name": "{name}"}}' for name in ("Home", "Harbour"))
    head = (
        '<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": ['
        f"{crumbs}]}}</script>"
    )
    assert extract(f"<p>{LEAD}</p><p>{NEXT}</p>", head).section == "Harbour"


def test_a_caption_gives_its_credit_away() -> None:
    figure = (
        "<figure><img src='/b.jpg'><figcaption>The bridge at dawn"
        " <span class='credit'>Ana Ruiz</span></figcaption></figure>"
    )
    (image,) = extract(f"{figure}<p>{LEAD}</p><p>{NEXT}</p>").images
    assert (image.href, image.caption, image.credit) == (
        "https://herald.example/b.jpg", "The bridge at dawn", "Ana Ruiz"
    )  # fmt: skip
