"""The compose project under test: built, brought up on free ports, removed with its volumes."""

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from docker_engine import BUILD_S, COMMAND_S, ROOT, base_image, compose_command, run

from copydesk_shared.testing.valkey import free_port

PARTS = ("redis", "meilisearch", "search-keys", "ingest", "enrich", "index", "gateway")
LOOK_STEP_S = 1.0
HTTP_TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class ComposeProject:
    """A project that is up; `stand_ins`: with the Redis and the Meilisearch made for the test."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    urls: Mapping[str, str]
    stand_ins: bool

    def compose(self, *words: str, stdin: bytes = b"", timeout_s: float = COMMAND_S) -> bytes:
        command = (*self.command, *words)
        return run(*command, environment=self.environment, stdin=stdin, timeout_s=timeout_s)

    def up(self, *options: str) -> None:
        self.compose("up", "--detach", "--no-build", *options, timeout_s=2 * COMMAND_S)

    def containers(self, part: str) -> list[dict[str, Any]]:
        """What the engine knows about each container of a part."""
        labels = {"project": self.name, "service": part}
        found = run(
            *("docker", "ps", "--all", "--quiet"),
            *(f"--filter=label=com.docker.compose.{key}={value}" for key, value in labels.items()),
        )
        inspected: list[dict[str, Any]] = json.loads(
            run("docker", "inspect", *found.decode().split())
        )
        return inspected

    def network(self, name: str) -> dict[str, Any]:
        """What the engine knows about a network."""
        inspected: list[dict[str, Any]] = json.loads(run("docker", "network", "inspect", name))
        return inspected[0]

    def run_in(self, part: str, *words: str) -> str:
        """Run a program in the first container of a part and give what it prints."""
        return run("docker", "exec", self.containers(part)[0]["Id"], *words).decode()

    def wait_healthy(self, *, within_s: float) -> None:
        """Until every container is healthy; AssertionError with the logs of those that are not."""
        deadline = time.monotonic() + within_s
        while unwell := self._unwell():
            if time.monotonic() > deadline:
                logs = self.compose("logs", "--tail=30", *unwell).decode(errors="replace")
                raise AssertionError(f"not healthy within {within_s} s: {unwell}\n{logs}")
            time.sleep(LOOK_STEP_S)

    def get(self, service: str, path: str, **params: str) -> Any:
        with self._client(service) as client:
            return client.get(path, params=params).raise_for_status().json()

    def post(self, path: str, content: bytes, *, content_type: str) -> Any:
        with self._client("ingest") as client:
            answer = client.post(path, content=content, headers={"Content-Type": content_type})
            return answer.raise_for_status().json()

    def _client(self, service: str) -> httpx2.Client:
        # The environment may name a proxy, which has no business on loopback.
        return httpx2.Client(base_url=self.urls[service], timeout=HTTP_TIMEOUT_S, trust_env=False)

    def _unwell(self) -> list[str]:
        return [
            part
            for part in PARTS
            if any(one["State"]["Health"]["Status"] != "healthy" for one in self.containers(part))
        ]


@contextmanager
def compose_project(work_dir: Path) -> Iterator[ComposeProject]:
    """Build the images and bring the project up; afterwards nothing of it is left but images.

    EngineMissingError where this machine cannot.
    """
    command = compose_command()
    local_base = base_image()
    files = ["docker-compose.yml", *(["tests/compose/stand-ins.yml"] if local_base else [])]
    ports = {name: free_port() for name in ("ingest", "gateway")}
    name = f"copydesk-test-{secrets.token_hex(4)}"
    variables = {
        "MEILI_MASTER_KEY": secrets.token_urlsafe(32),
        "INGEST_PORT": str(ports["ingest"]),
        "GATEWAY_PORT": str(ports["gateway"]),
        "IMAGE_TAG": "compose-test",
        "BASE_IMAGE": local_base or "",
    }
    env_file = work_dir / "compose.env"
    env_file.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))
    project = ComposeProject(
        name=name,
        command=(
            *command,
            *("--project-name", name, "--project-directory", str(ROOT)),
            *("--env-file", str(env_file)),
            *(word for file in files for word in ("--file", str(ROOT / file))),
        ),
        environment=_engine_environment(),
        urls={service: f"http://127.0.0.1:{port}" for service, port in ports.items()},
        stand_ins=local_base is not None,
    )
    try:
        project.compose("build", timeout_s=BUILD_S)
        project.up()
        yield project
    finally:
        project.compose("down", "--volumes", "--remove-orphans")


def _engine_environment() -> dict[str, str]:
    """What finds the engine, and nothing that compose would prefer to the variables of the test."""
    kept = {"PATH", "HOME"}
    return {
        key: value
        for key, value in os.environ.items()
        if key in kept or key.startswith(("DOCKER_", "XDG_"))
    }
