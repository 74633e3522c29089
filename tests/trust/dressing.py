"""Ways to dress a text so that a guard may not know it, each with the way back that a listener would take."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

Way = Callable[[str], str]


@dataclass(frozen=True)
class Dress:
    """`on` dresses a text, `off` undresses it (of a piece that does not fit, it gives back what it can)."""

    name: str
    on: Way
    off: Way


def _caesar(by: int) -> Way:
    lower, upper = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    table = str.maketrans(lower + upper, lower[by:] + lower[:by] + upper[by:] + upper[:by])
    return lambda text: text.translate(table)


def _table(pairs: str, to: str) -> tuple[Way, Way]:
    on, off = str.maketrans(pairs, to), str.maketrans(to, pairs)
    return (lambda text: text.translate(on)), (lambda text: text.translate(off))


def _tried(decode: Callable[[str], bytes | str]) -> Way:
    """Decodes word by word what can be decoded."""

    def off(text: str) -> str:
        pieces = []
        for word in text.split():
            try:
                found = decode(word)
            except (ValueError, binascii.Error):
                continue
            pieces.append(found.decode("utf-8", "ignore") if isinstance(found, bytes) else found)
        return " ".join(pieces)

    return off


def _padded(word: str) -> str:
    return word + "=" * (-len(word) % 4)


_FILLERS = [
    "and",
    "berries",
    "come",
    "down",
    "every",
    "friday",
    "gently",
    "holding",
    "inside",
    "jars",
    "kept",
    "long",
    "more",
    "nobody",
    "opens",
    "pots",
    "quite",
    "right",
    "sweet",
    "there",
    "until",
    "very",
    "warm",
    "xylophones",
    "yield",
    "zest",
]
_BY_LETTER = {word[0]: word for word in _FILLERS} | {"a": "and"}
_NATO = [
    "alfa",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
]
_MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz", [".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--.."], strict=True))  # fmt: skip
_LETTERS = {code: letter for letter, code in _MORSE.items()}


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if "a" <= c <= "z")


def _numbered_off(text: str) -> str:
    return "".join(chr(96 + int(n)) for n in re.findall(r"\d+", text) if 1 <= int(n) <= 26)


def _every(step: int) -> tuple[Way, Way]:
    def on(text: str) -> str:
        return " ".join(" ".join([word, *["plum"] * (step - 1)]) for word in text.split())

    return on, lambda text: " ".join(text.split()[::step])


def _initials(between: str) -> Dress:
    def on(text: str) -> str:
        return between.join(f"{_BY_LETTER[c].capitalize()} we go" if between == "\n" else _BY_LETTER[c] for c in _letters(text))  # fmt: skip

    def off(text: str) -> str:
        parts = text.splitlines() if between == "\n" else text.split()
        return "".join(p.strip()[0] for p in parts if p.strip())

    return Dress(f"first letters of {'lines' if between == chr(10) else 'words'}", on, off)


LETTERS = [
    Dress("as it is", str, str),
    Dress("upper case", str.upper, str.lower),
    Dress("spelled with hyphens", lambda t: " ".join("-".join(w) for w in t.split()), lambda t: t.replace("-", "")),
    Dress("a space after each letter", " ".join, lambda t: re.sub(r"(?<=\S) (?=\S)", "", t)),
    Dress("dots between words", lambda t: ". ".join(t.split()), lambda t: t.replace(".", "")),
    Dress("a word a line", lambda t: "\n".join(t.split()), lambda t: " ".join(t.split())),
    Dress("digits between letters", lambda t: "".join(f"{c}{n % 10}" if c.isalpha() else c for n, c in enumerate(t)), lambda t: re.sub(r"\d", "", t)),
    Dress("digits between words", lambda t: " ".join(f"{n} {w}" for n, w in enumerate(t.split(), 1)), lambda t: re.sub(r"\d+ ", "", t)),
    Dress("zero-width", "\u200b".join, lambda t: t.replace("\u200b", "")),
    Dress("accents", *_table("aeioucn", "áéíóúçñ")),
    Dress("leetspeak", *_table("aeiost", "431057")),
    Dress("look-alikes", *_table("aeopcxyi", "аеорсхуі")),
    Dress("full width", *_table("abcdefghijklmnopqrstuvwxyz", "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ")),
    Dress("small capitals", *_table("abcdefghjkmnoprtuvwz", "ᴀʙᴄᴅᴇꜰɢʜᴊᴋᴍɴᴏᴘʀᴛᴜᴠᴡᴢ")),
    Dress("stars for vowels", lambda t: re.sub("[aeiou]", "*", t), str),
    Dress("no vowels", lambda t: re.sub("[aeiou]", "", t), str),
    Dress("backwards", lambda t: t[::-1], lambda t: t[::-1]),
    Dress("words backwards", lambda t: " ".join(w[::-1] for w in t.split()), lambda t: " ".join(w[::-1] for w in t.split())),
    Dress("words in the opposite order", lambda t: " ".join(t.split()[::-1]), lambda t: " ".join(t.split()[::-1])),
    Dress("rot13", lambda t: codecs.encode(t, "rot13"), lambda t: codecs.encode(t, "rot13")),
    Dress("caesar 7", _caesar(7), _caesar(19)),
    Dress("atbash", *_table("abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")),
    Dress("every second word", *_every(2)),
    Dress("every third word", *_every(3)),
    Dress("in quotes", lambda t: " ".join(f"then “{w}” comes" for w in t.split()), lambda t: " ".join(re.findall(r"“([^”]+)”", t))),
    _initials(" "),
    _initials("\n"),
    Dress("last words of lines", lambda t: "\n".join(f"We hear the word {w}" for w in t.split()), lambda t: " ".join(line.split()[-1] for line in t.splitlines() if line.split())),
]  # fmt: skip
CODES = [
    Dress("base64", lambda t: base64.b64encode(t.encode()).decode(), _tried(lambda w: base64.b64decode(_padded(w)))),
    Dress("base64 of each word", lambda t: " ".join(base64.b64encode(w.encode()).decode() for w in t.split()), _tried(lambda w: base64.b64decode(_padded(w)))),
    Dress("base32", lambda t: base64.b32encode(t.encode()).decode(), _tried(base64.b32decode)),
    Dress("base85", lambda t: base64.b85encode(t.encode()).decode(), _tried(base64.b85decode)),
    Dress("hex", lambda t: t.encode().hex(), _tried(bytes.fromhex)),
    Dress("hex, spaced", lambda t: t.encode().hex(" "), lambda t: bytes(int(b, 16) for b in re.findall(r"\b[0-9a-f]{2}\b", t)).decode("utf-8", "ignore")),
    Dress("percent", lambda t: "".join(f"%{b:02X}" for b in t.encode()), unquote),
    Dress("entities", lambda t: "".join(f"&#{ord(c)};" for c in t), html.unescape),
    Dress("escapes", lambda t: "".join(f"\\u{ord(c):04x}" for c in t if ord(c) < 65536), lambda t: re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), t)),
    Dress("quoted-printable", lambda t: "".join(f"={b:02X}" for b in t.encode()), lambda t: quopri.decodestring(t.encode("ascii", "ignore")).decode("utf-8", "ignore")),
    Dress("binary", lambda t: " ".join(f"{b:08b}" for b in t.encode()), lambda t: bytes(int(b, 2) for b in re.findall(r"[01]{8}", t)).decode("utf-8", "ignore")),
    Dress("numbers of letters", lambda t: " ".join(str(ord(c) - 96) for c in _letters(t)), _numbered_off),
    Dress("numbers with hyphens", lambda t: "-".join(str(ord(c) - 96) for c in _letters(t)), _numbered_off),
    Dress("codes of characters", lambda t: " ".join(str(ord(c)) for c in t), lambda t: "".join(chr(int(n)) for n in re.findall(r"\d+", t) if 31 < int(n) < 0x3000)),
    Dress("morse", lambda t: " ".join(_MORSE[c] for c in _letters(t)), lambda t: "".join(_LETTERS.get(c, "") for c in t.split())),
    Dress("NATO", lambda t: " ".join(_NATO[ord(c) - 97] for c in _letters(t)), lambda t: "".join(w[0] for w in t.split() if w in _NATO)),
    Dress("url", lambda t: quote(t, safe="") , unquote),
]  # fmt: skip
ALL = [*LETTERS, *CODES]


def longest_run(left: str, words: list[str]) -> int:
    """The most words in a row of a sheet whose letters stand together in what left; vowels count only where they were left."""
    vowelless = "*" in left or not re.search("[aeiou]", left)
    forms = [_letters(left)] if not vowelless else [re.sub("[aeiou]", "", _letters(left))]
    sheet = [re.sub("[aeiou]", "", _letters(w)) if vowelless else _letters(w) for w in words]
    longest = 0
    for at in range(len(sheet)):
        while at + longest < len(sheet) and "".join(sheet[at : at + longest + 1]) in forms[0]:
            longest += 1
    return longest
