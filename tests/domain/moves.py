"""What can be tried on a case: one rule for each command, mostly plausible, often refused."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    DMITRI,
    EVA,
    MINUTE,
    PARTICULARS,
    RECIPIENT,
    Desk,
    a_report,
    a_window,
    an_officer,
    findings,
    not_owed,
    words,
)
from tests.domain.chains import in_chains, requiring
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.case import Case, ProposalState
from tocsin.domain.findings import Answer, Urgency
from tocsin.domain.kinds import (
    Matter,
    Method,
    OriginatorReply,
    OutcomeKind,
    ReactionKind,
    Relation,
    VictimKind,
    WindowDecision,
)
from tocsin.domain.parity import NOBODY_INSIDE, Parity, ParityAnswer
from tocsin.domain.refusal import Refusal
from tocsin.domain.warning import WarningKind

CANARY = "CANARY"  # in every name and free text; no refusal may repeat it
NAME, TEXT = f"{CANARY}NAME", f"{CANARY}TEXT"
TOGETHER = ParityAnswer(parity=Parity.TOLD_TOGETHER, who_inside="ours", who_outside="all")
GUS = an_officer("gus.falk", "west")
OFFICERS = (ANNA, BEN, CARLA, DMITRI, EVA, GUS)
OF_THE_WORKER = {
    *(e.DeadlineLapsed, e.DeadlineSet, e.DeadlineMet, e.DeterminationSetAside),
    *(e.DeliveryPlanned, e.ChaseExhausted),  # in the order in which officers named them
}

officers = st.sampled_from(OFFICERS)
which = st.integers(0, 5)
yes = st.booleans()
matters = st.sampled_from(Matter)
made = st.sampled_from(
    [
        findings(),
        not_owed(),
        findings(credible=Answer.UNKNOWN),
        findings(credible=Answer.NO),
        findings(specific=Answer.NO),
    ]
)
STARTS = {
    "opened": lambda: Desk().named(NAME),
    "found": lambda: Desk().named(NAME).found(),
    "none owed": lambda: Desk().named(NAME).found(not_owed()),
    "determined": lambda: Desk().determined(),
    "waived": lambda: Desk().waived("endangers_own"),
    "released": requiring,
    "handed over": lambda: _after(lambda desk: desk.handed_over()),
    "chased": in_chains,
    "acknowledged": lambda: _after(lambda desk: desk.acknowledged()),
    "stood down": lambda: Desk().stood_down(),
    "closed": lambda: Desk().closed(),
    "held": lambda: _after(
        lambda desk: desk.closed().does(BEN, c.PlaceLegalHold, authority=TEXT, reason=TEXT)
    ),
}


def _after(step: Any) -> Desk:
    desk = Desk()
    step(desk)
    return desk


def pick(known: Iterable[str], which: int) -> str:
    """One of the newest five, or, at 5, something nobody ever named."""
    newest = list(known)[::-1][:5]
    return "x9" if which == 5 or not newest else newest[which % len(newest)]


class Moves(RuleBasedStateMachine):
    """Each single thing that can be tried, by anybody, at any time."""

    @initialize(start=st.sampled_from(sorted(STARTS)))
    def begins(self, start: str) -> None:
        self.desk = STARTS[start]()
        self.seen = 0
        self.released: dict[str, str] = {}
        self.check_new(None)

    def tries(self, by: Actor, command: type[c.Command], /, **fields: Any) -> None:
        before, count = self.desk.case, len(self.desk.happened)
        try:
            self.desk.does(by, command, **fields)
        except Refusal as refused:
            said = str(refused)
        else:
            said = ""
        assert CANARY not in said
        assert not said or (self.desk.case is before and len(self.desk.happened) == count)
        self.check_new(before)

    # What can happen

    @rule(minutes=st.sampled_from([1, 10, 40, 200, 2000]))
    def time_passes(self, minutes: int) -> None:
        self.desk.waits(minutes * MINUTE)

    @rule()
    def the_worker_works(self) -> None:
        before = self.desk.case
        new = self.desk.lapses()
        assert {type(event) for event in new} <= OF_THE_WORKER
        assert all(
            one.number not in {live.number for live in self.desk.case.deadlines.values()}
            for one in before.deadlines.values()
            if one.due_at <= self.desk.now
        )
        self.check_new(before)

    @rule(number=st.integers(0, 40))
    def a_deadline_job_runs_early_or_again(self, number: int) -> None:
        self.tries(SYSTEM, c.Lapse, number=number, clock="review")

    @rule(by=officers, which=which, control=st.booleans(), ago=st.integers(-5, 200))
    def a_report_comes(self, by: Actor, which: int, control: bool, ago: int) -> None:
        report = replace(
            a_report(f"R{which}", title=TEXT),
            acquired_by=by.actor_id if which % 2 else "hugo.berg",
            acquired_at=self.desk.now - ago * MINUTE,
            originator="desk north",
            originator_controls=("ORCON",) if control else (),
        )
        self.tries(by, c.AddReport, report=report)

    @rule(by=officers, which=which, ago=st.integers(-5, 200))
    def a_report_comes_again(self, by: Actor, which: int, ago: int) -> None:
        self.tries(
            by,
            c.ReceiveAgain,
            report_id=pick(self.desk.case.reports, which),
            acquired_at=self.desk.now - ago * MINUTE,
            acquired_by=by.actor_id,
            received_from=TEXT,
        )

    @rule(by=officers, which=which, reply=st.sampled_from(OriginatorReply), ask=st.booleans())
    def an_originator_is_asked(
        self, by: Actor, which: int, reply: OriginatorReply, ask: bool
    ) -> None:
        report_id = pick(self.desk.case.reports, which)
        if ask:
            self.tries(by, c.AskOriginator, report_id=report_id, question=TEXT)
        else:
            self.tries(by, c.RecordOriginatorReply, report_id=report_id, reply=reply, words=TEXT)

    @rule(by=officers, kind=st.sampled_from(VictimKind))
    def a_victim_is_named(self, by: Actor, kind: VictimKind) -> None:
        if len(self.desk.case.victims) < 3:
            self.tries(by, c.NameVictim, name=NAME, kind=kind, known_as=(NAME,))

    @rule(by=officers, which=which, made=made)
    def findings_are_made(self, by: Actor, which: int, made: Any) -> None:
        victim_id = pick(self.desk.case.victims, which)
        self.tries(by, c.RecordFindings, victim_id=victim_id, findings=made)

    @rule(by=officers, urgency=st.sampled_from(Urgency))
    def the_urgency_is_set(self, by: Actor, urgency: Urgency) -> None:
        self.tries(by, c.SetUrgency, urgency=urgency, reason=TEXT)

    @rule(by=officers, which=which)
    def lowering_the_urgency_is_confirmed(self, by: Actor, which: int) -> None:
        self.tries(by, c.ConfirmUrgency, proposal_id=pick(self.desk.case.proposals, which))

    @rule(
        by=officers,
        which=which,
        matter=matters,
        ground=st.sampled_from([*PARTICULARS, "x9"]),
        lacks=st.integers(0, 12),
    )
    def a_determination_is_proposed(
        self, by: Actor, which: int, matter: Matter, ground: str, lacks: int
    ) -> None:
        particulars = dict(PARTICULARS.get(ground, {}))
        for name in list(particulars)[lacks : lacks + 1]:
            del particulars[name]
        self.tries(
            by,
            c.ProposeDetermination,
            victim_id=pick(self.desk.case.victims, which),
            matter=matter,
            reason=TEXT,
            ground=ground,
            particulars=particulars,
        )

    @rule(
        by=officers,
        which=which,
        answer=st.sampled_from(
            [c.ConfirmDetermination, c.ConfirmStandDown, c.ConfirmClosing, c.ConfirmDestruction]
        ),
        fits=st.booleans(),
    )
    def a_proposal_is_confirmed(
        self, by: Actor, which: int, answer: type[c.Command], fits: bool
    ) -> None:
        waiting = [
            p for p in self.desk.case.proposals.values() if p.state is ProposalState.OPEN
        ] or list(self.desk.case.proposals.values())
        proposal_id = pick([p.proposal_id for p in waiting], which)
        if fits and proposal_id in self.desk.case.proposals:
            matter = self.desk.case.proposals[proposal_id].matter
            answer = {
                Matter.CLOSING: c.ConfirmClosing,
                Matter.DESTRUCTION: c.ConfirmDestruction,
                Matter.STAND_DOWN: c.ConfirmStandDown,
            }.get(matter, c.ConfirmDetermination)
        self.tries(by, answer, proposal_id=proposal_id)

    @rule(by=officers, which=which)
    def a_proposal_is_rejected(self, by: Actor, which: int) -> None:
        proposal_id = pick(self.desk.case.proposals, which)
        self.tries(by, c.RejectDetermination, proposal_id=proposal_id, reason=TEXT)

    @rule(by=officers, which=which)
    def somebody_warns_alone(self, by: Actor, which: int) -> None:
        victim_id = pick(self.desk.case.victims, which)
        self.tries(by, c.WarnAlone, victim_id=victim_id, reason=TEXT)

    @rule(by=officers, which=which, upheld=st.booleans())
    def a_lone_warning_is_reviewed(self, by: Actor, which: int, upheld: bool) -> None:
        victim_id = pick(self.desk.case.victims, which)
        self.tries(by, c.ReviewBreakGlass, victim_id=victim_id, upheld=upheld, words=TEXT)

    @rule(
        by=officers,
        one=which,
        every=st.booleans(),
        again=which,
        kind=st.sampled_from(WarningKind),
        follows=which,
    )
    def a_warning_is_drafted(
        self, by: Actor, one: int, every: bool, again: int, kind: WarningKind, follows: int
    ) -> None:
        case = self.desk.case
        victims = tuple(case.victims) if every else (pick(case.victims, one),)
        self.tries(
            by,
            c.DraftWarning,
            words=words(what=TEXT, window=a_window(self.desk.now, self.desk.now + 300 * MINUTE)),
            victim_ids=victims,
            warning_id="" if again < 4 else pick(case.warnings, again - 4),
            kind=kind,
            references="" if kind is WarningKind.ALERT else pick(case.warnings, follows),
        )

    @rule(by=officers, which=which, exact=yes, override=yes, together=yes)
    def a_warning_is_released(
        self, by: Actor, which: int, exact: bool, override: bool, together: bool = False
    ) -> None:
        warning_id = pick(self.desk.case.warnings, which)
        known = self.desk.case.warnings.get(warning_id)
        self.tries(
            by,
            c.ReleaseWarning,
            warning_id=warning_id,
            text_sha256=known.draft.text_sha256 if known and exact else "0" * 64,
            residual_risk=TEXT,
            parity=TOGETHER if together else NOBODY_INSIDE,
            override_originator=TEXT if override else "",
        )

    @rule(by=officers, which=which)
    def a_draft_is_returned(self, by: Actor, which: int) -> None:
        warning_id = pick(self.desk.case.warnings, which)
        self.tries(by, c.ReturnWarning, warning_id=warning_id, reason=TEXT)

    @rule(by=officers, which=which, method=st.sampled_from(Method))
    def a_recipient_is_named(self, by: Actor, which: int, method: Method) -> None:
        self.tries(
            by,
            c.NameRecipient,
            victim_id=pick(self.desk.case.victims, which),
            name=NAME,
            relation=Relation.VICTIM,
            method=method,
            address=NAME,
        )

    @rule(by=officers)
    def a_follow_up_owner_is_named(self, by: Actor) -> None:
        self.tries(by, c.NameFollowUpOwner, officer_id=by.actor_id)

    @rule(by=officers, what=which, whom=which)
    def a_delivery_is_planned(self, by: Actor, what: int, whom: int) -> None:
        case = self.desk.case
        self.tries(
            by,
            c.PlanDelivery,
            warning_id=pick(case.warnings, what),
            recipient_id=pick(case.recipients, whom),
        )

    @rule(which=which)
    def an_attempt_starts(self, which: int) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        self.tries(SYSTEM, c.StartAttempt, delivery_id=delivery_id)

    @rule(
        which=which,
        result=st.sampled_from(["handed_over", "passing", "permanent", "unknown"]),
        off=st.sampled_from([0, 0, 0, 1]),
    )
    def the_channel_answers(self, which: int, result: str, off: int) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        known = self.desk.case.deliveries.get(delivery_id)
        attempt = (known.attempts if known else 1) + off
        self.tries(SYSTEM, c.RecordAttempt, delivery_id=delivery_id, attempt=attempt, result=result)

    @rule(by=officers, which=which, understood=st.booleans(), exact=st.booleans())
    def a_meeting_is_attested(self, by: Actor, which: int, understood: bool, exact: bool) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        known = self.desk.case.deliveries.get(delivery_id)
        self.tries(
            by,
            c.AttestDelivery,
            delivery_id=delivery_id,
            to_whom=NAME,
            told_at=self.desk.now - (0 if exact else 30) * MINUTE,
            text_sha256=known.text_sha256 if known and exact else "0" * 64,
            identity_check=TEXT,
            understood=understood,
            read_back=TEXT,
        )

    @rule(by=officers, which=which)
    def a_delivery_is_cancelled(self, by: Actor, which: int) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        self.tries(by, c.CancelDelivery, delivery_id=delivery_id, reason=TEXT)

    @rule(which=which, kind=st.sampled_from([None, *ReactionKind]))
    def the_recipient_answers(self, which: int, kind: ReactionKind | None) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        self.tries(RECIPIENT, c.Visit, delivery_id=delivery_id)
        if kind is None:
            self.tries(RECIPIENT, c.Acknowledge, delivery_id=delivery_id)
        else:
            self.tries(RECIPIENT, c.React, delivery_id=delivery_id, kind=kind, words=TEXT)

    @rule(by=officers, which=which, kind=st.sampled_from([None, *ReactionKind]))
    def an_officer_records_the_answer(
        self, by: Actor, which: int, kind: ReactionKind | None
    ) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        if kind:
            self.tries(by, c.RecordReaction, delivery_id=delivery_id, kind=kind, words=TEXT)
        else:
            self.tries(by, c.RecordAction, delivery_id=delivery_id, taken="unknown", words=TEXT)

    @rule(by=officers, which=which, decision=st.sampled_from(WindowDecision))
    def a_window_is_decided(self, by: Actor, which: int, decision: WindowDecision) -> None:
        warning_id = pick(self.desk.case.warnings, which)
        self.tries(by, c.DecideWindow, warning_id=warning_id, decision=decision, reason=TEXT)

    @rule(by=officers, note=st.sampled_from([c.RecordReview, c.RecordRemark]))
    def somebody_writes(self, by: Actor, note: type[c.Command]) -> None:
        self.tries(by, note, words=TEXT)

    @rule(by=officers, outcome=st.sampled_from(OutcomeKind))
    def an_outcome_is_recorded(self, by: Actor, outcome: OutcomeKind) -> None:
        self.tries(by, c.RecordOutcome, outcome=outcome, claims=TEXT, source=NAME)

    @rule(by=officers)
    def closing_is_proposed(self, by: Actor) -> None:
        self.tries(by, c.ProposeClosing, reason=TEXT)

    def check_new(self, before: Case | None) -> None:
        raise NotImplementedError
