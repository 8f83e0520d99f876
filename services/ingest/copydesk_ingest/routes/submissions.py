"""Receipts: what became of a submission, now or once it has come to an end."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from copydesk_ingest.refusals import RefusedError
from copydesk_ingest.routes.answers import JSON, problem
from copydesk_ingest.routes.documents import refusals
from copydesk_ingest.waiting import ReceiptWatcher
from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.errors import CopydeskError

MAX_ID = 100


def submissions_router(watcher: ReceiptWatcher, *, wait_max: timedelta) -> APIRouter:
    router = APIRouter(tags=["submissions"])

    class Wait(BaseModel):
        model_config = ConfigDict(extra="forbid")

        wait: Literal["indexed"] | None = Field(
            None, description="Answer once the submission has ended in whatever way, or is held."
        )
        timeout: float = Field(
            10.0,
            ge=0,
            le=wait_max.total_seconds(),
            allow_inf_nan=False,
            description="Seconds to wait at most; then the receipt as it stands is the answer.",
        )

    @router.get(
        "/v1/submissions/{submission_id}",
        responses={200: {"model": Receipt}, **refusals(400, 404, 503)},
    )
    async def get_receipt(submission_id: str, query: Annotated[Wait, Query()]) -> Response:
        """The receipt of a submission; 404 when it was never accepted or ended over 7 days ago."""
        try:
            receipt = await _receipt(submission_id, query.timeout if query.wait else None)
        except CopydeskError as exc:
            raise problem(exc) from exc
        return Response(receipt.model_dump_json(), media_type=JSON)

    async def _receipt(submission_id: str, timeout_s: float | None) -> Receipt:
        receipt = None
        if len(submission_id) <= MAX_ID:
            receipt = (
                await watcher.read(submission_id)
                if timeout_s is None
                else await watcher.ended(submission_id, timeout_s=timeout_s)
            )
        if receipt is None:
            raise RefusedError(
                "not_found", "There is no such submission.", status=HTTPStatus.NOT_FOUND
            )
        return receipt

    return router
