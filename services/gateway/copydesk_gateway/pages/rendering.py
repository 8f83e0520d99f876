"""Templates, their filters, and the headers that every page carries."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from copydesk_gateway.pages import links
from copydesk_gateway.pages.languages import direction, html_language, language_name
from copydesk_gateway.web import web_url
from copydesk_shared.contracts.article import Precision, Published

ASSETS = Path(__file__).parent / "assets"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' https: data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Nothing of a page may come from elsewhere but images, and nothing may run."""


class Assets:
    """The files that pages link to, each under a name that holds its content's hash."""

    def __init__(self) -> None:
        self._files = {
            f"{path.stem}-{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}": (path, content)
            for path in sorted(ASSETS.iterdir())
            for content in [path.read_bytes()]
        }
        self._names = {path.name: name for name, (path, _) in self._files.items()}

    def url(self, name: str) -> str:
        return f"/assets/{self._names[name]}"

    def content(self, hashed_name: str) -> bytes | None:
        found = self._files.get(hashed_name)
        return found[1] if found else None


class Pages:
    """Renders a template with the page's headers. Autoescaping is on for every template."""

    def __init__(self, *, name: str, assets: Assets) -> None:
        self._env = Environment(
            loader=PackageLoader("copydesk_gateway", "pages/templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.globals.update(
            site=name,
            asset=assets.url,
            entity_search=links.entity_search,
            section_search=links.section_search,
            source_search=links.source_search,
            web_url=web_url,
        )
        self._env.filters.update(
            when=when,
            published=published,
            day=day,
            iso=lambda moment: moment.isoformat(),
            language=language_name,
            html_language=html_language,
            direction=direction,
        )

    def render(
        self,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> HTMLResponse:
        html = self._env.get_template(template).render(context)
        return HTMLResponse(html, status_code=status, headers={**PAGE_HEADERS, **(headers or {})})


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def when(moment: datetime) -> str:
    """`3 March 2026, 14:05 UTC`; midnight is taken for a date without a time."""
    moment = moment.astimezone(UTC)
    midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return day(moment) if midnight else f"{day(moment)}, {moment:%H:%M} UTC"


def published(value: Published) -> str:
    """As `when`, to the precision that is known."""
    return day(value.value) if value.precision is Precision.DAY else when(value.value)
