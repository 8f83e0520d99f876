"""The files that pages link to, under names that change with their content."""

from http import HTTPStatus
from mimetypes import guess_type
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from copydesk_gateway.pages.rendering import Assets
from copydesk_shared.problems import Problem

CACHE: Final = "public, max-age=31536000, immutable"
ICON_CACHE: Final = "public, max-age=86400"


def asset_router(assets: Assets) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    icon = assets.named("icon.ico")

    @router.get("/assets/{name}")
    async def asset(name: str) -> Response:
        content = assets.content(name)
        if content is None:
            raise Problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such file.")
        return Response(
            content,
            media_type=guess_type(name)[0],
            headers={"Cache-Control": CACHE, "X-Content-Type-Options": "nosniff"},
        )

    @router.get("/favicon.ico")
    async def favicon() -> Response:
        """What browsers ask for on their own, where no page has named an icon."""
        headers = {"Cache-Control": ICON_CACHE, "X-Content-Type-Options": "nosniff"}
        return Response(icon, media_type="image/x-icon", headers=headers)

    return router
