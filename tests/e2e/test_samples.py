"""The samples, posted as the README tells: a small news world with corrections and wire copies."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from local_pipeline import Pipeline

pytestmark = [pytest.mark.e2e, pytest.mark.model]

ROOT = Path(__file__).parents[2]
JUNK = ("Credits:", "Read More:", "Also Read:", "Read Next:", "Advertisement", "Lire aussi")


def copydesk(running: Pipeline, *arguments: str) -> Any:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("copydesk")),
            *arguments,
            "--json",
            "--data-dir",
            str(running.data_dir),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def posted(model_pipeline: Pipeline) -> list[Mapping[str, Any]]:
    rows = copydesk(model_pipeline, "post", str(ROOT / "samples"), "--wait", "--restart")
    flat = rows[0] if len(rows) == 1 and isinstance(rows[0], list) else rows
    return list(flat)


async def found(running: Pipeline, q: str, **more: str) -> list[Mapping[str, Any]]:
    page = await running.get("gateway", "/v1/search", q=q, **more)
    hits: list[Mapping[str, Any]] = page["hits"]
    return hits


async def article(running: Pipeline, article_id: str) -> Mapping[str, Any]:
    whole: Mapping[str, Any] = await running.get("gateway", f"/v1/articles/{article_id}")
    return whole


async def test_all_samples_can_be_found(
    model_pipeline: Pipeline, posted: list[Mapping[str, Any]]
) -> None:
    assert len(posted) == 34
    page = await model_pipeline.get("gateway", "/v1/search", limit="1")
    assert page["total"] == {"value": 32, "relation": "exact"}


@pytest.mark.usefixtures("posted")
async def test_a_correction_has_replaced_what_it_corrects(model_pipeline: Pipeline) -> None:
    (hit,) = await found(model_pipeline, '"Storm Ottilie Leaves 46,000 Without Power"', limit="1")
    assert hit["version"] == 2
    assert await found(model_pipeline, '"Storm Ottilie Leaves 60,000"') == []


@pytest.mark.usefixtures("posted")
async def test_no_junk_is_left_in_any_text(model_pipeline: Pipeline) -> None:
    hits = await found(model_pipeline, "", limit="100")
    bodies = [(await article(model_pipeline, hit["article_id"]))["body"] for hit in hits]
    assert len(bodies) == 32
    assert [(junk, body) for body in bodies for junk in JUNK if junk in body] == []


@pytest.mark.usefixtures("posted")
async def test_a_promo_line_leads_to_the_article_it_names(model_pipeline: Pipeline) -> None:
    (hit,) = await found(model_pipeline, '"Walk Out as Talks Collapse"', limit="1")
    links = (await article(model_pipeline, hit["article_id"]))["related_links"]
    (promo,) = [link for link in links if link["label"] == "Also Read"]
    target = await article(model_pipeline, promo["article_id"])
    assert target["title"] == promo["title"]


@pytest.mark.usefixtures("posted")
async def test_follow_ups_are_related_with_reasons(model_pipeline: Pipeline) -> None:
    (hit,) = await found(model_pipeline, '"Inspector\'s Warning on Bridge Cable"', limit="1")
    related = await model_pipeline.get("gateway", f"/v1/articles/{hit['article_id']}/related")
    computed = [link for link in related["links"] if link["kind"] == "computed"]
    assert "Judge to Lead Inquiry Into Calloway Bridge Contract" in [
        link["title"] for link in computed
    ]
    assert all(link["reasons"] for link in computed)


@pytest.mark.usefixtures("posted")
async def test_a_withdrawn_article_is_gone_everywhere(model_pipeline: Pipeline) -> None:
    (hit,) = await found(model_pipeline, "stadium naming", source="harbour-fm", limit="1")
    async with httpx2.AsyncClient(timeout=20) as client:
        ingest, gateway = model_pipeline.url("ingest"), model_pipeline.url("gateway")
        answer = await client.delete(f"{ingest}/v1/articles/{hit['article_id']}")
        assert answer.status_code == 202
        receipt = await client.get(
            f"{ingest}/v1/submissions/{answer.json()['submission_id']}",
            params={"wait": "indexed", "timeout": "10"},
        )
        assert receipt.json()["outcome"] == "withdrawn"
        gone = await client.get(f"{gateway}/v1/articles/{hit['article_id']}")
        assert gone.status_code == 410
    hits = await found(model_pipeline, "stadium naming", limit="50")
    assert hit["article_id"] not in [other["article_id"] for other in hits]
