"""Which date an article keeps when a correction says nothing of it."""

from copydesk_shared.contracts.article import Article, Provenance

# From the best to the worst word for a date.
_TRUSTED = (Provenance.PUBLISHER, Provenance.METADATA, Provenance.TEXT, Provenance.RECEIVED)


def keep_date(article: Article, earlier: Article) -> Article:
    """The correction with the earlier version's date, unless its own is better founded.

    For corrections whose publisher gave no date: the copy's own date may be that of the correction,
    and the time of receipt is.
    """
    own, before = article.published, earlier.published
    if _TRUSTED.index(own.provenance) < _TRUSTED.index(before.provenance):
        return article
    return article.model_copy(update={"published": before})
