"""How names and reports sound, coarsely: which reports are worth reading for a name at all."""

from collections.abc import Collection
from functools import lru_cache

LONGEST_TEXT, MOST_SIGNS = 200_000, 20_000


@lru_cache(maxsize=1 << 16)
def parts(name: str) -> tuple[frozenset[str], ...]:
    """How each part of a name sounds, in any script."""
    from tocsin.names.forms import read_name
    from tocsin.names.sounds import heard, is_sound

    tokens = read_name(name).tokens
    told = [token for token in tokens if token.kind in ("word", "patronymic")] or tokens
    heard_so = ([key for _, keys in heard(token.forms) for key in keys] for token in told)
    return tuple(frozenset(filter(is_sound, keys)) for keys in heard_so)


def vocabulary(text: str) -> frozenset[str]:
    """How all sounds that could be of a name, as far as a report is listened to."""
    from tocsin.names.passages import sounds_in

    return sounds_in(text[:LONGEST_TEXT], MOST_SIGNS)


class Ear:
    """Listens for one name; what it has heard once it knows. For one thread."""

    def __init__(self, name: str) -> None:
        self._parts = parts(name)
        self._heard: dict[str, int] = {}

    def fits(self, sounds: Collection[str], *, least: int = 2) -> bool:
        """Whether as many parts of the name, or all it has, sound like something there."""
        heard = 0
        for one in sounds:
            if one not in self._heard:
                self._heard[one] = self._listen(one)
            heard |= self._heard[one]
        return heard.bit_count() >= min(least, len(self._parts))

    def _listen(self, one: str) -> int:
        near = (any(alike(one, other) for other in part) for part in self._parts)
        return sum(1 << place for place, sounds in enumerate(near) if sounds)


def alike(one: str, other: str) -> bool:
    """The same, or a sound apart where there are at least three."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) < 3 or len(long) - len(short) > 1:
        return False
    place = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    return short[place + (len(short) == len(long)) :] == long[place + 1 :]
