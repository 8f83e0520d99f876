"""Copy that was made to hurt: each ends in an article or in `no_content`, in bounded time.

The bound is what a loaded machine needs many times over; a rule that backtracks or a quadratic
loop would take minutes.
"""

import time

import pytest
from enrich_submissions import a_submission

from copydesk_enrich.pipeline import Pipeline
from copydesk_enrich.settings import EntityEngine, Settings
from copydesk_shared.contracts.article import Article
from copydesk_shared.errors import PermanentError

SECONDS = 10

TEXTS = {
    "one long word": "x" * 1_000_000,
    "one long line": "The dog ran on. " * 65_000,
    "a promo without end": "Read More: " + "a " * 500_000,
    "many promos": "Read More: A b c d e\n\n" * 20_000,
    "almost bylines": ("By " + "A " * 140 + "!\n\n") * 2_000,
    "almost credits": ("Credits: " + "A," * 140 + "!\n\n") * 2_000,
    "almost captions": ("A" + " (a" * 90 + "\n\n") * 2_000,
    "almost newsletters": ("Subscribe " + "to " * 90 + "!\n\n") * 2_000,
    "almost share bars": ("share this " + "this " * 50 + "!\n\n") * 2_000,
    "almost dates": ("Published: Monday, January 12, 2024 " + "1:11 " * 40 + "\n\n") * 2_000,
    "full stops": "." * 1_000_000,
    "sentence ends": '." ' * 300_000,
    "apostrophes": "a'" * 500_000,
    "entities": "&amp;" * 200_000,
    "white space": " \n" * 500_000,
    "controls": "".join(map(chr, range(32))) * 2_000 + "Some words.",
    "mojibake": "Itâ€™s a cafÃ© in the â€œoldâ€ town. " * 2_000,
    "breadcrumbs": "".join(f"{number}. /\n" for number in range(1, 100)) * 100,
    "biographies": "Ada is a writer.\n\n" * 5_000,
}
PAGES = {
    "tag bomb": "<b>" * 200_000 + "x" + "</b>" * 200_000,
    "deep nesting": "<div>" * 100_000 + "<p>Some words of prose.</p>" + "</div>" * 100_000,
    "attribute bomb": "<p " + " ".join(f'a{n}="x"' for n in range(100_000)) + ">Some prose.</p>",
    "unclosed tables": "<table><tr><td>" * 30_000 + "Some prose.",
    "deep json-ld": '<script type="application/ld+json">'
    + "[" * 200_000
    + "</script><p>Prose.</p>",
    "one long paragraph": "<p>" + "lorem ipsum " * 80_000 + "</p>",
    "unclosed comment": "<p>Some prose.</p><!--" + "-" * 500_000,
    "open brackets": "<" * 500_000,
    "nul bytes": "\x00" * 100_000,
}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(Settings(entities=EntityEngine.NONE))


def outcome(pipeline: Pipeline, content: str, content_type: str) -> Article | str:
    begun = time.process_time()
    try:
        return pipeline.enrich(a_submission(content, content_type=content_type))
    except PermanentError as refusal:
        return refusal.code
    finally:
        assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_ends_well(pipeline: Pipeline, name: str) -> None:
    article = outcome(pipeline, TEXTS[name], "text/plain")
    assert article == "no_content" or isinstance(article, Article)


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_ends_well(pipeline: Pipeline, name: str) -> None:
    article = outcome(pipeline, PAGES[name], "text/html")
    assert article == "no_content" or isinstance(article, Article)


@pytest.mark.model
def test_the_model_is_spared_what_takes_it_long() -> None:
    pipeline = Pipeline(Settings(entities=EntityEngine.SPACY))
    for name in ("entities", "full stops", "one long word", "sentence ends"):
        assert isinstance(outcome(pipeline, TEXTS[name], "text/plain"), Article)
