"""A subject stays on watch until two people end it: no date, no closing, no silence does."""

import pytest

from tests.builders import ANNA, BEN, CARLA, DAY, HOUR, Desk, refused
from tests.domain.warned import BIRTHS, NAMES, ended, owned, warned, watched
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Role
from tocsin.domain.duty import Clock
from tocsin.domain.inbound import BirthDate, Confidence
from tocsin.domain.plans import Call, react
from tocsin.domain.refusal import Code


def sighted(desk: Desk, report_id: str = "R-9", watch_id: str = "s1") -> list[e.Event]:
    return desk.does(SYSTEM, c.RecordSighting, watch_id=watch_id, report_id=report_id)


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


def test_a_later_report_that_names_the_subject_opens_the_closed_case() -> None:
    desk = watched(owned(warned(Desk().opened())), inbound_id="i1")
    closed = watched(Desk().stood_down()).closed()
    for one in (desk, closed):
        (seen, *_) = sighted(one)
        roles = {call.role for call in react(seen, one.case) if isinstance(call, Call)}
        assert Role.DETERMINING_OFFICER in roles
        assert one.case.is_open
        assert one.due_in(Clock.SIGHTING, "s1") > 0 * HOUR
    assert [
        call.officer_id for call in react(desk.happened[-2], desk.case) if isinstance(call, Call)
    ]


def test_a_sighting_waits_for_somebody_to_look_and_holds_up_the_end_of_the_watch() -> None:
    desk = watched(Desk().opened())
    desk.does(BEN, c.ProposeWatchEnd, watch_id="s1", reason="another man")
    sighted(desk)
    assert sighted(desk) == []  # the same report, not looked at yet
    for act in (
        lambda: desk.does(CARLA, c.ConfirmWatchEnd, proposal_id="p1"),
        lambda: desk.does(CARLA, c.ProposeWatchEnd, watch_id="s1", reason="x"),
    ):
        with refused(Code.WATCH_SIGHTED):
            act()
    desk.waits(DAY).lapses()
    assert desk.case.watches["s1"].sighted == ("R-9",)
    desk.does(ANNA, c.RenewWatch, watch_id="s1", reason="it was somebody else")
    assert not desk.runs(Clock.SIGHTING, "s1")


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
