"""A pack's examples: cases that it carries as its own tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.domain.duty import Duty
from tocsin.policy.form import ExampleTable
from tocsin.policy.pack import Pack
from tocsin.policy.soundness import NAMES, Key

WAIVED = {True: "may be waived", False: "may not be waived", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An example as its pack decides it; `complaint` is empty where it says so itself.

    `allowed` is None where no ground was tried.
    """

    example: ExampleTable
    duty: Duty
    rule: str
    allowed: bool | None
    complaint: str


def run(pack: Pack) -> Iterator[Tried]:
    """Every example of a pack, decided by that pack."""
    return (_decided(pack, example) for example in pack.form.example)


def _decided(pack: Pack, example: ExampleTable) -> Tried:
    """One example of a pack as the pack decides it."""
    ruling = pack.threshold.rule_on(dict(zip(NAMES, key_of(example), strict=True)))
    given, complaints = example.waiver, list[str]()
    waived = pack.waive(given.ground, given.particulars) if given else None
    if ruling.duty != example.outcome:
        complaints.append(f"it is {ruling.duty}, not {example.outcome}")
    if given and waived and waived.allowed != given.allowed:
        complaints.append(f"{given.ground} is {_met(waived.allowed)}: {waived.why}")
    return Tried(
        example=example,
        duty=ruling.duty,
        rule=ruling.clauses[0].rule if ruling.clauses else "",
        allowed=waived.allowed if waived else None,
        complaint=f"example {example.name}: {'; '.join(complaints)}" if complaints else "",
    )


def key_of(example: ExampleTable) -> Key:
    """The input that an example gives to the threshold."""
    found = example.findings
    return (
        *(found.harm, found.directed, found.credible, found.specific, found.impending),
        *(example.kind_of_harm, example.corroboration_tried),
    )


def _met(allowed: bool) -> str:
    return "met" if allowed else "not met"
