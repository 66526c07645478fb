"""Rules and model side by side: what each makes of a sentence, and how far to trust the two.

Either may raise a threat. Where they differ, both are kept to be shown and the confidence sinks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.reading.understood import Certainty, Judgement, SentenceReading, Stage

# What a rule alone is worth, by whether its words are reason enough by themselves.
_STRONG, _PLAIN = 0.9, 0.7
_RAISES = 0.5  # a model's probability from which it raises a threat by itself
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
    judgements: Sequence[Judgement],
    readings: Sequence[SentenceReading] = (),
) -> tuple[Weighed, ...]:
    """Every sentence in order; of several judgements on one the first counts.

    `readings` are those of the same sentences, or none where no model reads.
    """
    judged: dict[int, Judgement] = {}
    for one in judgements:
        judged.setdefault(one.sentence, one)
    return tuple(
        _weighed(span, judged.get(number), readings[number] if readings else None)
        for number, span in enumerate(spans)
    )


def _weighed(
    span: tuple[int, int], rule: Judgement | None, model: SentenceReading | None
) -> Weighed:
    said = rule.stage if rule else Stage.NONE
    stage, confidence = _stage(rule, model)
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


def _stage(rule: Judgement | None, model: SentenceReading | None) -> tuple[Stage, float]:
    """The stage and its confidence: a coming harm that either sees goes before all else."""
    trust = (_STRONG if rule.strong else _PLAIN) if rule else 0.0
    if model is None:
        return (rule.stage, trust) if rule else (Stage.NONE, _PLAIN)
    coming = sum(model.stages.get(stage, 0.0) for stage in _COMING)
    if rule and rule.stage in _COMING:
        return rule.stage, (trust + coming) / 2 if coming < trust else coming
    if coming >= _RAISES:
        return max(_COMING, key=lambda stage: model.stages.get(stage, 0.0)), (
            coming / 2 if rule else coming * _PLAIN
        )
    stage = rule.stage if rule else model.stage
    return stage, (trust + model.stages.get(stage, 0.0)) / 2 if rule else model.stages[stage]
