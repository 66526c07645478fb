"""Why reading proposes what it proposes, in plain words for an officer."""

from collections.abc import Collection, Iterable, Sequence

from tocsin.domain.findings import Harm
from tocsin.reading.threats import explained
from tocsin.reading.understood import Certainty, Stage
from tocsin.reading.weighing import Weighed
from tocsin.reading.when import TimeExpression

_HARMS = {
    Harm.KILLING: "killing",
    Harm.SERIOUS_BODILY_INJURY: "grave injury",
    Harm.KIDNAPPING: "kidnapping",
}
_CERTAINTIES = {
    Certainty.CERTAIN: "as certain",
    Certainty.PROBABLE: "as probable",
    Certainty.POSSIBLE: "as possible",
    Certainty.UNLIKELY: "as unlikely",
    Certainty.NONE: "without saying how sure it is",
}


def why_harm(harm: Harm, threats: Sequence[Weighed]) -> str:
    """What is threatened, and who of rules and model says so."""
    what = f"It tells of {_HARMS[harm]}" if harm in _HARMS else "It does not say which harm"
    tried = " that was tried and did not succeed" if _only_tried(threats) else " to come"
    return f"{what}{tried if harm in _HARMS else ''}. {seen_by(threats)}"


def _only_tried(threats: Iterable[Weighed]) -> bool:
    return all(one.stage is Stage.ATTEMPTED for one in threats)


def seen_by(threats: Sequence[Weighed]) -> str:
    """Whether rules and model agree; where not, who says what."""
    if any(one.agreed for one in threats):
        return "Rules and model agree."
    one = max(threats, key=lambda threat: threat.confidence)
    if one.judgement is None:
        return "The model says so; no rule does."
    rules = f"({joined(map(explained, one.judgement.why[:2]))})"
    if one.model is None:
        return f"Rules say so {rules}; no model reads this language here."
    other = f"{one.model.stage} ({one.model.stages[one.model.stage]:.2f})"
    if one.judgement.stage is one.stage:
        return f"Rules say so {rules}; the model says {other}."
    return f"The model says so; the rules say {one.judgement.stage} {rules}."


def why_certain(threats: Sequence[Weighed]) -> str:
    """How sure the report puts it. That it says so does not make it so."""
    puts = dict.fromkeys(_CERTAINTIES[one.certainty] for one in threats)
    return (
        f"The report puts it {joined(puts)}. Whether it can be believed is for you: look at the "
        "source, and at what else there is."
    )


def told_of(told: Collection[str], missing: Iterable[str]) -> str:
    """Which of who, where, when, how and by whom it tells."""
    lacks = sorted(missing)
    return f"It tells {joined(told) or 'nothing of it'}" + (
        f", not {joined(lacks, last='or')}." if lacks else "."
    )


def why_soon(
    times: Sequence[TimeExpression], threats: Sequence[Weighed], *, soon: bool = False
) -> str:
    """Which times lie ahead."""
    if times:
        return f"It tells when: {joined(dict.fromkeys(f'“{one.words}”' for one in times))}."
    if soon:
        return "It says that it is near, not when."
    if _only_tried(threats):
        return "It was tried; whether it will be again is not said."
    return "It does not say when, or only of times past. A missing date is unknown, not no."


def joined(parts: Iterable[str], *, last: str = "and") -> str:
    """One, two and three."""
    *most, end = [*parts] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end
