from pathlib import Path

from copydesk.plan import StackConfig, plan


def options(command: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(command[1::2], command[2::2], strict=True))


def test_redis_is_durable_and_never_evicts(tmp_path: Path) -> None:
    (redis,) = (
        part
        for part in plan(StackConfig(data_dir=tmp_path, redis_options={"maxmemory": "64mb"}))
        if part.name == "redis"
    )
    given = options(redis.command)
    assert given["--appendonly"] == "yes"
    assert given["--appendfsync"] == "everysec"
    assert given["--maxmemory-policy"] == "noeviction"
    assert given["--maxmemory"] == "64mb"
    assert given["--bind"] == "127.0.0.1"
    assert given["--dir"] == str(tmp_path / "redis")


def test_redis_syncs_as_ingest_promises(tmp_path: Path) -> None:
    config = StackConfig(data_dir=tmp_path, environment={"COPYDESK_DURABILITY": "fsync"})
    parts = {part.name: part for part in plan(config)}
    assert options(parts["redis"].command)["--appendfsync"] == "always"
    assert parts["ingest"].environment["COPYDESK_DURABILITY"] == "fsync"


def test_services_share_redis_and_the_embedded_index(tmp_path: Path) -> None:
    config = StackConfig(
        data_dir=tmp_path,
        enrich=2,
        environment={"COPYDESK_ENTITIES": "none", "COPYDESK_SEARCH_URL": "http://elsewhere"},
    )
    redis, *services = plan(config)
    assert [part.name for part in services] == [
        "ingest",
        "enrich-1",
        "enrich-2",
        "index-1",
        "gateway",
    ]
    for part in services:
        assert part.environment["COPYDESK_REDIS_URL"] == redis.url
        assert part.environment["COPYDESK_PORT"] == str(part.port)
        assert part.environment["COPYDESK_SEARCH_DIR"] == str(tmp_path / "search")
        assert part.environment["COPYDESK_ENTITIES"] == "none"
        assert "COPYDESK_SEARCH_URL" not in part.environment


def test_servers_that_are_given_are_not_started(tmp_path: Path) -> None:
    config = StackConfig(
        data_dir=tmp_path,
        redis_url="redis://:secret@store:6379/1",
        search_url="http://meili:7700",
        environment={"COPYDESK_SEARCH_KEY": "key"},
    )
    parts = plan(config)
    assert "redis" not in {part.name for part in parts}
    assert {part.environment["COPYDESK_REDIS_URL"] for part in parts} == {config.redis_url}
    assert {part.environment["COPYDESK_SEARCH_URL"] for part in parts} == {config.search_url}
    assert {part.environment["COPYDESK_SEARCH_KEY"] for part in parts} == {"key"}


def test_the_stop_lets_each_stage_finish_what_it_has(tmp_path: Path) -> None:
    waves = {part.name: part.wave for part in plan(StackConfig(data_dir=tmp_path))}
    assert sorted(waves, key=lambda name: (waves[name], name)) == [
        "gateway",
        "ingest",
        "enrich-1",
        "index-1",
        "redis",
    ]
