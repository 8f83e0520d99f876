"""What belongs beside an article, as the store and the related graph stand now."""

from collections.abc import Iterable, Iterator
from typing import Final

from copydesk_gateway.answers import ReferringArticle, RelatedArticle
from copydesk_shared.contracts.article import Article, LinkKind, RelatedLink
from copydesk_shared.related import Beside, own_links
from copydesk_shared.store import ArticleStore, Standing, State

COMPUTED_SHOWN: Final = 8
REFERRING_SHOWN: Final = 10

Found = dict[str, tuple[Standing, Article | None] | None]


async def related(store: ArticleStore, article: Article, beside: Beside) -> list[RelatedArticle]:
    """The article's own links in their order, then the computed ones, best first.

    A link to an article that cannot be read here keeps only what its publisher wrote; it is left
    out if the target was withdrawn, or the link was computed. What has been learned since the
    article was enriched adds to it and wins over it. Of copies of one text the best placed is
    shown, and none of the article itself.
    """
    own, computed = _own(article, beside), _computed(article, beside)
    found = await _look_up(store, [*own, *computed])
    shown = list(_shown(own, found, article))
    linked = {link.article_id for link in shown}
    best = [link for link in computed if link.article_id not in linked]
    return [*shown, *_one_of_each(best, found, article, beside)]


async def referenced_by(store: ArticleStore, beside: Beside) -> list[ReferringArticle]:
    """The readable articles that link to this one, the latest to do so first."""
    ids = [reference.article_id for reference in beside.referenced_by]
    rows = await store.articles(ids)
    return [
        ReferringArticle(
            article_id=found.article_id,
            title=found.title,
            source=found.source,
            section=found.section,
            published=found.published.value,
        )
        for reference, row in zip(beside.referenced_by, rows, strict=True)
        if row and (found := row[1]) and found.version == reference.version
    ][:REFERRING_SHOWN]


def _own(article: Article, beside: Beside) -> list[RelatedLink]:
    """The links that text and publisher give, resolved also by what has arrived since."""
    return [
        link.model_copy(update={"article_id": link.article_id or beside.targets.get(number)})
        for number, link in enumerate(own_links(article))
    ]


def _computed(article: Article, beside: Beside) -> list[RelatedLink]:
    """Best first; the titles of those that were learned are looked up later."""
    computed = [
        link
        for link in article.related_links
        if link.kind is LinkKind.COMPUTED and link.article_id not in beside.related
    ]
    learned = [
        RelatedLink(
            kind=LinkKind.COMPUTED,
            title="",
            article_id=other,
            score=known.score,
            reasons=known.reasons,
        )
        for other, known in beside.related.items()
        if known.score > 0
    ]
    return sorted([*computed, *learned], key=lambda link: -(link.score or 0))


async def _look_up(store: ArticleStore, links: Iterable[RelatedLink]) -> Found:
    ids = sorted({link.article_id for link in links if link.article_id})
    return dict(zip(ids, await store.articles(ids), strict=True))


def _shown(own: Iterable[RelatedLink], found: Found, article: Article) -> Iterator[RelatedArticle]:
    for link in own:
        standing, target = (link.article_id and found.get(link.article_id)) or (None, None)
        if link.article_id == article.article_id:
            continue
        if target is not None:
            yield _resolved(link, target)
        elif not (standing and standing.state is State.WITHDRAWN):
            yield _unresolved(link)


def _one_of_each(
    computed: Iterable[RelatedLink], found: Found, article: Article, beside: Beside
) -> list[RelatedArticle]:
    """The first of each group of copies, of those that can be read in the version meant."""
    groups = {article.group_id}
    shown: list[RelatedArticle] = []
    for link in computed:
        _, target = (link.article_id and found.get(link.article_id)) or (None, None)
        if target is None or target.group_id in groups:
            continue
        known = beside.related.get(target.article_id)
        if known is None or known.version == target.version:
            groups.add(target.group_id)
            shown.append(_resolved(link, target))
    return shown[:COMPUTED_SHOWN]


def _resolved(link: RelatedLink, target: Article) -> RelatedArticle:
    return _unresolved(link).model_copy(
        update={
            "article_id": target.article_id,
            "title": target.title if link.kind is LinkKind.COMPUTED else link.title,
            "source": target.source,
            "section": target.section,
            "published": target.published.value,
        }
    )


def _unresolved(link: RelatedLink) -> RelatedArticle:
    return RelatedArticle(
        kind=link.kind,
        title=link.title,
        label=link.label,
        url=link.url,
        position=link.position,
        score=link.score,
        reasons=list(link.reasons),
    )
