"""A subject stays on watch until two people end it: no date, no closing, no silence does."""

from typing import Any

import pytest

from tests.builders import ANNA, BEN, CARLA, DAY, GRETA, HOUR, Desk, refused
from tests.domain.warned import BIRTHS, NAMES, ended, owned, warned, watched
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Role
from tocsin.domain.duty import Clock
from tocsin.domain.evolving import evolve
from tocsin.domain.inbound import BirthDate, Confidence
from tocsin.domain.plans import Call, PlanJob, react
from tocsin.domain.refusal import Code
from tocsin.domain.serial import from_plain
from tocsin.domain.sighting import SightingAnswer, alike

FOUND = (alike(NAMES[0], "T. Karelin", 0.93, 10, 20),)


def sighted(desk: Desk, report_id: str = "R-9", **changes: Any) -> list[e.Event]:
    place = {"watch_id": "s1", "report_id": report_id, "found": FOUND} | changes
    return desk.does(SYSTEM, c.RecordSighting, **place)


def answered(desk: Desk, answer: SightingAnswer, sighting_id: str = "h1") -> list[e.Event]:
    given = {"watch_id": "s1", "sighting_id": sighting_id, "answer": answer}
    return desk.does(ANNA, c.AnswerSighting, **given, reason="asked at the border")


def test_a_watch_has_a_review_and_its_silence_keeps_it_on_and_escalates() -> None:
    desk = watched(Desk().opened(), review_at=None)
    first = desk.due_in(Clock.WATCH_REVIEW, "s1")
    assert first == 12 * HOUR  # as the pack reviews an imminent case
    for level in (1, 2):
        new = desk.waits(first).lapses()
        (lapsed,) = (
            one
            for one in new
            if isinstance(one, e.DeadlineLapsed) and one.clock is Clock.WATCH_REVIEW
        )
        called = {one.role for one in react(lapsed, desk.case) if isinstance(one, Call)}
        assert lapsed.level == level
        assert (Role.INSPECTOR in called) is (level == 2)
    assert desk.case.live_watches == ("s1",)


def test_a_review_is_when_somebody_wanted_it_and_renewing_sets_the_next() -> None:
    desk = Desk().opened()
    watched(desk, review_at=desk.now + 90 * DAY)
    assert desk.due_in(Clock.WATCH_REVIEW, "s1") == 90 * DAY
    desk.waits(89 * DAY)
    desk.does(ANNA, c.RenewWatch, watch_id="s1", reason="same", review_at=desk.now + 30 * DAY)
    assert desk.due_in(Clock.WATCH_REVIEW, "s1") == 30 * DAY
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.RenewWatch, watch_id="s1", reason="same", review_at=desk.now + 999 * DAY)


def test_names_dates_and_identifiers_are_added_and_never_taken_away() -> None:
    desk = watched(Desk().opened())
    other = BirthDate(born="1986-10-22", confidence=Confidence.HIGH)
    more = {"names": ("Karelin, T.", NAMES[0]), "births": (*BIRTHS, other)}
    desk.does(ANNA, c.WidenWatch, watch_id="s1", reason="a second letter", **more)
    watch = desk.case.watches["s1"]
    assert watch.names == (*NAMES, "Karelin, T.")
    assert watch.births == (*BIRTHS, other)
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.WidenWatch, watch_id="s1", reason="again", **more)


def test_two_people_end_a_watch() -> None:
    desk = watched(Desk().opened())
    desk.does(BEN, c.ProposeWatchEnd, watch_id="s1", reason="another man")
    assert desk.runs(Clock.WATCH_REVIEW, "s1")
    with refused(Code.SAME_OFFICER):
        desk.does(BEN, c.ConfirmWatchEnd, proposal_id="p1")
    with refused(Code.ALREADY_PROPOSED):
        desk.does(CARLA, c.ProposeWatchEnd, watch_id="s1", reason="another man")
    desk.does(CARLA, c.ConfirmWatchEnd, proposal_id="p1")
    assert not desk.runs(Clock.WATCH_REVIEW, "s1")
    with refused(Code.WATCH_UNKNOWN):
        desk.does(ANNA, c.RenewWatch, watch_id="s1", reason="on")


def test_a_watch_survives_the_closing_of_its_case_and_keeps_its_clock() -> None:
    desk = watched(Desk().stood_down()).closed()
    assert not desk.case.is_open
    assert set(desk.case.deadlines) == {"watch_review:s1"}
    desk.waits(30 * DAY).lapses()
    assert set(desk.case.deadlines) == {"watch_review:s1"}
    with refused(Code.WATCH_LIVE):
        desk.does(BEN, c.ProposeDestruction, authority="Archive law 12", reason="due")
    ended(desk)
    assert not desk.case.deadlines
    assert desk.does(BEN, c.ProposeDestruction, authority="Archive law 12", reason="due")


def test_a_sighting_calls_whoever_owns_the_watch_and_runs_a_clock_in_a_closed_case_too() -> None:
    desk = watched(owned(warned(Desk().opened())), inbound_id="i1")
    closed = watched(Desk().stood_down()).closed()
    for one in (desk, closed):
        (seen, *_) = sighted(one)
        calls = [call for call in react(seen, one.case) if isinstance(call, Call)]
        assert Role.DETERMINING_OFFICER in {call.role for call in calls}
        assert one.due_in(Clock.SIGHTING, "s1") > 0 * HOUR
        assert "Karelin" not in "".join(call.text for call in calls)
    (seen,) = (one for one in desk.happened if isinstance(one, e.SubjectSighted))
    owners = [one.officer_id for one in react(seen, desk.case) if isinstance(one, Call)]
    assert GRETA.actor_id in owners
    assert not closed.case.is_open


def test_a_confirmed_hit_opens_a_closed_case_and_no_other_answer_does() -> None:
    desk = watched(Desk().stood_down()).closed()
    sighted(desk)
    for answer in (SightingAnswer.CANNOT_TELL, SightingAnswer.NOT_SAME):
        answered(desk, answer)
        assert not desk.case.is_open
    answered(desk, SightingAnswer.SAME)  # put right
    assert desk.case.is_open
    with refused(Code.BAD_VALUE):
        answered(desk, SightingAnswer.SAME)


def test_a_hundred_rows_of_a_list_ring_once_and_are_one_clock() -> None:
    desk = watched(Desk().opened())
    rung = []
    for row in (1, 2, 3):
        (seen, *_) = sighted(desk, "", list_id="L", row=row)
        rung += [row for one in react(seen, desk.case) if isinstance(one, PlanJob)]
    assert rung == [1]
    assert [key for key in desk.case.deadlines if key.startswith("sighting")] == ["sighting:s1"]


def test_who_cannot_tell_has_looked_and_is_asked_again() -> None:
    desk = watched(Desk().opened())
    sighted(desk)
    due = desk.due_in(Clock.SIGHTING, "s1")
    desk.waits(due / 2)
    answered(desk, SightingAnswer.CANNOT_TELL)
    assert desk.due_in(Clock.SIGHTING, "s1") == due
    answered(desk, SightingAnswer.NOT_SAME)
    assert not desk.runs(Clock.SIGHTING, "s1")
    assert desk.case.watches["s1"].sightings["h1"].answered_by == ANNA.actor_id


def test_what_is_known_of_a_report_is_asked_once_and_what_is_new_again() -> None:
    desk = watched(Desk().opened())
    sighted(desk)
    answered(desk, SightingAnswer.NOT_SAME)
    assert sighted(desk) == []
    assert sighted(desk, identifiers=("P 1234567",))
    answered(desk, SightingAnswer.SAME, "h2")
    assert sighted(desk, found=(alike(NAMES[1], "somebody", 0.8),)) == []


def test_sightings_recorded_before_names_were_compared_are_read_and_answered_by_renewal() -> None:
    desk = watched(Desk().opened())
    plain = {"by": "system", "at": "2026-01-01T00:00:00Z", "watch_id": "s1", "report_id": "R-9"}
    case = evolve(desk.case, [from_plain(e.SubjectSighted, plain)])
    assert case.watches["s1"].sighted == ("R-9",)
    renewed = plain | {"reason": "somebody else", "review_at": None}
    del renewed["report_id"]
    case = evolve(case, [from_plain(e.WatchRenewed, renewed)])
    assert case.watches["s1"].waiting == ()
    assert case.watches["s1"].sightings["h1"].answer is None


def test_renewing_answers_no_sighting_and_unknown_ones_are_refused() -> None:
    desk = watched(Desk().opened())
    sighted(desk)
    desk.does(ANNA, c.RenewWatch, watch_id="s1", reason="another man")
    assert desk.runs(Clock.SIGHTING, "s1")
    with refused(Code.SIGHTING_UNKNOWN):
        answered(desk, SightingAnswer.SAME, "h9")


def test_a_sighting_waits_for_somebody_to_look_and_holds_up_the_end_of_the_watch() -> None:
    desk = watched(Desk().opened())
    desk.does(BEN, c.ProposeWatchEnd, watch_id="s1", reason="another man")
    sighted(desk)
    assert sighted(desk) == []  # the same report, not answered yet
    for act in (
        lambda: desk.does(CARLA, c.ConfirmWatchEnd, proposal_id="p1"),
        lambda: desk.does(CARLA, c.ProposeWatchEnd, watch_id="s1", reason="x"),
    ):
        with refused(Code.WATCH_SIGHTED):
            act()
    desk.waits(DAY).lapses()
    assert desk.case.watches["s1"].sighted == ("R-9",)
    answered(desk, SightingAnswer.NOT_SAME)
    assert desk.does(CARLA, c.ConfirmWatchEnd, proposal_id="p1")


def test_a_watch_that_has_ended_or_never_was_is_sighted_by_nothing() -> None:
    desk = ended(watched(Desk().opened()))
    assert sighted(desk) == sighted(desk, watch_id="s7") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"names": ()}, Code.PARTICULARS_MISSING),
        ({"names": ("…",)}, Code.BAD_VALUE),
        ({"names": ("x" * 201,)}, Code.PARTICULARS_MISSING),
        ({"names": tuple(map(str, range(101)))}, Code.BAD_VALUE),
        ({"reason": ""}, Code.PARTICULARS_MISSING),
        ({"inbound_id": "i7"}, Code.INBOUND_UNKNOWN),
    ],
)
def test_a_watch_on_nobody_or_for_no_reason_is_refused(
    changes: dict[str, object], code: Code
) -> None:
    desk = Desk().opened()
    with refused(code):
        watched(desk, **changes)


@pytest.mark.parametrize("born", ["1986", "1986-02", "1988-02-29"])
def test_a_date_of_birth_is_as_exact_as_it_is_known(born: str) -> None:
    assert BirthDate(born=born, confidence=Confidence.LOW).born == born


@pytest.mark.parametrize(
    "born", ["", "86", "1986-13", "1987-02-29", "1986-1-1", "1700", "1986-10-2x"]
)
def test_a_date_of_birth_that_is_none_cannot_be(born: str) -> None:
    with pytest.raises(ValueError, match=r"birth|month|day|date"):
        BirthDate(born=born, confidence=Confidence.LOW)
