import subprocess
import sys
from typing import Any

import pytest
from enrich_submissions import SCRAPED, a_submission

from copydesk_enrich import keywords
from copydesk_enrich.language import LanguageDetector
from copydesk_enrich.pipeline import VERSION, Pipeline
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_shared.contracts.article import Article, StepStatus
from copydesk_shared.errors import PermanentError


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(Settings(entities=EntityEngine.NONE))


def without_times(article: Article) -> dict[str, Any]:
    fields = article.model_dump()
    for step in fields["pipeline"]["steps"]:
        del step["ms"]
    return fields


def test_an_article_has_all_that_was_won(pipeline: Pipeline) -> None:
    article = pipeline.enrich(a_submission(SCRAPED, url="https://example.org/a", external_id="7"))
    assert article.title.startswith("Council Votes")
    assert (article.section, article.language.code) == ("Local", "en")
    assert article.summary.startswith("The council of Port Elder voted")
    assert article.body == "\n\n".join(article.paragraphs)
    assert (article.external_id, article.url) == ("7", "https://example.org/a")
    assert article.word_count == 70
    assert article.reading_minutes == 1
    assert article.keywords
    assert len(article.related_links) == 3


def test_each_step_is_timed_and_versioned(pipeline: Pipeline) -> None:
    steps = pipeline.enrich(a_submission(SCRAPED)).pipeline.steps
    assert [(step.name, step.status) for step in steps] == [
        ("extract", StepStatus.OK),
        ("language", StepStatus.OK),
        ("entities", StepStatus.SKIPPED),
        ("keywords", StepStatus.OK),
    ]
    assert all(step.version and step.ms >= 0 for step in steps)
    assert pipeline.enrich(a_submission(SCRAPED)).pipeline.version == VERSION


def test_the_same_submission_makes_the_same_article(pipeline: Pipeline) -> None:
    one, other = (pipeline.enrich(a_submission(SCRAPED)) for _ in range(2))
    assert without_times(one) == without_times(other)


def test_duplicates_and_computed_links_are_left_to_the_caller(pipeline: Pipeline) -> None:
    article = pipeline.enrich(a_submission(SCRAPED))
    assert article.duplicates.of is None
    assert {link.kind for link in article.related_links} == {"inline"}


def test_text_without_content_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(PermanentError) as caught:
        pipeline.enrich(a_submission("Advertisement"))
    assert caught.value.code == "no_content"


def test_a_mistaken_language_is_told(pipeline: Pipeline) -> None:
    article = pipeline.enrich(a_submission(SCRAPED, language="fr-FR"))
    assert article.language.code == "en"
    assert "language_contradicted" in {warning.code for warning in article.warnings}


def raising(*_: object, **__: object) -> None:
    raise ValueError("broken")


@pytest.mark.parametrize(
    ("step", "target", "name"),
    [
        ("language", LanguageDetector, "detect"),
        ("entities", Pipeline, "_entities"),
        ("keywords", keywords, "find_keywords"),
    ],
)
def test_a_step_that_raises_costs_only_its_own_result(
    monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline, step: str, target: object, name: str
) -> None:
    monkeypatch.setattr(target, name, raising)
    article = pipeline.enrich(a_submission(SCRAPED))
    failed = [(one.name, one.error) for one in article.pipeline.steps if one.status == "failed"]
    assert failed == [(step, "ValueError: broken")]
    assert len(article.paragraphs) == 4


def test_without_a_model_spacy_is_not_imported() -> None:
    code = (
        "import sys; from copydesk_enrich.pipeline import Pipeline;"
        "from copydesk_enrich.settings import Settings;"
        "Pipeline(Settings(entities='none')); sys.exit('spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
