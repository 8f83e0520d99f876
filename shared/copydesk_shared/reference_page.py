"""`/docs` of a service with an API: its OpenAPI document as a page, without a script.

FastAPI's own page loads its program from a CDN: blank where there is no way out, and a stranger's
script where there is one. Needs the extra `http`.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from importlib import resources
from typing import TypeVar

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from copydesk_shared.reference import FieldRow, Operation, Reference, Shape, reference

STYLE = resources.files("copydesk_shared").joinpath("reference.css").read_text(encoding="utf-8")
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
_TICKS = re.compile(r"`([^`]+)`")

T = TypeVar("T")


def install_reference(app: FastAPI, *, home: str | None = None) -> None:
    """Serve `/docs`. Make the app with `docs_url=None`; `home` is the page to lead back to."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(reference_html(reference(app.openapi()), home=home), headers=HEADERS)


def reference_html(page: Reference, *, home: str | None = None) -> str:
    title = escape(page.title)
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}: API</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            f'<nav><a href="{escape(home)}">Back to the pages</a></nav>' if home else "",
            f"<main>\n<h1>{title} <small>{escape(page.version)}</small></h1>",
            f'<p>{ticked(page.description)} The same as <a href="/openapi.json">OpenAPI</a>.</p>',
            "<h2>Requests</h2>",
            *_sections(page.operations, _operation),
            "<h2>Shapes</h2>",
            *_sections(page.shapes, _shape),
            "</main>\n</body>\n</html>",
        ]
    )


def ticked(text: str) -> str:
    """Escaped text in which what stood between back-ticks is code."""
    return _TICKS.sub(r"<code>\1</code>", escape(text))


def _sections(items: Iterable[T], render: Callable[[T], Iterator[str]]) -> Iterator[str]:
    for item in items:
        yield "<section>"
        yield from render(item)
        yield "</section>"


def _operation(operation: Operation) -> Iterator[str]:
    address = escape(f"{operation.method} {operation.path}")
    yield f"<h3><code>{address}</code> {escape(operation.summary)}</h3>"
    yield from _paragraph(operation.description)
    for heading, rows in (
        ("Parameters", operation.parameters),
        ("Body", operation.bodies),
        ("Answers", operation.answers),
    ):
        if rows:
            yield f"<h4>{heading}</h4>"
            yield from _rows(rows)


def _shape(shape: Shape) -> Iterator[str]:
    yield f'<h3 id="{escape(shape.name)}">{escape(shape.name)}</h3>'
    yield from _paragraph(shape.description)
    yield from _rows(shape.fields)


def _paragraph(text: str) -> Iterator[str]:
    if text:
        yield f"<p>{ticked(text)}</p>"


def _rows(rows: Sequence[FieldRow]) -> Iterator[str]:
    yield "<dl>"
    for row in rows:
        kind = f"<span>{escape(row.type)}</span> " if row.type else ""
        name = escape(row.name)
        yield f"<div><dt><code>{name}</code></dt><dd>{kind}{ticked(row.note)}</dd></div>"
    yield "</dl>"
