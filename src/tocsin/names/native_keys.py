"""From romanised forms to the keys of a name.

A form is read into sounds, sounds into a fine and a coarse skeleton of consonants, five bits each,
eleven at most, in one integer. Everything is done in integers below 2**63 (see `compiling`).
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.names.compiling import inner, kernel

Ints = NDArray[np.int64]
Bytes = NDArray[np.int8]
Numbers = NDArray[np.int32]


class Parts(NamedTuple):
    """Names as the romanised forms of their parts, each array but the first one longer than needed.

    Name n has the parts from names[n] to before names[n + 1], part t the kind kinds[t] and the
    word tokens[t], word w the forms from words[w], form f the letters (a is 0) from forms[f].
    """

    letters: NDArray[np.int8]
    forms: NDArray[np.int32]
    words: NDArray[np.int32]
    kinds: NDArray[np.int8]
    tokens: NDArray[np.int32]
    names: NDArray[np.int32]


EXACT, FINE, COARSE, DELETED, FINE_PAIR, COARSE_PAIR = range(6)
KINDS: Final = 6
HASH_BITS: Final = 39
MAX_KEYS: Final = 600  # of one name; what follows is left out
MAX_PAIRED: Final = 8  # tokens that are paired with each other
MAX_JOINED: Final = 4  # tokens of a name whose joined neighbours are paired too
MAX_READINGS: Final = 6  # of a token: forms times ways to read them
MAX_TOKENS: Final = 16
MAX_FORMS: Final = 8  # of a token
MAX_FORM: Final = 32  # letters of a form that count
ROW_BITS: Final = 24  # names in one run: sixteen million
WORD, PARTICLE, INITIAL, TITLE = range(4)
_SOUNDS: Final = 11  # so that no shift below reaches 64

# Sounds. A vowel is 0 here; Q stands for what is no sound at all.
P, B, F, V, T, D, S, Z, C, K, G, X, H, L, R, M, N, J, W = range(1, 20)
_NONE: Final = 0


def _table(**letters: int) -> Bytes:
    table = np.zeros(26, np.int8)
    for letter, sound in letters.items():
        table[ord(letter) - 97] = sound
    return table


LETTER_SOUND = _table(
    p=P, b=B, f=F, v=V, t=T, d=D, s=S, z=Z, c=K, k=K, q=K, g=G, h=H, l=L, r=R, m=M, n=N, j=J, w=W,
    x=X,
)  # fmt: skip
_WITH_H = _table(p=F, b=B, t=T, d=D, s=C, z=C, c=C, k=X, g=G, r=R, w=W)
#                _  P  B  F  V  T  D  S  Z  C  K  G  X  H  L   R   M   N   J  W
FINE_CLASS = np.array([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 7, 3], np.int8)
COARSE_CLASS = np.array([0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 0, 5, 6, 7, 8, 3, 1], np.int8)
_VOWEL = _table(a=1, e=2, i=2, y=2, o=3, u=3, w=3)

_M30, _M31 = (1 << 30) - 1, (1 << 31) - 1


@inner
def mixed(value: int, salt: int) -> int:
    """39 well-mixed bits of a value below 2**60 and a salt below 64; no step reaches 2**63."""
    one = (value & _M30) * 0x2545F491 + (value >> 30) * 0x27220A95 + (salt + 1) * 0x165667B1
    one ^= one >> 29
    two = (one & _M31) * 0x1B873593 + ((one >> 31) & _M31) * 0x2E3779B1
    two ^= two >> 32
    return (two ^ (two >> 17)) & ((1 << HASH_BITS) - 1)


@inner
def read_sounds(form: Bytes, start: int, end: int, other: bool, sounds: Bytes) -> int:
    """The sounds of `form[start:end]` (a to z less 97); how many.

    `other`: the other way to read what spellings disagree on: j and w as vowels, g soft, ch hard,
    x as in Xi.
    """
    count, place, joined = 0, start, False
    while place < end and count < _SOUNDS * 2:
        letter = int(form[place])
        after = int(form[place + 1]) if place + 1 < end else 26
        sound, step = int(LETTER_SOUND[letter]), 1
        if after == 7 and _WITH_H[letter] > 0:
            sound, step = int(_WITH_H[letter]), 2
            if letter == 2 and other:
                sound = X
        elif letter == 2 and after in (4, 8, 24):
            sound = S
        elif letter == 23:
            sound = C if other else S
            if not other:
                sounds[count] = K
                count += 1
        elif other and (letter == 9 or (letter == 22 and after < 26 and _VOWEL[after] > 0)):
            sound = _NONE
        elif other and letter == 6 and after < 26 and _VOWEL[after] > 0:
            sound = C
        elif letter == 7 and place + 1 == end:
            sound = _NONE
        place += step
        if sound == _NONE:
            joined = False
            continue
        hisses = sound in (S, Z, C, J)
        if joined and hisses and int(sounds[count - 1]) in (S, Z, C, J, T, D):
            if sounds[count - 1] != sound:
                sounds[count - 1] = C
            if count > 1 and sounds[count - 2] == C and sounds[count - 1] == C:
                count -= 1
        else:
            sounds[count] = sound
            count += 1
        joined = True
    return count


@inner
def skeleton(sounds: Bytes, count: int, classes: Bytes) -> int:
    """The classes of the sounds, five bits each; neighbours of one class count once."""
    packed, before, length = 0, 0, 0
    for place in range(count):
        kind = int(classes[int(sounds[place])])
        if kind not in (0, before) and length < _SOUNDS:
            packed = packed << 5 | kind
            length += 1
        if kind:
            before = kind
    return packed


@inner
def with_vowels(form: Bytes, start: int, end: int, packed: int) -> int:
    """A skeleton of one consonant or none, told apart by the vowels around it."""
    before, length = 0, 0
    made = packed
    for place in range(start, end):
        kind = int(_VOWEL[int(form[place])])
        if kind not in (0, before) and length < 5:
            made = made << 5 | (kind + 20)
            length += 1
        if kind:
            before = kind
    return made


@inner
def spelled(form: Bytes, start: int, end: int) -> int:
    """The form's own letters folded into 56 bits."""
    packed = 0
    for place in range(start, end):
        packed = (packed * 33 + int(form[place]) + 1) & ((1 << 56) - 1)
    return packed


@inner
def _emit(made: Ints, count: int, packed: int, kind: int, group: int) -> int:
    """`made` holds a row for each key: what is hashed, its kind, the group of keys it is of."""
    if count < MAX_KEYS:
        made[count, 0] = packed
        made[count, 1] = kind
        made[count, 2] = group
        count += 1
    return count


@inner
def _deletions(made: Ints, count: int, packed: int, group: int) -> int:
    """The skeleton and each one that lacks a sound; two of a short one would say too little."""
    length, rest = 0, packed
    while rest > 0:
        length, rest = length + 1, rest >> 5
    if length < 3:
        return count
    for place in range(length + 1):  # the last takes nothing away
        low = packed & ((1 << 5 * place) - 1)
        count = _emit(made, count, packed >> 5 * (place + 1) << 5 * place | low, DELETED, group)
    return count


@inner
def _form_keys(
    form: Bytes, start: int, end: int, made: Ints, count: int, group: int, readings: Ints
) -> int:
    """Keys of one form; readings[group] keeps each new one, and how many at its head."""
    sounds = np.zeros(_SOUNDS * 2 + 2, np.int8)
    count = _emit(made, count, spelled(form, start, end), EXACT, group)
    for other in range(2):
        heard = read_sounds(form, start, end, other == 1, sounds)
        fine = skeleton(sounds, heard, FINE_CLASS)
        coarse = skeleton(sounds, heard, COARSE_CLASS)
        if fine < 32:
            fine = with_vowels(form, start, end, fine)
        one, two = mixed(fine, FINE_PAIR) & _M30, mixed(coarse, COARSE_PAIR) & _M30
        known, held = False, int(readings[group, 0, 0])
        for place in range(1, held + 1):
            known |= readings[group, place, 0] == one and readings[group, place, 1] == two
        if known or held == MAX_READINGS:
            continue
        readings[group, 0, 0] = held + 1
        readings[group, held + 1, 0] = one
        readings[group, held + 1, 1] = two
        count = _emit(made, count, fine, FINE, group)
        count = _emit(made, count, coarse, COARSE, group)
        count = _deletions(made, count, coarse, group)
    return count


@inner
def _pair_keys(made: Ints, count: int, readings: Ints, tokens: int) -> int:
    """Keys of every two of the first tokens, whichever comes first.

    Of a short name also with a joined neighbour in place of one: token t + MAX_TOKENS joins t and
    t + 1.
    """
    group = 2 * MAX_TOKENS
    tokens = min(tokens, MAX_PAIRED)
    for one in range(tokens):
        for two in range(2 * MAX_TOKENS):
            joins = two >= MAX_TOKENS
            other = two - MAX_TOKENS if joins else two
            if other >= tokens or (not joins and other <= one):
                continue
            if joins and (tokens > MAX_JOINED or one in (other, other + 1)):
                continue
            for i in range(int(readings[one, 0, 0])):
                for j in range(int(readings[two, 0, 0])):
                    for side in range(2):
                        first = int(readings[one, i + 1, side])
                        second = int(readings[two, j + 1, side])
                        packed = min(first, second) | max(first, second) << 30
                        count = _emit(made, count, packed, FINE_PAIR + side, group)
            group += 1
    return count


@inner
def _parts(
    letters: Bytes, forms: Numbers, words: Numbers, kinds: Bytes, tokens: Numbers,
    first: int, last: int, parts: Ints, joined: Bytes,
) -> int:  # fmt: skip
    """What is keyed, as rows of start, end, group, plain, in `joined`: forms, then neighbours."""
    count, length = 0, 0
    for step in range(2):
        for token in range(first, last - step):
            kind = max(int(kinds[token]), int(kinds[token + step]))
            if kind == TITLE or (step == 1 and kind == INITIAL):
                continue
            word = int(tokens[token + step])
            for form in range(int(words[word]), int(words[word + 1])):
                parts[count, 0] = length
                for part in range(step + 1):
                    which = int(words[int(tokens[token])]) if part < step else form
                    for place in range(int(forms[which]), int(forms[which + 1])):
                        joined[length] = letters[place]
                        length += 1
                parts[count, 1] = length
                parts[count, 2] = step * MAX_TOKENS + token - first
                parts[count, 3] = 1 if kind == WORD or step == 1 else 0
                count += 1
    return count


@inner
def name_keys(
    letters: Bytes, forms: Numbers, words: Numbers, kinds: Bytes, tokens: Numbers,
    first: int, last: int, made: Ints,
) -> int:  # fmt: skip
    """Keys of the parts from `first` to before `last`, into `made` (MAX_KEYS, 3); how many.

    Groups follow each other: parts, joined neighbours, pairs.
    """
    readings = np.zeros((2 * MAX_TOKENS, MAX_READINGS + 1, 2), np.int64)
    parts = np.zeros((2 * MAX_TOKENS * MAX_FORMS, 4), np.int64)
    joined = np.zeros(3 * MAX_TOKENS * MAX_FORMS * MAX_FORM, np.int8)
    count = 0
    for part in range(_parts(letters, forms, words, kinds, tokens, first, last, parts, joined)):
        start, end, group = int(parts[part, 0]), int(parts[part, 1]), int(parts[part, 2])
        if parts[part, 3]:
            count = _form_keys(joined, start, end, made, count, group, readings)
        else:
            count = _emit(made, count, spelled(joined, start, end), EXACT, group)
    count = _pair_keys(made, count, readings, last - first)
    for key in range(count):
        made[key, 0] = mixed(int(made[key, 0]), int(made[key, 1]))
    return count


@kernel
def all_keys(parts: Parts, made: Ints, out: Ints) -> int:
    """How many keys all names have.

    Each goes into `out` as hash << ROW_BITS | number of the name, in no order, as far as there is
    room; `made` is left with those of the last name.
    """
    letters, forms, words, kinds, tokens, names = parts
    place = 0
    for name in range(len(names) - 1):
        first, last = int(names[name]), int(names[name + 1])
        count = name_keys(letters, forms, words, kinds, tokens, first, last, made)
        for key in range(min(count, len(out) - place)):
            out[place + key] = made[key, 0] << ROW_BITS | name
        place += count
    return place
