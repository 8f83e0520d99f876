import socket

import pytest

from copydesk_enrich.language import UNKNOWN, LanguageDetector

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


@pytest.mark.parametrize("tag", ["fr", "fr-CA", "FR_ca"])
def test_the_publishers_word_wins(detector: LanguageDetector, tag: str) -> None:
    language = detector.detect(TEXTS["en"], given=tag)
    assert (language.code, language.confidence) == ("fr", 1.0)


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
