"""The encoding of bytes that are no UTF-8 and that nobody declared.

Western languages write a few letters beyond ASCII between many within it: they are read as
windows-1252, as browsers do. Where such bytes come in runs, the script is another one. Cyrillic
shows by its capitals, which begin words only in the right encoding; for the rest a detector
chooses among the encodings of other scripts. Asked for all that Python knows, it takes one text in
eight for a rarity. Polish, Czech and Turkish are read as western.
"""

# ruff: noqa: RUF001  # letters of other scripts are meant here

import re
from typing import Final

from charset_normalizer import from_bytes

WESTERN: Final = "windows-1252"

_CYRILLIC: Final = ("cp1251", "koi8_u")
_SCRIPTS: Final = [
    "cp1251", "koi8_r", "koi8_u", "cp1253", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030",
    "big5", "euc_kr",
]  # fmt: skip
_CYRILLIC_WORD = re.compile(
    r"(?P<capital>[А-ЯЁЄІЇҐЎЈЉЊЋЂЏЅ])?[а-яёєіїґўјљњћђџѕ]+|[А-ЯЁЄІЇҐЎЈЉЊЋЂЏЅ]+"
)
_MARKS: Final = "«»“”„‘’–—…№\xa0"
_MOST_WORDS: Final = 0.9
_ASCII = re.compile(rb"[\x00-\x7f]+")
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_LONG_RUN: Final = 3
_TAG = re.compile(rb"<[^<>]{1,1000}>")
_SAMPLE: Final = 2**16
"""Bytes that are looked at; detecting costs 0.2 ms for a kilobyte."""


def sniffed(body: bytes) -> str:
    """The likeliest encoding, by its Python name."""
    sample = _TAG.sub(b" ", body[:_SAMPLE])
    if len(body) > _SAMPLE:  # it must not end within a character
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    runs: list[bytes] = _RUN.findall(sample)
    beyond_ascii = len(_ASCII.sub(b"", sample))
    if 2 * sum(len(run) for run in runs if len(run) >= _LONG_RUN) <= beyond_ascii:
        return WESTERN
    for encoding in _CYRILLIC:
        if _is_cyrillic(runs, encoding):
            return encoding
    best = from_bytes(sample, cp_isolation=_SCRIPTS).best()
    return best.encoding if best else WESTERN


def _is_cyrillic(runs: list[bytes], encoding: str) -> bool:
    """Whether nearly all are words as Cyrillic has them, some with a capital in front.

    Without a capital it may be Hebrew, which has none.
    """
    words = [run.decode(encoding, "replace").strip(_MARKS) for run in runs]
    found = [_CYRILLIC_WORD.fullmatch(word) for word in words if word]
    cyrillic = [match for match in found if match]
    return len(cyrillic) >= _MOST_WORDS * len(found) and any(one["capital"] for one in cyrillic)
