"""What the stand-in refuses with, by the server's own codes."""


class ProblemError(Exception):
    """A request's or a task's refusal."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        kind = {401: "auth", 403: "auth", 500: "internal", 503: "system"}
        self.payload = {
            "message": message,
            "code": code,
            "type": kind.get(status, "invalid_request"),
            "link": f"https://docs.meilisearch.com/errors#{code}",
        }
