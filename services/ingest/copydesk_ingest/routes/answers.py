"""The answers of ingest: one object for one article, alone or as an item of a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import orjson
from starlette.responses import Response

from copydesk_ingest.accepted import Accepted, Verdict
from copydesk_ingest.intake import Item
from copydesk_ingest.metrics import IngestMetrics
from copydesk_ingest.refusals import RefusedError
from copydesk_shared.errors import CopydeskError, DependencyDownError
from copydesk_shared.problems import RETRY_AFTER_S, Problem

JSON = "application/json"


def problem(error: CopydeskError) -> Problem:
    """A refusal keeps its own status; everything else is a dependency's fault: 503."""
    if isinstance(error, RefusedError):
        return Problem(error.status, error.code, error.message, errors=error.errors)
    known = error.retry_after_s if isinstance(error, DependencyDownError) else None
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        error.code,
        error.message,
        retry_after_s=known or RETRY_AFTER_S,
    )


def status_url(submission_id: str) -> str:
    return f"/v1/submissions/{submission_id}"


def single(accepted: Accepted) -> Response:
    body = _entry(accepted) | {"status_url": status_url(accepted.submission_id)}
    headers = {"Location": status_url(accepted.submission_id)}
    if accepted.verdict is Verdict.REPLAYED:
        headers["Idempotent-Replayed"] = "true"
    return Response(
        orjson.dumps(body), status_code=accepted.status, media_type=JSON, headers=headers
    )


def multiple(items: list[Item]) -> Response:
    entries = [_entry(i) if isinstance(i, Accepted) else _refused_entry(i) for i in items]
    return Response(
        orjson.dumps({"items": entries}), status_code=HTTPStatus.MULTI_STATUS, media_type=JSON
    )


@contextmanager
def counted(metrics: IngestMetrics) -> Iterator[None]:
    """Count a refusal of the whole request and turn it into its problem."""
    try:
        yield
    except CopydeskError as exc:
        metrics.refused.labels(exc.code).inc()
        raise problem(exc) from exc


def count(metrics: IngestMetrics, items: list[Item]) -> None:
    for item in items:
        if isinstance(item, Accepted):
            metrics.accepted.labels(item.verdict).inc()
        else:
            metrics.refused.labels(item.code).inc()


def _entry(accepted: Accepted) -> dict[str, object]:
    entry: dict[str, object] = {
        "status": accepted.status.value,
        "submission_id": accepted.submission_id,
        "article_id": accepted.article_id,
        "version": accepted.version,
        "duplicate": accepted.duplicate,
    }
    if accepted.warnings:
        entry["warnings"] = [warning.model_dump() for warning in accepted.warnings]
    return entry


def _refused_entry(error: CopydeskError) -> dict[str, object]:
    refusal = problem(error)
    return {
        "status": refusal.status.value,
        "submission_id": None,
        "article_id": None,
        "version": None,
        "duplicate": False,
        "problem": refusal.body(),
    }
