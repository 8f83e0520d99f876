"""A newsroom's own pipeline (the setting `pipeline`), with three bugs that take an article each."""

import os
import time

from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted


class PoisonedPipeline:
    def __init__(self, settings: Settings) -> None:
        self._pipeline = Pipeline(settings)

    def enrich(self, submitted: ArticleSubmitted, **_: object) -> Article:
        match submitted.title:
            case "poison: raises":
                raise RuntimeError("a bug in extraction")
            case "poison: hangs":
                time.sleep(3600)
            case "poison: dies":
                os._exit(139)
        return self._pipeline.enrich(submitted)
