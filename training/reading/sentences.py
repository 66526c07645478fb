"""Plain sentences by the thousand: what single sentences say of harm, and what only sounds like it.

Patterns and word lists of our own (sentences.toml, CC0) are drawn from with a seed. A pattern
belongs to one part for good: no pattern and no deed of "check" is ever drawn for "train", so
that what is measured on "check" was not learnt by heart. `python -m training.reading.sentences
[train|check] [COUNT]` prints some.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from zlib import crc32

from tocsin.reading.understood import Certainty, Stage
from training.reading.corpus import Document, Sentence

HELD = 6  # of so many patterns one is for "check"
SEED = 11
# How often each kind of sentence is drawn, and how many sentences a report has.
SHARES = {"deed": 5, "noun": 2, "plain": 5}
DEEDS = {"harm": 6, "mild": 3, "figure": 2}
NOUNS = {"harm": 1, "mild": 1}
STAGES = {"threatened": 9, "none": 4, "hypothetical": 3, "done": 2, "denied": 2, "attempted": 2}
SIZES = (1, 1, 1, 2, 3)
Key = TypeVar("Key")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A sentence with slots. `only`: it makes sense with a harmful deed alone."""

    words: str
    stage: Stage
    certainty: Certainty
    only: bool = False


@cache
def written() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def part_of(words: str) -> str:
    """The part to which a pattern or a deed belongs."""
    return "train" if crc32(words.encode()) % HELD else "check"


@cache
def patterns(kind: str, part: str) -> tuple[Pattern, ...]:
    """Those of "frame", "noun_frame", "plain" or "around"."""
    return tuple(
        Pattern(
            words=words,
            stage=Stage(group["stage"]),
            certainty=Certainty(group["certainty"]),
            only=group.get("only", False),
        )
        for group in written()[kind]
        for words in group["of"]
        if part_of(words) == part
    )


@cache
def chosen(table: str, kind: str, part: str) -> tuple[str, ...]:
    """The deeds or nouns of a kind."""
    return tuple(one for one in written()[table][kind] if part_of(one) == part)


def filled(words: str, random: Random) -> str:
    """With something from the lists in every slot, also in what fills it; a new first letter."""
    lists = written()["lists"]
    while slot := _SLOT.search(words):
        words = words[: slot.start()] + random.choice(lists[slot[1]]) + words[slot.end() :]
    return words[0].upper() + words[1:]


def said(random: Random, part: str) -> tuple[str, Stage, Certainty]:
    """One sentence that might be taken for a threat, with its labels."""
    kind = _drawn(SHARES, random)
    if kind == "plain":
        pattern = _staged(patterns("plain", part), random)
        return filled(pattern.words, random), pattern.stage, pattern.certainty
    deeds, frames = ("deeds", "frame") if kind == "deed" else ("nouns", "noun_frame")
    harm = _drawn(DEEDS if kind == "deed" else NOUNS, random)
    fitting = [one for one in patterns(frames, part) if harm == "harm" or not one.only]
    pattern = _staged(fitting, random) if harm == "harm" else random.choice(fitting)
    words = _with(pattern.words, random.choice(chosen(deeds, harm, part)))
    if harm == "harm":
        return filled(words, random), pattern.stage, pattern.certainty
    stage = Stage.HYPOTHETICAL if harm == "figure" else Stage.NONE
    return filled(words, random), stage, Certainty.CERTAIN if harm == "figure" else Certainty.NONE


def documents(part: str, count: int, seed: int = SEED) -> list[Document]:
    """So many reports of one to three sentences; none twice."""
    random = Random(f"{seed} {part}")  # noqa: S311 - no secret
    made: dict[str, Document] = {}
    while len(made) < count:
        one = _report(random, part, len(made))
        made.setdefault(one.text, one)
    return [*made.values()]


def _report(random: Random, part: str, number: int) -> Document:
    told = [said(random, part)]
    for _ in range(random.choice(SIZES) - 1):
        around = random.choice(patterns("around", part))
        beside = filled(around.words, random), around.stage, around.certainty
        told.insert(random.randrange(len(told) + 1), beside)
    text, parts = "", list[Sentence]()
    for words, stage, certainty in told:
        start = len(text) + bool(text)
        text = f"{text} {words}".strip()
        span = Sentence(
            start=start,
            end=len(text),
            stage=stage,
            certainty=certainty,
            stage_weight=1.0,
            certainty_weight=1.0,
        )
        parts.append(span)
    return Document(
        id=f"{part}-{number}",
        text=text,
        sentences=tuple(parts),
        mentions=(),
        roles=frozenset(),
        labels=None,
    )


def _with(words: str, deed: str) -> str:
    """The deed, in the form that the pattern asks for."""
    if "{n}" in words:
        return words.replace("{n}", deed)
    plain, doing, past, rest = deed.split("|")
    for slot, form in (("{do}", plain), ("{doing}", doing), ("{did}", past)):
        words = words.replace(slot, form + rest)
    return words


def _staged(ones: Sequence[Pattern], random: Random) -> Pattern:
    """One of a stage drawn first, so that stages with few patterns are not lost."""
    stage = _drawn({one: STAGES[one] for one in sorted({one.stage for one in ones})}, random)
    return random.choice([one for one in ones if one.stage is stage])


def _drawn(shares: Mapping[Key, int], random: Random) -> Key:
    return random.choices([*shares], [*shares.values()])[0]


def runs(text: str, size: int = 5) -> Iterator[tuple[str, ...]]:
    """Every `size` words in a row."""
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def main(arguments: Sequence[str]) -> None:
    part, count = (*arguments, *("train", "20")[len(arguments) :])
    for document in documents(part, int(count)):
        for one in document.sentences:
            print(f"{one.stage:12} {document.text[one.start : one.end]}")


if __name__ == "__main__":
    main(sys.argv[1:])
