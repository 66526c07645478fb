"""Threats to life by rules, in nine languages, sentence by sentence and for the whole report.

It proposes: every judgement names the rules that agreed and the words they went by. It knows
words, not the world; what no word betrays it does not find.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from tocsin.reading.threats_rules import PATTERNS
from tocsin.reading.threats_weighing import (
    Weights,
    agreeing,
    explained,
    incident_features,
    reasons,
    report_features,
    staged,
    sure,
    weighed,
    weights,
)
from tocsin.reading.threats_words import LANGUAGES, Classed, lexicon
from tocsin.reading.understood import Judgement, Stage

__all__ = ["LANGUAGES", "ReportJudgement", "explained", "judge", "report", "rules_id"]

_PATTERN = dict(PATTERNS)
# Plain threats: each a set of rules that say enough together.
_PLAIN: tuple[frozenset[str], ...] = tuple(
    frozenset(rules.split())
    for rules in (
        "own-harm harm-to-you", "own-harm harm-to-person", "own-harm harm-to-body",
        "own-harm harm-to-place", "own-harm unless-harm", "own-death death-to-you", "you-will-die",
        "announced-harm harm-to-you", "order-to-harm harm-to-person", "announced-death unless-harm",
        "announced-harm unless-harm", "threat-of-death threat-to-person", "own-harm harm-on-a-day",
        "group-threatens threat-of-harm", "threat-of-harm threat-to-person",
        "group-plans plan-of-harm", "order-to-kill person-harmed",
        "plan-of-harm warning-of-harm harm-to-place", "announced-hurt body-of-you",
        "own-killing", "threat-to-kill", "weapon-as-threat", "order-to-kill harm-to-person",
        "order-to-kill word:exclamation", "plan-to-kill harm-to-person", "attack-planned",
    )
)  # fmt: skip
# What makes even plain words something else, if it stands in the same sentence.
_CHANGED = frozenset({"fiction", "sport", "drill", "figure", "denied", "history", "accident"})
_CHANGED_RULES = frozenset(f"word:{name}" for name in _CHANGED)
_PLAYED = frozenset({"elsewhere:fiction", "elsewhere:sport", "elsewhere:denied"})
# What announces harm or tells of a plan of it is not undone by a denial or a drill elsewhere in the
# report, which may be of something else, or put there to hide it.
_REPORTED = frozenset({"announced-harm", "plan-of-harm", "harm-planned"})
_ASIDE = frozenset({"elsewhere:denied", "elsewhere:drill"})
_HARMFUL = re.compile("[KJNSHkjnsDTW]")
# Without one of these no sentence is taken for a threat, whatever stands around it: harm, weapons,
# bodies, plans, watching, warning, veiled words; a condition; whoever is spoken to, at large,
# or held.
_BETRAYING = re.compile("[KJNSHkjnsDTWBVRPrwvCg0]|iF")
# A missed threat costs more than a look.
_LEAN = {Stage.THREATENED: 1.6, Stage.ATTEMPTED: 1.5, Stage.NONE: 0.9}
_BY_STAGE = (Stage.THREATENED, Stage.ATTEMPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportJudgement:
    """What the rules make of a whole report.

    `score` (0 to 1) says how much of a threat to life the report tells; `threat` whether that is
    enough for a person to look. `incident` (0 to 1) is how likely it tells of a threatened
    incident as an agency's report would, with somebody who threatens or is threatened.
    """

    threat: bool
    score: float
    incident: float
    judgements: tuple[Judgement, ...]


@cache
def rules_id() -> str:
    """What the rules are known by: it changes with any weight, word or pattern of theirs."""
    told = sha256(repr([(name, pattern.pattern) for name, pattern in PATTERNS]).encode())
    for file in sorted(resources.files("tocsin.reading").iterdir(), key=lambda one: one.name):
        if file.name.startswith("threats_") and file.name.endswith((".toml", ".json")):
            told.update(file.read_bytes())
    return f"rules-{told.hexdigest()[:8]}"


def judge(text: str, spans: Sequence[tuple[int, int]], language: str) -> tuple[Judgement, ...]:
    """What each sentence says of harm, in order; of sentences that say nothing of it, nothing.

    `spans` are those of `sentences`, in characters of the normal `text`. A language without a
    table is read with the English one. Time is linear in the text.
    """
    return report(text, spans, language).judgements


def report(text: str, spans: Sequence[tuple[int, int]], language: str) -> ReportJudgement:
    """All judgements, and what they come to."""
    words, told = lexicon(language), weights()
    folded = words.folded(text)
    classed = [words.classed(folded, start, end) for start, end in spans]
    rules = agreeing(classed)
    stages = [staged(own - _ASIDE if own & _REPORTED else own, told) for own in rules]
    plain = [_plain(own) for own in rules]
    made = []
    for number, (one, own, likely) in enumerate(zip(classed, rules, stages, strict=True)):
        stage = Stage.THREATENED if plain[number] else _leaning(one, likely)
        if stage is not Stage.NONE:
            made.append(_judged(text, spans[number], number, one, own, stage, plain[number], told))
    score = weighed(report_features(rules, stages), told.report)
    return ReportJudgement(
        threat=any(plain) or (score >= told.report_from and any(map(_betrays, classed))),
        score=max(score, told.report_from) if any(plain) else score,
        incident=weighed(incident_features(classed, stages), told.incident),
        judgements=tuple(made),
    )


def _betrays(one: Classed) -> bool:
    return _BETRAYING.search(one.classes) is not None


def _leaning(one: Classed, likely: Mapping[Stage, float]) -> Stage:
    stage = max(likely, key=lambda stage: likely[stage] * _LEAN.get(stage, 1.0))
    return stage if stage not in _BY_STAGE or _betrays(one) else Stage.NONE


def _plain(rules: set[str]) -> bool:
    """Whether the words of a sentence alone are reason enough to look."""
    if rules & _CHANGED_RULES or rules & _PLAYED:
        return False
    return any(needed <= rules for needed in _PLAIN)


def _judged(
    text: str,
    span: tuple[int, int],
    number: int,
    one: Classed,
    rules: set[str],
    stage: Stage,
    strong: bool,
    told: Weights,
) -> Judgement:
    why = reasons(rules, stage, told)
    if strong:
        needed = max((one for one in _PLAIN if one <= rules), key=len)
        why = (*sorted(needed), *(rule for rule in why if rule not in needed))
    start, end = _words(one, why) or span
    return Judgement(
        sentence=number,
        start=start,
        end=end,
        words=text[start:end],
        stage=stage,
        certainty=sure(rules, told),
        harm=_harm(one.classes),
        strong=strong,
        why=why,
    )


def _words(one: Classed, why: Sequence[str]) -> tuple[int, int] | None:
    """The characters that the weightiest pattern went by, else the first word of harm."""
    for rule in why:
        if (pattern := _PATTERN.get(rule)) and (match := pattern.search(one.classes)):
            at = [n for n in range(*match.span()) if one.classes[n] not in "_."]
            return (one.starts[at[0]], one.ends[at[-1]]) if at else None
    if match := _HARMFUL.search(one.classes):
        return one.starts[match.start()], one.ends[match.start()]
    return None


_HARMS: Mapping[str, str] = {
    "killing": "KkD", "kidnapping": "Nn", "serious_bodily_injury": "Jj", "unknown": "H",
}  # fmt: skip


def _harm(classes: str) -> str:
    """The gravest harm that is named; an attack and a weapon mean that people may die."""
    for harm, letters in _HARMS.items():
        if any(letter in classes for letter in letters):
            return harm
    return "killing" if any(letter in classes for letter in "SsW") else "unknown"
