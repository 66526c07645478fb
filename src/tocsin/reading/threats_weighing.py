"""Which rules agree on a sentence, and what that weighs.

Rules are features, weights are small and printed (threats_weights.json): whoever asks why gets
the names of the rules that weighed most. Plain Python; a sum for each stage and no more.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import add

from tocsin.reading.threats_rules import INCIDENT, NAMES, matching_rules
from tocsin.reading.threats_words import CLASSES, Classed
from tocsin.reading.understood import Certainty, Stage

_WORDS = {letter: f"word:{name}" for name, letter in CLASSES.items()}
_ELSEWHERE = {letter: f"elsewhere:{name}" for name, letter in CLASSES.items()}
# "role" and "abstract" are told apart in English alone.
_WORDS["c"], _ELSEWHERE["c"] = _WORDS["b"], _ELSEWHERE["b"]
_MARKS = {"?": "question", "!": "exclamation", '"': "quotation", "#": "figure-written"}
_LEFT_OUT = "_.Xyzm"
_COUNTED = 3  # of an incident rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """By rule: one weight per stage, per certainty; and those of the whole report."""

    stage: Mapping[str, Sequence[float]]
    certainty: Mapping[str, Sequence[float]]
    report: Mapping[str, float]
    incident: Mapping[str, float]
    report_from: float
    incident_from: float


@cache
def weights() -> Weights:
    """Those that are shipped."""
    text = resources.files("tocsin.reading").joinpath("threats_weights.json").read_text("utf-8")
    told = json.loads(text)
    return Weights(**{name: told[name] for name in Weights.__slots__})


def agreeing(sentences: Sequence[Classed]) -> list[set[str]]:
    """For each sentence of a report the rules that agree: patterns, words in it and elsewhere."""
    letters = [set(one.classes) - set(_LEFT_OUT) for one in sentences]
    counts: dict[str, int] = {}
    for own in letters:
        for letter in own:
            counts[letter] = counts.get(letter, 0) + 1
    found = []
    for one, own in zip(sentences, letters, strict=True):
        rules = {_WORDS.get(letter) or _MARKS[letter] for letter in own}
        rules |= {
            _ELSEWHERE.get(letter) or "elsewhere:" + _MARKS[letter]
            for letter, count in counts.items()
            if count > (letter in own)
        }
        if own:
            rules |= matching_rules(one.classes, own)
        found.append(rules)
    return found


def staged(rules: Iterable[str], told: Weights) -> dict[Stage, float]:
    """How likely each stage is."""
    return dict(zip(Stage, _shares(rules, told.stage), strict=True))


def sure(rules: set[str], told: Weights) -> Certainty:
    """How sure the sentence is of it, given that it speaks of harm."""
    if "word:unlikely" in rules:
        return Certainty.UNLIKELY
    shares = dict(zip(Certainty, _shares(rules, told.certainty), strict=True))
    del shares[Certainty.NONE]
    return max(shares, key=shares.__getitem__)


def reasons(rules: Iterable[str], stage: Stage, told: Weights, most: int = 5) -> tuple[str, ...]:
    """The rules that speak for a stage, the weightiest first."""
    place = list(Stage).index(stage)
    weighed = [(told.stage[rule][place], rule) for rule in rules if rule in told.stage]
    return tuple(rule for weight, rule in sorted(weighed, reverse=True)[:most] if weight > 0)


def report_features(
    rules: Sequence[set[str]], stages: Sequence[Mapping[Stage, float]]
) -> dict[str, float]:
    """Of a whole report: every rule of any sentence, and the likeliest of each stage."""
    made = {rule: 1.0 for own in rules for rule in own if not rule.startswith("elsewhere:")}
    for stage in Stage:
        made[f"likeliest:{stage}"] = max((one[stage] for one in stages), default=0.0)
    return made


def incident_features(
    sentences: Sequence[Classed], stages: Sequence[Mapping[Stage, float]]
) -> dict[str, float]:
    """Of a whole report: how often each rule of a threatened incident agrees, up to a bound."""
    made = {}
    for name, pattern in INCIDENT:
        if count := sum(1 for one in sentences if pattern.search(one.classes)):
            made[name] = math.sqrt(min(count, _COUNTED))
    likely = sorted((one[Stage.THREATENED] for one in stages), reverse=True)
    made["threatened-most"] = likely[0] if likely else 0.0
    made["threatened-thrice"] = likely[2] if len(likely) > 2 else 0.0
    return made


def weighed(features: Mapping[str, float], table: Mapping[str, float]) -> float:
    """A probability: the logistic of the sum."""
    total = table["bias"] + sum(table.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + math.exp(-total))


def explained(rule: str) -> str:
    """A rule in words that a duty officer can read."""
    kind, _, name = rule.partition(":")
    if kind == "word":
        return f"a word of: {name.replace('_', ' ')}"
    if kind == "elsewhere":
        return f"elsewhere in the report, a word of: {name.replace('_', ' ')}"
    return NAMES.get(rule, rule.replace("-", " "))


def _shares(rules: Iterable[str], table: Mapping[str, Sequence[float]]) -> list[float]:
    sums = list(table["bias"])
    for rule in rules:
        if row := table.get(rule):
            sums = [*map(add, sums, row)]
    highest = max(sums)
    powers = [math.exp(total - highest) for total in sums]
    whole = sum(powers)
    return [power / whole for power in powers]
