"""What a word is spelled with when its sound is compared: letters and groups that sound as one.

Every alphabet has units of one to four letters; an edit table says how units of one alphabet
answer units of another. A Han word is spelled in the initials and finals of its syllables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from tocsin.names.arabic import without_article
from tocsin.names.forms import Token
from tocsin.names.han import syllables
from tocsin.names.scripts import TABLES

LONGEST: Final = 24  # letters of a word, or of words written together, that are compared
WIDEST: Final = 4  # letters to a unit

_LATIN_GROUPS: Final = """
sh ch zh kh gh th dh ph ts tz tj dj sj sz cz rz ck cc ss ll nn mm tt pp rr ff bb dd gg kk zz oo ee
aa ii uu ou ow oe ae ue ie ei ai ay ey oy ia ya ja iu yu ju io yo jo ye je ij iy yi ji ew ev of ov
qu gu gi wh hs hn ng nk kw gw dz ks gn gl lh nh ny nj sc xi eu au oi ui uo ua ao ha dt lj aw aj oj
uj sch tch dsh dzh dsj tsh yev yew iev iew jev jew eau uai iao ieh ueh tsz ill oux aux yue dsch
shch tsch szcz stch ieff
"""
_CYRILLIC_GROUPS: Final = """
дж кс ей ий ый ай ой ие ия ью ья ье йо дз тс ев ов ии ау еу эй нн сс лл тт мм рр кк пп фф
иу уи нг ло хэ уэ уи уо уа кв гв
"""
_ARABIC_GROUPS: Final = "اي او ئي يي وو دج تش كس وي يو يا وا ال ين ون خو اه ده أي أو ئى يى وى دة اة"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# Initials, vowels and endings: a syllable is spelled in up to three of them.
_PINYIN: Final = (
    "b p m f d t n l g k h j q x zh ch sh r z c s y w a ai ao e ei er i ia iao ie io iu o ou u ua "
    "uai ue ui uo v va ve ê ng"
)
_JYUTPING: Final = (
    "b p m f d t n l g k ng h gw kw w z c s j aa aai aau a ai au e ei eu i iu o oi ou u ui oe eo "
    "eoi yu"
)


@dataclass(frozen=True, kw_only=True)
class Alphabet:
    """`letters` come first among its units, then the groups of letters; a unit is its place."""

    code: str
    letters: tuple[str, ...]
    groups: tuple[str, ...] = ()

    @cached_property
    def units(self) -> tuple[str, ...]:
        return self.letters + self.groups

    @cached_property
    def place(self) -> dict[str, int]:
        return {unit: place for place, unit in enumerate(self.units)}

    def spelled(self, pieces: Sequence[str]) -> list[tuple[int, int, int, int]]:
        """For each letter, the units of one to four letters that begin there; -1 for none."""
        known = [piece for piece in pieces if piece in self.place][:LONGEST]
        if not self.groups:
            return [(self.place[piece], -1, -1, -1) for piece in known]
        text, get = "".join(known), self.place.get
        wide = text + "   "  # no group reaches beyond the word
        return [
            (
                get(letter, -1),
                get(wide[at : at + 2], -1),
                get(wide[at : at + 3], -1),
                get(wide[at : at + WIDEST], -1),
            )
            for at, letter in enumerate(text)
        ]


def _alphabet(code: str, letters: Sequence[str], groups: str = "") -> Alphabet:
    return Alphabet(code=code, letters=tuple(letters), groups=tuple(dict.fromkeys(groups.split())))


_AT_THE_ENDS: Final = {"ي": "ى", "ه": "ة", "ا": "أ"}  # sound otherwise: two last, one first

ALPHABETS: Final = (
    _alphabet("latin", [*_LETTERS, *TABLES["latin"]], _LATIN_GROUPS),
    _alphabet("cyrillic", [*TABLES["cyrillic"]], _CYRILLIC_GROUPS),
    _alphabet("arabic", [*TABLES["arabic"], *_AT_THE_ENDS.values()], _ARABIC_GROUPS),
    _alphabet("pinyin", _PINYIN.split()),
    _alphabet("jyutping", _JYUTPING.split()),
    _alphabet("hebrew", [*TABLES["hebrew"]]),
    _alphabet("syllables", _PINYIN.split()),
    _alphabet("heard", _LETTERS, "sh ch ts ry ky ny gy my py hy ai ei ou uu oo ee eo eu ae"),
)
LATIN, CYRILLIC, ARABIC, PINYIN, JYUTPING, HEBREW, SYLLABLES, HEARD = range(len(ALPHABETS))
ROMAN: Final = len(ALPHABETS)  # the canonical reading in a to z, where no table fits both words
_BY_SCRIPT: Final = {"Latn": LATIN, "Cyrl": CYRILLIC, "Arab": ARABIC, "Hebr": HEBREW}
_ROMANISED: Final = frozenset({"Grek", "Geor", "Armn"})

Spelling = tuple[int, tuple[tuple[int, int, int, int], ...]]


def spellings(token: Token) -> tuple[Spelling, ...]:
    """The alphabets a word can be compared in, each with its units; ROMAN last."""
    return spelled_together((token,))


def spelled(text: str, script: str, form: str, split: bool) -> tuple[Spelling, ...]:
    """The same, of a word by its parts; `form` is its canonical reading."""
    return _spelled(text, script, (form,), split)


def spelled_together(tokens: tuple[Token, ...]) -> tuple[Spelling, ...]:
    """Of neighbouring words as if they were one; only ROMAN where their scripts differ."""
    script = tokens[0].script
    if any(token.script != script for token in tokens):
        return (_roman("".join(token.forms[0] for token in tokens)),)
    text = "|".join(token.text for token in tokens)
    return _spelled(text, script, tuple(token.forms[0] for token in tokens), tokens[0].split)


@lru_cache(maxsize=200_000)
def _spelled(text: str, script: str, forms: tuple[str, ...], split: bool) -> tuple[Spelling, ...]:
    joined = text.replace("|", "")
    roman = _roman("".join(forms))
    if script == "Hani":
        ways = _han_ways(text, split)
    elif script == "Arab":
        bare = without_article(joined)
        ways = [(ARABIC, with_ends(joined))]
        ways += [(ARABIC, with_ends(bare))] if bare != joined else []
    elif script in _BY_SCRIPT:
        ways = [(_BY_SCRIPT[script], list(joined))]
    elif script in _ROMANISED:
        return ((LATIN, roman[1]), roman)
    else:
        ways = [(HEARD, list("".join(forms)))]
    found = [(code, tuple(ALPHABETS[code].spelled(pieces))) for code, pieces in ways]
    return (*(one for one in found if one[1]), roman)


def _roman(form: str) -> Spelling:
    return ROMAN, tuple(ALPHABETS[LATIN].spelled(form))


def with_ends(text: str) -> list[str]:
    """Arabic letters; those that sound otherwise at the ends of a word are letters of their own."""
    letters = list(text)
    if len(letters) > 2:
        if letters[-1] in "يه":
            letters[-1] = _AT_THE_ENDS[letters[-1]]
        if letters[0] == "ا":
            letters[0] = _AT_THE_ENDS["ا"]
    return letters


def _han_ways(text: str, split: bool) -> list[tuple[int, list[str]]]:
    """A Chinese name by its own readings; a longer word, being foreign, as syllables."""
    native = [(PINYIN, split_han(text, 0, split)), (JYUTPING, split_han(text, 1, split))]
    foreign = [(SYLLABLES, split_han(text, 0, False))]
    longest = max(map(len, text.split("|")))
    return native if split else (foreign if longest > 2 else native + foreign)


def split_han(text: str, reading: int, surname: bool) -> list[str]:
    """Initials and finals in their order."""
    initials = ALPHABETS[(PINYIN, JYUTPING)[reading]]
    pieces: list[str] = []
    for number, word in enumerate(text.split("|")):
        for syllable in syllables(word, surname and number == 0)[reading]:
            pieces += initial_and_final(syllable, initials)
    return pieces


def initial_and_final(syllable: str, alphabet: Alphabet) -> list[str]:
    """Initial, vowels and ending, as far as there are any."""
    first = next(
        (syllable[:size] for size in (2, 1) if syllable[:size] in alphabet.place), syllable[:1]
    )
    if first[:1] in "aeiouvê" or first == syllable or first == "yu":
        first = ""
    rest = syllable[len(first) :]
    for ending in ("ng", "n", "m", "p", "t", "k"):
        if rest.endswith(ending) and rest != ending:
            return [part for part in (first, rest.removesuffix(ending), ending) if part]
    return [part for part in (first, rest) if part]
