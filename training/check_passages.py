"""Check passages, and tell how far two readers agree: `python training/check_passages.py`."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "passages"
LANGUAGES = ("ar", "en", "es", "fa", "fr", "ru", "tr", "uk", "zh")
KINDS = frozenset(
    [
        "direct",
        "reported",
        "conditional",
        "veiled",
        "attempted",
        "done",
        "denied",
        "historical",
        "metaphorical",
        "fictional",
        "sporting",
        "drill",
        "other",
    ]
)
HARMS = frozenset(["killing", "serious_bodily_injury", "kidnapping", "none", "unknown"])
STAGES = frozenset(["threatened", "attempted", "done", "denied", "hypothetical", "none"])
CERTAINTIES = frozenset(["certain", "probable", "possible", "unlikely", "none"])
ROLES = frozenset(
    [
        "perpetrator_person",
        "perpetrator_organisation",
        "victim",
        "target",
        "weapon",
        "means",
        "event_or_site",
        "place",
        "time",
    ]
)
GENRES = frozenset(["message", "report", "transcript", "press", "post", "letter"])
Labels = Mapping[str, Any]


def passages(language: str) -> list[Labels]:
    """The passages of a language with the first reader's labels."""
    return _lines(FOLDER / f"{language}.jsonl")


def second(language: str) -> list[Labels]:
    """The second reader's labels: as the first's, with `stages` and `certainties` by sentence."""
    return _lines(FOLDER / "second" / f"{language}.jsonl")


def faults(one: Labels, sentences: list[str]) -> Iterable[str]:
    """What is wrong with the labels of a passage, whichever reader gave them."""
    stages, certainties = one["stages"], one["certainties"]
    if one["kind"] not in KINDS or one["harm"] not in HARMS or not isinstance(one["threat"], bool):
        yield "kind, harm or threat"
    if len(stages) != len(sentences) or not STAGES.issuperset(stages):
        yield "stages"
    if len(certainties) != len(sentences) or not CERTAINTIES.issuperset(certainties):
        yield "certainties"
    for stage, certainty in zip(stages, certainties, strict=False):
        if (stage == "none") != (certainty == "none"):
            yield f"stage {stage} with certainty {certainty}"
    for role, words in one["roles"]:
        if role not in ROLES or not any(words in sentence for sentence in sentences):
            yield f"role {role}: {words}"


def flat(one: Labels) -> Labels:
    """The first reader's labels in the form of the second's."""
    stages = [sentence["stage"] for sentence in one["sentences"]]
    certainties = [sentence["certainty"] for sentence in one["sentences"]]
    return {**one, "stages": stages, "certainties": certainties}


def kappa(pairs: list[tuple[object, object]]) -> float:
    """Cohen's kappa of two readers."""
    seen = sum(first == other for first, other in pairs) / len(pairs)
    left, right = Counter(first for first, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(left[value] * right[value] for value in left) / len(pairs) ** 2
    return 1.0 if chance == 1 else (seen - chance) / (1 - chance)


def span_f1(pairs: list[tuple[Labels, Labels]]) -> float:
    """F1 of the roles: the same role with the very same words."""
    both = sizes = 0
    for first, other in pairs:
        left, right = Counter(map(tuple, first["roles"])), Counter(map(tuple, other["roles"]))
        both += 2 * (left & right).total()
        sizes += left.total() + right.total()
    return both / sizes if sizes else 1.0


def _lines(path: Path) -> list[Labels]:
    # Not `splitlines`: a passage may hold a line separator of Unicode.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def checked(language: str) -> tuple[list[tuple[Labels, Labels]], list[str]]:
    """Both readings of each passage that was read twice, and what is wrong, by passage."""
    found = {one["id"]: flat(one) for one in passages(language)}
    others = {one["id"]: one for one in second(language)}
    wrong = [f"{name}: no such passage" for name in others.keys() - found.keys()]
    for name, one in found.items():
        sentences = [sentence["text"] for sentence in one["sentences"]]
        readings = [one, *([others[name]] if name in others else [])]
        wrong += [f"{name}: {fault}" for each in readings for fault in faults(each, sentences)]
        if one["language"] != language or one["genre"] not in GENRES:
            wrong.append(f"{name}: language or genre")
    return [(one, others[name]) for name, one in found.items() if name in others], wrong


def agreement(pairs: list[tuple[Labels, Labels]]) -> dict[str, float]:
    """Cohen's kappa of each label, and F1 of the roles."""
    told = {
        name: kappa([(first[name], other[name]) for first, other in pairs])
        for name in ("threat", "kind", "harm")
    }
    for name in ("stages", "certainties"):
        told[name] = kappa(
            [pair for first, other in pairs for pair in zip(first[name], other[name], strict=True)]
        )
    return {**told, "roles": span_f1(pairs)}


def main() -> int:
    """Print counts and agreement; 1 where something is wrong."""
    everything: list[tuple[Labels, Labels]] = []
    wrong: list[str] = []
    for language in LANGUAGES:
        pairs, faults_here = checked(language)
        everything, wrong = everything + pairs, wrong + faults_here
        threats = sum(first["threat"] for first, _ in pairs)
        sys.stdout.write(f"{language}: {len(pairs)} read twice, {threats} of them threats\n")
    for name, value in agreement(everything).items() if not wrong else ():
        sys.stdout.write(f"{name}: {value:.3f}\n")
    sys.stdout.writelines(f"{one}\n" for one in wrong)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
