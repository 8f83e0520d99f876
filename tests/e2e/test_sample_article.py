"""The scraped article that the project began with: posted raw, found clean, within two seconds."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from local_pipeline import Pipeline

pytestmark = [pytest.mark.e2e, pytest.mark.model]

PROMOTED = [
    "Trump Seems To Hold Israel Responsible for Rise in Anti-Semitism",
    "Republican National Committee Faces Significant Fundraising Challenges Ahead of Election",
    "Trump Claiming Election Interference To Avoid Bond Payment",
]
JUNK = ("Credits:", "DepositPhotos", "Read More", "Also Read", "Read Next", "Malik is a skilled")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def posted(model_pipeline: Pipeline, shared_dir: Path) -> Mapping[str, Any]:
    """The receipt of the sample article, which ended within two seconds of the post."""
    text = (shared_dir / "samples" / "scraped-article.txt").read_bytes()
    started = time.monotonic()
    answer = await model_pipeline.post("/v1/articles", text, "text/plain")
    assert answer.status_code == 202
    receipt: Mapping[str, Any] = await model_pipeline.get(
        "ingest", f"/v1/submissions/{answer.json()['submission_id']}", wait="indexed", timeout="10"
    )
    assert receipt["outcome"] == "indexed"
    assert time.monotonic() - started < 2
    return receipt


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def article(model_pipeline: Pipeline, posted: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = await model_pipeline.get(
        "gateway", f"/v1/articles/{posted['article_id']}"
    )
    return found


def test_fields_are_lifted_out_of_the_junk(article: Mapping[str, Any]) -> None:
    assert (
        article["title"]
        == "Outgoing NATO Chief Mobilizes Support for Ukraine Amid Leadership Transition"
    )
    assert article["section"] == "Politics"
    ((author),) = article["authors"]
    assert author["name"] == "Malik"
    assert author["bio"].startswith("Malik is a skilled writer")
    assert {image["credit"] for image in article["images"]} == {"DepositPhotos"}


def test_body_holds_prose_only(article: Mapping[str, Any]) -> None:
    assert len(article["paragraphs"]) == 17
    assert not [junk for junk in JUNK if junk in article["body"]]
    assert article["body"] == "\n\n".join(article["paragraphs"])


def test_promo_lines_become_links(article: Mapping[str, Any]) -> None:
    inline = [link for link in article["related_links"] if link["kind"] == "inline"]
    assert [link["label"] for link in inline] == ["Read More", "Also Read", "Read Next"]
    assert [link["title"] for link in inline] == PROMOTED


def test_entities_are_joined_and_typed(article: Mapping[str, Any]) -> None:
    entities = {entity["name"]: entity for entity in article["entities"]}
    assert {"NATO", "Ukraine", "Volodymyr Zelenskyy", "Mark Rutte"} <= entities.keys()
    assert "Stoltenberg" in entities["Jens Stoltenberg"]["aliases"]
    assert "Stoltenberg" not in entities
    assert {"America", "U.S."} <= set(entities["United States"]["aliases"])
    assert entities["Kyiv"]["type"] == "place"


def test_mentions_point_at_the_text(article: Mapping[str, Any]) -> None:
    for entity in article["entities"]:
        for mention in entity["mentions"]:
            paragraph = article["paragraphs"][mention["paragraph"]]
            assert paragraph[mention["start"] : mention["end"]] == mention["text"]


def test_every_step_is_timed_and_went_well(article: Mapping[str, Any]) -> None:
    steps = article["pipeline"]["steps"]
    assert {step["status"] for step in steps} == {"ok"}
    assert {"extract", "language", "entities", "keywords", "related"} <= {s["name"] for s in steps}


@pytest.mark.parametrize("q", ["stoltenbrg nato", "Stoltenberg", "leadership transit"])
async def test_found_first(model_pipeline: Pipeline, article: Mapping[str, Any], q: str) -> None:
    page = await model_pipeline.get("gateway", "/v1/search", q=q)
    assert page["hits"][0]["article_id"] == article["article_id"]


@pytest.mark.parametrize("q", ["DepositPhotos", '"Trump Seems To Hold Israel"'])
async def test_junk_finds_nothing(
    model_pipeline: Pipeline, article: Mapping[str, Any], q: str
) -> None:
    page = await model_pipeline.get("gateway", "/v1/search", q=q)
    assert article["article_id"] not in [hit["article_id"] for hit in page["hits"]]
