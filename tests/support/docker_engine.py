"""The Docker engine of this machine, and where its base images come from."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]

LOCAL_BASE = "copydesk-test-python:3.11"
REGISTRY_IMAGE = re.compile(r"(?:python|valkey/valkey|getmeili/meilisearch):v?\d[\w.-]+")

COMMAND_S = 180.0
PULL_S = 300.0
BUILD_S = 1200.0


class EngineMissingError(Exception):
    """This machine cannot run the project; the message says what it lacks."""


class CommandFailedError(AssertionError):
    """A command ended with an error; the message has the end of what it said."""


def run(
    *words: str,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout_s: float = COMMAND_S,
) -> bytes:
    """Give what the command prints; CommandFailedError, or TimeoutExpired of subprocess."""
    done = subprocess.run(
        words, capture_output=True, env=environment, input=stdin, timeout=timeout_s, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace").strip()[-4000:]
        raise CommandFailedError(f"{' '.join(words)} ended with {done.returncode}:\n{said}")
    return done.stdout


def compose_command() -> tuple[str, ...]:
    """Compose v2 where it is installed, else docker-compose 1.29."""
    if not shutil.which("docker") or not _succeeds("docker", "info"):
        raise EngineMissingError("no Docker engine answers")
    if _succeeds("docker", "compose", "version"):
        return ("docker", "compose")
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    raise EngineMissingError("neither `docker compose` nor docker-compose is installed")


def base_image() -> str | None:
    """None where the images of the registry can be had, else a base image made on this machine."""
    files = (ROOT / "services" / "Dockerfile", ROOT / "docker-compose.yml")
    wanted = {image for file in files for image in REGISTRY_IMAGE.findall(file.read_text())}
    if all(_at_hand(image) or _pulled(image) for image in sorted(wanted)):
        return None
    if not _at_hand(LOCAL_BASE):
        if os.geteuid() != 0 or not shutil.which("debootstrap"):
            raise EngineMissingError("no registry, nor root with debootstrap to do without one")
        run(str(ROOT / "tests" / "compose" / "base-image.sh"), LOCAL_BASE, timeout_s=BUILD_S)
    return LOCAL_BASE


def _at_hand(image: str) -> bool:
    return _succeeds("docker", "image", "inspect", image)


def _pulled(image: str) -> bool:
    return _succeeds("docker", "pull", "--quiet", image, timeout_s=PULL_S)


def _succeeds(*words: str, timeout_s: float = COMMAND_S) -> bool:
    try:
        run(*words, timeout_s=timeout_s)
    except (CommandFailedError, subprocess.TimeoutExpired):
        return False
    return True
