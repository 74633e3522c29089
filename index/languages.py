"""Languages by their English name: how they are called elsewhere, and their ISO 639 codes as tags write them."""

from __future__ import annotations

from index.words import fold

_ENOUGH = 20  # words
_NAMES = {
    "English": "english englisch anglais ingles inglese engelska", "German": "german deutsch allemand aleman alemao tedesco tyska", "French": "french francais franzosisch frances francese franska",
    "Spanish": "spanish espanol castellano spanisch espagnol spagnolo espanhol spanska", "Portuguese": "portuguese portugues portugiesisch portugais portoghese", "Italian": "italian italiano italienisch italien",
    "Swedish": "swedish svenska schwedisch", "Norwegian": "norwegian norsk", "Danish": "danish dansk", "Dutch": "dutch nederlands", "Polish": "polish", "Russian": "russian", "Japanese": "japanese",
    "Korean": "korean", "Chinese": "chinese", "Arabic": "arabic", "Hindi": "hindi", "Turkish": "turkish", "Greek": "greek", "Finnish": "finnish", "Czech": "czech", "Hungarian": "hungarian",
    "Catalan": "catalan", "Welsh": "welsh", "Irish": "irish",
}  # fmt: skip
_CODES = {
    "English": "en eng",
    "German": "de deu ger",
    "French": "fr fra fre",
    "Spanish": "es spa",
    "Portuguese": "pt por",
    "Italian": "it ita",
    "Swedish": "sv swe",
    "Norwegian": "no nor nb nn",
    "Danish": "da dan",
    "Dutch": "nl nld dut",
    "Polish": "pl pol",
    "Russian": "ru rus",
    "Japanese": "ja jpn",
    "Korean": "ko kor",
    "Chinese": "zh zho chi",
    "Arabic": "ar ara",
    "Hindi": "hi hin",
    "Turkish": "tr tur",
    "Greek": "el ell gre",
    "Finnish": "fi fin",
    "Czech": "cs ces cze",
    "Hungarian": "hu hun",
    "Catalan": "ca cat",
    "Welsh": "cy cym wel",
    "Irish": "ga gle",
}
LANGUAGE_OF = {name: language for language, names in _NAMES.items() for name in names.split()}
LANGUAGES = frozenset(_NAMES)  # their English names
_OF_CODE = {code: language for language, found in _CODES.items() for code in found.split()}


def identified(text: str) -> str | None:
    """The English name of the language that a text is written in; None for less than twenty words, or for a language
    without a name here. It tells two related ones apart less well."""
    if len(text.split()) < _ENOUGH:
        return None
    return _OF_CODE.get(language_code(text))


def language_code(text: str) -> str:
    """ISO 639-1 code of the language that is likeliest for a text (langid.py's model)."""
    import py3langid  # here, because it loads its model

    language, _ = py3langid.classify(text)
    return str(language)


def language_name(text: str) -> str:
    """The English name of a language given by name or code ("de", "pt-BR", "français"); other texts stay as they are."""
    key = fold(text).strip()
    return LANGUAGE_OF.get(key) or _OF_CODE.get(key) or _OF_CODE.get(key.replace("_", "-").split("-")[0]) or text
