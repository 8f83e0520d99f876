"""The Markdown of an article, as a CommonMark parser reads it."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from newsroom import HOSTILE, MEETING, an_article

from copydesk_gateway.answers import RelatedArticle
from copydesk_gateway.markdown import escaped, markdown
from copydesk_shared.contracts.article import LinkKind

PAGE = "https://news.example/articles/1"
READER = MarkdownIt("commonmark")
TEXT = st.text(st.characters(exclude_categories=("C", "Zs", "Zl", "Zp")) | st.just(" "))


def rendered(text: str) -> str:
    """The text of a rendered document, without its tags."""
    html = re.sub(r"<[^>]*>", "", READER.render(text))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        html = html.replace(entity, character)
    return html.strip()


@settings(deadline=None)  # machines differ, and CI's are slow
@given(TEXT)
@example("1. Not a list")
@example("# not a heading, - nor *emphasis* or `code` or <b>markup</b> &amp; [a](b)")
@example("=== --- +++ ~~~")
@example("\\* twice \\\\ escaped")
@example("    four blanks")
def test_text_is_read_as_it_was_written(text: str) -> None:
    html = READER.render(escaped(text))
    assert rendered(escaped(text)) == " ".join(text.split())
    assert set(re.findall(r"<(\w+)", html)) <= {"p"}


def test_paragraphs_can_be_cited() -> None:
    html = READER.render(markdown(MEETING, [], page_url=PAGE))
    for number, paragraph in enumerate(MEETING.paragraphs, start=1):
        assert f'<p><a id="p{number}"></a>{paragraph[:20]}' in html


def test_what_publishers_write_stays_text() -> None:
    html = READER.render(markdown(HOSTILE, [], page_url=PAGE))
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html


def test_a_link_says_why_and_cannot_break_out() -> None:
    links = [
        RelatedArticle(
            kind=LinkKind.COMPUTED, title="A [ferry] story", article_id="2", reasons=["Same > port"]
        ),
        RelatedArticle(kind=LinkKind.INLINE, title="Away", url="https://a.example/x y>)[z"),
        RelatedArticle(kind=LinkKind.INLINE, title="No address", url="javascript:alert(1)"),
    ]
    html = READER.render(markdown(MEETING, links, page_url=PAGE))
    assert '<a href="https://news.example/articles/2">A [ferry] story</a>: Same &gt; port' in html
    assert '<a href="https://a.example/x%20y%3E%29%5Bz">Away</a>' in html
    assert "<li>No address</li>" in html


def test_an_article_without_title_and_author_has_a_heading() -> None:
    text = markdown(an_article("x", title=""), [], page_url=PAGE)
    assert text.startswith("# Untitled\n\nharbour-post · 2026-03-02 07:30 UTC\n")
