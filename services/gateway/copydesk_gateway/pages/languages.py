"""English names of language codes, for readers; an unnamed code is shown as it is."""

_NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "und": "Unknown",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


def language_name(code: str) -> str:
    return _NAMES.get(code, code)


def html_language(code: str) -> str:
    """The value of a `lang` attribute; unknown is the empty string."""
    return "" if code == "und" else code


def direction(code: str) -> str:
    return "rtl" if code in _RIGHT_TO_LEFT else "ltr"
