"""What tests ask of the search API."""

from typing import Any

from httpx2 import AsyncClient


async def search(api: AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await api.get("/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [hit["article_id"] for hit in found["hits"]]
