"""A warning's words found again in whatever somebody pasted: a reply, a forward, a saved mail.

Mail programs fold lines, quote them with ">" and put their own words around. What a
warning says starts with its headline and ends somewhere after its last label, so every
end that is possible is tried; only the hash of words that were released decides.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import accumulate, islice, pairwise
from unicodedata import normalize

from tocsin.domain.warning import HEADLINE, LABELS, WarningKind, text_sha256

MAX_PASTED = 65_536
"""Characters: a message with all its headers, forwarded several times."""

_MOST_STARTS, _MOST_ENDS = 4, 100
_FIRST, _LAST = f"{LABELS[0]}:", f"{LABELS[-1]}:"


def _folded(words: str) -> str:
    # Repetitions are bounded, so that no text makes the search slow.
    return r"\s{1,9}".join(map(re.escape, words.split()))


_HEADLINES = "|".join(map(_folded, sorted(HEADLINE.values(), reverse=True)))
_FOLLOWS = _folded("It follows the warning of") + r"\s[^.]{1,40}\."
_START = re.compile(rf"^({_HEADLINES})\s{{1,9}}((?:{_FOLLOWS})?)\s{{,9}}{_FIRST}", re.M)
_BARE_START = re.compile(f"^{_FIRST}", re.M)
_LABEL = re.compile(rf"^(?:{'|'.join(LABELS)}):", re.M)
_END = re.compile(r"\n|(?=Please confirm that you have read)")
_SPACE = re.compile(r"\s+")


def fingerprint(words: str) -> str:
    """SHA-256, hex, of `words` without white space and marks of quotation: what folding keeps.

    Every letter, digit and sign counts; those that steer the direction of writing too.
    """
    return hashlib.sha256(_letters(_plain(words)).encode()).hexdigest()


def fingerprints(pasted: str) -> list[str]:
    """The fingerprints of all that may be a warning's words in `pasted`: bounded, each once."""
    places = _places(_plain(pasted))
    return list(dict.fromkeys(one for start, ends in places for one in _growing(start, ends)))


def words_in(pasted: str, sha256: str) -> str | None:
    """The released words with this `text_sha256`, if they stand in `pasted`, folded or quoted.

    What a mail program folded is found where no part of the words had lines of its own.
    """
    whole = _bounded(pasted).replace("\r\n", "\n")
    return next((one for one in _spellings(whole) if text_sha256(one) == sha256), None)


def _bounded(pasted: str) -> str:
    return pasted[:MAX_PASTED].encode("utf-8", "replace").decode().removeprefix("\ufeff")


def _plain(pasted: str) -> str:
    """Without marks of quotation, and in one spelling of each letter."""
    lines = normalize("NFC", _bounded(pasted)).splitlines()
    return "\n".join(line.strip().lstrip(">| \t\N{NO-BREAK SPACE}") for line in lines)


def _letters(text: str) -> str:
    return _SPACE.sub("", text)


def _places(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each warning up to its last label, and the pieces in which it may go on."""
    found = [text[one.start() :] for one in _START.finditer(text)][:_MOST_STARTS]
    if not found and (bare := _BARE_START.search(text)):
        found = [f"{HEADLINE[WarningKind.ALERT]}\n\n{text[bare.start() :]}"]
    for one in found:
        start, label, rest = one.partition(_LAST)
        if label:
            ends = islice((end.end() for end in _END.finditer(rest)), _MOST_ENDS)
            yield start + label, [rest[a:b] for a, b in pairwise([0, *ends, len(rest)])]


def _growing(start: str, pieces: list[str]) -> Iterator[str]:
    """The fingerprint after each piece, in one pass."""
    hashed = hashlib.sha256(_letters(start).encode())
    for piece in pieces:
        if letters := _letters(piece):
            hashed.update(letters.encode())
            yield hashed.hexdigest()


def _spellings(whole: str) -> Iterator[str]:
    """What the released text may have been, character by character."""
    yield from (whole, f"{whole}\n")
    for text in (whole, _plain(whole)):
        for start, pieces in _places(text):
            for place in accumulate(pieces, initial=start):
                yield from _laid_out(place)


def _laid_out(place: str) -> Iterator[str]:
    """As `compose` does it: each part with its own lines, or all of them as one line each."""
    head = _START.match(place)
    if head is None:
        return
    at = [one.start() for one in _LABEL.finditer(place)]
    parts = [place[a:b].strip() for a, b in pairwise([*at, len(place)])]
    above = [_one_line(one) for one in head.groups() if one] + [""]
    for told in (parts, map(_one_line, parts)):
        yield "\n".join([*above, *told]) + "\n"


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text)
