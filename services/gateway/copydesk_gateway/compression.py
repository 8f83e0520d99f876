"""gzip for whoever takes it."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from copydesk_gateway.negotiation import takes_coding


class Compression(GZipMiddleware):
    """Starlette's, which looks for the word alone: `gzip;q=0` refuses it (RFC 9110 §12.5.3)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            accepted = Headers(scope=scope).get("accept-encoding", "")
            coding = b"gzip" if takes_coding(accepted, "gzip") else b"identity"
            others = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            scope = {**scope, "headers": [*others, (b"accept-encoding", coding)]}
        await super().__call__(scope, receive, send)
