"""Text that was UTF-8, was read as a western encoding and saved as UTF-8 again: `donâ€™t`.

ftfy undoes it. It is asked only about lines with a pair of characters that stands in no language's
own text, so that clean text costs one look and passes as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import ftfy

from copydesk_ingest.formats.form import Reading
from copydesk_shared.contracts.submission import Warned

_OTHERS: Final = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # noqa: RUF001  # what windows-1252 has at 0x80-0x9f
_TELL_TALE = re.compile(
    rf"â(?:€|\x80)[\x80-\xbf{_OTHERS}]"  # dashes and quotes
    rf"|Ã[\x80-\x9f\xa1-\xbf]|Â[\xa1-\xbf]"  # letters with accents, signs
    rf"|(?:[ÐÑ][\x80-\xbf{_OTHERS}]){{2}}"  # Cyrillic
    rf"|ð(?:\x9f|Ÿ)[\x80-\xbf{_OTHERS}]"  # emoji
)
_FIRST: Final = ("â", "Ã", "Â", "Ð", "Ñ", "ð")
_LINE = re.compile(r"[^\n]+")


def unmangled(reading: Reading) -> Reading:
    """The reading without such text, and a warning for each field that had some."""
    metadata = reading.metadata
    standfirst = reading.standfirst
    lines = (reading.content, standfirst, metadata.title, metadata.byline, metadata.section)
    if not any(_suspect(text) for text in (*lines, *metadata.keywords) if text):
        return reading
    told: list[Warned] = []

    def mended(text: str, field: str) -> str:
        clean = repaired(text)
        if clean != text:
            message = "Some of it was UTF-8 that had been encoded twice."
            told.append(Warned(code="encoding_repaired", message=message, field=field))
        return clean

    fields: dict[str, str | Sequence[str]] = {
        name: mended(text, name)
        for name in ("title", "byline", "section")
        if (text := getattr(metadata, name))
    }
    if metadata.keywords:
        fields["keywords"] = tuple(mended(word, "keywords") for word in metadata.keywords)
    content = mended(reading.content, "content")
    standfirst = mended(standfirst, "standfirst") if standfirst else None
    if not told:
        return reading
    return replace(
        reading,
        metadata=metadata.model_copy(update=fields),
        content=content,
        standfirst=standfirst,
        warnings=[*reading.warnings, *told],
    )


def repaired(text: str) -> str:
    """The text as it was meant; without a tell-tale sequence the very same."""
    if not _suspect(text):
        return text
    return _LINE.sub(lambda line: _line(line[0]), text)


def _suspect(text: str) -> bool:
    return (
        not text.isascii()
        and any(first in text for first in _FIRST)
        and _TELL_TALE.search(text) is not None
    )


def _line(line: str) -> str:
    return ftfy.fix_encoding(line) if _TELL_TALE.search(line) else line
