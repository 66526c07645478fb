"""Rules and model side by side: what each makes of a sentence, and how far to trust the two.

Either may raise a threat. Where they differ, both are kept to be shown and the confidence sinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.reading.threats import ReportJudgement
from tocsin.reading.understood import Certainty, Judgement, SentenceReading, Stage

# What rules alone are worth: words that are reason enough, a phrase, single words that add up.
_STRONG, _PHRASE, _WORDS = 0.9, 0.7, 0.4
# A model's probability from which it raises a threat by itself, or together with single words.
_RAISES, _SUPPORTS = 0.5, 0.3
_SINGLE = ("word:", "elsewhere:")
_PLENTY = 0.75  # a report's score from which single words are taken for a phrase
# Of single words, those of which at least one must stand there: others only add to them.
_TELLING_WORDS = (
    "kill injure abduct attack hurt killing injury abduction assault death weapon threat threaten "
    "warning plan veiled"
)
_TELLING = frozenset(f"word:{name}" for name in _TELLING_WORDS.split())
# What reports of plans and announcements by others say, however little else they tell.
_REPORTED = frozenset({
    "announced-harm", "said-harm-to-come", "plan-of-harm", "plan-to-kill", "harm-planned",
    "attack-planned", "threat-of-harm", "warning-of-harm",
})  # fmt: skip
_COMING = (Stage.THREATENED, Stage.ATTEMPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The sentence `start` to `end`: characters of the normal text.

    `agreed` is None where only one of the two reads; `confidence`, 0 to 1, is that of `stage`.
    """

    start: int
    end: int
    stage: Stage
    certainty: Certainty
    harm: str
    confidence: float
    agreed: bool | None
    judgement: Judgement | None
    model: SentenceReading | None

    @property
    def threat(self) -> bool:
        """Whether it speaks of harm still to come, or tried and not done."""
        return self.stage in _COMING


def weigh(
    spans: Sequence[tuple[int, int]],
    ruled: ReportJudgement,
    readings: Sequence[SentenceReading] = (),
    doubts: float = 0.0,
) -> tuple[Weighed, ...]:
    """Every sentence in order; of several judgements on one the first counts.

    `readings` are those of the same sentences; a model may not have read all. What it finds less
    likely than `doubts` to be a threat is none, unless words stand there that are reason enough.
    """
    judged: dict[int, Judgement] = {}
    for one in ruled.judgements:
        judged.setdefault(one.sentence, one)
    read = {(one.start, one.end): one for one in readings}
    return tuple(
        _weighed(span, judged.get(number), read.get(span), ruled, doubts)
        for number, span in enumerate(spans)
    )


def _weighed(
    span: tuple[int, int],
    rule: Judgement | None,
    model: SentenceReading | None,
    ruled: ReportJudgement,
    doubts: float,
) -> Weighed:
    trust = _trust(rule, ruled)
    rule = rule if trust else None
    said = rule.stage if rule else Stage.NONE
    stage, confidence = _stage(rule, model, trust, doubts)
    certainty = rule.certainty if rule else Certainty.NONE
    if model and stage is not Stage.NONE and certainty is Certainty.NONE:
        certainty = max(model.certainties, key=model.certainties.__getitem__)
    return Weighed(
        start=span[0],
        end=span[1],
        stage=stage,
        certainty=certainty,
        harm=rule.harm if rule else "unknown",
        confidence=round(confidence, 3),
        agreed=None if model is None else (said in _COMING) == (model.stage in _COMING),
        judgement=rule,
        model=model,
    )


def _stage(
    rule: Judgement | None, model: SentenceReading | None, trust: float, doubts: float
) -> tuple[Stage, float]:
    """The stage and its confidence: a coming harm that either sees goes before all else.

    Single words that add up raise nothing where a model reads and sees nothing either; nor does
    a phrase that it doubts.
    """
    if model is None:
        return (rule.stage, trust) if rule else (Stage.NONE, _PHRASE)
    coming = sum(model.stages.get(stage, 0.0) for stage in _COMING)
    needed = 0.0 if trust >= _STRONG else doubts if trust > _WORDS else _SUPPORTS
    if rule and rule.stage in _COMING and coming >= needed:
        return rule.stage, max(coming, (trust + coming) / 2)
    if coming >= _RAISES:
        stage = max(_COMING, key=lambda stage: model.stages.get(stage, 0.0))
        return stage, coming / 2 if rule and rule.stage not in _COMING else coming * _PHRASE
    if rule and rule.stage not in _COMING:
        return rule.stage, (trust + model.stages.get(rule.stage, 0.0)) / 2
    quiet = max((one for one in model.stages if one not in _COMING), key=model.stages.__getitem__)
    return quiet, model.stages[quiet] * (_PHRASE if trust > _WORDS else 1.0)


def _trust(rule: Judgement | None, ruled: ReportJudgement) -> float:
    """What a rule is worth in a report of which the rules think so much."""
    if rule is None:
        return 0.0
    if rule.strong:
        return _STRONG
    single = all(why.startswith(_SINGLE) for why in rule.why)
    if single and rule.harm == "unknown" and not _TELLING & set(rule.why):
        return 0.0
    if rule.stage is Stage.THREATENED and not _REPORTED.isdisjoint(rule.why):
        return _PHRASE
    return _PHRASE if (ruled.threat and not single) or ruled.score >= _PLENTY else _WORDS
