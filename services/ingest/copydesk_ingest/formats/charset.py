"""From bytes to text: the declared encoding, else UTF-8, else a guess; repairs leave a warning.

The encodings are those of the WHATWG Encoding Standard that a news site may still use. Python
knows more, some of them dangerous to decode on a stranger's word (`utf-7`, `punycode`).
"""

import codecs
import re

from copydesk_ingest.formats.sniffing import WESTERN, sniffed
from copydesk_shared.contracts.submission import Warned

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BOMS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BROWSERS_READ = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "utf-8"}
_KNOWN = re.compile(
    r"utf-?8|utf-16(-?le|-?be)?|iso-8859-([2-9]|1[03456])|windows-(874|125[0-8])|koi8-[ru]|macintosh"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr|iso-2022-jp"
)
_META = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_META_WITHIN = 1024  # bytes, as the HTML standard says

REPLACEMENT = "\ufffd"

_AS_WESTERN = {
    0xDC00 + byte: bytes([byte]).decode(WESTERN, "replace") for byte in range(0x80, 0x100)
}
"""What stands for a byte that is no UTF-8, by the surrogate with which Python escapes it."""

_ESCAPED = re.compile("[\udc80-\udcff]+")
_CUT_OFF = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})\Z")
"""A character of UTF-8 of which the end of the text is missing."""

_NEVER_UTF_8 = 3
"""So many times as many broken places as whole characters beyond ASCII are no accident."""


def decode(body: bytes, *, declared: str | None, html: bool = False) -> tuple[str, list[Warned]]:
    """The text and what was wrong.

    Order of trust: byte order mark, header, `<meta>`, UTF-8, a guess.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _repaired(body[len(bom) :], encoding)
    if declared is None and html and (meta := _META.search(body, 0, _META_WITHIN)):
        declared = meta[1].decode()
        if declared.lower().startswith("utf-16"):  # what can be read as ASCII is not UTF-16
            declared = None
    name = (declared or "utf-8").lower()
    name = _BROWSERS_READ.get(name, name)
    if not _KNOWN.fullmatch(name):
        text, warnings = _repaired(body, "utf-8")
        unknown = Warned(
            code="charset_unknown", message="The declared encoding is unknown: read as UTF-8."
        )
        return text, [unknown, *warnings]
    return _repaired(body, name)


def in_utf_8(body: bytes, *, declared: str | None) -> tuple[bytes, list[Warned]]:
    """A document that is to be UTF-8, as JSON is, in UTF-8 whatever it came in."""
    if _is_utf_8(body) and not is_utf_16(body):
        return body, []
    if is_utf_16(body):
        declared = "utf-16-be" if body[0] == 0 else "utf-16-le"  # a byte order mark comes first
    text, told = decode(body, declared=declared)
    message = "The document is not in UTF-8: read in the encoding declared, else in the likeliest."
    return text.encode(errors="replace"), [
        *(one for one in told if one.code != "encoding_repaired"),
        Warned(code="encoding_repaired", message=message),
    ]


def is_utf_16(body: bytes) -> bool:
    """Whether a document that begins with ASCII, as JSON does, is UTF-16."""
    return body.startswith(_BOMS_16) or (len(body) > 1 and (body[0] == 0) != (body[1] == 0))


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _repaired(body: bytes, encoding: str) -> tuple[str, list[Warned]]:
    try:
        return body.decode(encoding), []
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    message = f"Some bytes are no {encoding}: they were replaced."
    if encoding in {"utf-8", "utf8"}:
        text, message = _guessed(body, text)
    return text, [Warned(code="encoding_repaired", message=message, field="content")]


def _guessed(body: bytes, text: str) -> tuple[str, str]:
    """What is no UTF-8 in another encoding, or, where most is, with its other bytes as western."""
    broken = text.count(REPLACEMENT)
    well = len(text) - broken - len(text.encode("ascii", "ignore"))
    if broken > well:
        encoding = sniffed(body)
        if encoding != WESTERN or broken > _NEVER_UTF_8 * well:
            message = f"The text is no UTF-8: it was read as {encoding}."
            return body.decode(encoding, "replace"), message
    message = f"Some bytes are no UTF-8: they were read as {WESTERN}."
    cut_off = _CUT_OFF.search(body)
    end = cut_off.start() if cut_off else len(body)
    escaped = body[:end].decode("utf-8", "surrogateescape")
    mixed = _ESCAPED.sub(lambda found: found[0].translate(_AS_WESTERN), escaped)
    return mixed + (REPLACEMENT if cut_off else ""), message
