"""Templates, their filters, and the headers that every page carries."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from copydesk_gateway.pages import links
from copydesk_gateway.pages.dates_shown import day, published, when
from copydesk_gateway.pages.languages import direction, html_language, language_name
from copydesk_gateway.web import web_url

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' https: data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Nothing of a page may come from elsewhere but images; no script but the one file may run."""


_DOT = Markup('<span aria-hidden="true">\u00a0·</span>')
"""Between the parts of a line; it stays with the part before it, and is not read out."""


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

    def named(self, name: str) -> bytes:
        """The content under its own name, for addresses that cannot change with it."""
        return self._files[self._names[name]][1]

    def content(self, hashed_name: str) -> bytes | None:
        found = self._files.get(hashed_name)
        return found[1] if found else None


class Pages:
    """Renders a template with the page's headers. Autoescaping is on for every template.

    `build` is another when the same things would be shown otherwise.
    """

    def __init__(self, *, name: str, assets: Assets) -> None:
        made_of = hashlib.sha256(name.encode())
        for path in sorted([*ASSETS.iterdir(), *TEMPLATES.iterdir()]):
            made_of.update(path.read_bytes())
        self.build = made_of.hexdigest()
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
            entity_url=links.entity_url,
            section_search=links.section_search,
            source_search=links.source_search,
            web_url=web_url,
            dot=_DOT,
        )
        self._env.filters.update(
            when=when,
            published=published,
            day=day,
            articles=articles,
            iso=lambda moment: moment.isoformat(),
            language=language_name,
            html_language=html_language,
            direction=direction,
            set_close=set_close,
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


def articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def set_close(text: str) -> str:
    """The text with its French quotation marks kept at what they enclose; as long as before."""
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
