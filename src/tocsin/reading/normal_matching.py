"""A text as matching takes it: as long as it was, in plain small letters.

For comparison alone: what people are shown is what was received. Letters lose case and accents;
in a word of mixed scripts, letters that look like those of its other script become those
(the idea and most pairs: Unicode Technical Standard 39).
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
# A letter of another script, and the Latin one that it looks like.
_PAIRS = (
    "аa", "вb", "сc", "еe", "һh", "нh", "іi", "јj", "ԁd", "кk", "ӏl", "мm", "оo", "рp", "ԛq",
    "гr", "ѕs", "тt", "ѵv", "ԝw", "хx", "уy", "үy", "Аa", "Вb", "Сc", "Еe", "Һh", "Нh", "Іi",
    "Јj", "Ԁd", "Кk", "Ӏi", "Мm", "Оo", "Рp", "Ԛq", "Ѕs", "Тt", "Ѵv", "Ԝw", "Хx", "Уy", "Үy",
    "αa", "βb", "εe", "ηn", "ιi", "κk", "νv", "οo", "ρp", "σo", "τt", "υu", "χx", "γy", "ωw",
    "Αa", "Βb", "Εe", "Ζz", "Ηh", "Ιi", "Κk", "Μm", "Νn", "Οo", "Ρp", "Τt", "Υy", "Χx", "օo",
    "սu", "ոn", "հh", "գq", "յj", "ԼL", "ՕO", "ՏS", "Ꭺa", "Ꭼe", "Ꮋh", "Ꭻj", "Ꮶk", "Ꮮl", "Ꮇm",
    "Ꮲp", "Ꭱr", "Ꮪs", "Ꭲt", "Ꮩv", "Ꮃw", "Ꮓz", "Ᏼb", "Ꮯc", "Ꭰd", "Ꮐg",
)  # fmt: skip
_AS_LATIN = {ord(pair[0]): pair[1].lower() for pair in _PAIRS}
_AS_CYRILLIC = {
    ord(looks): pair[0].lower()
    for pair in reversed(_PAIRS)
    if "\u0400" <= pair[0] <= "\u052f"
    for looks in (pair[1], pair[1].upper())
}
# Latin letters that are only variants of plain ones, whatever stands beside them.
_VARIANTS = dict(
    zip("ɑɡıɩʟʏɪʀɴʜſꜱᴀʙᴄᴅᴇꜰɢᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢøłđħƅƖ", "agiilyirnhssabcdefgjkmoptuvwzoldhbl", strict=True)
)


class _Plain(dict[int, str]):
    """By code point: the letter without case or accent; always one character."""

    def __missing__(self, point: int) -> str:
        bare = unicodedata.normalize("NFD", chr(point))[0].lower()[0]
        self[point] = plain = _VARIANTS.get(bare, bare)
        return plain


_plain = _Plain()


def matching(text: str) -> str:
    """`text` for matching: character by character, so that a span of one is a span of the other."""
    if text.isascii():
        return text.lower()
    return _unmixed(text).translate(_plain)


def _unmixed(text: str) -> str:
    """Each word in one script, as far as its letters look alike in both."""
    latin = sum("A" <= c <= "z" for c in text) * 2 >= sum(map(str.isalpha, text))
    pieces: list[str] = []
    done = 0
    for match in _WORD.finditer(text):
        word = match[0]
        if not word.isascii() and (fresh := _in_one_script(word, latin=latin)) != word:
            pieces += text[done : match.start()], fresh
            done = match.end()
    return "".join((*pieces, text[done:]))


def _in_one_script(word: str, *, latin: bool) -> str:
    """`latin`: whether the text around it is. A word whose letters decide for both stays mixed."""
    plainly_latin = any(c.isascii() and ord(c) not in _AS_CYRILLIC for c in word)
    alike = all(c.isascii() or ord(c) in _AS_LATIN for c in word)
    if alike and (plainly_latin or latin):
        return word.translate(_AS_LATIN)
    cyrillic = all("\u0400" <= c <= "\u052f" or ord(c) in _AS_CYRILLIC for c in word)
    return word.translate(_AS_CYRILLIC) if cyrillic and not plainly_latin else word
