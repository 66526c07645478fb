"""Runs of four words as numbers: the same in every process, and a sample of them for a table.

Words are hashed with BLAKE2b under the house's secret, so that an index kept in a database does
not tell to those who lack it which phrases the reports hold.
"""

import re
from array import array
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress, count, starmap
from operator import itemgetter
from sys import byteorder
from typing import TYPE_CHECKING, NamedTuple

from tocsin.reading.blocks import NOT_OWN, TELLING_WORDS, blocks, has_telling_within, without
from tocsin.reading.grams_compiled import at_hand
from tocsin.reading.normal import normalise
from tocsin.reading.normal_matching import matching

if TYPE_CHECKING:
    from tocsin.reading.grams_native_words import Chunks

SIZE = 4
_LANE = 8  # bytes of one number
_DECIDING = 4  # of its bytes, from the lowest: one that every word of the run went into
_AT_ONCE = 16
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 1 << 17, 24
# One multiplication of numbers as long as the text makes every run of four words at once.
# The factors have 30 bits and words 32, so that four products never run into the next lane.
FACTORS = (0x2F0B4C47, 0x3A8F05C5, 0x1B56C4E9, 0x29C1D2AB)
_MIXED = sum(factor << (8 * _LANE * place) for place, factor in enumerate(reversed(FACTORS)))
_TOKEN = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"  # written without blanks
    r"|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A report's own words as numbers below 2**32, in order, without blocks that are not its own.

    `spans` are where each stands in the text as received; empty where nobody asked for them.
    """

    numbers: "array[int]"
    spans: tuple[tuple[int, int], ...] = ()


class Grams:
    """Turns texts into `Words`, and words into runs of four.

    `secret` (at most 64 bytes) decides the numbers; `one_in` how many runs there are to one kept
    in the table.
    """

    def __init__(self, secret: bytes = b"", *, one_in: int = 6) -> None:
        self._secret, self._known = secret, _Known(secret)
        self._chosen = 256 // one_in
        self._choice = bytes(value < self._chosen for value in range(256))
        self._chunks: Chunks | None = None

    def words(self, text: str) -> Words:
        """The own words of `text`, as received or in normal form."""
        if "\n" in text and ("-\n" in text or "-\r\n" in text):
            text = normalise(text).text
        numbers, telling = self._read(text)
        if telling or has_telling_within(text):
            numbers, _ = self._read(without(text, (b for b in blocks(text) if b.kind in NOT_OWN)))
        return Words(numbers=numbers)

    def placed_words(self, text: str) -> Words:
        """As `words`, with their places; slower, for what is to be shown."""
        normal = normalise(text)
        own = without(normal.text, (b for b in blocks(normal.text) if b.kind in NOT_OWN))
        numbers, spans = array("Q"), []
        for match in _TOKEN.finditer(matching(own)):
            numbers.append(self._known.number(match[0]))
            spans.append(normal.original(*match.span()))
        return Words(numbers=numbers, spans=tuple(spans))

    def sample(self, numbers: "array[int]") -> "Sample":
        """Those runs of four that the table keeps."""
        if native := at_hand():
            return Sample(*native.sampled(numbers, self._chosen))
        every = grams(numbers)
        choice = little(every).tobytes()[_DECIDING::_LANE].translate(self._choice)
        places = list(compress(count(), choice))
        return Sample(places, [every[place] >> 1 for place in places])

    def _read(self, text: str) -> "tuple[array[int], bool]":
        """The numbers of all its words, and whether boilerplate or links may be among them."""
        if native := at_hand():
            self._chunks = self._chunks or native.Chunks(
                self._secret, self._known.__getitem__, TELLING_WORDS
            )
            return self._chunks.read(text)
        chunks = text.split()
        telling = not TELLING_WORDS.isdisjoint(chunks)
        if len(chunks) < 2:
            chunks = [*chunks, "", ""]
        return array("Q", b"".join(itemgetter(*chunks)(self._known))), telling


class Sample(NamedTuple):
    """The runs of four in the table: their places in the report, their 63-bit numbers."""

    places: list[int]
    runs: list[int]


def grams(numbers: "array[int]") -> "array[int]":
    """Every run of four words, by the place of its first: 64-bit numbers."""
    if len(numbers) < SIZE:
        return array("Q")
    product = int.from_bytes(little(numbers).tobytes(), "little") * _MIXED
    lanes = little(array("Q", product.to_bytes((len(numbers) + SIZE) * _LANE, "little")))
    return lanes[SIZE - 1 : len(numbers)]


def little(numbers: "array[int]") -> "array[int]":
    """`numbers` with the lowest byte first, whatever the machine."""
    if byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers


class _Known(dict[str, bytes]):
    """The packed word numbers of each chunk between blanks; what is common is known already."""

    def __init__(self, secret: bytes) -> None:
        super().__init__()
        self._secret = secret

    def __missing__(self, chunk: str) -> bytes:
        plain = chunk.isascii() and chunk.isprintable()
        small = matching(chunk if plain else normalise(chunk).text)
        packed = array("Q", map(self.number, _TOKEN.findall(small))).tobytes()
        if len(chunk) <= _LONGEST_REMEMBERED:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[chunk] = packed
        return packed

    def number(self, word: str) -> int:
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4, key=self._secret)
        return int.from_bytes(digest.digest(), "big")


class Run(NamedTuple):
    """`size` words that two reports share: from word `at` of one and `other_at` of the other."""

    at: int
    other_at: int
    size: int


class Passages:
    """Finds what other reports share with one. All of it takes time linear in both."""

    def __init__(self, numbers: "array[int]") -> None:
        self._numbers, self._native = numbers, at_hand()
        if self._native is None:
            self._packed, self._grams = numbers.tobytes(), grams(numbers)
            self._all = frozenset(self._grams)

    def shared(self, other: "array[int]", *, least: int = 1) -> tuple[Run, ...]:
        """The passages of four words or more that `other` has too, longest from each word on.

        In the order of the one, and apart there. None where fewer than `least` different runs
        of four words are shared.
        """
        if self._native:
            return tuple(starmap(Run, self._native.shared(self._numbers, other, least)))
        theirs = grams(other)
        common = self._all.intersection(theirs)
        if len(common) < least:
            return ()
        # Of several places the first: dict() keeps the last it is given.
        places = dict(zip(reversed(theirs), range(len(theirs) - 1, -1, -1), strict=True))
        packed, found, free = other.tobytes(), [], 0
        for at in compress(count(), map(common.__contains__, self._grams)):
            if at >= free:
                place = places[self._grams[at]]
                size = self._reach(at, place, other, packed)
                found.append(Run(at, place, size))
                free = at + size
        return tuple(found)

    def _reach(self, at: int, place: int, other: "array[int]", packed: bytes) -> int:
        """How many words are the same from there on: first many at a time, then one by one."""
        mine, one = self._packed, self._numbers
        size, limit = SIZE, min(len(one) - at, len(other) - place)
        here, there, step = at * _LANE, place * _LANE, _AT_ONCE * _LANE
        while size + _AT_ONCE <= limit:
            done = size * _LANE
            if mine[here + done : here + done + step] != packed[there + done : there + done + step]:
                break
            size += _AT_ONCE
        while size < limit and one[at + size] == other[place + size]:
            size += 1
        return size
