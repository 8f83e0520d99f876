"""A pipeline (the setting `pipeline`) as a bad deploy has it: it fails on every article."""

from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted


class BrokenPipeline:
    def __init__(self, settings: Settings) -> None:
        self._pipeline = settings.pipeline

    def enrich(self, submitted: ArticleSubmitted, **_: object) -> Article:
        raise RuntimeError(f"{self._pipeline} cannot make an article of {submitted.article_id}")
