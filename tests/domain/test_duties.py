"""Each duty has one class, and none ever leaves the count."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, settings

from tests.builders import (
    BEN,
    CARLA,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PACK,
    PARTICULARS,
    RECIPIENT,
    Desk,
    a_report,
    findings,
    not_owed,
)
from tests.domain.keeping import Keeping
from tocsin.domain import commands as c
from tocsin.domain.case import Case
from tocsin.domain.duties import (
    ACKNOWLEDGED,
    CLASSES,
    DELIVERED,
    EXERCISE,
    HANDED_OVER,
    LAPSED,
    NOT_OWED,
    REJECTED,
    STOOD_DOWN,
    TOLD,
    UNDECIDED,
    UNDELIVERED,
    WAIVED,
    duties_of,
)
from tocsin.domain.findings import Answer, Urgency
from tocsin.domain.kinds import Matter, Method, ReactionKind, WindowDecision
from tocsin.domain.retention import DutyTold
from tocsin.domain.warning import WarningKind


def duties(desk: Desk) -> tuple[DutyTold, ...]:
    return duties_of(desk.happened, at=desk.now)


def told(desk: Desk) -> str:
    (one,) = duties(desk)
    return one.told


def test_a_victim_whose_findings_rule_a_duty_out_is_not_counted() -> None:
    assert duties(Desk().named()) == ()
    assert duties(Desk().found(not_owed())) == ()
    assert duties(Desk().found(not_owed()).determined(Matter.NO_DUTY)) == ()


@pytest.mark.parametrize("made", [findings(), findings(credible=Answer.UNKNOWN)])
def test_what_is_not_ruled_out_counts_from_that_moment(made) -> None:
    desk = Desk().named().waits(MINUTE).found(made)
    began = desk.now
    assert duties(desk.waits(MINUTE)) == (DutyTold(victim_id="v1", owed_at=began, told=UNDECIDED),)


def test_whoever_is_warned_alone_or_waived_counts_whatever_the_findings_say() -> None:
    alone = Desk().opened(urgency=Urgency.IMMINENT).named()
    alone.does(BEN, c.WarnAlone, victim_id="v1", reason="tonight")
    assert told(alone) == UNDELIVERED
    waived = Desk().found(not_owed()).waived()
    assert told(waived) == WAIVED + "already_aware"


def test_a_duty_once_found_never_leaves_the_count() -> None:
    desk = Desk().found().waits(MINUTE).found(not_owed())
    assert told(desk) == UNDECIDED
    assert told(desk.determined(Matter.NO_DUTY)) == NOT_OWED
    assert duties(desk)[0].owed_at == NOW


def test_silence_is_a_class_of_its_own_with_or_without_the_worker() -> None:
    desk = Desk().found()
    assert told(desk) == UNDECIDED
    desk.waits(DAY)
    assert told(desk) == LAPSED
    desk.lapses()
    assert told(desk) == LAPSED
    desk.proposed(Matter.WARN)
    assert told(desk) == LAPSED
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    assert told(desk) == UNDELIVERED


@pytest.mark.parametrize("ground", PARTICULARS)
def test_a_waiver_is_counted_by_its_ground_until_it_expires(ground: str) -> None:
    desk = Desk().found()
    desk.does(BEN, c.SetUrgency, urgency=Urgency.IMMINENT, reason="tonight")
    desk.waived(ground)
    assert told(desk) == f"waived/{ground}"
    desk.waits(13 * HOUR)
    assert told(desk) == LAPSED
    desk.lapses()
    assert told(desk) == UNDECIDED


def test_a_waiver_set_aside_by_a_new_report_is_none() -> None:
    desk = Desk().waived()
    desk.does(BEN, c.AddReport, report=a_report("R2"))
    assert told(desk) == UNDECIDED


def test_a_warning_is_counted_by_the_most_that_is_known_of_it() -> None:
    desk = Desk().released()
    seen = [told(desk)]
    in_person = desk.planned(Method.IN_PERSON)
    delivery_id = desk.planned()
    desk.does(RECIPIENT, c.Visit, delivery_id=delivery_id)
    seen.append(told(desk))
    desk.attempted(delivery_id, "handed_over", provider_id="m1")
    seen.append(told(desk))
    desk.attests(in_person, understood=False)
    seen.append(told(desk))
    desk.does(RECIPIENT, c.React, delivery_id=delivery_id, kind=ReactionKind.REJECTED, words="no")
    seen.append(told(desk))
    desk.attests(in_person)
    seen.append(told(desk))
    assert seen == [UNDELIVERED, UNDELIVERED, HANDED_OVER, TOLD, REJECTED, ACKNOWLEDGED]
    assert set(seen) - DELIVERED == {UNDELIVERED}


def test_a_failed_attempt_is_no_delivery_but_an_answer_shows_that_it_arrived() -> None:
    desk = Desk()
    delivery_id = desk.planned()
    desk.attempted(delivery_id, "permanent", reason="bounced")
    assert told(desk) == UNDELIVERED
    desk.does(RECIPIENT, c.React, delivery_id=delivery_id, kind=ReactionKind.QUESTION, words="why")
    assert told(desk) == TOLD


def test_a_closed_case_keeps_what_became_of_its_duty() -> None:
    desk = Desk().stood_down()
    assert told(desk) == ACKNOWLEDGED
    assert told(desk.closed().waits(100 * DAY)) == ACKNOWLEDGED


def test_standing_down_before_anybody_was_reached_is_no_delivery() -> None:
    desk = Desk().released()
    desk.does(
        BEN, c.DecideWindow, warning_id="w1", decision=WindowDecision.STAND_DOWN, reason="over"
    )
    assert told(desk) == UNDELIVERED
    desk.does(CARLA, c.ConfirmStandDown, proposal_id=desk.last_proposal)
    assert told(desk) == STOOD_DOWN


def test_word_that_the_danger_is_over_is_not_the_warning() -> None:
    desk = Desk().released()
    cancelled = desk.follows(WarningKind.CANCEL)
    assert told(desk) == STOOD_DOWN
    desk.attempted(desk.planned(warning_id=cancelled), "handed_over", provider_id="m1")
    assert told(desk) == STOOD_DOWN


def test_what_reached_somebody_before_an_update_still_did() -> None:
    desk = Desk()
    desk.acknowledged()
    desk.follows(WarningKind.UPDATE)
    assert told(desk) == ACKNOWLEDGED


def test_a_determination_set_aside_by_review_leaves_the_duty_undecided() -> None:
    desk = Desk().opened(urgency=Urgency.IMMINENT).named()
    desk.does(BEN, c.WarnAlone, victim_id="v1", reason="tonight")
    desk.does(CARLA, c.ReviewBreakGlass, victim_id="v1", upheld=False, words="not so")
    assert told(desk) == UNDECIDED


def test_an_exercise_is_counted_as_one() -> None:
    desk = Desk().opened(exercise=True).found()
    assert told(desk) == EXERCISE


def test_each_victim_of_a_case_has_a_duty_of_their_own() -> None:
    desk = Desk().released().named("another").named("a third").found(victim_id="v3")
    assert [(one.victim_id, one.told) for one in duties(desk)] == [
        ("v1", UNDELIVERED),
        ("v3", UNDECIDED),
    ]


@pytest.mark.parametrize(
    ("at", "periods"),
    [
        (datetime(2024, 3, 31, 23, 59, tzinfo=UTC), ("2024", "2024Q1")),
        (datetime(2024, 4, 1, tzinfo=UTC), ("2024", "2024Q2")),
        (datetime(2024, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))), ("2025", "2025Q1")),
    ],
)
def test_a_duty_belongs_to_the_quarter_in_which_it_began(at, periods) -> None:
    assert DutyTold(victim_id="v1", owed_at=at, told=LAPSED).periods == periods


class Counted(Keeping):
    """Whatever is tried, each duty has one known class, and keeps its beginning."""

    since: dict[str, datetime]

    def check_new(self, before: Case | None) -> None:
        if before is None:
            self.since = {}
        found = duties(self.desk)
        now = {one.victim_id: one.owed_at for one in found}
        assert len(now) == len(found)
        assert now.items() >= self.since.items()
        self.since = now
        grounds = {WAIVED + ground for ground in PACK.grounds}
        assert {one.told for one in found} <= {*CLASSES, *grounds}
        if self.desk.case.destroyed:
            assert duties_of(self.desk.happened[-1:], at=self.desk.now + 999 * DAY) == found
        for one in found:
            later = duties_of(self.desk.happened, at=self.desk.now + 999 * DAY)
            assert next(x.told for x in later if x.victim_id == one.victim_id) != UNDECIDED


Counted.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
test_every_duty_is_counted_once_whatever_happens = Counted.TestCase
