import socket

import pytest

from copydesk_enrich.language import UNKNOWN, LanguageDetector, contradicted

TEXTS = {
    "en": "The council of Port Elder voted on Sunday to reopen the old harbour bridge.",
    "de": "Der Stadtrat hat am Sonntag beschlossen, die alte Brücke wieder zu öffnen.",
    "fr": "Le conseil municipal a voté dimanche la réouverture du vieux pont du port.",
    "es": "El consejo votó el domingo a favor de reabrir el viejo puente del puerto.",
    "ja": "市議会は日曜日、古い港の橋を再び開くことを決めました。嵐で二年間閉鎖されていました。",
}


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.mark.parametrize("code", TEXTS)
def test_a_language_is_told_by_its_text(detector: LanguageDetector, code: str) -> None:
    language = detector.detect(TEXTS[code])
    assert language.code == code
    assert language.confidence > 0.5


LONG = {code: f"{text} {text} {text}" for code, text in TEXTS.items()}
NORWEGIAN = (
    "Kommunestyret vedtok søndag å gjenåpne den gamle broen ved havnen. Den har vært stengt i to år"
    " etter stormen, og ingen vet hva reparasjonen vil koste."
)


@pytest.mark.parametrize("tag", ["en", "en-GB", "EN_gb"])
def test_the_publishers_word_is_certain(detector: LanguageDetector, tag: str) -> None:
    found = detector.detect(LONG["en"], given=tag)
    assert (found.code, found.confidence) == ("en", 1.0)
    assert contradicted(tag, found) == ()


@pytest.mark.parametrize(("tag", "code"), [("fr-FR", "en"), ("en", "de"), ("en-US", "ja")])
def test_a_text_that_clearly_says_otherwise_is_believed(
    detector: LanguageDetector, tag: str, code: str
) -> None:
    found = detector.detect(LONG[code], given=tag)
    assert found.code == code
    assert [(w.code, w.field) for w in contradicted(tag, found)] == [
        ("language_contradicted", "language")
    ]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        (TEXTS["en"], "fr"),  # too short to be sure of
        (NORWEGIAN, "nb"),  # the detector says no
        (NORWEGIAN, "da"),  # written alike
        (LONG["en"], "tpi"),  # no language that the detector knows
        ("Lorem ipsum 42 qwz rtz mnbv kjh xcvb. " * 9, "fr"),  # in no language
    ],
)
def test_in_doubt_the_publishers_word_wins(detector: LanguageDetector, text: str, tag: str) -> None:
    assert detector.detect(text, given=tag).code == tag


def test_a_detector_that_failed_contradicts_nobody() -> None:
    assert contradicted("fr", UNKNOWN) == ()


def test_a_tag_that_is_none_is_not_believed(detector: LanguageDetector) -> None:
    assert detector.detect(TEXTS["de"], given="?!").code == "de"


@pytest.mark.parametrize("text", ["", "Ok.", "1234 5678 !!! ???"])
def test_too_little_text_is_of_no_language(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) == UNKNOWN


def test_lines_and_length_do_no_harm(detector: LanguageDetector) -> None:
    assert detector.detect((TEXTS["en"] + "\n") * 5_000).code == "en"


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert LanguageDetector().detect(TEXTS["en"]).code == "en"
