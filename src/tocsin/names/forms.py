"""A name as somebody wrote it, taken into parts that can be compared whatever their script."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from tocsin.names.arabic import read_arabic
from tocsin.names.han import read_han, split_name
from tocsin.names.scripts import TABLES, folded, read_letters, script_of

LONGEST_NAME: Final = 400
MOST_TOKENS: Final = 16
LONGEST_TOKEN: Final = 40

Kind = Literal["word", "initial", "title", "particle", "patronymic"]
Defect = Literal[
    "cut", "controls", "digits", "look-alikes", "mixed scripts", "repeated", "no letters"
]

TITLES: Final = frozenset(TABLES["words"]["titles"].split())
PARTICLES: Final = frozenset(TABLES["words"]["particles"].split())
_SMALL: Final = PARTICLES | TITLES
_SURE: Final = frozenset(TABLES["words"]["sure"].split())
_AMBIGUOUS: Final = frozenset(TABLES["words"]["ambiguous"].split())
_TO: Final[dict[str, dict[str, str]]] = {
    "Latn": TABLES["lookalikes"]["to_latin"],
    "Cyrl": TABLES["lookalikes"]["to_cyrillic"],
}
_DIGITS: Final[dict[str, str]] = TABLES["lookalikes"]["digits"]
_PLAIN: Final = re.compile(r"[A-Za-z' .,/\-]+")
_PLAIN_WORD: Final = re.compile(r"'*([a-z](?:[a-z']*[a-z])?)'*(\.?)")
_JOINERS: Final = frozenset("'’‘ʼʻʹʾʿ`´ʺ\u2032ـ")
_PATRONYMIC_END: Final = re.compile(
    r"..(?:[oe]v(?:ich|itch|itsch|itsj|ych)|[oe]w(?:itsch|icz)|[oei][vw]n[ay]|ini?chn[ay]"
    r"|[оеёй]вич|[оеёії]вн[аы]|[илк]ьич|ичн[аы]|[аое]віч|[аоеё]ўна)$|^il[iy]i?ch$|^ильич$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One part of a name: raw[start:end], folded, and its readings in a to z.

    The first of `forms` is the canonical reading; there is at least one. A word in an unvowelled
    script reads as consonants. `aside` marks what stood in brackets, `split` what was one word
    with its neighbour (surname and given name in Han or Hangul).
    """

    start: int
    end: int
    text: str
    script: str
    kind: Kind
    forms: tuple[str, ...]
    aside: bool = False
    split: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name with its parts in the order they were written, and what was odd about it."""

    raw: str
    tokens: tuple[Token, ...]
    defects: tuple[Defect, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether something behind the bounds (characters, parts) was left out."""
        return "cut" in self.defects


@dataclass(slots=True)
class _Run:
    """A run of letters of one script while it is read."""

    start: int
    end: int
    text: str
    script: str
    aside: bool
    dotted: bool = False
    split: bool = False


# As airlines write passengers: "KARELIN/TIMURMR".
_GLUED = re.compile(r"([A-Z' -]{2,60}/[A-Z' -]{2,60}?)(?:MRS|MR|MS|MISS|MSTR)")


def read_name(raw: str) -> Name:
    """The name's parts. Never raises; time is bounded by LONGEST_NAME whatever is given."""
    if "/" in raw and (glued := _GLUED.fullmatch(raw)):
        return replace(read_name(glued[1]), raw=raw)
    if _PLAIN.fullmatch(raw) and len(raw) <= LONGEST_NAME:  # the many need not go so far
        return _read_plain(raw)
    defects: dict[Defect, None] = {}
    runs = _runs(raw[:LONGEST_NAME], defects)
    if len(raw) > LONGEST_NAME or len(runs) > MOST_TOKENS:
        defects["cut"] = None
    tokens = _tokens(runs[:MOST_TOKENS], defects)
    if not tokens:
        defects["no letters"] = None
    return Name(raw=raw, tokens=tokens[:MOST_TOKENS], defects=tuple(defects))


def _read_plain(raw: str) -> Name:
    """A name in letters a to z."""
    texts, bounds = [], []
    for at in _PLAIN_WORD.finditer(raw.lower()):
        texts.append(at[1].replace("'", "")[:LONGEST_TOKEN])
        bounds.append((*at.span(1), at[2] == "."))
    cut = len(texts) > MOST_TOKENS
    del texts[MOST_TOKENS:]
    words = min(sum([len(text) > 1 and text not in _SMALL for text in texts]), 3)
    tokens = []
    for text, (start, end, dotted) in zip(texts, bounds, strict=False):
        kind, forms = _judged(text, "Latn", False, words, dotted)
        tokens.append(Token(start=start, end=end, text=text, script="Latn", kind=kind, forms=forms))
    defects: list[Defect] = ["cut"] if cut else []
    if len(set(texts)) < len(texts):
        defects.append("repeated")
    if not tokens:
        defects.append("no letters")
    return Name(raw=raw, tokens=tuple(tokens), defects=tuple(defects))


def _runs(raw: str, defects: dict[Defect, None]) -> list[_Run]:
    runs: list[_Run] = []
    letters: list[tuple[int, str, str]] = []
    depth = 0
    for place, character in enumerate(raw):
        what, text, script = _seen(character)
        if what == "letter":
            letters.append((place, text, script))
        elif what == "mark":
            if letters:
                _compose(letters, raw, place)
        elif what == "digit":
            if not letters and not raw[place + 1 : place + 2].isalpha():
                defects["digits"] = None
                continue
            letters.append((place, character, "Zyyy"))
        elif what == "control":
            defects["controls"] = None
        elif what == "break":
            _close(letters, runs, depth > 0, character == ".", defects)
            depth = max(0, depth + (character in "([（") - (character in ")]）"))
    _close(letters, runs, depth > 0, False, defects)
    return runs


@lru_cache(maxsize=20_000)
def _seen(character: str) -> tuple[str, str, str]:
    what = _what(character)
    return (what, folded(character), script_of(character)) if what == "letter" else (what, "", "")


def _what(character: str) -> str:
    category = unicodedata.category(character)
    if character in _JOINERS:
        return "joiner"
    if category[0] == "L":
        return "letter"
    if category[0] == "M":
        return "mark" if script_of(character) in ("Zyyy", "Arab", "Hebr") else "letter"
    if category[0] == "N":
        return "digit" if category == "Nd" else "break"
    if category == "Cf" or (category == "Cc" and not character.isspace()):
        return "control"
    return "break"


def _compose(letters: list[tuple[int, str, str]], raw: str, place: int) -> None:
    """A mark written apart changes the letter before it as one written together would."""
    before, _, script = letters[-1]
    whole = unicodedata.normalize("NFC", raw[before : place + 1])
    if len(whole) == 1:
        letters[-1] = (before, folded(whole), script)


def _close(
    letters: list[tuple[int, str, str]],
    runs: list[_Run],
    aside: bool,
    dotted: bool,
    defects: dict[Defect, None],
) -> None:
    """Make a run of the letters so far: one script each, look-alikes put right."""
    if not any(script != "Zyyy" for *_, script in letters):
        if letters:
            defects["digits"] = None
        letters.clear()
        return
    if any(script != letters[0][2] for *_, script in letters):
        letters[:] = _mended(letters, defects)
    first = 0
    for place in range(1, len(letters) + 1):
        if place == len(letters) or letters[place][2] != letters[first][2]:
            part = letters[first:place]
            text = "".join(text for _, text, _ in part)[:LONGEST_TOKEN]
            if text:
                runs.append(_Run(part[0][0], part[-1][0] + 1, text, part[0][2], aside, dotted))
            first = place
    letters.clear()


def _mended(
    letters: list[tuple[int, str, str]], defects: dict[Defect, None]
) -> list[tuple[int, str, str]]:
    """Digits within a word and letters of a like-looking script become the word's own script."""
    counted = [script for *_, script in letters if script != "Zyyy"]
    main = max(dict.fromkeys(counted), key=counted.count)
    like = _TO.get(main, {})
    strangers = {text for _, text, script in letters if script not in (main, "Zyyy")}
    if strangers:
        alike = strangers <= like.keys()
        defects["look-alikes" if alike else "mixed scripts"] = None
    else:
        alike = False
    mended = []
    for place, text, script in letters:
        if script == "Zyyy":
            defects["digits"] = None
            read = _DIGITS.get(text) if main == "Latn" else None
            if read:
                mended.append((place, read, main))
        elif script != main and alike:
            mended.append((place, like[text], main))
        else:
            mended.append((place, text, script))
    return mended


def _tokens(runs: list[_Run], defects: dict[Defect, None]) -> tuple[Token, ...]:
    parts = [part for run in runs for part in _split(run, len(runs))]
    words = sum(len(run.text) > 1 and run.text not in _SMALL for run, _ in parts)
    found = (_token(run, surname, words) for run, surname in parts)
    tokens = tuple(token for token in found if token)
    if len({(t.text, t.script) for t in tokens}) < len(tokens):
        defects["repeated"] = None
    return tokens


def _split(run: _Run, count: int) -> list[tuple[_Run, bool]]:
    """A name in Han or Hangul without spaces falls into surname and given name."""
    if run.script == "Hani":
        pieces = split_name(run.text)
    elif run.script == "Hang" and count == 1 and run.text[0] in TABLES["hangul"]["surnames"]:
        pieces = (run.text[0], run.text[1:]) if 2 <= len(run.text) <= 3 else (run.text,)
    else:
        return [(run, False)]
    if len(pieces) == 1 or (count > 1 and len(run.text) != 3):
        return [(run, len(run.text) == 1)]
    at, result = run.start, []
    for number, piece in enumerate(pieces):
        part = _Run(at, at + len(piece), piece, run.script, run.aside, False, True)
        result.append((part, number == 0))
        at += len(piece)
    return result


def _token(run: _Run, surname: bool, words: int) -> Token | None:
    kind, forms = _judged(run.text, run.script, surname, min(words, 3), run.dotted)
    if not forms:
        return None
    return Token(
        start=run.start,
        end=run.end,
        text=run.text,
        script=run.script,
        kind=kind,
        forms=forms,
        aside=run.aside,
        split=run.split,
    )


@lru_cache(maxsize=100_000)
def _judged(
    text: str, script: str, surname: bool, words: int, dotted: bool
) -> tuple[Kind, tuple[str, ...]]:
    if script == "Hani":
        forms = read_han(text, surname)
    elif script == "Arab":
        forms = read_arabic(text)
    else:
        forms = read_letters(text, script)
    return _kind(text, script, words, dotted), forms


def _kind(text: str, script: str, words: int, dotted: bool) -> Kind:
    if text in TITLES and (words > 1 or text not in _AMBIGUOUS):
        return "title"
    if script in ("Hani", "Hang"):
        return "word"
    if text in PARTICLES and (words > 1 or (words and text in _SURE)):
        return "initial" if len(text) == 1 and dotted else "particle"
    if len(text) == 1 or (dotted and len(text) == 2 and script in ("Latn", "Cyrl")):
        return "initial"
    if len(text) > 4 and _PATRONYMIC_END.search(text) and words > 1:
        return "patronymic"
    return "word"
