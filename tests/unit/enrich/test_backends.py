"""Which recogniser reads which text, as the settings say."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
import spacy
from enrich_submissions import SCRAPED, a_submission
from entity_builders import PERSON, ListBackend
from pydantic import ValidationError

from copydesk_enrich.entities.backend import EntityBackend, reader_of
from copydesk_enrich.entities.spacy_backend import spacy_backends
from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import Settings
from copydesk_shared.contracts.article import Article, Step, StepStatus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of rules, an English one and a French one, each knowing one person."""
    folder = tmp_path_factory.mktemp("models")
    for language, name in (("en", "Tess Oakley"), ("fr", "Zoé Brac")):
        nlp = spacy.blank(language)
        nlp.add_pipe("entity_ruler", name="ner").add_patterns(  # type: ignore[attr-defined]
            [{"label": "PERSON", "pattern": name}]
        )
        nlp.to_disk(folder / language)
    return folder


def readers(models: str, *languages: str) -> list[str | None]:
    backends = spacy_backends(models)
    chosen = [reader_of(backends, language) for language in languages]
    return [one.version.rpartition("/")[2][:2] if one else None for one in chosen]


def test_one_model_reads_its_own_language_and_what_is_unknown(folder: Path) -> None:
    assert readers(f"{folder}/en", "en", "und", "fr") == ["en", "en", None]


def test_each_language_has_its_model_and_the_first_reads_the_unknown(folder: Path) -> None:
    models = f"en={folder}/en, fr={folder}/fr"
    assert readers(models, "en", "fr", "und", "de") == ["en", "fr", "en", None]


def test_a_model_may_be_set_to_another_language_or_to_any(folder: Path) -> None:
    assert readers(f"nl={folder}/en", "nl", "en") == ["en", None]
    assert readers(f"fr={folder}/fr,xx={folder}/en", "fr", "de", "tr") == ["fr", "en", "en"]


@pytest.mark.parametrize("model", ["no_such_model", "pkg:no_such_module", "en=/no/such/folder"])
def test_a_model_that_is_missing_is_named(model: str) -> None:
    with pytest.raises(OSError, match=r"no.such"):
        spacy_backends(model)


def entities_step(article: Article) -> Step:
    return next(step for step in article.pipeline.steps if step.name == "entities")


def test_the_model_that_read_a_text_is_in_its_article(folder: Path) -> None:
    pipeline = Pipeline(Settings(entities_model=f"en={folder}/en,fr={folder}/fr"))
    english = pipeline.enrich(a_submission(SCRAPED))
    assert {one.name for one in english.entities} == {"Tess Oakley", "Port Elder"}
    assert "/en_" in entities_step(english).version
    french = "Zoé Brac a rouvert le pont du port, que la mairie avait fermé dimanche dernier."
    article = pipeline.enrich(a_submission(french))
    assert [one.name for one in article.entities] == ["Zoé Brac"]
    assert "/fr_" in entities_step(article).version


def test_a_language_without_a_model_is_skipped_and_says_why(folder: Path) -> None:
    pipeline = Pipeline(Settings(entities_model=f"{folder}/en"))
    german = "Der Stadtrat hat am Sonntag beschlossen, die alte Brücke wieder zu öffnen."
    step = entities_step(pipeline.enrich(a_submission(german)))
    assert step.status is StepStatus.SKIPPED
    assert (step.error or "").endswith("does not read de")


def test_no_recogniser_says_so() -> None:
    step = entities_step(Pipeline(Settings(entities="none")).enrich(a_submission(SCRAPED)))
    assert (step.status, step.error) == (StepStatus.SKIPPED, "no entity recogniser is set")


def test_a_newsroom_may_bring_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    def build(model: str) -> EntityBackend:
        given.append(model)
        return ListBackend({"Tess Oakley": PERSON})

    module = ModuleType("our_newsroom")
    module.recogniser = build  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "our_newsroom", module)
    settings = Settings(entities="our_newsroom:recogniser", entities_model="some words")
    article = Pipeline(settings).enrich(a_submission(SCRAPED))
    assert given == ["some words"]
    assert {one.name for one in article.entities} == {"Tess Oakley", "Port Elder"}
    assert entities_step(article).version.endswith("/list-1")


@pytest.mark.parametrize("name", ["spacey", "module:", ":name", "os; rm", "a b:c"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(entities=name)
