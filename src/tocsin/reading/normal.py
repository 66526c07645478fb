"""A report's words as reading takes them, and exactly where each stood as received.

Folded: compatibility forms (NFKC), quotation marks, dashes, runs of white space, words cut at a
line end, quoting marks of mail. Dropped: what shows nothing (zero width, direction, control) and
marks heaped on letters. Nothing else is lost, and nothing is lost from the original: every span
of the normal text leads back to one of the text received (`Normal.original`).
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Of what normalising treats at once. Unicode's own limit on marks is 30 (UAX 15, 13).
_STRETCH, _MARKS = 64, 30

# Where something may have to change: anything but printable ASCII, and blanks in a row.
_ODD, _ODD_ALONE = re.compile("[^ -~]|  "), re.compile("[^ -~]")
_SPACE = re.compile(r"\s*")
_QUOTING = re.compile(r"[>\s]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]*")
_FOREIGN = re.compile(r"[^\x00-\x7f\s]*")
_PLAIN = str.maketrans(
    dict.fromkeys("‘’‚‛‹›ʼˈ′´`", "'")
    | dict.fromkeys("“”„‟«»″〝〞〟＂「」『』", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
)
# Shown as nothing: soft hyphen, fillers, zero width, direction, variation selectors, tags; halves
# of what should have been a character.
_UNSEEN = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2400\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\x80-\x84\x86-\x9f"
    "\ud800-\udfff"
)
# Where letters need no marks beside what composes: Latin, Greek, Cyrillic, Hebrew, Arabic.
_HEAPED = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_DROPPED = re.compile(f"[{_UNSEEN}{_HEAPED}]")
_UNSEEN_ONE = re.compile(f"[{_UNSEEN}]")
_FOLDED = re.compile(f"[{_UNSEEN}{_HEAPED}{''.join(map(chr, _PLAIN))}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """`text` and the map from it to the `size` characters received.

    The map is pieces that alternate: copied one to one, replaced as a whole. Piece i begins at
    `at[i]` of `text` and at `was_at[i]` of what was received; the last entry of both is the end.
    """

    text: str
    size: int
    at: "array[int]"
    was_at: "array[int]"

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The characters received that became `text[start:end]`; the whole of any replaced.

        Raises ValueError if that is no span of `text`.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError("no span of the normal text")
        first = bisect_right(self.at, start, hi=len(self.at) - 1) - 1
        begins = self.was_at[first] + (0 if first % 2 else start - self.at[first])
        if start == end:
            return begins, begins
        last = bisect_left(self.at, end) - 1
        return begins, (
            self.was_at[last + 1] if last % 2 else self.was_at[last] + end - self.at[last]
        )

    def normal(self, position: int) -> int:
        """Where in `text` the character received at `position` is, or would be.

        Raises ValueError beyond the end.
        """
        if not 0 <= position <= self.size:
            raise ValueError("no position of the text received")
        piece = bisect_right(self.was_at, position, hi=len(self.was_at) - 1) - 1
        return self.at[piece] + (0 if piece % 2 else position - self.was_at[piece])


def normalise(text: str) -> Normal:
    """`text` in normal form. Takes any text, in time linear in it."""
    kept: list[str] = []
    at, was_at = array("I", [0]), array("I", [0])
    done = size = 0
    for start, end, fresh in _changes(text):
        kept += text[done:start], fresh
        size += start - done
        at.append(size)
        size += len(fresh)
        at.append(size)
        was_at.append(start)
        was_at.append(end)
        done = end
    kept.append(text[done:])
    at.append(size + len(text) - done)
    was_at.append(len(text))
    return Normal(text="".join(kept), size=len(text), at=at, was_at=was_at)


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what it becomes) of everything that changes, in order, none overlapping."""
    find, done = (_ODD if "  " in text else _ODD_ALONE).search, 0
    while match := find(text, done):
        start = match.start()
        if match[0].isspace():
            start, done, fresh = _blank(text, start, done)
            if text[start:done] != fresh:
                yield start, done, fresh
        elif match[0] < "\x80":
            done = _reach(_CONTROLS, text, start)
            yield start, done, ""
        else:
            least, done = done, _reach(_FOREIGN, text, start)
            yield from _foreign(text, start, done, least)


def _reach(pattern: re.Pattern[str], text: str, start: int) -> int:
    """How far a pattern that may match nothing goes."""
    match = pattern.match(text, start)
    return match.end() if match else start


def _blank(text: str, start: int, least: int) -> tuple[int, int, str]:
    """White space as one blank, one line end or an empty line; quoting marks of mail go along.

    A word cut by a hyphen at a line end becomes one word where it goes on in lower case.
    """
    end = _reach(_SPACE, text, start)
    if start > least and text[start - 1] == " ":
        start -= 1
    if not (lines := text.count("\n", start, end)):
        return start, end, " "
    if text[end : end + 1] == ">":
        end = _reach(_QUOTING, text, end)
        lines = text.count("\n", start, end)
    cut = start - 1
    if (
        cut > least
        and text[cut] == "-"
        and text[cut - 1].isalpha()
        and text[end : end + 1].islower()
    ):
        return cut, end, ""
    return start, end, "\n" if lines == 1 else "\n\n"


def _foreign(text: str, start: int, end: int, least: int) -> Iterator[tuple[int, int, str]]:
    """The changes within a stretch of characters beyond ASCII."""
    if start > least and text[start - 1].isalpha() and _goes_on(text[start]):
        start -= 1  # a mark belongs to the letter before it
    at, stretch = start, text[start:end]
    for size, fresh in _folded(stretch) if len(stretch) <= _STRETCH else _slowly(stretch):
        if fresh is not None:
            yield at, at + size, fresh
        at += size


@lru_cache(maxsize=8192)
def _folded(stretch: str) -> tuple[tuple[int, str | None], ...]:
    """Sizes that follow one another, and what each becomes; None: what it was."""
    if _FOLDED.search(stretch) is None and unicodedata.is_normalized("NFKC", stretch):
        return ((len(stretch), None),)
    return tuple(_slowly(stretch))


def _slowly(stretch: str) -> Iterator[tuple[int, str | None]]:
    """Letter by letter, each with the marks upon it; of a heap only so many are looked at."""
    at = 0
    while at < len(stretch):
        end = at + 1
        while end < len(stretch) and _goes_on(stretch[end]):
            end += 1
        old = stretch[at:end]
        fresh = _letter(old if end - at <= _MARKS else _UNSEEN_ONE.sub("", old)[:_MARKS])
        yield end - at, None if fresh == old else fresh
        at = end


@lru_cache(maxsize=8192)
def _letter(old: str) -> str:
    composed = unicodedata.normalize("NFKC", _UNSEEN_ONE.sub("", old).translate(_PLAIN))
    return _DROPPED.sub("", composed).translate(_PLAIN)


@lru_cache(maxsize=8192)
def _goes_on(character: str) -> bool:
    """Whether it may merge with what stands before it: marks, Korean vowels and finals."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"
