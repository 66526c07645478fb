"""Every case of a pack, every way to fill in its grounds, every road to its end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.policy.small import small
from tocsin.domain.duty import Clause, Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.policy.exhaustive import exhaust
from tocsin.policy.pack import Pack
from tocsin.policy.rules import VOCABULARY, Rule, Threshold

PACK = small()


def test_a_sound_pack_keeps_every_promise_in_every_case() -> None:
    seen: list[int] = []
    found = exhaust(PACK, seen.append)
    assert found.broken == ()
    assert found.combinations == 2_430 * 2 * 3
    assert found.roads == 3 * 3 * 4
    assert found.particulars == 4 + 3 * 7
    assert seen[-1] == 2_430


def a_rule(when: str, outcome: Duty) -> Rule:
    clause = Clause(rule="r", clause="Words.", status="design", source="Tocsin")
    return Rule(clause=clause, outcome=outcome, when=VOCABULARY.rule(when))


NEVER = dict.fromkeys(Urgency, timedelta(0))
BACKWARDS = dict(zip(Urgency, map(timedelta, (3, 2, 1)), strict=True))


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (replace(PACK, threshold=Threshold((a_rule("true", Duty.NOT_OWED),))), "denied"),
        (replace(PACK, threshold=Threshold((a_rule("true", Duty.UNDECIDED),))), "all is found"),
        (replace(PACK, clocks={**PACK.clocks, Clock.RECEIPT: BACKWARDS}), "slower for a nearer"),
        (
            replace(
                PACK, clocks={**PACK.clocks, Clock.REVIEW: dict.fromkeys(Urgency, timedelta(0))}
            ),
            "never runs",
        ),
    ],
)
def test_a_pack_that_breaks_a_promise_is_found_out(broken: Pack, complaint: str) -> None:
    assert any(complaint in one for one in exhaust(broken).broken)
