"""Reading a request's body: never more of it than may be."""

from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from copydesk_ingest.refusals import RefusedError, too_large


async def read_body(request: Request, *, limit: int) -> bytes:
    """The whole body; 413 as soon as it is known to be larger, by its header or by its bytes."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise RefusedError(
            "unsupported_encoding",
            "Bodies are not to be compressed.",
            status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large("The body", limit=limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large("The body", limit=limit)
            chunks.append(chunk)
    except ClientDisconnect as exc:
        raise RefusedError(
            "client_gone", "The body ended early.", status=HTTPStatus.BAD_REQUEST
        ) from exc
    return b"".join(chunks)
