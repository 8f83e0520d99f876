import re
from io import StringIO
from typing import Any

from rich.console import Console, RenderableType

from copydesk.answers import problem_line
from copydesk.article_view import article_page
from copydesk.display import without_password
from copydesk.markup import MARK_STYLE, marked, plain
from copydesk.posting import Posted
from copydesk.preview_view import preview_page
from copydesk.receipt_view import ROWS, post_summary, post_table
from copydesk.search_view import search_page


def shown(renderable: RenderableType) -> str:
    out = StringIO()
    Console(file=out, width=120).print(renderable)
    return out.getvalue()


def test_foreign_text_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[2J\x9bm\x00b\n[red]c[/red]").plain == "a[2Jmb\n[red]c[/red]"


def test_marks_become_style_and_entities_characters() -> None:
    text = marked("R&amp;D at <mark>NATO</mark> &lt;mark&gt; [b]")
    assert text.plain == "R&D at NATO <mark> [b]"
    (span,) = [span for span in text.spans if span.style == MARK_STYLE]
    assert text.plain[span.start : span.end] == "NATO"


def a_hit(**fields: Any) -> dict[str, Any]:
    return {
        "article_id": "id-1",
        "title": "Plain title",
        "summary": "Summary",
        "section": "World",
        "source": "desk",
        "published": "2026-03-04T05:06:07Z",
        **fields,
    }


def test_a_page_of_hits_shows_highlights_facts_and_total() -> None:
    page = shown(
        search_page(
            {
                "hits": [
                    a_hit(highlights={"title": "<mark>Port</mark> [x]", "snippet": "a &amp; b"}),
                    a_hit(section=None),
                ],
                "total": {"value": 1200, "relation": "estimated"},
                "took_ms": 3.2,
                "warnings": [{"code": "w", "message": "Left out."}],
            }
        )
    )
    assert "1 Port [x]" in page
    assert "desk · World · 2026-03-04" in page
    assert "a & b" in page
    assert "2 Plain title" in page
    assert "about 1,200 articles, 2 shown · 3 ms" in page
    assert "Left out." in page


def an_article() -> dict[str, Any]:
    return {
        "article_id": "id-1",
        "version": 2,
        "source": "desk",
        "title": "Harbour opens",
        "breadcrumbs": ["Home", "World"],
        "authors": [{"name": "A. Writer", "bio": "Writes."}],
        "published": {"value": "2026-03-04T05:06:07Z", "precision": "second"},
        "paragraphs": ["First.", "Second."],
        "images": [{"credit": "Agency"}],
        "entities": [{"name": "Port", "type": "place", "count": 3, "aliases": ["Harbour"]}],
        "extraction": {
            "method": "text",
            "removed_blocks": [
                {"kind": "promo", "text": "Subscribe now", "position": 1, "rule": "newsletter"},
                {"kind": "promo", "text": "The end", "position": 9, "rule": "tail"},
            ],
        },
        "language": {"code": "en"},
        "word_count": 2,
        "reading_minutes": 1,
        "warnings": [{"code": "future_date", "message": "Later than now."}],
    }


def test_an_article_reads_like_a_page() -> None:
    links = [{"kind": "inline", "label": "Read More", "title": "Before", "reasons": ["both: Port"]}]
    page = shown(article_page(an_article(), links))
    order = [
        "Home / World",
        "Harbour opens",
        "A. Writer · desk · 2026-03-04 05:06 · 1 min",
        "Writes.",
        "First.",
        "Second.",
        "Image: Agency",
        "Port",
        "Before",
        "future_date",
        "id-1 version 2",
    ]
    places = [page.index(text) for text in order]
    assert places == sorted(places)
    assert "Subscribe" not in page


def test_removed_blocks_stand_where_they_were() -> None:
    page = shown(article_page(an_article(), [], removed=True))
    assert page.index("First.") < page.index("Subscribe now  newsletter") < page.index("Second.")
    assert page.index("Second.") < page.index("The end  tail")


def a_preview(**standing: Any) -> dict[str, Any]:
    article = an_article()
    article["keywords"] = [{"value": "harbour", "score": 1.0}, {"value": "ferry", "score": 0.5}]
    article["extraction"] |= {"quality": 0.7, "reasons": ["no byline"]}
    article["related_links"] = [{"kind": "inline", "label": "Read More", "title": "Before"}]
    article["duplicates"] = {"of": "id-9", "similarity": 0.93}
    return {
        "article": article,
        "duplicate_of": "id-9",
        "standing": {"outcome": "correction", "version": 2, **standing},
    }


def test_a_preview_shows_the_article_its_cuts_and_its_worth() -> None:
    page = shown(preview_page(a_preview()))
    order = [
        "This would be version 2 of an article that is known.",
        "It says the same as id-9 (93% alike).",
        "Harbour opens",
        "First.",
        "✂ Subscribe now  newsletter",
        "Second.",
        "Port",
        "keywords harbour, ferry",
        "Before",
        "future_date",
        "quality 0.70 · no byline · 2 blocks cut",
    ]
    places = [page.index(text) for text in order]
    assert places == sorted(places)
    assert "\x1b" not in page


def test_removed_lines_are_struck_through_on_a_terminal() -> None:
    out = StringIO()
    Console(file=out, width=80, force_terminal=True, color_system="standard").print(
        preview_page(a_preview())
    )
    assert re.search(r"\x1b\[[0-9;]*9m(Subscribe now)", out.getvalue())


def test_the_outcome_of_a_post_is_one_row_a_copy() -> None:
    results = [
        Posted("a.txt", {"article_id": "id-a", "submission_id": "0-a"}),
        Posted("b.txt", {"article_id": "id-b", "submission_id": "0-b", "duplicate": True}),
        Posted("c.txt", problem={"title": "Unprocessable", "detail": "No text.", "code": "empty"}),
    ]
    receipts = {
        "0-a": {"outcome": "dead", "code": "no_content", "hint": "Nothing in it."},
        "0-b": {"outcome": "enriched"},
    }
    page = shown(post_table(results, receipts))
    assert "dead no_content Nothing in it." in page
    assert "not yet enriched" in page
    assert "refused Unprocessable: No text. (empty)" in page
    assert "1 dead, 1 not yet, 1 refused" in page
    assert post_summary(results).plain == ("3 posted: 2 accepted, 1 of them unchanged, 1 refused")


def test_of_many_only_what_went_wrong_is_listed() -> None:
    results = [
        Posted(f"{n}", {"article_id": f"id{n}", "submission_id": f"0-{n}"}) for n in range(90)
    ]
    page = shown(post_table([*results, Posted("last", problem={"code": "empty"})]))
    assert "id5" not in page
    assert "last" in page
    assert "90 accepted, 1 refused" in page
    refused = [Posted(f"{n}", problem={"code": "empty"}) for n in range(90)]
    assert shown(post_table(refused)).count("empty") == ROWS


def test_a_problem_fits_on_a_line() -> None:
    problem = {
        "title": "Bad Request",
        "detail": "Check the parameters: limt.",
        "code": "unknown_parameter",
        "errors": [{"parameter": "limt", "message": "unknown parameter"}],
    }
    assert problem_line(problem) == (
        "Bad Request: Check the parameters: limt. limt: unknown parameter. (unknown_parameter)"
    )


def test_passwords_stay_off_the_screen() -> None:
    assert without_password("redis://:secret@store:6379/0") == "redis://…@store:6379/0"
    assert without_password("redis://127.0.0.1:6379/0") == "redis://127.0.0.1:6379/0"
