"""HEAD for every address that answers GET (RFC 9110 §9.3.2)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _AnsweredError(Exception):
    """All that HEAD asks for was sent; what makes the rest of the body is told to stop."""


class HeadAsGet:
    """Middleware: asks what is inside for GET, and sends only its status and its headers.

    Outside of all that writes headers, so that they are those of GET, those of compression too. An
    endless or a long body is left as soon as it begins.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b""})
            if message.get("more_body"):
                raise _AnsweredError

        try:
            await self._app({**scope, "method": "GET"}, receive, send_head)
        except _AnsweredError:
            return
