"""The pipeline: what is done to a submission, in order, each step timed, versioned and isolated.

Pure and synchronous; the same submission under the same versions gives the same article, times
aside. Related links and duplicates need the store and are added by the caller, as further steps.
"""

import importlib
from collections.abc import Callable, Collection, Sequence
from time import perf_counter

from copydesk_enrich import keywords, language
from copydesk_enrich.entities import tagging
from copydesk_enrich.entities.backend import EntityBackend, reader_of
from copydesk_enrich.entities.gazetteer import gazetteer
from copydesk_enrich.extraction.own_rules import RuleShelf
from copydesk_enrich.extraction.settled import Settled, extract
from copydesk_enrich.prose import count_words, reading_minutes
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_enrich.steps import SkippedStep, ended, isolated
from copydesk_enrich.summary import summarise
from copydesk_shared.contracts.article import Article, Entity, Keyword, Step
from copydesk_shared.contracts.article import Pipeline as PipelineRecord
from copydesk_shared.contracts.submission import ArticleSubmitted

# Raised with every change that makes another article of the same submission.
VERSION = "2"
EXTRACT_VERSION = "4"
ENTITIES_VERSION = "3"


class Pipeline:
    """Built once a process from the settings: this loads the models, which takes seconds."""

    def __init__(self, settings: Settings) -> None:
        self._rules = RuleShelf.read(settings.rules)
        self._gazetteer = gazetteer()
        self._languages = language.LanguageDetector()
        self._backends = _backends(settings)
        self._max_words = settings.entities_max_words

    def enrich(self, submitted: ArticleSubmitted, *, known_lines: Collection[str] = ()) -> Article:
        """The article without related links and duplicates.

        Only extraction raises: PermanentError `no_content` where there is no text.
        """
        steps: list[Step] = []
        begun = perf_counter()
        settled = extract(
            submitted, rules=self._rules.of(submitted.source), known_lines=known_lines
        )
        steps.append(ended("extract", f"{EXTRACT_VERSION}/{settled.extraction.method}", begun))
        tongue = language.UNKNOWN
        with isolated("language", language.VERSION, steps.append):
            tongue = self._languages.detect(settled.sample, given=settled.language)
        backend = reader_of(self._backends, tongue.code)
        entities: tuple[Entity, ...] = ()
        recogniser = backend.version if backend else EntityEngine.NONE
        with isolated("entities", f"{ENTITIES_VERSION}/{recogniser}", steps.append):
            entities = self._entities(settled, tongue.code, backend)
        words: tuple[Keyword, ...] = ()
        with isolated("keywords", keywords.VERSION, steps.append):
            words = self._keywords(settled, tongue.code)
        word_count = count_words(settled.body)
        return Article(
            article_id=submitted.article_id,
            version=submitted.version,
            source=submitted.source,
            external_id=submitted.external_id,
            url=submitted.url,
            canonical_url=settled.canonical_url,
            title=settled.title,
            summary=summarise(settled.prose),
            paragraphs=settled.paragraphs,
            body=settled.body,
            headings=settled.headings,
            standfirst=settled.standfirst,
            authors=settled.authors,
            section=settled.section,
            breadcrumbs=settled.breadcrumbs,
            language=tongue,
            published=settled.published,
            modified=settled.modified,
            images=settled.images,
            entities=entities,
            keywords=words,
            related_links=settled.related_links,
            word_count=word_count,
            reading_minutes=reading_minutes(word_count),
            extraction=settled.extraction,
            pipeline=PipelineRecord(version=VERSION, steps=tuple(steps)),
            warnings=(*settled.warnings, *language.contradicted(settled.language, tongue)),
        )

    def _keywords(self, settled: Settled, code: str) -> tuple[Keyword, ...]:
        return keywords.find_keywords(
            settled.title, settled.paragraphs, language=code, given=settled.given_keywords
        )

    def _entities(
        self, settled: Settled, code: str, backend: EntityBackend | None
    ) -> tuple[Entity, ...]:
        if not self._backends:
            raise SkippedStep("no entity recogniser is set")
        if backend is None:
            names = ", ".join(one.version for one in self._backends)
            raise SkippedStep(f"{names} does not read {code}")
        return tagging.tag(
            settled.title,
            settled.paragraphs,
            backend=backend,
            table=self._gazetteer,
            max_words=self._max_words,
        )


def _backends(settings: Settings) -> Sequence[EntityBackend]:
    if settings.entities == EntityEngine.NONE:
        return ()
    if settings.entities == EntityEngine.SPACY:
        # Here, so that a process without spaCy's work is spared its second of import.
        from copydesk_enrich.entities.spacy_backend import spacy_backends  # noqa: PLC0415

        return spacy_backends(settings.entities_model)
    module, _, name = settings.entities.partition(":")
    factory: Callable[[str], EntityBackend] = getattr(importlib.import_module(module), name)
    return (factory(settings.entities_model),)
