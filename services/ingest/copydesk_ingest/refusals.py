"""What ingest refuses: the publisher must change something before trying again."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from copydesk_shared.errors import PermanentError


class RefusedError(PermanentError):
    """A refusal with its HTTP status; `errors` point at the fields or parameters at fault."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
        errors: Sequence[Mapping[str, object]] = (),
    ) -> None:
        super().__init__(code, message)
        self.status = status
        self.errors = errors


def too_large(what: str, *, limit: int) -> RefusedError:
    return RefusedError(
        "body_too_large",
        f"{what} is larger than {limit} bytes.",
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def too_many_items(message: str) -> RefusedError:
    return RefusedError("too_many_items", message, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
