"""Keys, limits, compression and what other origins may read."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from newsroom import MEETING, fill
from pydantic import SecretStr
from redis.asyncio import Redis
from serving import a_gateway
from structlog.testing import capture_logs

PATH = f"/v1/articles/{MEETING.article_id}"


async def test_without_a_known_key_nothing_is_read(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    keys = SecretStr("first-key, second-key")
    async with a_gateway(redis_url, tmp_path, reader_keys=keys) as api:
        for path in (PATH, "/", "/v1/search", "/sitemap.xml", "/nowhere"):
            refused = await api.get(path)
            assert (refused.status_code, refused.json()["code"]) == (401, "key_required")
            assert "Basic" in refused.headers["www-authenticate"]
            assert refused.json()["request_id"] == refused.headers["x-request-id"]
        wrong = await api.get(PATH, headers={"Authorization": "Bearer third-key"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "key_unknown")
        assert "third-key" not in wrong.text
        for headers in ({"Authorization": "Bearer second-key"}, {"X-Api-Key": "first-key"}):
            assert (await api.get(PATH, headers=headers)).status_code == 200
        assert (await api.get("/", auth=("reader", "first-key"))).status_code == 200
        for path in ("/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json"):
            assert (await api.get(path)).status_code == 200


async def test_a_client_that_asks_too_much_waits(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path, rate_limit=3) as api:
        answers = [await api.get(PATH) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[0].headers["ratelimit"].startswith('"default";r=2;t=')
        assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=60'
        refused = answers[3]
        assert refused.json()["code"] == "rate_limited"
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.headers["ratelimit"].startswith('"default";r=0;t=')
        assert (await api.get("/health/ready")).status_code == 200
        # Nobody vouches for this header, so it is no other client.
        forged = await api.get(PATH, headers={"X-Forwarded-For": "192.0.2.7"})
        assert forged.status_code == 429


async def test_a_browser_is_refused_by_a_page(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with a_gateway(redis_url, tmp_path, rate_limit=1) as api:
        assert (await api.get("/", headers=browser)).status_code == 200
        limited = await api.get("/", headers=browser)
        assert (limited.status_code, limited.headers["content-type"]) == (
            429,
            "text/html; charset=utf-8",
        )
        assert int(limited.headers["retry-after"]) >= 1
        assert "RateLimit" in limited.headers
        assert "A moment, please" in limited.text
        assert limited.headers["x-request-id"] in limited.text
    async with a_gateway(redis_url, tmp_path, reader_keys=SecretStr("the-key")) as api:
        unknown = await api.get("/", headers=browser)
        assert (unknown.status_code, "Readers need a key" in unknown.text) == (401, True)
        assert "Basic" in unknown.headers["www-authenticate"]
        # What the page is made of needs no key.
        (style,) = re.findall(r'href="(/assets/[^"]+\.css)"', unknown.text)
        assert (await api.get(style)).status_code == 200


async def test_behind_a_trusted_proxy_each_reader_counts_for_itself(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    trusted = "127.0.0.0/8, 10.0.0.1"
    async with a_gateway(redis_url, tmp_path, rate_limit=1, trusted_proxies=trusted) as api:

        async def reader(forwarded_for: str) -> int:
            answer = await api.get(PATH, headers={"X-Forwarded-For": forwarded_for})
            return answer.status_code

        assert await reader("192.0.2.1") == 200
        assert await reader("192.0.2.1") == 429
        assert await reader("192.0.2.2") == 200
        # What the reader itself wrote before its own address changes nothing.
        assert await reader("203.0.113.9, 192.0.2.2, 10.0.0.1") == 429


async def test_an_ipv6_subscriber_is_one_client_whichever_address_he_takes(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path, rate_limit=1, trusted_proxies="127.0.0.1") as api:

        async def reader(address: str) -> int:
            answer = await api.get(PATH, headers={"X-Forwarded-For": address})
            return answer.status_code

        assert await reader("2001:db8:1:2::1") == 200
        assert await reader("2001:db8:1:2:ffff::9") == 429
        assert await reader("2001:db8:1:3::1") == 200
        assert await reader("::ffff:192.0.2.1") == 200
        assert await reader("192.0.2.1") == 429
        assert await reader("nonsense") == 200


async def test_an_operator_is_told_once_of_a_proxy_that_makes_all_readers_one(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    asked = {"X-Forwarded-For": "192.0.2.7"}

    async def warned(**settings: Any) -> list[str]:
        with capture_logs() as told:
            async with a_gateway(redis_url, tmp_path, **settings) as api:
                for headers in ({}, asked, asked):
                    await api.get(PATH, headers=headers)
        return [each["address"] for each in told if each["event"] == "proxy_not_trusted"]

    assert await warned(rate_limit=50) == ["127.0.0.1"]
    assert await warned(rate_limit=50, trusted_proxies="127.0.0.1") == []
    assert await warned() == []


async def test_a_key_is_a_client_wherever_it_comes_from(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    keys = SecretStr("one-key,other-key")
    async with a_gateway(redis_url, tmp_path, rate_limit=1, reader_keys=keys) as api:
        status = [
            (await api.get(PATH, headers={"X-Api-Key": key})).status_code
            for key in ("one-key", "one-key", "other-key")
        ]
        assert status == [200, 429, 200]


async def test_long_answers_are_compressed_and_keep_their_tag(
    redis: "Redis", redis_url: str, tmp_path: Path
) -> None:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path) as api:
        plain = await api.get(PATH, headers={"Accept-Encoding": "identity"})
        async with api.stream("GET", PATH, headers={"Accept-Encoding": "gzip"}) as packed:
            body = b"".join([chunk async for chunk in packed.aiter_raw()])
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(body) == plain.content
        assert "Accept-Encoding" in packed.headers["vary"]
        assert packed.headers["etag"] == plain.headers["etag"]
        assert "content-encoding" not in (await api.get("/health/live")).headers
        for refusing in ("gzip;q=0, identity", "identity", "br, *;q=0"):
            answer = await api.get(PATH, headers={"Accept-Encoding": refusing})
            assert "content-encoding" not in answer.headers
            assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize("origins", ["", "https://reader.example, https://other.example", "*"])
async def test_other_origins_read_only_by_permission(
    redis: "Redis", redis_url: str, tmp_path: Path, origins: str
) -> None:
    await fill(redis, tmp_path)
    async with a_gateway(redis_url, tmp_path, cors_origins=origins, rate_limit=50) as api:

        async def allowed(origin: str) -> str | None:
            answer = await api.get(PATH, headers={"Origin": origin})
            granted: str | None = answer.headers.get("access-control-allow-origin")
            return granted

        reader, stranger = "https://reader.example", "https://stranger.example"
        if origins == "*":
            assert await allowed(stranger) == "*"
        else:
            assert await allowed(reader) == (reader if origins else None)
            assert await allowed(stranger) is None
        asked = {"Origin": reader, "Access-Control-Request-Method": "POST"}
        before = await api.options("/v1/search", headers=asked)
        assert before.status_code == (200 if origins else 405)
        if origins:
            exposed = (await api.get(PATH, headers={"Origin": reader})).headers
            assert "RateLimit" in exposed["access-control-expose-headers"]


async def test_a_preflight_needs_no_key(redis: "Redis", redis_url: str, tmp_path: Path) -> None:
    keys = SecretStr("the-key")
    async with a_gateway(redis_url, tmp_path, cors_origins="*", reader_keys=keys) as api:
        asked = {
            "Origin": "https://reader.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        }
        assert (await api.options(PATH, headers=asked)).status_code == 200
        refused = await api.get(PATH, headers={"Origin": "https://reader.example"})
        assert refused.headers["access-control-allow-origin"] == "*"
