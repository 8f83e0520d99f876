"""Redis there, but empty, full or read-only."""

from pathlib import Path

from fault_newsroom import a_newsroom, names
from fault_valkey import Valkey

from copydesk_shared.contracts.receipt import Outcome
from copydesk_shared.testing.patience import eventually
from copydesk_shared.testing.valkey import free_port


async def test_after_a_flush_the_past_is_gone_and_all_services_go_on(
    valkey: Valkey, tmp_path: Path
) -> None:
    async with a_newsroom(valkey.url, tmp_path / "search") as newsroom:
        (old,) = await newsroom.accepted("old")
        await newsroom.all_indexed([old])
        await newsroom.all_found("old")
        article_id, _ = (await newsroom.indexed_events())[0]
        await newsroom.accepted(*names("waiting", 60))
        await newsroom.redis.flushall()

        new = await newsroom.accepted(*names("new", 5))
        await newsroom.all_indexed(new)
        await newsroom.all_ready()
        await newsroom.all_found(*names("new", 5))
        # At rest too: what was under way belongs to nobody, and no dead letter is made of it.
        await newsroom.at_rest()
        assert (await newsroom.ingest.get(f"/v1/submissions/{old}")).status_code == 404
        assert (await newsroom.gateway.get(f"/v1/articles/{article_id}")).status_code == 404
        # The engine still holds it, but a hit that the store does not know is not shown.
        assert not await newsroom.found("old")


async def test_a_full_redis_takes_nothing_new_and_finishes_what_it_has(
    valkey: Valkey, tmp_path: Path
) -> None:
    async with a_newsroom(valkey.url, tmp_path / "search") as newsroom:
        (withdrawn,) = await newsroom.accepted("withdrawn")
        await newsroom.all_indexed([withdrawn])
        article_id, _ = (await newsroom.indexed_events())[0]
        before = await newsroom.accepted(*names("before", 60))
        await newsroom.redis.config_set("maxmemory", "1mb")

        refused = await newsroom.post("refused")
        # By the server itself, or by ingest as soon as it has looked how full the server is.
        assert refused.json()["code"] in {"store_full", "backlog_full"}
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        removal = await newsroom.ingest.delete(f"/v1/articles/{article_id}")
        assert removal.status_code == 202
        await newsroom.all_indexed(before)
        assert await newsroom.outcomes([removal.json()["submission_id"]]) == {Outcome.WITHDRAWN}
        await newsroom.at_rest()
        await newsroom.all_found("before0", "before59")

        await newsroom.redis.config_set("maxmemory", "0")
        await newsroom.all_indexed(await newsroom.accepted("refused"))
        await newsroom.all_ready()
        await newsroom.at_rest()


async def test_a_read_only_redis_stops_the_work_and_harms_nothing(
    valkey: Valkey, tmp_path: Path
) -> None:
    async with a_newsroom(valkey.url, tmp_path / "search") as newsroom:
        (read,) = await newsroom.accepted("read")
        await newsroom.all_indexed([read])
        article_id, _ = (await newsroom.indexed_events())[0]
        before = await newsroom.accepted(*names("before", 40))
        await newsroom.redis.replicaof("127.0.0.1", str(free_port()))

        refused = await newsroom.post("during")
        assert (refused.status_code, refused.json()["code"]) == (503, "store_down")
        assert (await newsroom.gateway.get(f"/v1/articles/{article_id}")).status_code == 200
        assert await newsroom.found("read")

        async def stopped() -> bool:
            return bool(await newsroom.unready("enrich-1") and await newsroom.unready("index-1"))

        await eventually(stopped, within=10)
        await newsroom.redis.replicaof("NO", "ONE")
        await newsroom.all_indexed(before + await newsroom.accepted("during"))
        await newsroom.all_ready()
        await newsroom.at_rest()
        assert len(await newsroom.indexed_events()) == 42
