"""The passages of `training/passages`, both readings, as labels of tokens, sentences and wholes."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / "passages"
ORDINARY = Path(__file__).parents[1] / "gate" / "ordinary.txt"
PLAIN = Path(__file__).parent / "plain.txt"
KINDS = (
    "direct", "reported", "conditional", "veiled", "attempted", "done", "denied",
    "historical", "metaphorical", "fictional", "sporting", "drill", "other",
)  # fmt: skip
HARMS = ("killing", "serious_bodily_injury", "kidnapping", "none", "unknown")
STAGES = ("threatened", "attempted", "done", "denied", "hypothetical", "none")
CERTAINTIES = ("certain", "probable", "possible", "unlikely", "none")
ROLES = (
    "perpetrator_person", "perpetrator_organisation", "victim", "target", "weapon", "means",
    "event_or_site", "place", "time",
)  # fmt: skip
# 0 is outside; role r begins with 1 + 2 r and goes on with 2 + 2 r.
TAGS = 1 + 2 * len(ROLES)
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Labels are shares of the two readings. `sentences`: spans; `member`: (sentences, tokens)."""

    id: str
    language: str
    text: str
    sentences: tuple[tuple[int, int], ...]
    roles: frozenset[tuple[str, int, int]]  # of the first reading
    tokens: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    member: Floats
    threat: float
    kind: Floats
    harm: Floats
    stages: Floats
    certainties: Floats
    tags: Floats

    @property
    def odd(self) -> bool:
        return int(self.id.rpartition("-")[2]) % 2 == 1


def load(tokenizer: Any, folder: Path = FOLDER) -> list[Passage]:
    """All passages, in the order of languages and numbers."""
    return [_passage(one, other, tokenizer) for one, other in _both(folder)]


def sentences_alone(tokenizer: Any, folder: Path = FOLDER) -> list[Passage]:
    """Sentences as passages of their own: those that threaten, and of passages without a
    threat those that speak of no harm.
    """
    found = []
    for one, other in _both(folder):
        for at, sentence in enumerate(one["sentences"]):
            stages = {sentence["stage"], other["stages"][at]}
            plain = "threatened" if one["threat"] else "none"
            if len(one["sentences"]) > 1 and stages == {plain}:
                alone = {"sentences": [sentence], "roles": _within(one, sentence["text"])}
                told = {"stages": [other["stages"][at]], "certainties": [other["certainties"][at]]}
                told["roles"] = _within(other, sentence["text"])
                found.append(_passage(one | alone, other | told, tokenizer))
    return found


def plain(tokenizer: Any) -> list[Passage]:
    """The plain threats and plain news of `plain.txt`; their roles are not labelled."""
    found = []
    for line in PLAIN.read_text("utf-8").splitlines():
        told, text = line.split("\t")
        language, kind, harm = told.split()
        stage, sure = ("none", "none") if kind == "other" else ("threatened", "certain")
        one = {"id": "plain-1", "language": language, "kind": kind, "harm": harm, "roles": []}
        one |= {"threat": kind != "other", "stages": [stage], "certainties": [sure]}
        one["sentences"] = [{"text": text, "stage": stage, "certainty": sure}]
        made = _passage(one, one, tokenizer)
        found.append(replace(made, tags=made.tags * (kind == "other")))
    return found


def ordinary(tokenizer: Any, seed: int) -> list[Passage]:
    """Texts of several ordinary sentences: most of what comes is no threat at all."""
    draw = random.Random(seed)  # noqa: S311  # the same in every run
    told: dict[str, list[str]] = {}
    for line in PLAIN.read_text("utf-8").splitlines():
        head, text = line.split("\t")
        if head.split()[1] == "other":
            told.setdefault(head.split()[0], []).append(text)
    lines = ORDINARY.read_text("utf-8").splitlines()
    told["en"] += [re.sub(r"\{\w+\}", "12", line) for line in lines if line]
    found = []
    for language, texts in told.items():
        for _ in range(90 if language == "en" else 9):
            drawn = draw.sample(texts, draw.randint(2, 6))
            one = {"id": "plain-1", "language": language, "kind": "other", "harm": "none"}
            labels = {"threat": False, "roles": [], "stages": ["none"] * len(drawn)}
            labels["certainties"] = ["none"] * len(drawn)
            labels["sentences"] = [
                {"text": text, "stage": "none", "certainty": "none"} for text in drawn
            ]
            found.append(_passage(one | labels, one | labels, tokenizer))
    return found


def _both(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each passage as the two readers have it."""
    for file in sorted(folder.glob("*.jsonl")):
        second = {one["id"]: one for one in _lines(folder / "second" / file.name)}
        for one in _lines(file):
            yield one, second[one["id"]]


def _within(one: dict[str, Any], sentence: str) -> list[list[str]]:
    return [[role, words] for role, words in one["roles"] if words in sentence]


def members(spans: tuple[tuple[int, int], ...], sentences: tuple[tuple[int, int], ...]) -> Floats:
    """Row s holds the weights that average the tokens of sentence s; a token is where it ends."""
    rows = np.zeros((len(sentences), len(spans)), np.float32)
    for token, (start, end) in enumerate(spans):
        for sentence, (first, past) in enumerate(sentences):
            if start < end and first < end <= past:
                rows[sentence, token] = 1
    return rows / np.maximum(rows.sum(axis=1, keepdims=True), 1)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _passage(one: dict[str, Any], other: dict[str, Any], tokenizer: Any) -> Passage:
    glue, text, sentences = "" if one["language"] == "zh" else " ", "", []
    for sentence in one["sentences"]:
        text += glue if text else ""
        sentences.append((len(text), len(text) + len(sentence["text"])))
        text += sentence["text"]
    encoded = tokenizer.encode(text)
    spans, both = tuple(map(tuple, encoded.offsets)), (one, other)
    return Passage(
        id=one["id"],
        language=one["language"],
        text=text,
        sentences=tuple(sentences),
        roles=frozenset(_places(text, one["roles"])),
        tokens=tuple(encoded.ids),
        spans=spans,
        member=members(spans, tuple(sentences)),
        threat=float(one["threat"]) / 2 + float(other["threat"]) / 2,
        kind=_share(KINDS, [each["kind"] for each in both]),
        harm=_share(HARMS, [each["harm"] for each in both]),
        stages=_sentence_share(STAGES, "stage", one, other["stages"]),
        certainties=_sentence_share(CERTAINTIES, "certainty", one, other["certainties"]),
        tags=sum((_tags(text, spans, each["roles"]) for each in both), start=np.float32(0)) / 2,
    )


def _share(names: tuple[str, ...], told: list[str]) -> Floats:
    return np.array([told.count(name) for name in names], np.float32) / len(told)


def _sentence_share(
    names: tuple[str, ...], field: str, one: dict[str, Any], other: list[str]
) -> Floats:
    told = zip([each[field] for each in one["sentences"]], other, strict=True)
    return np.stack([_share(names, list(labels)) for labels in told])


def _places(text: str, roles: list[list[str]]) -> list[tuple[str, int, int]]:
    """Longest first, each once; what lies in a longer one is left out."""
    taken: list[tuple[str, int, int]] = []
    for role, words in sorted(roles, key=lambda one: -len(one[1])):
        start = text.find(words)
        end = start + len(words)
        if start >= 0 and all(end <= first or past <= start for _, first, past in taken):
            taken.append((role, start, end))
    return taken


def _tags(text: str, spans: tuple[tuple[int, int], ...], roles: list[list[str]]) -> Floats:
    found = np.zeros((len(spans), TAGS), np.float32)
    found[:, 0] = 1
    for role, first, past in _places(text, roles):
        tag = 1 + 2 * ROLES.index(role)
        for token, (start, end) in enumerate(spans):
            if start < end and first < end and start + _blanks(text, start, end) < past:
                found[token] = 0
                found[token, tag] = 1
                tag = 2 + 2 * ROLES.index(role)
    return found


def _blanks(text: str, start: int, end: int) -> int:
    """Pieces take the blank before them along."""
    return len(text[start:end]) - len(text[start:end].lstrip())
