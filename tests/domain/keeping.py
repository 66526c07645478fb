"""What can be tried on what is kept or required: holds, destruction, whom a duty names."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.domain.correcting import AGREED, NOTHING
from tests.domain.moves import TEXT, Moves, officers, pick, which
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import Actor
from tocsin.domain.duties import duties_of
from tocsin.domain.evolving import evolve


class Keeping(Moves):
    @rule(by=officers)
    def a_legal_hold_is_placed(self, by: Actor) -> None:
        self.tries(by, c.PlaceLegalHold, authority=TEXT, reason=TEXT)

    @rule(by=officers, which=which)
    def a_legal_hold_is_lifted(self, by: Actor, which: int) -> None:
        hold_id = pick(self.desk.case.holds, which)
        self.tries(by, c.LiftLegalHold, hold_id=hold_id, reason=TEXT)

    @rule(by=officers)
    def destruction_is_proposed(self, by: Actor) -> None:
        self.tries(by, c.ProposeDestruction, authority=TEXT, reason=TEXT)

    @rule(by=officers, other=officers, hurry=st.booleans(), late=which)
    def two_officers_would_destroy(self, by: Actor, other: Actor, hurry: bool, late: int) -> None:
        if not hurry:
            for hold_id in self.desk.case.standing_holds:
                self.tries(other, c.LiftLegalHold, hold_id=hold_id, reason=TEXT)
        self.destruction_is_proposed(by)
        if late == 1:
            self.somebody_writes(by, c.RecordRemark)
        if late == 2:
            self.a_legal_hold_is_placed(other)
        if late == 3:
            self.a_report_comes(by, late, False, 0)
        self.a_proposal_is_confirmed(other, 0, c.ConfirmDestruction, fits=True)

    @rule(by=officers, which=which, whom=which, why=st.booleans())
    def a_requirement_is_answered(self, by: Actor, which: int, whom: int, why: bool) -> None:
        self.tries(
            by,
            c.AnswerRequirement,
            victim_id=pick(self.desk.case.victims, which),
            requirement=pick((one.name for one in self.desk.case.must_tell), which),
            recipient_id="" if why else pick(self.desk.case.recipients, whom),
            reason=TEXT if why else "",
        )

    @rule(by=officers, which=which, known=st.booleans())
    def what_was_read_is_corrected(self, by: Actor, which: int, known: bool) -> None:
        report_id = pick(self.desk.case.reports, which)
        labels = (AGREED, NOTHING) if known else ()
        self.tries(by, c.CorrectReading, report_id=report_id, model="rules/1", corrections=labels)

    # What must hold, read off the events themselves

    def check_LegalHoldLifted(  # noqa: N802
        self, event: e.LegalHoldLifted, history: list[e.Event]
    ) -> None:
        (placed,) = (
            one
            for one in history
            if isinstance(one, e.LegalHoldPlaced) and one.hold_id == event.hold_id
        )
        assert event.by != placed.by
        assert event.hold_id not in lifted(history)

    def check_CaseDestroyed(self, event: e.CaseDestroyed, history: list[e.Event]) -> None:  # noqa: N802
        *before, proposed, confirmed = history
        assert isinstance(proposed, e.Proposed)
        assert isinstance(confirmed, e.Confirmed)
        assert proposed.by == event.proposed_by != event.by == confirmed.by
        assert proposed.particulars == {"authority": event.authority}
        assert (event.last_seq_destroyed, event.case_seq) == (len(before), len(history) + 1)
        gates = [one for one in before if isinstance(one, (e.CaseClosed, e.CaseReopened))]
        assert isinstance(gates[-1], e.CaseClosed)
        assert gates[-1].at == event.closed_at
        assert set(event.held) == set(lifted(before))
        assert not {one.hold_id for one in before if isinstance(one, e.LegalHoldPlaced)} - set(
            lifted(before)
        )
        assert event.duties == duties_of(history, at=event.at)
        assert evolve(None, [event]) == self.desk.case
        self.released.clear()


def lifted(history: list[e.Event]) -> list[str]:
    return [one.hold_id for one in history if isinstance(one, e.LegalHoldLifted)]
