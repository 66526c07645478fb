"""No double standard: those outside who share the danger are not told after the house's own."""

import pytest

from tests.builders import ANNA, FINN, NOW, Desk, refused
from tests.domain.chains import ANY, EACH, chained, owned, the
from tocsin.domain import commands as c
from tocsin.domain.case import DeliveryState
from tocsin.domain.directory import QuietHours
from tocsin.domain.findings import Urgency
from tocsin.domain.parity import NOBODY_INSIDE, Parity, ParityAnswer
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind

TOGETHER = ParityAnswer(
    parity=Parity.TOLD_TOGETHER, who_inside="the mission's staff", who_outside="the school"
)


def together() -> tuple[Desk, str, str]:
    """A warning to be told together, with one recipient inside and one outside."""
    desk = Desk().determined()
    desk.releases(desk.drafted(), parity=TOGETHER)
    return owned(desk), desk.recipient(inside=True), desk.recipient()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ParityAnswer(parity=Parity.TOLD_ALREADY, who_inside="the staff"),
        ParityAnswer(parity=Parity.TOLD_TOGETHER, who_inside=" ", who_outside="the school"),
        ParityAnswer(parity=Parity.NOT_EXPOSED, who_inside="the staff"),
        ParityAnswer(parity=Parity.NOT_EXPOSED, who_inside="x" * 2_001, reason="far away"),
    ],
)
def test_nothing_is_released_before_it_is_said_who_inside_was_told(
    answer: ParityAnswer | None,
) -> None:
    desk = Desk().determined()
    drafted = desk.drafted()
    with refused(Code.PARITY_UNANSWERED):
        desk.releases(drafted, parity=answer)


def test_a_cancellation_is_released_without_and_an_update_is_not() -> None:
    desk = Desk().released()
    update = desk.drafted(kind=WarningKind.UPDATE, references="w1")
    with refused(Code.PARITY_UNANSWERED):
        desk.releases(update, parity=None)
    cancel = desk.drafted(kind=WarningKind.CANCEL, references="w1")
    assert desk.releases(cancel, parity=None)


def test_those_inside_are_told_with_all_outside_or_after_them_and_never_first() -> None:
    desk, inside, outside = together()
    other = desk.recipient()
    with refused(Code.PARITY_BROKEN):
        desk.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id=inside)
    with refused(Code.PARITY_BROKEN):
        chained(desk, EACH, inside, outside)
    assert len(chained(desk, EACH, outside)) == 1, "those outside may be first"
    assert len(chained(desk, EACH, inside, other)) == 2


def test_who_is_named_outside_later_is_told_before_anybody_else_inside() -> None:
    desk, inside, outside = together()
    chained(desk, EACH, inside, outside)
    late, another = desk.recipient(), desk.recipient(inside=True)
    with refused(Code.PARITY_BROKEN):
        chained(desk, EACH, another)
    assert len(chained(desk, EACH, late, another)) == 2


def test_with_nobody_named_outside_nobody_inside_is_told() -> None:
    desk = Desk().determined()
    desk.releases(desk.drafted(), parity=TOGETHER)
    with refused(Code.PARITY_BROKEN):
        chained(owned(desk), EACH, desk.recipient(inside=True))


def test_together_means_at_once_whatever_the_rule_and_the_hour() -> None:
    desk, inside, _ = together()
    desk.does(ANNA, c.SetUrgency, urgency=Urgency.NEAR, reason="as reported")
    night = desk.recipient(quiet=QuietHours(begins="00:00", ends="23:59"))
    ids = chained(desk, ANY, inside, "r2", night)
    assert [the(desk, one).not_before for one in ids] == [None] * 3


def test_those_outside_are_not_cancelled_behind_the_backs_of_those_inside() -> None:
    desk, inside, outside = together()
    ours, theirs = chained(desk, EACH, inside, outside)
    with refused(Code.PARITY_BROKEN):
        desk.does(FINN, c.CancelDelivery, delivery_id=theirs, reason="not now")
    for one in (ours, theirs):
        desk.does(FINN, c.CancelDelivery, delivery_id=one, reason="not now")
    assert the(desk, theirs).state is DeliveryState.CANCELLED


def test_where_nobody_inside_was_to_be_told_they_do_not_go_first_either() -> None:
    desk = owned()
    inside = desk.recipient(inside=True)
    assert desk.case.warnings["w1"].release
    assert desk.case.warnings["w1"].release.parity == NOBODY_INSIDE
    outside = desk.recipient()
    with refused(Code.PARITY_BROKEN):
        chained(desk, EACH, inside)
    assert len(chained(desk, EACH, inside, outside)) == 2
    alone = owned()
    assert chained(alone, EACH, alone.recipient(inside=True)), "with none outside, better than none"
    assert alone.now == NOW
