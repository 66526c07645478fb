"""What a pack must be before it is used: more than is asked of one kept on a record."""

import re
from collections.abc import Iterator

from tocsin.policy.bundle import Whole
from tocsin.policy.examples import run
from tocsin.policy.faults import Fault, Faulty
from tocsin.policy.pack import Pack, built
from tocsin.policy.places import Path
from tocsin.policy.soundness import never_true, overlaps, words

_RULES: Path = ("threshold", "rule")
# Who somebody's state is decides whom to consult, never whether to warn.
_NATIONALITY = re.compile(r"nationalit|citizen|passport|compatriot", re.IGNORECASE)
_TABLES = ("victims", "recipient", "role", "separation", "escalation", "records", "example")


def check(data: bytes, *, name: str) -> list[Fault]:
    """Every fault of a pack to be used, in its file's order as far as it was read.

    What keeps the pack from loading comes alone; otherwise what `adoptable` finds, tables that
    are missing, and examples that the pack decides otherwise than they say.
    """
    try:
        pack = built(data, name=name)
    except Faulty as faulty:
        return list(faulty.faults)
    return [*adoptable(pack), *_missing(pack), *_contradictions(pack), *_examples(pack)]


def adoptable(pack: Pack) -> Iterator[Fault]:
    """What a house may not begin to use, though a kept pack with it still loads."""
    at, rules = pack.whole.fault, [rule.name for rule in pack.threshold.rules]
    for number in never_true(pack.truth):
        what = "this rule cannot be true: it holds for none of the 2,430 inputs"
        yield at((*_RULES, number, "when"), what, "Leave it out, or mend its condition.")
    for one in overlaps(pack.truth):
        yield at(
            (*_RULES, one.number),
            f"{one.winner.name} ({one.winner.outcome}) overlaps {one.loser.name} "
            f"({one.loser.outcome}) for {one.inputs:,} inputs, such as {words(one.example)}",
            f'Write over = ["{one.loser.name}"] in {one.winner.name} if it is meant to win; '
            "else part their conditions.",
        )
    for number, rule in enumerate(pack.threshold.rules):
        for other in rule.over:
            if other not in rules[number + 1 :]:
                what = f"no rule {other} stands after {rule.name}"
                yield at((*_RULES, number, "over"), what, "Name a later rule, or none.")
    yield from _grounds(pack, pack.whole)


def _grounds(pack: Pack, whole: Whole) -> Iterator[Fault]:
    never = {one.name for one in pack.form.never_a_ground}
    for code, ground in pack.grounds.items():
        path: Path = ("waiver", code)
        if code in never:
            what = "this pack says that it is never a ground"
            yield whole.fault(path, what, 'Leave it out: without = ["waiver.NAME"] or delete it.')
        for number, need in enumerate(ground.needs):
            if _NATIONALITY.search(f"{need.name} {need.label}"):
                what = f"{need.name} asks after nationality, which never decides whether to warn"
                yield whole.fault((*path, "needs", number), what, "Leave this particular out.")
        for number in pack.checks[code].never_met(ground):
            what = "this check cannot be met together with the others, by any particulars tried"
            place = (*path, "checks", number)
            yield whole.fault(place, what, "Mend it: a ground that nobody can meet misleads.")


def _missing(pack: Pack) -> Iterator[Fault]:
    form, at = pack.form, pack.whole.fault
    for table in _TABLES:
        if not getattr(form, table):
            what = "this table is missing"
            yield at((table,), what, f"Add {table}; where the law is silent, say so in it.")
    if bool(form.waiver) == bool(form.no_waiver):
        what = "the pack must have grounds to waive, or say in [no_waiver] why none: one of them"
        yield at(("no_waiver",), what, "Add [waiver.NAME] tables, or [no_waiver] with its clause.")
    if form.recipient and not any(one.discharges for one in form.recipient):
        what = "no recipient discharges the duty"
        yield at(("recipient",), what, "Say of one at least that it discharges the duty.")
    roles = {one.name for one in form.role}
    for number, role in enumerate(form.role):
        for other in set(role.not_also) - (roles - {role.name}):
            what = f"there is no other role {other}"
            yield at(("role", number, "not_also"), what, "Name another role of this pack.")
    for finding in ("harm", "directed", "credible", "specific", "impending"):
        if finding not in form.threshold.meaning:
            what = "it is not said what this finding means"
            path: Path = ("threshold", "meaning", finding)
            yield at(path, what, f"Add [threshold.meaning.{finding}].")
    shown = {(one.waiver.ground, one.waiver.allowed) for one in form.example if one.waiver}
    for code in form.waiver:
        if (code, True) not in shown:
            what = "no example shows this ground being met"
            yield at(("waiver", code), what, f'Add an example with waiver.ground = "{code}".')
    told = {one.outcome for one in form.example}
    for outcome in dict.fromkeys(rule.outcome for rule in form.threshold.rule):
        if form.example and outcome not in told:
            yield at(("example",), f"no example ends in {outcome}", "Add one.")


def _contradictions(pack: Pack) -> Iterator[Fault]:
    """Names used twice: what extends a pack could not say which it means."""
    form = pack.form
    for key in ("recipient", "role", "separation", "example", "never_a_ground"):
        seen = set[str]()
        for number, one in enumerate(getattr(form, key)):
            if one.name in seen:
                what = f"{one.name} is named twice"
                yield pack.whole.fault((key, number), what, "Give each its own name.")
            seen.add(one.name)


def _examples(pack: Pack) -> Iterator[Fault]:
    for number, one in enumerate(run(pack)):
        if one.complaint:
            remedy = "Mend the rules, or the example if the law says otherwise."
            yield pack.whole.fault(("example", number), one.complaint, remedy)
