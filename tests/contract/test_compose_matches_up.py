"""`docker compose up` and `copydesk up` run the same parts; the settings reach both."""

import re
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
import yaml

from copydesk.part import PartSpec
from copydesk.plan import SERVICES, StackConfig, plan
from copydesk_enrich.settings import Settings as EnrichSettings
from copydesk_gateway.settings import Settings as GatewaySettings
from copydesk_index.settings import Settings as IndexSettings
from copydesk_ingest.settings import Settings as IngestSettings
from copydesk_shared.server import GRACE_S
from copydesk_shared.settings import SECRETS_DIR, CommonSettings

ROOT = Path(__file__).parents[2]
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
PARTS: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE_TEXT)["services"]
DOCKERFILE = (ROOT / "services" / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()

SETTINGS: dict[str, type[CommonSettings]] = {
    "ingest": IngestSettings,
    "enrich": EnrichSettings,
    "index": IndexSettings,
    "gateway": GatewaySettings,
}
SET_BY_THE_IMAGE = set(re.findall(r"(COPYDESK_\w+)=", DOCKERFILE))
EMBEDDED_ONLY = {"COPYDESK_SEARCH_DIR"}
IN_A_FILE = {"COPYDESK_SEARCH_KEY"}
"""Comes out of what the part search-keys makes."""
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")

each_service = pytest.mark.parametrize("service", SERVICES)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, PartSpec]:
    """The parts that `copydesk up --search-url …` runs on its usual ports, by name."""
    monkeypatch.setattr("copydesk.ports.is_free", lambda _port: True)
    config = StackConfig(
        data_dir=tmp_path, base_port=8080, search_url="http://127.0.0.1:7700", environment={}
    )
    return {spec.name.removesuffix("-1"): spec for spec in plan(config)}


def environment(service: str) -> dict[str, str | None]:
    found: dict[str, str | None] = PARTS[service]["environment"]
    return found


def field_names(service: str) -> set[str]:
    return {f"COPYDESK_{name.upper()}" for name in SETTINGS[service].model_fields}


def example_lines() -> dict[str, str]:
    """What .env.example shows, commented out or not."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def passed_on() -> set[str]:
    """The settings that compose hands from .env to a service under their own name."""
    return {
        name for service in SERVICES for name, value in environment(service).items() if not value
    }


def variables() -> list[re.Match[str]]:
    """The variables in the text of the compose file, each time that they are used."""
    return list(VARIABLE.finditer(COMPOSE_TEXT))


def test_the_parts_are_those_of_the_local_stack(local: dict[str, PartSpec]) -> None:
    assert set(PARTS) == {*local, "meilisearch", "search-keys"}


@each_service
def test_a_service_listens_where_the_local_one_does(
    service: str, local: dict[str, PartSpec]
) -> None:
    port = SETTINGS[service].model_fields["port"].default
    assert PARTS[service]["build"]["args"] == {"SERVICE": service, "PORT": str(port)}
    assert local[service].port == port


@each_service
def test_only_what_readers_and_publishers_use_is_published(service: str) -> None:
    port = SETTINGS[service].model_fields["port"].default
    published = {
        "ingest": [f"${{PUBLISH_ADDRESS:-127.0.0.1}}:${{INGEST_PORT:-{port}}}:{port}"],
        "gateway": [f"${{PUBLISH_ADDRESS:-127.0.0.1}}:${{GATEWAY_PORT:-{port}}}:{port}"],
    }
    assert PARTS[service].get("ports", []) == published.get(service, [])


def test_redis_and_meilisearch_are_not_published() -> None:
    assert not any("ports" in PARTS[part] for part in ("redis", "meilisearch"))


@pytest.mark.parametrize("part", PARTS)
def test_any_part_may_be_scaled_as_far_as_its_name_goes(part: str) -> None:
    assert "container_name" not in PARTS[part]


def test_only_search_and_what_makes_its_keys_know_the_master_key() -> None:
    told = {part for part, of in PARTS.items() if "MEILI_MASTER_KEY" in str(of)}
    assert told == {"meilisearch", "search-keys"}


@pytest.mark.parametrize("service", ["index", "gateway"])
def test_a_service_sees_its_own_key_only(service: str) -> None:
    assert PARTS[service]["volumes"] == [f"{service}-key:{SECRETS_DIR}:ro"]
    assert f"{service}-key:/keys/{service}" in PARTS["search-keys"]["volumes"]
    assert "search-keys" in PARTS[service]["depends_on"]


@each_service
def test_every_service_looks_for_secrets_in_files(service: str) -> None:
    # Where the folder is not there, as here, settings are made without it.
    module = SETTINGS[service].__module__
    script = (
        "import pathlib; pathlib.Path.is_dir = lambda _: True\n"
        f"from {module} import Settings; print(Settings.model_config['secrets_dir'])"
    )
    told = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(SECRETS_DIR)


def test_redis_keeps_data_as_the_local_one_does(local: dict[str, PartSpec]) -> None:
    def options(words: list[str]) -> dict[str, str]:
        values = (VARIABLE.sub(lambda found: found["rest"], word) for word in words[2::2])
        return dict(zip(words[1::2], values, strict=True))

    ours, theirs = options(PARTS["redis"]["command"]), options(list(local["redis"].command))
    kept = ("--appendonly", "--appendfsync", "--save", "--maxmemory-policy")
    assert {name: ours[name] for name in kept} == {name: theirs[name] for name in kept}


def test_redis_and_ingest_follow_one_durability() -> None:
    assert "${COPYDESK_DURABILITY:-everysec}" in PARTS["redis"]["command"]
    assert environment("ingest")["COPYDESK_DURABILITY"] is None


@each_service
def test_every_setting_of_a_service_can_be_set(service: str) -> None:
    assert set(environment(service)) | SET_BY_THE_IMAGE == (
        field_names(service) - EMBEDDED_ONLY - IN_A_FILE
    )


@each_service
def test_what_the_local_stack_decides_compose_decides_too(
    service: str, local: dict[str, PartSpec]
) -> None:
    theirs = {name for name in local[service].environment if name.startswith("COPYDESK_")}
    decided = {name for name, value in environment(service).items() if value} | SET_BY_THE_IMAGE
    assert (theirs - EMBEDDED_ONLY) & field_names(service) <= decided


@each_service
def test_what_compose_decides_is_a_valid_setting(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(service).items():
        if value:
            monkeypatch.setenv(name, value)
    settings = SETTINGS[service]()
    assert settings.redis_url.get_secret_value() == "redis://redis:6379/0"


def test_the_example_names_what_compose_reads_and_nothing_else() -> None:
    assert set(example_lines()) == passed_on() | {found["name"] for found in variables()}


def test_the_example_shows_the_defaults_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = {service: SETTINGS[service]() for service in SERVICES}
    for name in passed_on():
        monkeypatch.setenv(name, example_lines()[name])
    assert {service: SETTINGS[service]() for service in SERVICES} == defaults


def test_the_example_shows_the_defaults_of_compose() -> None:
    shown = example_lines()
    defaults = {found["name"]: found["rest"] for found in variables() if found["kind"] == "-"}
    assert {name: shown[name] for name in defaults} == defaults


def test_the_operations_page_lists_every_setting_and_its_default() -> None:
    listed = re.findall(
        r"^\| `(COPYDESK_\w+)` \| [^|]+ \| `?([^`|]+?)`? \|", OPERATIONS, re.MULTILINE
    )
    assert {name for name, _ in listed} == set().union(*map(field_names, SERVICES))
    shown = example_lines()
    assert {name: shown[name] for name in passed_on()} == {
        name: default.replace("\u2013", "") for name, default in listed if name in passed_on()
    }


def test_the_master_key_is_required_and_the_example_has_none() -> None:
    uses = [found for found in variables() if found["name"] == "MEILI_MASTER_KEY"]
    assert uses
    assert all(found["kind"] == "?" for found in uses)
    assert example_lines()["MEILI_MASTER_KEY"] == ""


@pytest.mark.parametrize("part", ["redis", "meilisearch"])
def test_images_of_others_have_an_exact_tag(part: str) -> None:
    assert re.search(r":v?\d+\.\d+\.\d+", PARTS[part]["image"])


@each_service
def test_a_service_may_finish_before_it_is_killed(service: str) -> None:
    assert int(PARTS[service]["stop_grace_period"].removesuffix("s")) > GRACE_S


@pytest.mark.parametrize("part", PARTS)
def test_every_part_restarts_is_watched_and_confined(part: str) -> None:
    assert PARTS[part]["restart"] == "unless-stopped"
    assert PARTS[part]["read_only"]
    assert PARTS[part]["cap_drop"] == ["ALL"]
    assert {"healthcheck", "mem_limit", "logging"} <= set(PARTS[part])


def test_images_are_built_with_the_uv_of_the_makefile() -> None:
    pinned = re.compile(r"UV_VERSION\s*:?=\s*(\S+)")
    in_makefile = pinned.search((ROOT / "Makefile").read_text())
    in_image = pinned.search(DOCKERFILE)
    assert in_makefile
    assert in_image
    assert in_makefile[1] == in_image[1]
