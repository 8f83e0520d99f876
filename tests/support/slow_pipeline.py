"""A pipeline (the setting `pipeline`) that takes its time, as a large model would."""

import os
import time

from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.submission import ArticleSubmitted

PAUSE_S = float(os.environ.get("SLOW_PIPELINE_S", "0.02"))


class SlowPipeline:
    def __init__(self, settings: Settings) -> None:
        self._pipeline = Pipeline(settings)

    def enrich(self, submitted: ArticleSubmitted, **_: object) -> Article:
        time.sleep(PAUSE_S)
        return self._pipeline.enrich(submitted)
