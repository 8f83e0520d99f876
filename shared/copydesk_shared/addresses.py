"""The one spelling of a web address: what identity and links are compared by."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_plus, urlsplit

MAX_URL: Final = 4096
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(utm|mtm|hsa|pk|oly)_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|li_fat_id|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|mkt_tok|vero_id|s_cid|cmpid|ref_src|ref_url",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # `urlsplit` drops some of them in silence
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "/%:@!$&'()*+,;=~-._?"


@lru_cache(maxsize=1024)  # one article asks three times: form, source, identity
def canonical_url(url: str) -> str:
    """The one spelling of an address, so that its variants are one article; idempotent.

    Lower-case scheme and host (IDNA), no default port, no user, no fragment, no tracking
    parameters, percent-encoding and dot segments per RFC 3986 §6.2.2, no slash at the end of a
    path (a bare host keeps it). ValueError for what is no http(s) address.
    """
    parts = urlsplit(url)
    if len(url) > MAX_URL or _CONTROL.search(url) or parts.scheme not in _DEFAULT_PORTS:
        raise ValueError("not an http or https address")
    host = _host(parts.hostname or "")
    if parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{parts.port}"
    path = _without_dots(_escaped(parts.path)).rstrip("/") or "/"
    query = "&".join(
        _escaped(parameter)
        for parameter in parts.query.split("&")
        if parameter and not _tracks(parameter)
    )
    return f"{parts.scheme}://{host}{path}" + (f"?{query}" if query else "")


def _host(host: str) -> str:
    host = host.rstrip(".")
    if ":" in host:
        return f"[{host}]"
    if not host.isascii():
        host = host.encode("idna").decode().lower()
    if not _HOST.fullmatch(host):
        raise ValueError("no host in the address")
    return host


def _tracks(parameter: str) -> bool:
    return _TRACKING.fullmatch(unquote_plus(parameter.partition("=")[0])) is not None


def _escaped(text: str) -> str:
    """Percent-encoding in its one form: only where needed, in upper case."""

    def one_form(match: re.Match[str]) -> str:
        digits = match[1]
        if digits is None:
            return "%25"
        char = chr(int(digits, 16))
        return char if char in _UNRESERVED else f"%{digits.upper()}"

    return quote(_ESCAPE.sub(one_form, text), safe=_SAFE)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)
