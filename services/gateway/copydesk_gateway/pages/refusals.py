"""Refusals as pages: the same status, code and request id as the API's, in words for readers."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse

from copydesk_gateway.pages.rendering import Pages
from copydesk_shared.problems import Problem

_WORDS = {
    "article_not_found": ("No such article", "There is nothing under this address."),
    "article_withdrawn": (
        "This article was withdrawn",
        "Its publisher has taken it back, so it can no longer be read here.",
    ),
    "article_not_ready": (
        "Almost there",
        "This article has arrived and is being prepared. Reload the page in a moment.",
    ),
    "article_failed": (
        "This article could not be processed",
        "It was received, but no readable text could be made of it.",
    ),
    "version_not_found": (
        "No such version",
        "It was never made, or it is too long ago. The article itself can be read.",
    ),
    "invalid_cursor": (
        "This page of results is gone",
        "The link to it is damaged or belongs to another search.",
    ),
    "invalid_parameter": ("That search was not understood", "Part of the address is not valid."),
    "entity_not_found": (
        "Not in the news",
        "There is no such name here, or it has not been in the news for three months.",
    ),
    "key_required": (
        "Readers need a key here",
        "Load the page again and give your key as the password, with any user name.",
    ),
    "key_unknown": (
        "This key is not known",
        "Load the page again and give your key as the password, with any user name.",
    ),
    "rate_limited": (
        "A moment, please",
        "You have asked for more in a minute than one reader may. Wait a little and try again.",
    ),
    "not_found": ("Page not found", "There is nothing under this address."),
}
_STORE_DOWN = (
    "We cannot get at our articles",
    "The store cannot be reached just now. Nothing that was accepted is lost.",
)
_DOWN = (
    "Search is taking a break",
    "The search engine cannot be reached just now. Articles can still be read by their address.",
)
_FAILED = ("Something went wrong", "This was our fault, and it has been noted.")


def wants_page(request: Request) -> bool:
    """Whether the client takes HTML, as browsers say that they do."""
    return "text/html" in request.headers.get("accept", "")


def refusal_page(pages: Pages, request: Request, problem: Problem) -> HTMLResponse:
    """The problem as a page; what to do next stands on it."""
    if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
        title, text = _STORE_DOWN if problem.code == "store_down" else _DOWN
    else:
        title, text = _WORDS.get(problem.code, _FAILED)
    headers = {}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    return pages.render(
        "refusal.html",
        status=problem.status,
        headers=headers,
        title=title,
        text=text,
        problem=problem,
        article_url=_article(request) if problem.code == "version_not_found" else None,
        request_id=getattr(request.state, "request_id", None),
        reload=problem.retry_after_s is not None,
    )


def _article(request: Request) -> str:
    """The page of the article that the request is about."""
    return f"/articles/{quote(request.path_params['article_id'], safe='')}"
