"""What one policy decides otherwise than another: over every input and every example, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tocsin.domain.duty import Duty, Ground, requirements
from tocsin.domain.findings import Urgency
from tocsin.policy.beside import InForce, parts
from tocsin.policy.examples import WAIVED, key_of
from tocsin.policy.explain import CLOCKS, CONTENT, span
from tocsin.policy.form import ExampleTable
from tocsin.policy.grouping import answer, conditions, listed
from tocsin.policy.soundness import ALL, KEYS, Inputs, union


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`count` combinations of findings are ruled otherwise: those of which a condition holds."""

    before: Duty
    after: Duty
    count: int
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the policies say otherwise; "" where one says nothing of it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`combinations` is how many were compared, which is all there are."""

    combinations: int
    decided: tuple[Decided, ...]
    changes: tuple[Change, ...]

    @property
    def is_none(self) -> bool:
        return not self.decided and not self.changes


def compare(before: InForce, after: InForce) -> Difference:
    """Everything that differs: rulings, grounds, clocks, whom to tell, what to say, examples."""
    was, now = rulings(before), rulings(after)
    decided = [
        Decided(before=one, after=other, count=both.bit_count(), when=conditions(both))
        for one, other in product(Duty, Duty)
        if one is not other and (both := was[one] & now[other])
    ]
    said, says = dict(_said(before)), dict(_said(after))
    changes = [
        Change(what=what, before=said.get(what, ""), after=says.get(what, ""))
        for what in said | says
    ]
    examples = {
        (one.story, key_of(one), str(one.waiver)): (f"Example {one.name} of {pack.name}", one)
        for pack in (*parts(before), *parts(after))
        for one in pack.form.example
    }
    for of, one in examples.values():
        what = f"{of}: {one.story.rstrip('.')}"
        changes.append(Change(what=what, before=_end(before, one), after=_end(after, one)))
    return Difference(
        combinations=len(KEYS),
        decided=tuple(sorted(decided, key=lambda one: -one.count)),
        changes=tuple(one for one in changes if one.before != one.after),
    )


def rulings(policy: InForce) -> dict[Duty, Inputs]:
    """The inputs that end in each duty; of packs beside each other the gravest decides."""
    owed, undecided = (
        union(one.truth.of(duty) for one in parts(policy)) for duty in (Duty.OWED, Duty.UNDECIDED)
    )
    return {
        Duty.OWED: owed,
        Duty.UNDECIDED: undecided & ~owed,
        Duty.NOT_OWED: ALL & ~(owed | undecided),
    }


def _end(policy: InForce, example: ExampleTable) -> str:
    """What becomes of an example, of this policy or of another."""
    number, given = KEYS.index(key_of(example)), example.waiver
    duty = next(duty for duty, inputs in rulings(policy).items() if inputs >> number & 1)
    met = policy.waive(given.ground, given.particulars).allowed if given else None
    return ", ".join(filter(None, (answer(duty), WAIVED[met])))


def _said(policy: InForce) -> Iterator[tuple[str, str]]:
    """What a policy says beside its rulings: what of, and in words."""
    for code, ground in policy.grounds.items():
        yield f"Ground to waive: {answer(code)}", _ground(ground)
    for clock, title in CLOCKS.items():
        spans = [f"{one} {span(policy.interval(clock, one))}" for one in Urgency]
        yield f"Clock: {title[0].lower()}{title[1:]}", ", ".join(spans)
    within = [one.form.urgency for one in parts(policy)]
    for urgency, longest in (
        (Urgency.IMMINENT, max(one.imminent_within for one in within)),
        (Urgency.NEAR, max(one.near_within for one in within)),
    ):
        yield f"What counts as {urgency}", f"harm within {span(longest)}"
    content = [words for part, words in CONTENT.items() if part in policy.minimum_content]
    yield "A warning must say", ", ".join(content)
    for one in requirements(policy):
        must = "must be told" if one.required else "may be told"
        does = ", and it discharges the duty" if one.discharges else ""
        yield f"Recipient: {answer(one.name)}", f"{one.who}: {must}{does}"
    covering = [one.name for one in parts(policy) if one.own_state_threats]
    alone = f" by {listed(covering, 'and')} alone" if len(covering) < len(parts(policy)) else ""
    yield "Threats from one's own state", f"covered{alone}" if covering else "not covered"


def _ground(ground: Ground) -> str:
    units = "two units" if ground.two_units else "two people"
    return f"{ground.title}: {units}; {', '.join(need.label for need in ground.needs)}"
