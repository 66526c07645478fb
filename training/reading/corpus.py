"""MUC-4 and the passages as labelled documents, in one form.

MUC-4 names fillers of a report, not mentions: every occurrence of a filler's words counts as one.
Its stage of execution is a label of the report; a sentence that holds a filler of an incident of
one stage gets that stage as a weak label. What a source does not label is masked, never "no".
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tocsin.reading.encoder_windows import KINDS, ROLES
from tocsin.reading.understood import Certainty, Role, Stage
from training import check_passages

MUC_ROLES: dict[str, Role] = {
    "PerpInd": Role.PERPETRATOR_PERSON,
    "PerpOrg": Role.PERPETRATOR_ORGANISATION,
    "Target": Role.TARGET,
    "Victim": Role.VICTIM,
    "Weapon": Role.WEAPON,
}
# How much a weak label of a sentence counts beside one given by a reader.
WEAK = {Stage.THREATENED: 0.5, Stage.ATTEMPTED: 0.5, Stage.DONE: 0.2, Stage.NONE: 0.1}
_ABBREVIATED = r"(?<!\b[a-z])(?<!\b(?:mr|dr|lt|st|no|jr))(?<!\b(?:gen|col|sgt|mrs|rev|cpl|maj))"
_END = re.compile(_ABBREVIATED + r"[.!?][\"')\]]*\s+(?=\S)|\n\n+|\s{3,}", re.IGNORECASE)
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Characters of the text; stage and certainty with the weight of the label (0: not known)."""

    start: int
    end: int
    stage: Stage = Stage.NONE
    certainty: Certainty = Certainty.NONE
    stage_weight: float = 0.0
    certainty_weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`roles` are those that the source labels; `labels` follow DOCUMENT, None: not labelled."""

    id: str
    text: str
    sentences: tuple[Sentence, ...]
    mentions: tuple[tuple[int, int, Role], ...]
    roles: frozenset[Role]
    labels: tuple[float, ...] | None


def sentence_spans(text: str) -> tuple[Span, ...]:
    """At full stops and at empty lines.

    MUC-4 is in small letters; reading would take most full stops of it for those of abbreviations.
    """
    cuts = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return tuple(
        (start, start + len(text[start:end].rstrip()))
        for start, end in pairwise(cuts)
        if text[start:end].strip()
    )


def muc(lines: Iterable[str]) -> Iterator[Document]:
    for line in lines:
        one = json.loads(line)
        text = one["doctext"]
        mentions = tuple(
            (start, end, MUC_ROLES[role])
            for role, entities in one["ree"].items()
            for words in {words for entity in entities for words, _ in entity}
            for start, end in occurrences(text, words)
        )
        yield Document(
            id=one["docid"],
            text=text,
            sentences=_weak(one, mentions),
            mentions=mentions,
            roles=frozenset(MUC_ROLES.values()),
            labels=_labels(one),
        )


def occurrences(text: str, words: str) -> list[Span]:
    """Everywhere the words stand whole; where they nowhere stand whole, everywhere."""
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    found = whole.finditer(text) if whole.search(text) else re.finditer(re.escape(words), text)
    return [match.span() for match in found]


def _labels(one: Mapping[str, Any]) -> tuple[float, ...]:
    kinds = {kind for t in one["gtt_templates"] for kind in t["incident_type"].split(" / ")}
    stages = _stages(one)
    return (
        float(bool(one["key_templates"])),
        *(float(kind in kinds) for kind in KINDS),
        float("THREATENED" in stages),
        float("ATTEMPTED" in stages),
    )


def _stages(one: Mapping[str, Any]) -> set[str]:
    return {s for t in one["key_templates"] for s in t.get("stage_of_execution", "").split(" / ")}


def _weak(
    one: Mapping[str, Any], mentions: Iterable[tuple[int, int, Role]]
) -> tuple[Sentence, ...]:
    """Sentences with the stage that the fillers in them share; of more than one stage, none."""
    text, stages = one["doctext"], _stages(one)
    spans = sentence_spans(text)
    if not stages:
        return tuple(
            Sentence(start=start, end=end, stage_weight=WEAK[Stage.NONE]) for start, end in spans
        )
    told = {
        frozenset({"ACCOMPLISHED"}): Stage.DONE,
        frozenset({"THREATENED"}): Stage.THREATENED,
        frozenset({"ATTEMPTED"}): Stage.ATTEMPTED,
    }.get(frozenset(stages))
    aimed = [s for s, _, role in mentions if role in (Role.TARGET, Role.VICTIM)]
    aimed = aimed or [s for s, _, _ in mentions]
    return tuple(
        Sentence(start=start, end=end, stage=told, stage_weight=WEAK[told])
        if told and any(start <= at < end for at in aimed)
        else Sentence(start=start, end=end)
        for start, end in spans
    )


def passage(one: Mapping[str, Any], labels: Mapping[str, Any]) -> Document:
    """The sentences of one reading with the labels of another, or of the same."""
    parts, at = [], 0
    told = zip(one["sentences"], labels["stages"], labels["certainties"], strict=True)
    for sentence, stage, certainty in told:
        end = at + len(sentence["text"])
        parts.append(
            Sentence(
                start=at,
                end=end,
                stage=Stage(stage),
                certainty=Certainty(certainty),
                stage_weight=1.0,
                certainty_weight=1.0,
            )
        )
        at = end + 1
    text = " ".join(sentence["text"] for sentence in one["sentences"])
    return Document(
        id=one["id"],
        text=text,
        sentences=tuple(parts),
        mentions=tuple(
            (start, end, Role(role))
            for role, words in labels["roles"]
            for start, end in occurrences(text, words)
        ),
        roles=frozenset(ROLES),
        labels=None,
    )


def read_muc(folder: Path, part: str) -> list[Document]:
    return list(muc((folder / f"{part}.jsonl").read_text("utf-8").splitlines()))


def read_passages(part: str, language: str = "en") -> list[Document]:
    """Both readings of each passage: where they differ both stand. Every seventh is for "dev"."""
    ones, seconds = check_passages.passages(language), check_passages.second(language)
    return [
        passage(one, labels)
        for number, (one, other) in enumerate(zip(ones, seconds, strict=True))
        for labels in (check_passages.flat(one), other)
        if (number % 7 == 6) == (part == "dev")
    ]
