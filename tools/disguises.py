"""What a text may hide: the ways in which words are dressed so that a look at their letters does not know them.

`unpacked` undoes encodings (base64, base32, base85, hex, percent, entities, escapes, numbers for letters, Morse, NATO, ...), one inside
the other; `picked` takes the letters and words that a reader could be told to pick (first letters, every second word, what
is quoted). Case, accents, look-alike letters and invisible characters are undone by `canonical`.

What is not noticed: ciphers with a key, rhymes and translations, and codes that were agreed upon in the conversation.
"""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from index.words import fold

_DEPTH, _MOST, _LONGEST = 4, 24, 12_000
_LOOK_ALIKES = str.maketrans(
    "авеѕіјкмнорстухгԁһԛԝαβεηικνορτυχωɑɡɩʀɴʏʟʙʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜰꜱǝɐɔɟɥɯɹʇʌʎ",
    "abesijkmhopctyxrdhqwabenikvoptuxwagirnylbhacdejkmoptuvwzfseacfhmrtvy",
)
_FLAGS = {0x1F1E6 + n: chr(97 + n) for n in range(26)} | {0xE0000 + n: chr(n) for n in range(32, 127)}
_BRAILLE = {0x2800 + n: c for c, n in zip("abcdefghijklmnopqrstuvwxyz", (1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53), strict=True)}  # fmt: skip
_MORSE = dict(zip([".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--.."], "abcdefghijklmnopqrstuvwxyz", strict=True))  # fmt: skip
_STROKES = {0x2022: ".", 0xB7: ".", 0x2013: "-", 0x2014: "-", 0x2212: "-"}  # what Morse may be written with
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
_NATO_OTHER = {"alpha": "a", "juliet": "j", "whisky": "w", "x-ray": "x"}
_SPOKEN = {name: name[0] for name in _NATO} | _NATO_OTHER
_NUMBERS = re.compile(r"(?:\b(?:0x|0o|0b|U\+|\\x|#)?[0-9a-fA-F]{1,8}\b[\s,;:.\-/_|]*){8,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}=*")
_BASE85 = re.compile(r"[!-u]{16,}")
_QUOTED = re.compile(r"[“\"„«*_`‘]{1,3}([^“”\"„«»*_`‘’\n]{1,200})[”\"“»*_`’]{1,3}")
_SIGNED = re.compile(
    r"(?<=\w)[@$!|*#+]+(?=\w)|(?<!\S)[@$!|#+]+(?=\w)|(?<=\w)[@$|#+]+(?!\S)"
)  # signs that stand for letters
_SENTENCES = re.compile(r"[.!?\n]+")
_NO_CAPITALS = re.compile(r"[^A-Z]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


_TYPE = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": ",", "–": "-", "—": "-", "−": "-", "…": "...", "\xa0": " "})  # fmt: skip


_ODD = re.compile(r"[^\x00-\x7f]+")  # looked up alone, since most of a text is ASCII


def typewritten(text: str) -> str:
    """A text with the signs of a typewriter for those of a printer."""
    return _ODD.sub(lambda odd: odd[0].translate(_TYPE), text)


class _Canonical(dict[int, str]):
    """Each character as `canonical` gives it, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letters = fold(_FLAGS.get(code) or _BRAILLE.get(code) or chr(code)).translate(_LOOK_ALIKES)
        self[code] = "".join(c if c.isascii() or c.isalnum() else " " for c in letters)
        return self[code]


_CANONICAL = _Canonical()


class _InCase(dict[int, str]):
    """The same, with capitals where they stand."""

    def __missing__(self, code: int) -> str:
        letters = _CANONICAL[code]
        self[code] = letters.upper() if chr(code).isupper() else letters
        return self[code]


_IN_CASE = _InCase()


def canonical_in_case(text: str) -> str:
    """As `canonical`, but capitals stay capitals: who picks letters may pick those."""
    return _ODD.sub(lambda odd: odd[0].translate(_IN_CASE), text)


def canonical(text: str) -> str:
    """Lower case without accents; look-alikes, flags, braille and tag characters as the letters they show, other signs as spaces."""
    return _ODD.sub(lambda odd: odd[0].translate(_CANONICAL), text).lower()


@lru_cache(maxsize=64)
def unpacked(text: str) -> tuple[str, ...]:
    """The text and every text that it encodes, also one inside the other; at most 24."""
    found, new = [text], [text]
    for _ in range(_DEPTH):
        new = [t[:_LONGEST] for was in new for decode in _DECODERS for t in decode(was) if len(t) >= 4]
        new = [t for t in dict.fromkeys(new) if t not in found][: _MOST - len(found)]
        found += new
    return tuple(found)


def coded(text: str) -> bool:
    """Whether a text is written in a code that nobody reads by eye: a companion to music has no reason to use one."""
    ways = [*_spaced(text), text]
    return any(_has_codes(way) or _has_coded_words(way) for way in ways) or _has_signals_between(text)


def _has_codes(text: str) -> bool:
    return any(len(pattern.findall(text)) >= least for pattern, least in (*_CODES, (_SIGNALS, _FEWEST_SIGNALS)))


def _has_signals_between(text: str) -> bool:
    """Whether every second or third word is one of Morse's: the only code whose words must stand together to be known."""
    if len(_SIGNAL.findall(text)) < _FEWEST_SIGNALS:
        return False
    words = text.split()
    strides = (" ".join(words[at::step]) for step in (2, 3) for at in range(step))
    return any(len(_SIGNALS.findall(way)) >= _FEWEST_SIGNALS for way in strides)


def _has_coded_words(text: str) -> bool:
    words = text.split()
    signs_of_it = len(_SHIFT.findall(text)) + text.count("=")
    return any(map(_is_code, words)) or (
        signs_of_it >= _SHORT_CODES and sum(map(_is_short_code, words)) >= _SHORT_CODES
    )


_CODES = (
    (re.compile(r"%[0-9a-fA-F]{2}|=[0-9A-F]{2}|&#x?[0-9a-fA-F]+;|\\u\{?[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[0-7]{3}|U\+[0-9A-F]{4}"), 6),
    (re.compile(r"(?<!\w)[01]{7,8}(?!\w)"), 4),
    (re.compile(r"(?<!\w)(?=[0-9a-f]{0,3}[a-f])(?=[a-f]{0,3}\d)[0-9a-fA-F]{2}(?!\w)"), 4),
    (re.compile("[ɐ-ʯᴀ-ᶿ\U0001d400-\U0001d7ff①-⓿\U0001f100-\U0001f1ff⠁-⣿]"), 12),
    (re.compile(r"[a-zA-Z][Ͱ-ӿ]|[Ͱ-ӿ][a-zA-Z]"), 4),
    (re.compile(r"(?<!\w)[A-Za-z]+[0-9@$!|]+[A-Za-z]+[0-9@$!|]*[A-Za-z]*(?!\w)"), 4),
)  # fmt: skip
_SIGNAL = re.compile(r"(?<![.\-–—•·\w])[.\-–—•·]{1,4}(?=\s)")
_SIGNALS, _FEWEST_SIGNALS = re.compile(rf"{_SIGNAL.pattern}(?=\s[.\-–—•·/])"), 8
_NEAR = 4  # lines
_LONG_CODE, _SHORT_CODES = 16, 4
_SHIFT = re.compile(r"[a-z](?=[A-Z])|[A-Za-z](?=\d)|\d(?=[A-Za-z])")


def _is_code(word: str) -> bool:
    """A long word that changes between cases and digits, or is full of signs, as no word of a language does."""
    if len(word) < _LONG_CODE:
        return False
    word = word.strip(".,;:!?()[]“”\"'*`")
    if len(word) < _LONG_CODE or not word.isascii():
        return False
    return len(_SHIFT.findall(word)) >= 4 or sum(c in '!"#$%&()*+;<=>?@^_`{|}~' for c in word) >= 4


def _is_short_code(word: str) -> bool:
    """A word of base64: a case or a digit changes inside it, and its length is a multiple of four."""
    word = word.strip(".,;:!?()[]“”\"'*`")
    return (
        len(word) >= 4
        and len(word) % 4 == 0
        and bool(_BASE64_WORD.fullmatch(word))
        and bool(_SHIFT.search(word) or word.endswith("="))
    )


_BASE64_WORD = re.compile(r"[A-Za-z0-9+/]+={0,2}")


def picked(text: str) -> list[str]:
    """What a reader may pick from a text, as texts: the text itself comes first; lines are `picked_by_line`."""
    words = _WORD.findall(text)
    letters = "".join(filter(str.isalnum, text))
    return [
        text,
        *("".join([word[end] for word in words]) for end in (0, -1)),
        " ".join([word for word in words if len(word) > 1 and word.isupper()]),
        _NO_CAPITALS.sub("", text) if text.isascii() else "".join(filter(str.isupper, text)),
        *_thinned(words, 6),
        *(_thinned(text.split(), 6) if _SIGNED.search(text) else ()),  # otherwise these are the same letters
        *(letters[at::step] for step in (2, 3) for at in range(step)),
    ]


def picked_by_line(text: str) -> list[str]:
    """What a reader may pick from the lines or sentences of a text, such as of many short answers."""
    lines, sentences = _rows(text.splitlines()), _rows(_SENTENCES.split(text))
    found = _thinned(_QUOTED.findall(text), 3)
    for rows in (lines, sentences) if lines != sentences else (lines,):
        columns = list(zip(*(row.picks for row in rows), strict=True))
        found += map("".join, columns[:2])
        for words in columns[2:4]:
            found += _thinned(words, 3)
        found += map(" ".join, columns[4:])
    if any(len({row.ends[end] for row in lines}) < len(lines) for end in (0, 1)):  # lines may share a frame
        found += _thinned(list(_unframed(lines)), 3)
    return found


@dataclass(frozen=True, eq=False)
class _Row:
    """The words of a line or a sentence; what may be picked from it: its first and last letter, its first and last word, and two to
    four words at either end."""

    words: tuple[str, ...]
    folded: tuple[str, ...]
    picks: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, str]:
        """The first and the last word, without their case."""
        return self.folded[0], self.folded[-1]


def _rows(lines: list[str]) -> list[_Row]:
    return [row for line in lines if (row := _row(line))]


@lru_cache(maxsize=4096)  # a conversation's lines are looked at again with every sentence that follows
def _row(line: str) -> _Row | None:
    words = tuple(_WORD.findall(line))
    if not words:
        return None
    parts = (" ".join(part) for count in (2, 3, 4) for part in (words[-count:], words[:count]))
    picks = (words[0][0], words[-1][-1], words[0], words[-1], *parts)
    return _Row(words, tuple(word.casefold() for word in words), picks)


def _thinned(words: Sequence[str], most: int) -> list[str]:
    """Words as they are, without those that come again and again, and every second to `most`th of them where these are several."""
    count = len(words)
    found = [" ".join(words)]
    often = max(4, count / 5)
    if count - len(set(words)) > often - 1 and count < 400:  # else none comes so often
        usual = {word for word, times in Counter(words).items() if times > often}
        found.append(" ".join([word for word in words if word not in usual]))
    for step in range(2, min(most, count - 1) + 1):
        found += [" ".join(words[at::step]) for at in range(min(step, count - step))]
    return found


def _unframed(rows: list[_Row]) -> Iterator[str]:
    """The words of lines without the beginning and the end that each shares with a line near it."""
    for at, row in enumerate(rows):
        yield from _without_frame(row, tuple(rows[max(0, at - _NEAR) : at + _NEAR + 1]))


@lru_cache(maxsize=4096)  # as in `_row`, which gives one object for each line
def _without_frame(row: _Row, around: tuple[_Row, ...]) -> tuple[str, ...]:
    near = [n.folded for n in around if n is not row]
    first = max((_shared(row.folded, n) for n in near if n[0] == row.folded[0]), default=0)
    last = max((_shared(row.folded[::-1], n[::-1]) for n in near if n[-1] == row.folded[-1]), default=0)
    return row.words[first : len(row.words) - last] if first + last < len(row.words) else row.words


def _shared(line: Sequence[str], other: Sequence[str]) -> int:
    """How many words two lines begin with alike."""
    count = 0
    for one, two in zip(line, other, strict=False):
        if one != two:
            break
        count += 1
    return count


def _entities(text: str) -> Iterator[str]:
    for decoded in (html.unescape(text), unquote(text.replace("+", " ")) if "%" in text else text):
        if decoded != text:
            yield decoded
    if re.search(r"=[0-9A-F]{2}", text):
        yield quopri.decodestring(text.encode("utf-8", "ignore")).decode("utf-8", "ignore")
    if "\\" in text:
        escaped = re.sub(r"\\u\{?([0-9a-fA-F]{2,6})\}?|\\x([0-9a-fA-F]{2})", _character, text)
        yield re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), escaped)


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number < 0x110000 else ""


def _bases(text: str) -> Iterator[str]:
    joined = re.sub(r"(?<=[A-Za-z0-9+/_-])[\s\u200b]+(?=[A-Za-z0-9+/_=-])", "", text)
    packs: list[tuple[str, re.Pattern[str], Callable[[str], bytes]]] = [
        (text, _BASE64, _base64), (joined, _BASE64, _base64), (text, _BASE32, _base32), (joined, _BASE32, _base32), (text, _BASE85, base64.b85decode), (text, _BASE85, base64.a85decode),
    ]  # fmt: skip
    for of, pattern, decode in packs:
        pieces = []
        for found in pattern.finditer(of):
            try:
                raw = decode(found.group())
            except (binascii.Error, ValueError):
                continue
            piece = raw.decode("utf-8", "ignore")
            pieces.append(piece if len(piece.encode()) > 0.8 * len(raw) else "")  # ordinary words decode to noise
        if any(_is_text(piece) for piece in pieces):
            yield " ".join(pieces)


def _base64(text: str) -> bytes:
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4) if len(text) % 4 != 1 else text[:-1])


def _base32(text: str) -> bytes:
    text = text.rstrip("=")
    return base64.b32decode(text + "=" * (-len(text) % 8))


def _is_text(text: str) -> bool:
    """Most of it is letters, digits and spaces: noise that happens to decode is not worth a look."""
    return len(text) >= 4 and sum(c.isalnum() or c.isspace() or c in "%&;\\=-+/.,'_" for c in text) > 0.8 * len(text)


def _numbers(text: str) -> Iterator[str]:
    """Numbers that stand for letters: their place in the alphabet, or their code in ten, sixteen, eight or two digits."""
    for found in _NUMBERS.finditer(text):
        groups = re.findall(r"[0-9a-fA-F]+", re.sub(r"0x|0o|0b|U\+|\\x|#", " ", found.group()))
        for base, low, high, shift in ((10, 1, 26, 96), (10, 0, 25, 97), (10, 32, 0x3000, 0), (16, 32, 0x3000, 0), (8, 32, 0x3000, 0), (2, 32, 255, 0), (2, 1, 26, 96)):  # fmt: skip
            try:
                codes = [int(g, base) for g in groups]
            except ValueError:
                continue
            if all(low <= code <= high for code in codes):
                yield "".join(chr(code + shift) for code in codes)
    for run in re.findall(r"(?:[0-9a-fA-F]{2}[\s:]?){8,}", text):
        with_ = re.sub(r"[\s:]", "", run)
        yield bytes.fromhex(with_[: len(with_) // 2 * 2]).decode("utf-8", "ignore")
    for run in re.findall(r"(?:[01][\s]?){32,}", text):
        bits = re.sub(r"\s", "", run)
        yield "".join(chr(int(bits[at : at + 8], 2)) for at in range(0, len(bits) - 7, 8))


def _spelled(text: str) -> Iterator[str]:
    """Morse, and words that stand for letters."""
    words = re.findall(r"[a-z]+(?:-ray)?", text.casefold())
    if not _SPOKEN.keys().isdisjoint(words) and sum(w in _SPOKEN for w in words) >= 8:
        yield "".join(_SPOKEN.get(w, "") for w in words)
    signs = text if text.isascii() else text.translate(_STROKES)
    if signs.count(".") + signs.count("-") >= 8:
        codes = re.findall(r"(?<![.\-\w])[.\-]{1,4}(?![.\-\w])", signs)
        if len(codes) >= 8:
            yield "".join(_MORSE.get(code, "") for code in codes)


def _spaced(text: str) -> Iterator[str]:
    """Words whose letters stand apart, where something else parts the words."""
    for joint in (" ", "-", "."):
        if text.count(joint) > len(text) / 4:
            yield re.sub(rf"(?<=[^{joint}]){re.escape(joint)}(?=[^{joint}])", "", text)


_DECODERS: tuple[Callable[[str], Iterator[str]], ...] = (_entities, _bases, _numbers, _spelled, _spaced)
