"""An article as Markdown (CommonMark), each paragraph under an anchor, so that it can be cited."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from copydesk_gateway.answers import RelatedArticle
from copydesk_gateway.web import web_url
from copydesk_shared.contracts.article import Article, Precision

_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|$]")
_LINE_START = re.compile(r"^(?=[#+=-])|^(\d+)(?=[.)])")
_URL_SAFE = "!#$%&'*+,-./:;=?@_~"


def markdown(article: Article, related: Sequence[RelatedArticle], *, page_url: str) -> str:
    """Title, byline, summary, paragraphs `#p1` and on, links. Nothing in it can be markup."""
    return "\n\n".join(_blocks(article, related, page_url)) + "\n"


def escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or HTML would understand."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _LINE_START.sub(lambda start: f"{start[1] or ''}\\", line)


def _blocks(article: Article, related: Sequence[RelatedArticle], page_url: str) -> Iterator[str]:
    yield f"# {escaped(article.title) or 'Untitled'}"
    yield " · ".join(_byline(article))
    if article.summary and article.summary not in article.body:
        yield f"> {escaped(article.summary)}"
    for number, paragraph in enumerate(article.paragraphs, start=1):
        yield f'<a id="p{number}"></a>{escaped(paragraph)}'
    if related:
        yield "## Related"
        yield "\n".join(f"- {_related(link, page_url)}" for link in related)
    yield "---"
    yield "\n".join(_imprint(article, page_url))


def _byline(article: Article) -> Iterator[str]:
    if article.authors:
        yield "By " + ", ".join(escaped(author.name) for author in article.authors)
    yield escaped(article.source)
    published = article.published
    yield (
        f"{published.value:%Y-%m-%d}"
        if published.precision is Precision.DAY
        else f"{published.value:%Y-%m-%d %H:%M %Z}"
    )


def _related(link: RelatedArticle, page_url: str) -> str:
    title = escaped(link.title) or "Untitled"
    base = page_url.rpartition("/")[0]
    url = f"{base}/{link.article_id}" if link.article_id else web_url(link.url)
    named = _link(title, url) if url else title
    return f"{named}: {escaped('; '.join(link.reasons))}" if link.reasons else named


def _imprint(article: Article, page_url: str) -> Iterator[str]:
    yield f"- Page: {_link(escaped(page_url), page_url)}"
    original = web_url(article.url) or web_url(article.canonical_url)
    if original:
        yield f"- Original: {_link(escaped(original), original)}"
    yield f"- Version: {article.version}"


def _link(text: str, url: str) -> str:
    """A link whose address cannot end early: brackets, blanks and quotes are percent-encoded."""
    return f"[{text}](<{quote(url, safe=_URL_SAFE)}>)"
