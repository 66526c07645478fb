"""Text in the form in which it is compared: no case, accents, layout or tricks.

Folding goes one character at a time, so that a report of megabytes folds in C
(`str.translate`) and a draft keeps the place of every character.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Span = tuple[int, int]

_LOOKALIKES = str.maketrans(
    "аверкмнорстухіјѕһԁԛԝѵӏ" + "αβγεηικμνορτυχω" + "ɑɡıłøđ",
    "abepkmhopctyxijshdqwvl" + "abyenikmvoptuxw" + "agilod",
)
# Greek and Cyrillic capitals that look like another letter than their small form does.
_CAPITAL_LOOKALIKES = str.maketrans("ΝΗΥΖӀ", "NHYZI")
# Letters and marks by category, yet nothing is seen: fillers and variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han. Each sign is a word.
_UNSPACED = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)

# More than any honest text uses; a hostile one cannot fill memory.
_REMEMBERED = 20_000


class Fold(dict[int, str]):
    """Code point to its comparable form, filled as characters are met.

    Words keep letters and digits; each other character becomes one blank;
    invisible characters and accents become nothing. Distributes over
    concatenation: fold(a + b) == fold(a) + fold(b).
    """

    def __init__(self, *, capitals_by_look: bool = False) -> None:
        super().__init__()
        self._before = _CAPITAL_LOOKALIKES if capitals_by_look else {}

    def __missing__(self, code: int) -> str:
        apart = unicodedata.normalize("NFKD", chr(code)).translate(self._before)
        folded = "".join(map(_folded, unicodedata.normalize("NFKD", apart.casefold())))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or unicodedata.combining(character) or _UNSEEN.match(character):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character.isalnum() or category[0] == "M":
        is_word = _UNSPACED.match(character)
        return f" {character} " if is_word else character.translate(_LOOKALIKES)
    return "\n" if character == "\n" else " "


FOLD = Fold()
BY_LOOK = Fold(capitals_by_look=True)


def words(text: str, fold: Fold = FOLD) -> list[str]:
    """The folded words of a text, in order."""
    return text.translate(fold).split()


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word and the characters of the text it comes from."""

    word: str
    start: int
    end: int


class Folded:
    """A text, folded, that knows where each piece of it stood."""

    def __init__(self, text: str, fold: Fold = FOLD) -> None:
        self.text = text
        pieces = [fold[ord(character)] for character in text]
        self._is_bare = [not piece for piece in pieces]
        self._origin = [at for at, piece in enumerate(pieces) for _ in piece]
        self.folded = "".join(pieces)

    @cached_property
    def tokens(self) -> list[Token]:
        return [self.token(*found.span()) for found in re.finditer(r"\S+", self.folded)]

    def token(self, start: int, end: int) -> Token:
        """The token at `start` to `end` of the folded text, with its accents and joiners."""
        last = self._origin[end - 1] + 1
        while last < len(self._is_bare) and self._is_bare[last]:
            last += 1
        return Token(self.folded[start:end], self._origin[start], last)

    def shown(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def holding(self, name: str) -> Iterator[list[Token]]:
        """The tokens over which `name` stands, each time, whatever parts them."""
        at = self._run.find(name) if name else -1
        while at >= 0:
            yield self.tokens[self._owner[at] : self._owner[at + len(name) - 1] + 1]
            at = self._run.find(name, at + 1)

    @cached_property
    def _run(self) -> str:
        return "".join(token.word for token in self.tokens)

    @cached_property
    def _owner(self) -> list[int]:
        return [at for at, token in enumerate(self.tokens) for _ in token.word]
