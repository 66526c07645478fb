"""Whatever officers, recipients, the worker and the clock do, in whatever order."""

import os
from collections.abc import Mapping
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.builders import (
    PACK,
    PARTICULARS,
    findings,
    not_owed,
)
from tests.domain.heeding import Heeding
from tests.domain.moves import CANARY, OFFICERS, STARTS, matters, officers, which
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, deadline_key
from tocsin.domain.clocks import running
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import (
    Matter,
    Method,
    OutcomeKind,
    VictimKind,
    WindowDecision,
)
from tocsin.domain.narrate import narrate
from tocsin.domain.plans import react
from tocsin.domain.serial import from_plain, to_plain
from tocsin.domain.stage import Stage, stage
from tocsin.domain.telling import GONE
from tocsin.domain.warning import WarningKind
from tocsin.record.canonical import canonical


class Duty(Heeding):
    @rule(by=officers, other=officers, steps=st.integers(1, 8), matter=matters, which=which)
    def two_officers_work_on(
        self, by: Actor, other: Actor, steps: int, matter: Matter, which: int
    ) -> None:
        """What a good team would do next: so deep states are reached, by any two officers."""
        for _ in range(steps):
            self.next_step(by, other, matter, which)
            by, other = other, by

    def next_step(self, by: Actor, other: Actor, matter: Matter, which: int) -> None:
        case = self.desk.case
        undetermined = [v for v in case.victims.values() if v.determination is None]
        match stage(case):
            case Stage.TRIAGE:
                self.findings_are_made(by, which % 5, findings() if which % 2 else not_owed())
            case Stage.DETERMINE:
                ground = list(PARTICULARS)[which]
                place = len(case.victims) - 1 - list(case.victims.values()).index(undetermined[0])
                self.a_determination_is_proposed(by, place, matter, ground, 99)
            case Stage.CONFIRM:
                self.a_proposal_is_confirmed(by, 0, c.ConfirmDetermination, fits=True)
            case Stage.WRITE:
                self.a_warning_is_drafted(by, 0, True, 0, WarningKind.ALERT, 0)
            case Stage.RELEASE:
                self.a_warning_is_released(by, 0, exact=True, override=bool(which % 2))
            case Stage.DELIVER | Stage.AWAIT_ANSWER:
                self.deliver(by, case, which)
            case Stage.FOLLOW_UP | Stage.CLOSE:
                self.an_officer_records_the_answer(by, 0, None)
                self.a_window_is_decided(by, 0, WindowDecision.STAND_DOWN)
                self.a_proposal_is_confirmed(other, 0, c.ConfirmStandDown, fits=True)
                self.an_outcome_is_recorded(by, OutcomeKind.UNKNOWN)
                self.closing_is_proposed(by)
                self.a_proposal_is_confirmed(other, 0, c.ConfirmClosing, fits=True)
            case Stage.CLOSED if which % 2:
                self.destruction_is_proposed(by)
                self.a_proposal_is_confirmed(other, 0, c.ConfirmDestruction, fits=True)
            case Stage.CLOSED:
                self.a_report_comes(by, which, False, 0)

    def deliver(self, by: Actor, case: Case, which: int) -> None:
        self.a_follow_up_owner_is_named(by)
        if not case.recipients:
            self.a_recipient_is_named(by, 0, Method.EMAIL if which % 2 else Method.IN_PERSON)
        if not any(one.state not in GONE for one in case.deliveries.values()):
            self.a_delivery_is_planned(by, 0, 0)
        self.an_attempt_starts(0)
        self.the_channel_answers(0, "permanent" if which == 5 else "handed_over", 0)
        self.a_meeting_is_attested(by, 0, understood=bool(which % 3), exact=True)
        self.the_recipient_answers(0, None)

    @rule(by=officers, other=officers, shortcut=st.integers(0, 4), which=st.integers(0, 1))
    def somebody_tries_a_shortcut(self, by: Actor, other: Actor, shortcut: int, which: int) -> None:
        """What a hurried team would do: each ends in something that must not be."""
        if shortcut == 0:
            for at in range(len(self.desk.case.victims)):
                self.somebody_warns_alone(other, at)
            self.a_warning_is_drafted(by, 0, True, 0, WarningKind.ALERT, 0)
            self.a_warning_is_released(by, 0, exact=True, override=True)
        elif shortcut == 1:
            self.somebody_warns_alone(by, which)
            self.a_lone_warning_is_reviewed(by, which, upheld=True)
        elif shortcut == 2:
            self.a_determination_is_proposed(by, which, Matter.WAIVE, "endangers_own", 99)
            self.a_proposal_is_confirmed(other, 0, c.ConfirmDetermination, fits=True)
        elif shortcut == 3:
            self.a_recipient_is_named(by, which, Method.EMAIL)
            self.a_delivery_is_planned(by, which, 0)
        else:
            self.closing_is_proposed(by)
            self.a_victim_is_named(by, VictimKind.PERSON)
            self.a_proposal_is_confirmed(other, 0, c.ConfirmClosing, fits=True)

    # What must hold, read off the events themselves and not off the code that made them

    def check_new(self, before: Case | None) -> None:
        """`before`: the case before the command that made the new events."""
        happened = self.desk.happened
        for at in range(self.seen, len(happened)):
            history, event = happened[:at], happened[at]
            assert not any(isinstance(one, e.CaseDestroyed) for one in history)
            check = getattr(self, f"check_{type(event).__name__}", None)
            if check:
                check(event, history)
            if isinstance(event, e.DeliveryPlanned):
                self.check_parity(event)
                assert not (event.after and self.planned_twice(event, history))
            if isinstance(event, e.CaseClosed) and before:
                assert blanks(before) == []
            plain = to_plain(event)
            again = from_plain(type(event), plain)
            assert again == event
            assert canonical(to_plain(again)) == canonical(plain)
            plans = list(react(event, self.desk.case))
            assert CANARY not in repr(plans)
            assert narrate(event, self.desk.case).strip()
        self.seen = len(happened)
        self.check_states(before)

    def check_Confirmed(self, event: e.Confirmed, history: list[e.Event]) -> None:  # noqa: N802
        (proposed,) = (
            one
            for one in history
            if isinstance(one, e.Proposed) and one.proposal_id == event.proposal_id
        )
        assert event.by != proposed.by
        assert event.by in {officer.actor_id for officer in OFFICERS}
        if proposed.matter is not Matter.WAIVE:
            return
        assert PACK.waive(proposed.ground, proposed.particulars).allowed
        assert not PACK.grounds[proposed.ground].two_units or event.unit != proposed.unit
        assert event.expires_at
        assert event.expires_at > event.at
        analysts = {one.by for one in history if isinstance(one, e.FindingsRecorded)}
        owners = {
            one.report.acquired_by if isinstance(one, e.ReportReceived) else one.acquired_by
            for one in history
            if isinstance(one, (e.ReportReceived, e.ReportReceivedAgain))
        }
        assert not {event.by, proposed.by} & (analysts | owners)

    def check_BreakGlassReviewed(  # noqa: N802
        self, event: e.BreakGlassReviewed, history: list[e.Event]
    ) -> None:
        alone = [
            one
            for one in history
            if isinstance(one, e.WarnedAlone) and one.victim_id == event.victim_id
        ]
        assert event.by != alone[-1].by == event.acted_by

    def check_WarningReleased(  # noqa: N802
        self, event: e.WarningReleased, history: list[e.Event]
    ) -> None:
        draft = [
            one
            for one in history
            if isinstance(one, e.WarningDrafted) and one.warning_id == event.warning_id
        ][-1]
        assert event.by != draft.by == event.author
        assert event.text_sha256 == draft.text_sha256
        assert event.warning_id not in self.released
        self.released[event.warning_id] = draft.text

    def check_DeliveryPlanned(  # noqa: N802
        self, event: e.DeliveryPlanned, history: list[e.Event]
    ) -> None:
        assert event.warning_id in self.released
        assert any(isinstance(one, e.FollowUpOwnerNamed) for one in history)

    def check_AttemptStarted(  # noqa: N802
        self, event: e.AttemptStarted, history: list[e.Event]
    ) -> None:
        (planned,) = (
            one
            for one in history
            if isinstance(one, e.DeliveryPlanned) and one.delivery_id == event.delivery_id
        )
        assert event.key == planned.key
        earlier = [
            one.attempt
            for one in history
            if isinstance(one, e.AttemptStarted) and one.delivery_id == event.delivery_id
        ]
        assert event.attempt == len(earlier) + 1

    @invariant()
    def an_open_case_always_has_just_the_clocks_it_must_have(self) -> None:
        case = self.desk.case
        assert set(case.deadlines) == {deadline_key(r.clock, r.subject) for r in running(case)}
        assert bool(case.deadlines) == bool(case.is_open or case.live_watches)
        numbers = [one.number for one in case.deadlines.values()]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def nothing_but_two_people_ends_a_duty(self) -> None:
        confirmed = self.confirmed()
        for victim in self.desk.case.victims.values():
            standing = victim.determination
            if standing is None or (standing.matter is Matter.WARN and standing.alone):
                continue
            assert (victim.victim_id, standing.matter, standing.by, standing.confirmed_by) in (
                confirmed
            )
            assert standing.by != standing.confirmed_by

    def confirmed(self) -> set[tuple[str, Matter, str, str]]:
        proposed: Mapping[str, e.Proposed] = {
            one.proposal_id: one for one in self.desk.happened if isinstance(one, e.Proposed)
        }
        return {
            (p.victim_id, p.matter, p.by, one.by)
            for one in self.desk.happened
            if isinstance(one, e.Confirmed) and (p := proposed[one.proposal_id])
        }

    @invariant()
    def released_words_never_change(self) -> None:
        warnings = self.desk.case.warnings
        assert self.released == {key: w.draft.text for key, w in warnings.items() if w.is_released}

    @invariant()
    def the_case_says_where_it_stands(self) -> None:
        at = stage(self.desk.case)
        assert (at in ("closed", "destroyed")) == (not self.desk.case.is_open)
        assert (at == "destroyed") == self.desk.case.destroyed

    def teardown(self) -> None:
        """Replayed from what was written down, the case is the same."""
        if hasattr(self, "desk"):
            written = [(type(event), to_plain(event)) for event in self.desk.happened]
            read = [from_plain(kind, plain) for kind, plain in written]
            assert evolve(None, read) == self.desk.case


TORTURE = int(os.environ.get("TOCSIN_TORTURE", "0"))  # how many examples, for a longer run
TestDuty = Duty.TestCase
TestDuty.settings = settings(
    max_examples=TORTURE or 100,
    stateful_step_count=120 if TORTURE else 40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_a_worker_that_does_everything_in_time_never_decides_anything() -> None:
    for start in STARTS.values():
        desk = start()
        standing = {v.victim_id: v.determination for v in desk.case.victims.values()}
        was_open = desk.case.is_open
        for _ in range(30):
            desk.waits(timedelta(hours=13)).lapses()
        assert desk.case.is_open == was_open
        for victim in desk.case.victims.values():
            assert victim.determination in (None, standing[victim.victim_id])
