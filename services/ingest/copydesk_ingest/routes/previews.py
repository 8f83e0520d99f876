"""Previews: what would become of an article, before it is posted."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from copydesk_ingest.body import read_body
from copydesk_ingest.intake import Intake
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.posting import posting
from copydesk_ingest.preview import Preview, Previewer
from copydesk_ingest.routes.answers import JSON, counted
from copydesk_ingest.routes.direct import DirectRoute
from copydesk_ingest.routes.documents import article_body, refusals


def previews_router(
    intake: Intake, previewer: Previewer, metrics: IngestMetrics, *, max_body_bytes: int
) -> APIRouter:
    router = APIRouter(tags=["articles"], route_class=DirectRoute)

    @router.post(
        "/v1/articles:preview",
        responses={200: {"model": Preview}, **refusals(400, 413, 415, 422, 503)},
        openapi_extra=article_body(keyed=False),
    )
    async def preview_article(request: Request) -> Response:
        """Enrich one article and answer it, with what was removed and why; nothing is stored."""
        with counted(metrics):
            body = await read_body(request, limit=max_body_bytes)
            prepared = await intake.prepared(posting(request, body))
            preview = await previewer.preview(prepared)
            return Response(preview.model_dump_json(), media_type=JSON)

    return router
