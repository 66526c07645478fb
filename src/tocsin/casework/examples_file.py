"""A report with officers' labels on it as one passage, in the format of training/passages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.domain.correcting import Corrected, HarmStage
from tocsin.reading.normal import normalise
from tocsin.reading.sentences import sentences

Piece = tuple[int, int, HarmStage | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A report with the corrections that stand; `language` is an ISO 639-1 code, or "und"."""

    example_id: str
    language: str
    marking: str
    text: str
    corrected: Sequence[Corrected]


def passage(example: Example) -> dict[str, Any]:
    """What one line says; null is what nobody said, and a role not named is not denied."""
    said = [one.correction for one in example.corrected]
    sentences = ((_words(example, start, end), stage) for start, end, stage in _pieces(example))
    return {
        "id": example.example_id,
        "language": example.language,
        "genre": "desk",
        "marking": example.marking,
        "read_by": sorted({one.model for one in example.corrected}),
        "kind": None,
        "threat": None,
        "harm": None,
        "sentences": [
            {
                "text": words,
                "stage": stage and stage.value,
                "certainty": "none" if stage is HarmStage.NONE else None,
            }
            for words, stage in sentences
            if words
        ],
        "roles": [
            [one.role.value, _words(example, one.start, one.end)]
            for one in sorted(said, key=lambda one: (one.start, one.end))
            if one.role
        ],
    }


def _words(example: Example, start: int, end: int) -> str:
    return " ".join(example.text[start:end].split())


def _pieces(example: Example) -> list[Piece]:
    """Sentences as officers labelled them, of two the newer, and those between them.

    Pieces that the words of one role run across are one.
    """
    newest = sorted(example.corrected, key=lambda one: one.at, reverse=True)
    labels = [one.correction for one in newest]
    pieces: list[Piece] = []
    for one in labels:
        if one.stage and not _touched(pieces, one.start, one.end):
            pieces.append((one.start, one.end, one.stage))
    taken = sorted((start, end) for start, end, _ in pieces)
    normal = normalise(example.text)
    for span in sentences(normal.text, example.language):
        between = _between(taken, *normal.original(*span))
        pieces += [(left, right, None) for left, right in between]
    for one in labels:
        crossed = _touched(pieces, one.start, one.end)
        if one.role and len(crossed) > 1:
            stage = next((said for _, _, said in crossed if said), None)
            joined = min(piece[0] for piece in crossed), max(piece[1] for piece in crossed), stage
            pieces = [*(piece for piece in pieces if piece not in crossed), joined]
    return sorted(pieces, key=lambda piece: piece[0])


def _touched(pieces: Iterable[Piece], start: int, end: int) -> list[Piece]:
    return [piece for piece in pieces if piece[0] < end and start < piece[1]]


def _between(taken: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of `start` to `end` none of `taken`, in order, holds."""
    for left, right in taken:
        if left < end and start < right:
            if start < left:
                yield start, left
            start = right
    if start < end:
        yield start, end
