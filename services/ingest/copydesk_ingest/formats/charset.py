"""From bytes to text: the declared encoding, else UTF-8; what is broken is repaired with a warning.

The encodings are those of the WHATWG Encoding Standard that a news site may still use. Python
knows more, some of them dangerous to decode on a stranger's word (`utf-7`, `punycode`).
"""

import codecs
import re

from copydesk_shared.contracts.submission import Warned

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BROWSERS_READ = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "utf-8"}
_KNOWN = re.compile(
    r"utf-?8|utf-16(le|be)?|iso-8859-([2-9]|1[03456])|windows-(874|125[0-8])|koi8-[ru]|macintosh"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr|iso-2022-jp"
)
_META = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_META_WITHIN = 1024  # bytes, as the HTML standard says

REPLACEMENT = "\ufffd"


def decode(body: bytes, *, declared: str | None, html: bool = False) -> tuple[str, list[Warned]]:
    """The text and what was wrong. Order of trust: byte order mark, header, `<meta>`, UTF-8."""
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


def _repaired(body: bytes, encoding: str) -> tuple[str, list[Warned]]:
    try:
        return body.decode(encoding), []
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    if encoding in {"utf-8", "utf8"} and _looks_western(text):
        text = body.decode("windows-1252", "replace")
    return text, [
        Warned(
            code="encoding_repaired",
            message=f"Some bytes are no {encoding}: they were guessed or replaced.",
            field="content",
        )
    ]


def _looks_western(text: str) -> bool:
    """Whether more was broken than came out well: then it never was UTF-8."""
    broken = text.count(REPLACEMENT)
    well = len(text) - broken - len(text.encode("ascii", "ignore"))
    return broken > well
