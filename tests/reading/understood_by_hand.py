"""Texts as somebody understood them, to be proposed from without any model."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.reading.proposing import Proposal, Understood, propose
from tocsin.reading.threats import ReportJudgement
from tocsin.reading.understood import Certainty, Judgement, Mention, Role, SentenceReading, Stage
from tocsin.reading.weighing import Weighed, weigh
from tocsin.reading.when import read_times
from tocsin.reading.where import Place

Said = tuple[str, Stage]


def spans_of(sentences: Sequence[str]) -> list[tuple[int, int]]:
    found, at = [], 0
    for words in sentences:
        found.append((at, at + len(words)))
        at += len(words) + 1
    return found


def judged(
    spans: Sequence[tuple[int, int]],
    stages: Sequence[Stage],
    *,
    harm: str = "killing",
    strong: bool = False,
    certainty: Certainty = Certainty.PROBABLE,
) -> list[Judgement]:
    return [
        Judgement(
            sentence=number,
            start=start,
            end=end,
            words="",
            stage=stage,
            certainty=certainty,
            harm=harm,
            strong=strong,
            why=("rule",),
        )
        for number, ((start, end), stage) in enumerate(zip(spans, stages, strict=True))
        if stage is not Stage.NONE
    ]


def ruled(judgements: Sequence[Judgement], *, score: float = 0.7) -> ReportJudgement:
    return ReportJudgement(threat=True, score=score, incident=0, judgements=tuple(judgements))


def modelled(span: tuple[int, int], **stages: float) -> SentenceReading:
    """A model's reading with these probabilities; the rest is none."""
    known = {Stage(name): share for name, share in stages.items()}
    rest = 1 - sum(known.values())
    return SentenceReading(
        start=span[0],
        end=span[1],
        stages=dict.fromkeys(Stage, 0.0) | known | {Stage.NONE: known.get(Stage.NONE, 0) + rest},
        certainties={Certainty.POSSIBLE: 1.0},
    )


def understood(
    *said: Said,
    roles: Sequence[tuple[Role, str]] = (),
    known_at: datetime | None = None,
    harm: str = "killing",
    places: Sequence[Place] = (),
) -> Understood:
    text = " ".join(words for words, _ in said)
    spans = spans_of([words for words, _ in said])
    return Understood(
        text=text,
        sentences=weigh(spans, ruled(judged(spans, [stage for _, stage in said], harm=harm))),
        mentions=[mention(text, role, words) for role, words in roles],
        times=read_times(text, written=known_at),
        places=places,
        known_at=known_at,
    )


def mention(text: str, role: Role, words: str) -> Mention:
    start = text.index(words)
    return Mention(
        start=start,
        end=start + len(words),
        words=words,
        role=role,
        probability=0.9,
        source="by hand",
    )


def proposals(*said: Said, **more: object) -> tuple[Proposal, ...]:
    return propose(understood(*said, **more))  # type: ignore[arg-type]


def weighed(rule: Stage | None, *, strong: bool = False, **model: float) -> Weighed:
    """One sentence that a rule and a model read; no model where no share is given."""
    span = (0, 10)
    rules = judged([span], [rule], strong=strong) if rule else []
    return weigh([span], ruled(rules), [modelled(span, **model)] if model else [])[0]
