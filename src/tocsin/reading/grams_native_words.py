"""Words to numbers, compiled: the same as `grams`, sooner.

Most chunks between blanks were met before and are in a table. Of the rest those of plain ASCII are
hashed here, others by `grams`. All is arithmetic on numbers without sign: one with a sign among
them would make Numba go on in floating point.
"""

from array import array
from collections.abc import Callable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tocsin.reading.grams_compiled import compiled

Bytes = NDArray[np.uint8]
Wide = NDArray[np.uint64]

# A chunk between blanks has a line of its own in a table: eight numbers, which is what a processor
# fetches at once. Five are its bytes, then its size, what is to be known of it, and its words.
_LINE, _KEY, _TOLD, _WORDS = 8, 5, 5, 6
LONGEST, MOST_WORDS = 8 * _KEY, 4
_LINES, _LINES_TELLING, _TRIED = 1 << 17, 1 << 12, 16
_AT_ONCE = 4096
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_BYTE, _HALF, _LOW = np.uint64(8), np.uint64(32), np.uint64(0xFFFFFFFF)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_R1, _R16, _R24, _R32, _R40, _R48, _R63 = map(np.uint64, (1, 16, 24, 32, 40, 48, 63))
# Of BLAKE2b: where the state begins, and in which order each round takes the message (RFC 7693).
_START = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    np.uint64,
)  # fmt: skip
_ORDER = np.array(
    [
        [int(place, 16) for place in turn]
        for turn in (
            "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8",
            "905724afe1bc683d", "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a",
            "6fe9b308c2d714a5", "a2847615fb9e3cd0",
        )
    ],
    np.int64,
)  # fmt: skip


@compiled("boolean(uint8)")
def _blank(byte: int) -> bool:
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


@compiled("uint64(Array(uint8, 1, 'C', readonly=True), int64, int64, uint64[::1])")
def _mixed(text: Bytes, start: int, end: int, key: Wide) -> np.uint64:
    """Fills `key` with the bytes of a chunk and gives a number that depends on all of them."""
    mixed = np.uint64(end - start)
    for place in range((end - start + 7) >> 3):
        part = np.uint64(0)
        first = start + 8 * place
        for at in range(min(end, first + 8) - 1, first - 1, -1):
            part = (part << _BYTE) | np.uint64(text[at])
        key[place] = part
        mixed = (mixed ^ part) * _MIXER
        mixed ^= mixed >> _HALF
    return mixed


@compiled("int64(uint64[::1], uint64[::1], uint64, int64)")
def _line(table: Wide, key: Wide, mixed: np.uint64, size: int) -> int:
    """Where the chunk's line begins; -1 where it has none."""
    mask = np.uint64(len(table) // _LINE - 1)
    for tried in range(_TRIED):
        line = int(np.int64((mixed + np.uint64(tried)) & mask)) * _LINE
        told = np.int64(table[line + _TOLD])
        if told & 0xFF == size:
            same = True
            for place in range((size + 7) >> 3):
                same &= table[line + place] == key[place]
            if same:
                return line
        elif told == 0:
            return -1
    return -1


@compiled("void(uint64[::1], uint64[::1], uint64, uint64, uint64[::1])")
def _rounds(state: Wide, block: Wide, size: np.uint64, last: np.uint64, work: Wide) -> None:
    """The twelve rounds of BLAKE2b (RFC 7693, 3.2) on one block, into `work`."""
    work[:8] = state
    work[8:] = _START
    work[12] ^= size
    work[14] ^= last
    for turn in range(12):
        order = _ORDER[turn % 10]
        for step in range(8):
            one, by = step & 3, step >> 2
            two, three, four = 4 + (one + by & 3), 8 + (one + 2 * by & 3), 12 + (one + 3 * by & 3)
            a, b, c, d = work[one], work[two], work[three], work[four]
            a += b + block[order[2 * step]]
            d ^= a
            d = d >> _R32 | d << _R32
            c += d
            b ^= c
            b = b >> _R24 | b << _R40
            a += b + block[order[2 * step + 1]]
            d ^= a
            d = d >> _R16 | d << _R48
            c += d
            b ^= c
            b = b >> _R63 | b << _R1
            work[one], work[two], work[three], work[four] = a, b, c, d


@compiled("uint64[::1](Array(uint8, 1, 'C', readonly=True))")
def _keyed(secret: Bytes) -> Wide:
    """BLAKE2b, four bytes long, before the first word: its state, and how much it has read."""
    state, work = np.empty(9, np.uint64), np.empty(16, np.uint64)
    state[:8] = _START
    state[0] ^= np.uint64(0x01010004 | len(secret) << 8)
    state[8] = 0
    if len(secret):
        block = np.zeros(16, np.uint64)
        for at in range(len(secret)):
            block[at >> 3] |= np.uint64(secret[at]) << np.uint64(8 * (at & 7))
        state[8] = 128
        _rounds(state[:8], block, state[8], np.uint64(0), work)
        for at in range(8):
            state[at] ^= work[at] ^ work[8 + at]
    return state


@compiled(
    "int64(Array(uint8, 1, 'C', readonly=True), int64, int64, uint64[::1], uint64[::1], int64,"
    " uint64[::1])"
)
def _hashed(
    text: Bytes, start: int, end: int, state: Wide, out: Wide, have: int, work: Wide
) -> int:
    """The words of a chunk of ASCII into `out`; how many it has then. -1 for another chunk."""
    for at in range(start, end):
        if not 32 < text[at] < 127:
            return -1
    block, size = work[16:], 0
    for at in range(start, end + 1):
        letter = np.int64(text[at]) if at < end else 0
        if 65 <= letter <= 90:
            letter += 32
        if 97 <= letter <= 122 or 48 <= letter <= 57:
            if size == 0:
                block[:] = 0
            block[size >> 3] |= np.uint64(letter) << np.uint64(8 * (size & 7))
            size += 1
        elif size:
            _rounds(state[:8], block, state[8] + np.uint64(size), _ALL, work[:16])
            low, number = (state[0] ^ work[0] ^ work[8]) & _LOW, np.uint64(0)
            for _ in range(4):  # the first byte counts most
                number, low = number << _BYTE | low & np.uint64(0xFF), low >> _BYTE
            out[have] = number
            have += 1
            size = 0
    return have


@compiled("void(uint64[::1], uint64[::1], uint64, int64, uint64[::1], boolean)")
def _write(table: Wide, key: Wide, mixed: np.uint64, size: int, words: Wide, telling: bool) -> None:
    """Give a chunk a line: a free one where there is one, else the first it may have."""
    mask = np.uint64(len(table) // _LINE - 1)
    line = np.int64(mixed & mask) * _LINE
    for tried in range(_TRIED):
        other = np.int64((mixed + np.uint64(tried)) & mask) * _LINE
        if table[other + _TOLD] == 0:
            line = other
            break
    for place in range(_KEY):
        table[line + place] = key[place] if 8 * place < size else np.uint64(0)
    table[line + _TOLD] = np.uint64(size + (len(words) << 8) + (np.int64(telling) << 16))
    table[line + _WORDS] = table[line + _WORDS + 1] = np.uint64(0)
    for place in range(len(words)):
        table[line + _WORDS + (place >> 1)] |= words[place] << np.uint64(32 * (place & 1))


@compiled(
    "Tuple((int64, int64, int64, boolean))(Array(uint8, 1, 'C', readonly=True), int64,"
    " uint64[::1], uint64[::1], uint64[::1], uint64[::1])",
    # Who comes between would find a line half written.
    nogil=False,
)
def _scan(
    text: Bytes, at: int, table: Wide, tellings: Wide, state: Wide, out: Wide
) -> tuple[int, int, int, bool]:
    """The words from `at` on into `out`, until it is full or a chunk is neither ASCII nor known.

    How far it came, how many words, where the chunk that is not known begins (as far as it came
    where there is none), and whether any is a telling one.
    """
    key, work = np.empty(_KEY, np.uint64), np.empty(32, np.uint64)
    size, have, telling = len(text), 0, False
    while have + LONGEST // 2 <= len(out):
        while at < size and _blank(text[at]):
            at += 1
        start = at
        while at < size and not _blank(text[at]):
            at += 1
        if at == start:
            break
        if at - start > LONGEST:
            return at, have, start, telling
        mixed = _mixed(text, start, at, key)
        line = _line(table, key, mixed, at - start)
        if line >= 0:
            told = np.int64(table[line + _TOLD])
            telling |= told >> 16 != 0
            for place in range((told >> 8) & 0xFF):
                pair = table[line + _WORDS + (place >> 1)]
                out[have] = pair >> _HALF if place & 1 else pair & _LOW
                have += 1
            continue
        done = _hashed(text, start, at, state, out, have, work)
        if done < 0:
            return at, have, start, telling
        tells = _line(tellings, key, mixed, at - start) >= 0
        telling |= tells
        if done - have <= MOST_WORDS:
            _write(table, key, mixed, at - start, out[have:done], tells)
        have = done
    return at, have, at, telling


@compiled(
    "void(Array(uint8, 1, 'C', readonly=True), int64, int64, uint64[::1], uint64[::1], boolean)",
    nogil=False,
)
def _keep(text: Bytes, start: int, end: int, table: Wide, words: Wide, telling: bool) -> None:
    key = np.empty(_KEY, np.uint64)
    _write(table, key, _mixed(text, start, end, key), end - start, words, telling)


class Chunks:
    """The words of a text by the chunks between its blanks, most of which were met before.

    `packed` gives the word numbers of one that is not ASCII, 8 bytes each; `telling` are those that
    boilerplate and links have. May be shared by threads.
    """

    def __init__(
        self, secret: bytes, packed: Callable[[str], bytes], telling: frozenset[str]
    ) -> None:
        if len(secret) > blake2b.MAX_KEY_SIZE:
            raise ValueError("a secret has at most 64 bytes")
        self._packed, self._telling = packed, telling
        self._table, self._tellings = _lines(_LINES), _lines(_LINES_TELLING)
        self._state = _keyed(np.frombuffer(secret, np.uint8))
        for chunk in telling:
            data = chunk.encode()
            view = np.frombuffer(data, np.uint8)
            _keep(view, 0, len(data), self._tellings, np.empty(0, np.uint64), telling=True)

    def read(self, text: str) -> tuple["array[int]", bool]:
        """The word numbers, and whether a telling chunk is among those of `text`."""
        blank = text if text.isascii() else " ".join(text.split())
        data = blank.encode("utf-8", "surrogatepass")
        view = np.frombuffer(data, np.uint8)
        out = np.empty(min(len(data) // 2, _AT_ONCE) + LONGEST, np.uint64)
        numbers, at, telling = array("Q"), 0, False
        while at < len(data):
            at, have, start, told = _scan(view, at, self._table, self._tellings, self._state, out)
            numbers.frombytes(out[:have].tobytes())
            telling |= told
            if start < at:
                chunk = data[start:at].decode("utf-8", "surrogatepass")
                packed, told = self._packed(chunk), chunk in self._telling
                numbers.frombytes(packed)
                telling |= told
                if at - start <= LONGEST and len(packed) <= 8 * MOST_WORDS:
                    words = np.frombuffer(packed, np.uint64).copy()
                    _keep(view, start, at, self._table, words, told)
        return numbers, telling


def _lines(count: int) -> Wide:
    """So many empty lines, each where a line of the processor's cache begins."""
    room = np.zeros((count + 1) * _LINE, np.uint64)
    begin = -room.ctypes.data // 8 % _LINE
    return room[begin : begin + count * _LINE]
