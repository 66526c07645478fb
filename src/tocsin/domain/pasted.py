"""A warning's words found again in whatever somebody pasted: a reply, a forward, a saved mail.

Mail programs fold lines, quote them with ">" and put their own words around. What a
warning says starts with its headline and ends somewhere after its last label, in any
language that has a catalogue; so every end that is possible is tried, that of one language
alone and that of all of them. Only the hash of words that were released decides.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import normalize

from tocsin.domain.phrases import CATALOGUES, Phrases
from tocsin.domain.warning import WarningKind, headline, text_sha256

MAX_PASTED = 65_536
"""Characters: a message with all its headers, forwarded several times."""

_MOST_STARTS, _MOST_BLOCKS = 4, 40
# Of the ends, the first lines; then, for a warning in many languages, ends of paragraphs.
_MOST_LINES, _MOST_PARAGRAPHS = 60, 40


def _folded(words: str) -> str:
    # Repetitions are bounded, so that no text makes the search slow.
    return r"\s{1,9}".join(map(re.escape, words.split()))


def _labelled(label: str, words: Phrases) -> str:
    return rf"{_folded(label)}\s{{,3}}{re.escape(words.separator.strip())}"


class _Language:
    """How a warning looks in one language."""

    def __init__(self, words: Phrases) -> None:
        heads = sorted((headline(kind, words) for kind in WarningKind), reverse=True)
        before, after = words.follows.split("{at}")
        follows = rf"{_folded(before)}\s{{,9}}[^.]{{1,40}}?{_folded(after)}"
        first, *_, last = words.labels
        self.start = re.compile(
            rf"^({'|'.join(map(_folded, heads))})\s{{1,9}}((?:{follows})?)\s{{,9}}"
            rf"(?={_labelled(first, words)})",
            re.M,
        )
        self.bare = re.compile(f"^{_labelled(first, words)}", re.M)
        self.last = re.compile(_labelled(last, words))
        labels = "|".join(_labelled(one, words) for one in words.labels)
        self.labels = re.compile(f"^(?:{labels})", re.M)
        self.separator = words.separator
        self.alert = headline(WarningKind.ALERT, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """Where a warning in one language begins: its headline, and its first label."""

    at: int
    above: tuple[str, ...]
    first_label: int
    language: _Language


_LANGUAGES = tuple(map(_Language, CATALOGUES.values()))
_FRAMES = "|".join(_folded(words.please_confirm) for words in CATALOGUES.values())
_END = re.compile(rf"\n|(?={_FRAMES})")
_SPACE = re.compile(r"\s+")
_BREAK = re.compile(r"[ \t\n]+")


def fingerprint(words: str) -> str:
    """SHA-256, hex, of `words` without white space and marks of quotation: what folding keeps.

    Every letter, digit and sign counts; those that steer the direction of writing too.
    """
    return hashlib.sha256(_letters(_plain(words)).encode()).hexdigest()


def fingerprints(pasted: str) -> list[str]:
    """The fingerprints of all that may be a warning's words in `pasted`: bounded, each once."""
    text, starts = _warnings(_plain(pasted))
    return list(
        dict.fromkeys(one for start in starts[:_MOST_STARTS] for one in _growing(text, start))
    )


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


def _warnings(text: str) -> tuple[str, list[_Start]]:
    """Where warnings begin; the headline is put back where only that is missing."""
    if found := _starts(text):
        return text, found
    bare = [(one.start(), way.alert) for way in _LANGUAGES if (one := way.bare.search(text))]
    if not bare:
        return text, []
    at, alert = min(bare)
    text = f"{alert}\n\n{text[at:]}"
    return text, _starts(text)


def _starts(text: str) -> list[_Start]:
    found = [
        _Start(
            at=one.start(),
            above=tuple(filter(None, one.groups())),
            first_label=one.end(),
            language=way,
        )
        for way in _LANGUAGES
        for one in way.start.finditer(text)
    ]
    return sorted(found, key=lambda one: one.at)[:_MOST_BLOCKS]


def _ends(text: str, start: _Start) -> list[int]:
    """Where the words from `start` on may end, none of them before its last label."""
    last = start.language.last.search(text, start.first_label)
    if last is None:
        return []
    found = [one.end() for one in _END.finditer(text, last.end())]
    lines, later = found[:_MOST_LINES], found[_MOST_LINES:]
    paragraphs = [at for at in later if text[at : at + 1] == "\n"]
    return [*lines, *paragraphs[:_MOST_PARAGRAPHS], len(text)]


def _growing(text: str, start: _Start) -> Iterator[str]:
    """The fingerprint at each end, in one pass."""
    hashed = hashlib.sha256()
    for before, at in pairwise([start.at, *_ends(text, start)]):
        if letters := _letters(text[before:at]):
            hashed.update(letters.encode())
            yield hashed.hexdigest()


def _spellings(whole: str) -> Iterator[str]:
    """What the released text may have been, character by character."""
    yield from (whole, f"{whole}\n")
    for one in (whole, _plain(whole)):
        text, starts = _warnings(one)
        for number, start in enumerate(starts[:_MOST_STARTS]):
            for at in _ends(text, start):
                blocks = [other for other in starts[number:] if other.at < at]
                bounds = pairwise([*(other.at for other in blocks), at])
                cuts = [(block, end) for block, (_, end) in zip(blocks, bounds, strict=True)]
                for laid_out in (_as_it_is, _unfolded):
                    yield "\n".join(laid_out(text, block, end) for block, end in cuts)


def _as_it_is(text: str, start: _Start, end: int) -> str:
    """As `compose` does it, each part with its own lines."""
    at = [one.start() for one in start.language.labels.finditer(text, start.first_label, end)]
    parts = [text[a:b].strip() for a, b in pairwise([*at, end])]
    return "\n".join([*map(_one_line, start.above), "", *parts]) + "\n"


def _unfolded(text: str, start: _Start, end: int) -> str:
    """As `compose` does it, every part as one line."""
    at = list(start.language.labels.finditer(text, start.first_label, end))
    sep = start.language.separator
    bounds = pairwise([*(one.start() for one in at), end])
    parts = [
        _one_line(one[0]).rstrip(sep) + sep + _one_line(text[one.end() : until])
        for one, (_, until) in zip(at, bounds, strict=True)
    ]
    return "\n".join([*map(_one_line, start.above), "", *parts]) + "\n"


def _one_line(text: str) -> str:
    return _BREAK.sub(" ", text).strip()
