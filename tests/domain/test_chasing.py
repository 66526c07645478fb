"""Silence and failure lead on: the next way, the next person, whoever is responsible."""

from dataclasses import replace
from time import process_time

import pytest

from tests.builders import (
    ANNA,
    BEN,
    DAY,
    FINN,
    HOUR,
    MINUTE,
    NOW,
    RECIPIENT,
    Desk,
    refused,
    words,
)
from tests.domain.chains import (
    ANY,
    EACH,
    EMAIL,
    SMS,
    VOICE,
    by,
    chained,
    follows,
    owned,
    sent,
    silence,
    the,
)
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import DeliveryState
from tocsin.domain.delivering import Answered
from tocsin.domain.directory import EncryptionKey, KeyKind, QuietHours
from tocsin.domain.duty import Clock
from tocsin.domain.evolving import evolve
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import Matter, Method, ReactionKind, VictimKind
from tocsin.domain.plans import Answered as Settled
from tocsin.domain.plans import Call, PlanJob, react
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind
from tocsin.domain.window import Window

NIGHT = QuietHours(begins="22:00", ends="07:00")
LATE = NOW.replace(hour=23)


def calm(desk: Desk, urgency: Urgency = Urgency.NEAR) -> Desk:
    desk.does(ANNA, c.SetUrgency, urgency=urgency, reason="as reported")
    if desk.case.urgency is not urgency:
        desk.does(BEN, c.ConfirmUrgency, proposal_id=desk.last_proposal)
    return desk


# The next way, the next person, whoever is responsible


def test_silence_leads_by_another_method_first_then_to_the_next_person_then_to_people() -> None:
    desk = owned()
    manager = desk.recipient(ways=by(EMAIL, EMAIL, SMS))
    porter = desk.recipient(ways=by(EMAIL))
    (first,) = chained(desk, EACH, manager, fallback=(porter,))
    sent(desk, first)
    assert silence(desk, first) == [("d1", manager, 2)]
    assert silence(desk, "7F3K-d2") == [("d2", manager, 1)]
    assert silence(desk, "7F3K-d3") == [("d3", porter, 0)]
    assert silence(desk, "7F3K-d4") == []
    exhausted = [one for one in desk.happened if isinstance(one, e.ChaseExhausted)]
    assert [one.delivery_id for one in exhausted] == ["7F3K-d4"]
    calls = {plan.topic for plan in react(exhausted[0], desk.case) if not isinstance(plan, PlanJob)}
    assert calls == {"exhausted:7F3K-d4"}


def test_a_silence_that_is_followed_up_or_exhausted_is_told_and_plans_nothing_more() -> None:
    desk = owned()
    ids = [desk.recipient() for _ in range(3)]
    (first,) = chained(desk, EACH, ids[0], fallback=tuple(ids[1:]))
    assert silence(desk, first) == [("d1", ids[1], 0)]
    assert silence(desk, first) == silence(desk, first) == []
    assert silence(desk, "7F3K-d2") == [("d2", ids[2], 0)]
    for _ in range(9):
        assert silence(desk, "7F3K-d3") == []
    assert sum(isinstance(one, e.ChaseExhausted) for one in desk.happened) == 1
    assert desk.runs(Clock.RECEIPT, "7F3K-d3"), "and rings on"


def test_a_failure_for_good_leads_on_at_once_and_a_pause_does_not_hold_it_up() -> None:
    desk = owned()
    (first,) = chained(desk, EACH, desk.recipient(ways=by(EMAIL, SMS)))
    until = desk.now + HOUR
    desk.does(FINN, c.PauseChasing, delivery_id=first, until=until, reason="on a flight")
    assert follows(desk.attempted(first, "permanent", reason="gone")) == [("d1", "r1", 1)]


def test_a_pause_bears_with_silence_until_its_end_and_then_the_chase_goes_on() -> None:
    desk = owned()
    (first,) = chained(desk, EACH, desk.recipient(ways=by(EMAIL, VOICE)))
    sent(desk, first)
    pause = {"delivery_id": first, "reason": "in the air"}
    with refused(Code.BAD_VALUE):
        desk.does(FINN, c.PauseChasing, **pause, until=desk.now + 3 * HOUR)
    desk.does(FINN, c.PauseChasing, **pause, until=desk.now + HOUR)
    assert desk.due_in(Clock.RECEIPT, first) == HOUR
    desk.does(FINN, c.ResumeChasing, delivery_id=first, reason="landed early")
    assert desk.due_in(Clock.RECEIPT, first) == 15 * MINUTE
    desk.does(FINN, c.PauseChasing, **pause, until=desk.now + HOUR)
    assert silence(desk, first) == [("d1", "r1", 1)]
    assert desk.now == NOW + HOUR
    with refused(Code.NOT_CHASED):  # the newer one is chased, and is the one to pause
        desk.does(FINN, c.PauseChasing, **pause, until=desk.now + HOUR)


def test_what_an_officer_must_bring_and_does_not_is_chased_as_well() -> None:
    desk = owned()
    desk.planned()  # somebody else is on the way to being told, and stops no clock here
    desk.attempted("7F3K-d1", "handed_over")
    hand = desk.planned(Method.IN_PERSON)
    assert desk.due_in(Clock.RECEIPT, hand) == 15 * MINUTE
    assert silence(desk, hand) == []
    assert the(desk, hand).exhausted


def test_nobody_met_leads_on_and_a_meeting_after_all_is_attested() -> None:
    desk = owned()
    recipient = desk.recipient(ways=by(VOICE, SMS))
    (hand,) = chained(desk, EACH, recipient)
    tried = {"delivery_id": hand, "tried_at": desk.now, "words": "nobody answers"}
    assert follows(desk.does(FINN, c.RecordHandAttempt, **tried)) == []
    told = desk.does(FINN, c.RecordHandAttempt, **tried, again=False)
    assert follows(told) == [("d1", recipient, 1)]
    desk.attests(hand)
    assert the(desk, hand).state is DeliveryState.UNDERSTOOD
    assert silence(desk, "7F3K-d2") == [], "they have answered by the other way"


def test_a_follow_up_that_was_cancelled_is_none() -> None:
    desk = owned()
    (first,) = chained(desk, EACH, desk.recipient(ways=by(EMAIL, SMS, VOICE)))
    sent(desk, first)
    silence(desk, first)
    desk.does(FINN, c.CancelDelivery, delivery_id="7F3K-d2", reason="a wrong number")
    assert silence(desk, first) == [("d1", "r1", 2)]


def test_a_chase_ends_whatever_fails_and_whoever_is_silent() -> None:
    desk = owned()
    ids = [desk.recipient(ways=by(EMAIL, SMS, VOICE)) for _ in range(4)]
    chained(desk, ANY, *ids[:2], fallback=tuple(ids[2:]))
    for _ in range(60):
        for one in list(desk.case.deliveries.values()):
            if one.state is DeliveryState.PLANNED and not one.method.by_hand:
                desk.attempted(one.delivery_id, "permanent", reason="gone")
        desk.waits(16 * MINUTE).lapses()
    planned = [(one.recipient_id, one.way) for one in desk.case.deliveries.values()]
    assert sorted(planned) == [(one, way) for one in ids for way in range(3)]


# Each, and any one


def test_under_each_one_answer_silences_nobody_else() -> None:
    desk = owned()
    first, second = chained(desk, EACH, desk.recipient(), desk.recipient())
    sent(desk, first, second)
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=first)
    assert desk.runs(Clock.RECEIPT, second)
    assert desk.runs(Clock.RECEIPT, first) is None


def test_of_any_the_next_is_asked_when_the_first_is_silent_unless_it_is_imminent() -> None:
    desk = owned()
    ids = [desk.recipient(), desk.recipient()]
    assert len(chained(calm(desk), ANY, *ids)) == 1
    assert silence(desk, "7F3K-d1") == [("d1", ids[1], 0)]
    desk.does(RECIPIENT, c.Acknowledge, delivery_id="7F3K-d1")
    assert desk.runs(Clock.RECEIPT, "7F3K-d2") is None
    hurried = owned()
    assert len(chained(hurried, ANY, hurried.recipient(), hurried.recipient())) == 2


def test_of_any_who_refuses_or_takes_it_back_hands_it_to_the_next_at_once() -> None:
    desk = owned()
    ids = [desk.recipient() for _ in range(3)]
    (first,) = chained(calm(desk), ANY, *ids)
    no = {"kind": ReactionKind.REJECTED, "words": "Not my business."}
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=first)
    assert follows(desk.does(RECIPIENT, c.React, delivery_id=first, **no)) == [("d1", ids[1], 0)]
    assert follows(desk.does(RECIPIENT, c.React, delivery_id=first, **no)) == []
    desk.does(RECIPIENT, c.React, delivery_id="7F3K-d2", **no)
    desk.does(RECIPIENT, c.React, delivery_id="7F3K-d3", **no)
    assert the(desk, "7F3K-d3").exhausted


def test_of_any_one_victims_protector_answers_for_no_other_victim() -> None:
    desk = Desk().determined()
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    desk.found(victim_id="v2").determined(Matter.WARN, victim_id="v2")
    desk.releases(desk.drafted(victim_ids=("v1", "v2")))
    owned(desk)
    here, there = desk.recipient(), desk.recipient(victim_id="v2")
    one, other = chained(calm(desk), ANY, here, desk.recipient(), there)
    sent(desk, one, other)
    desk.does(RECIPIENT, c.Acknowledge, delivery_id=one)
    assert desk.runs(Clock.RECEIPT, other)
    assert silence(desk, other) == [], "and nobody of another victim is turned to"


def test_a_fallback_who_is_told_in_another_chain_is_told_once_and_counts_in_both() -> None:
    desk = owned()
    one, two, both = desk.recipient(), desk.recipient(), desk.recipient()
    chained(desk, ANY, one, fallback=(both,))
    chained(desk, ANY, two, both)
    assert silence(desk, "7F3K-d1") == []
    desk.does(RECIPIENT, c.Acknowledge, delivery_id="7F3K-d3")
    assert not [key for key in desk.case.deadlines if key.startswith("receipt")]


# What is over is not chased


@pytest.mark.parametrize("ended", ["replaced", "stood down", "window over", "waived"])
def test_words_that_do_not_hold_any_more_are_chased_by_nobody_but_ring(ended: str) -> None:
    desk = owned()
    (first,) = chained(desk, EACH, desk.recipient(ways=by(EMAIL, SMS)))
    sent(desk, first)
    if ended == "replaced":
        desk.follows(WarningKind.UPDATE)
    elif ended == "stood down":
        desk.stood_down()
    elif ended == "waived":
        desk.held = replace(
            desk.case, victims={"v1": replace(desk.case.victims["v1"], determination=None)}
        )
    else:
        desk.waits(3 * DAY)
    assert silence(desk, first) == []
    assert desk.runs(Clock.RECEIPT, first)


def test_a_second_alert_is_no_update_of_the_first_and_each_is_chased() -> None:
    desk = owned()
    recipient = desk.recipient()
    (first,) = chained(desk, EACH, recipient)
    early, late = desk.drafted(words(what="A bomb in the hall.")), desk.drafted(words(where="Rome"))
    desk.releases(late)
    desk.waits(MINUTE).releases(early)
    sent(desk, first)
    (second,) = chained(desk, EACH, recipient, warning_id=early)
    sent(desk, second)
    assert the(desk, second).state is the(desk, first).state is DeliveryState.HANDED_OVER
    assert desk.runs(Clock.RECEIPT, first)
    assert desk.runs(Clock.RECEIPT, second)
    assert desk.due_in(Clock.FIRST_ATTEMPT, "v1") == 29 * MINUTE, "the third is still to be brought"


def test_whoever_was_left_out_when_newer_words_came_is_pointed_out_once() -> None:
    desk = owned()
    ids = chained(desk, EACH, desk.recipient(), desk.recipient(), desk.recipient())
    sent(desk, ids[0])
    desk.follows(WarningKind.UPDATE)
    cancelled = desk.does(SYSTEM, c.StartAttempts, delivery_ids=tuple(ids[1:]))
    before, calls = desk.happened[: -len(cancelled)], []
    for at, one in enumerate(cancelled, 1):
        case = evolve(None, [*before, *cancelled[:at]])
        calls += [plan.topic for plan in react(one, case) if isinstance(plan, Call)]
    assert [topic for topic in calls if topic.startswith("replaced")] == ["replaced:w1"]
    (planned, *_) = desk.does(FINN, c.PlanDelivery, warning_id="w2", recipient_id="r2")
    assert Settled(topic="replaced:w1") in react(planned, desk.case)


# Quiet hours


def test_quiet_where_they_are_waits_for_the_morning_and_the_clock_waits_with_it() -> None:
    desk = owned()
    whom = desk.recipient(quiet=NIGHT, zone="Asia/Tokyo")
    desk.now = NOW.replace(hour=14)  # 23:00 in Tokyo
    (one,) = chained(calm(desk), EACH, whom)
    morning = NOW.replace(hour=22)
    assert the(desk, one).not_before == morning
    assert desk.case.deadlines[f"receipt:{one}"].starts_at == morning


def test_nobody_sleeps_until_it_has_begun_or_is_over() -> None:
    for opens, closes, waits in ((9, 10, True), (8, 9, False), (-1, 7, False), (-1, 9, True)):
        night = Window(opens=LATE + opens * HOUR, closes=LATE + closes * HOUR, zone="UTC")
        desk = owned(Desk().released(words(window=night)))
        desk.now = LATE
        (one,) = chained(calm(desk), EACH, desk.recipient(quiet=NIGHT))
        assert (the(desk, one).not_before is not None) is waits


def test_what_becomes_imminent_by_night_goes_at_once_and_no_pause_stands() -> None:
    desk = owned()
    desk.now = LATE
    asleep, paused = chained(calm(desk), EACH, desk.recipient(quiet=NIGHT), desk.recipient())
    until = LATE + 20 * HOUR
    desk.does(FINN, c.PauseChasing, delivery_id=paused, until=until, reason="away")
    desk.waits(HOUR)
    (raised, *_) = desk.does(ANNA, c.SetUrgency, urgency=Urgency.IMMINENT, reason="tonight")
    (job,) = (plan for plan in react(raised, desk.case) if isinstance(plan, PlanJob))
    assert (job.key, job.due) == (f"{asleep}#1", desk.now)
    assert desk.due_in(Clock.RECEIPT, asleep) == 15 * MINUTE
    assert the(desk, paused).paused_until is None


@pytest.mark.parametrize(
    ("zone", "at", "ends"),
    [
        ("Europe/Berlin", "2024-03-30T23:30:00", "2024-03-31T05:00:00"),  # an hour is left out
        ("Europe/Berlin", "2024-10-26T22:30:00", "2024-10-27T06:00:00"),  # an hour comes twice
        ("Pacific/Auckland", "2024-03-07T10:30:00", "2024-03-07T18:00:00"),
        ("UTC", "2024-03-07T06:59:59", "2024-03-07T07:00:00"),
        ("UTC", "2024-03-07T07:00:00", ""),
        ("UTC", "2024-03-07T21:59:59", ""),
    ],
)
def test_quiet_ends_by_the_clock_on_their_wall(zone: str, at: str, ends: str) -> None:
    now = NOW.fromisoformat(f"{at}+00:00")
    assert NIGHT.until(now, zone) == (NOW.fromisoformat(f"{ends}+00:00") if ends else None)


def test_a_zone_that_is_none_is_refused_when_it_is_named() -> None:
    with refused(Code.BAD_VALUE):
        Desk().released().recipient(zone="Mars/Olympus")


# Keys


def test_an_expired_key_fails_loudly_and_holds_up_nobody_else() -> None:
    desk = owned()
    ends = desk.now + HOUR
    key = EncryptionKey(key_kind=KeyKind.AGE, text="age1", expires_at=ends)
    ways = by(EMAIL, SMS, VOICE)
    locked = desk.recipient(ways=(replace(ways[0], key=key), replace(ways[1], key=key), ways[2]))
    desk.waits(2 * HOUR)
    with refused(Code.KEY_EXPIRED):
        desk.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id=locked)
    first, _ = chained(desk, EACH, locked, desk.recipient())
    failed = desk.attempted(first, "permanent", reason="key-expired")
    assert follows(failed) == [("d1", locked, 2)], "the way without a key that has expired"


# A thousand


def test_a_thousand_deliveries_are_planned_sent_and_failed_within_milliseconds_each() -> None:
    desk = owned()
    for _ in range(1_000):
        desk.recipient()
    ids = chained(desk, ANY, *desk.case.recipients)
    assert len(ids) == 1_000
    began = process_time()
    desk.does(SYSTEM, c.StartAttempts, delivery_ids=tuple(ids[:8]))
    failed = {"attempt": 1, "result": "permanent", "reason": "gone"}
    answers = tuple(Answered(delivery_id=one, **failed) for one in ids[:8])
    desk.does(SYSTEM, c.RecordAttempts, answers=answers)
    assert process_time() - began < 0.3, "ten times what it takes"
