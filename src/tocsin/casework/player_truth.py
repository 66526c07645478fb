"""What a scenario expects, held against what the record says."""

from collections.abc import Iterator
from itertools import chain, compress

from tocsin.casework.player_acts import Found, Scene
from tocsin.casework.scenario_form import Expect
from tocsin.casework.scenario_script import length
from tocsin.domain.case import Case
from tocsin.domain.duties import EXERCISE, duties_of
from tocsin.domain.events import DeadlineLapsed
from tocsin.domain.inbound import Claim, Inbound, Owed, SenderQuestion, Watch
from tocsin.domain.stage import duty_of, stage


def unmet(scene: Scene, expect: Expect, refused: str, found: Found) -> Iterator[str]:
    """Everything expected that is not so, in words."""
    if expect.refused and not refused:
        yield f"it should have been refused with {expect.refused}"
    if expect.leaks is not None and expect.leaks != found:
        yield f"the check found {list(found)}"
    if expect.verdict and expect.verdict not in found:
        yield f"the verdict was {list(found)}"
    for wanted in expect.found:
        if not any(wanted in one for one in found):
            yield f"{wanted!r} was not found, but {list(found)}"
    yield from _of_the_record(scene, expect)
    if (case := scene.told) is not None:
        about = (_standing, _clocks, _persons, _warned_us)
        yield from chain.from_iterable(one(case, expect) for one in about)


def _of_the_record(scene: Scene, expect: Expect) -> Iterator[str]:
    lapses = [one for one in scene.happened if isinstance(one, DeadlineLapsed)]
    clocks = {one.clock for one in lapses}
    yield from (f"no {one} deadline has lapsed" for one in expect.lapsed if one not in clocks)
    yield from (f"{one} has lapsed" for one in expect.never_lapsed if one in clocks)
    if expect.lapses and len(lapses) < expect.lapses:
        yield f"only {len(lapses)} deadlines have lapsed"
    for wanted in expect.says:
        if not any(wanted in one for one in scene.record):
            yield f"the record does not say {wanted!r}"
    for unwanted in expect.never_says:
        if any(unwanted in one for one in scene.record):
            yield f"the record says {unwanted!r}"
    if expect.duties:
        told = {one.victim_id: one.told for one in duties_of(scene.happened, at=scene.clock())}
        for victim, of_a_duty in expect.duties.items():
            wanted = EXERCISE if scene.exercise else of_a_duty
            if told.get(victim) != wanted:
                counts = told.get(victim)
                yield f"the duty to {victim} should count as {wanted} and counts as {counts}"


def _standing(case: Case, expect: Expect) -> Iterator[str]:
    seen: dict[str, object] = {
        "state": case.state.value,
        "stage": stage(case).value,
        "duty": duty_of(case),
        "urgency": case.clock_urgency.value,
        "outcome": case.outcomes[-1].outcome.value if case.outcomes else None,
        "reports": len(case.reports),
    }
    for name, is_now in seen.items():
        wanted = getattr(expect, name)
        if wanted is not None and wanted != is_now:
            yield f"{name} should be {wanted} and is {is_now}"


def _clocks(case: Case, expect: Expect) -> Iterator[str]:
    running = {deadline.clock for deadline in case.deadlines.values()}
    yield from (f"no {one} clock runs" for one in expect.deadline if one not in running)
    yield from (f"a {one} clock runs" for one in expect.quiet if one in running)
    for clock, wanted in expect.runs.items():
        lengths = {one.runs_s for one in case.deadlines.values() if one.clock is clock}
        if length(wanted).total_seconds() not in lengths:
            yield f"the {clock} clock should run for {wanted} and runs for {sorted(lengths)} s"


def _persons(case: Case, expect: Expect) -> Iterator[str]:
    for number, state in expect.delivery.items():
        delivery = case.deliveries.get(f"{case.case_id}-d{number}")
        if delivery is None or delivery.state is not state:
            yield f"delivery {number} should be {state} and is {delivery and delivery.state}"
    for victim_id, matter in expect.determination.items():
        victim = case.victims.get(victim_id)
        standing = victim.determination if victim else None
        is_now = standing.matter.value if standing else "none"
        if is_now != matter:
            yield f"the determination for {victim_id} should be {matter} and is {is_now}"
    said = {one.kind for delivery in case.deliveries.values() for one in delivery.reactions}
    yield from (f"no reaction {one} is kept" for one in expect.reactions if one not in said)


def _warned_us(case: Case, expect: Expect) -> Iterator[str]:
    """Warnings given to us, and subjects on watch."""
    for noun, wanted, is_now in (
        ("warning given to us", expect.inbound, {k: _owing(v) for k, v in case.inbound.items()}),
        ("claim", expect.claims, {k: _tested(v) for k, v in case.claims.items()}),
        ("question", expect.questions, {k: _asked(v) for k, v in case.questions.items()}),
        ("watch", expect.watches, {k: _watched(v) for k, v in case.watches.items()}),
    ):
        for key, one in wanted.items():
            if is_now.get(key) != one:
                yield f"the {noun} {key} should be {one or 'settled'} and is {is_now.get(key)}"


def _owing(inbound: Inbound) -> tuple[str, ...]:
    lacks = (inbound.owes_receipt, not inbound.owner, inbound.owes_answer)
    return tuple(compress((Owed.RECEIPT, "owner", Owed.ANSWER), lacks))


def _tested(claim: Claim) -> str:
    return claim.tests[-1].result if claim.tests else claim.state


def _asked(question: SenderQuestion) -> str:
    if not question.waits:
        return "answered" if question.replies else "left"
    return "silent" if question.silences else "waits"


def _watched(watch: Watch) -> str:
    if not watch.is_live:
        return "ended"
    return "sighted" if watch.sighted else "on"
