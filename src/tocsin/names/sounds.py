"""What parts of names are found by in running text: how they are spelled, and how they sound.

Coarse on purpose, and plain Python: a part of one name is like thousands of others, and whether two
names are one is the matcher's to say. What `keys` makes for the index of names is finer.
"""

import re
from functools import lru_cache
from itertools import islice, product
from typing import Final

SAME, LIKE, EXACT, COARSE, DELETED, BARE = 6, 5, 4, 3, 2, 1
"""How much it says that two parts share a key. Of long ones: spelled alike, sounding alike; of
short ones: the same; then all but for one sound, and what is all but without consonants."""
ALONE: Final = LIKE
"""So long a part is looked for by itself too: a surname may stand alone."""
ENOUGH: Final = 4
"""Of two parts of a name together, so that the matcher is asked."""
MOST_WAYS, MOST_SOUNDS, LONG = 6, 10, 4
Keys = tuple[tuple[int, tuple[str, ...]], ...]
"""Keys of a part in kinds, and how much each kind says."""

_LETTERS: Final = re.compile(
    "dsch|tsch|shch|sch|tch|dzh|dsh|sh|zh|ch|cz|sz|dz|ts|tz|dj|kh|gh|ck|ph|th|dh|[a-z]"
)
_HISSES: Final = "s z dsch tsch shch sch tch dzh dsh sh zh cz sz dz ts tz dj".split()  # noqa: SIM905
# What a letter, or several, may sound like; P, T, S, K, L, R, M, N, or nothing at all.
_SOUNDS: Final[dict[str, tuple[str, ...]]] = (
    dict.fromkeys(("b", "p", "f", "v", "ph"), ("P",))
    | dict.fromkeys(("t", "d", "th", "dh"), ("T",))
    | dict.fromkeys(_HISSES, ("S",))
    | dict.fromkeys(("k", "g", "q", "kh", "ck"), ("K",))
    | {letter: (letter.upper(),) for letter in "lrmn"}
    | {"w": ("P", ""), "j": ("S", ""), "c": ("K", "S"), "ch": ("S", "K"), "x": ("KS", "S", "K")}
    | {"gh": ("K", ""), "h": ("", "K")}
)
_VOWELS: Final = str.maketrans("eywu", "iioo")
_DOUBLED: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def skeletons(form: str) -> tuple[str, ...]:
    """The consonants of a form (a to z) in the ways they may be heard; the likeliest first."""
    read = [_SOUNDS.get(letters, ("",)) for letters in _LETTERS.findall(_DOUBLED.sub(r"\1", form))]
    found: dict[str, None] = {}
    for way in islice(product(*read[: 2 * MOST_SOUNDS]), 64):
        found["".join(way)[:MOST_SOUNDS]] = None
        if len(found) == MOST_WAYS:
            break
    return tuple(found)


@lru_cache(maxsize=200_000)
def heard(forms: tuple[str, ...], *, loose: bool = True) -> Keys:
    """The keys of a part by its forms, in kinds from EXACT down; no key is of two kinds.

    `loose` adds those that lack a sound.
    """
    heard_so = [skeletons(form) for form in forms]
    ways = tuple(dict.fromkeys(way for some in heard_so for way in some))
    short = [
        form for form, some in zip(forms, heard_so, strict=True) if len(max(some, key=len)) < 2
    ]
    spoken = [_DOUBLED.sub(r"\1", form.translate(_VOWELS)) for form in short]
    like, coarse, deleted, bare = _of_ways(ways)
    kinds = [
        (SAME if like else EXACT, tuple(dict.fromkeys("=" + form for form in forms))),
        (LIKE, like),
        (COARSE, (*coarse, *("~" + one for one in spoken)) if spoken else coarse),
    ]
    if loose:
        kinds += [(DELETED, deleted), (BARE, bare)]
    return tuple([kind for kind in kinds if kind[1]])


@lru_cache(maxsize=50_000)
def _of_ways(ways: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The keys of ways in which a part is heard: long ones, short ones, lacking a sound, of one."""
    long = [way for way in ways if len(way) > 1]
    lacking = [way[:at] + way[at + 1 :] for way in long if len(way) > 2 for at in range(len(way))]
    return (
        tuple([way for way in long if len(way) >= LONG]),
        tuple([way for way in long if len(way) < LONG]),
        tuple(dict.fromkeys(["-" + way for way in [*long, *lacking]])),
        tuple(["." + way for way in ways if len(way) == 1]),
    )


def is_sound(key: str) -> bool:
    """Whether a key of `heard` says how a part sounds, not how it is spelled."""
    return key[0] not in "=-.?!"
