"""What can be tried where somebody has warned us, and what of it may never be lost."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.builders import MINUTE
from tests.domain.bringing import Bringing
from tests.domain.moves import NAME, TEXT, officers, pick, which
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.case import ProposalState, deadline_key
from tocsin.domain.duty import Clock
from tocsin.domain.inbound import BirthDate, ClaimResult, Confidence, Owed
from tocsin.domain.kinds import Matter
from tocsin.domain.sighting import SightingAnswer, alike

BIRTH = BirthDate(born="1986", confidence=Confidence.LOW)


def _is(one: e.Event, kind: type[e.Event], of: e.WatchEnded) -> bool:
    return isinstance(one, kind) and one.watch_id == of.watch_id  # type: ignore[attr-defined]


class Heeding(Bringing):
    """Each single thing that can be tried on a warning given to us and on a watch."""

    @rule(by=officers, report=which, sender=st.sampled_from("abc"), claims=st.integers(0, 2))
    def somebody_warns_us(self, by: Actor, report: int, sender: str, claims: int) -> None:
        self.tries(
            by,
            c.RecordInbound,
            report_id=pick(self.desk.case.reports, report),
            sender=NAME + sender,
            received_at=self.desk.now - 5 * MINUTE,
            path=TEXT,
            claims=(TEXT,) * claims,
        )

    @rule(by=officers, which=which, what=st.integers(0, 5))
    def the_sender_is_dealt_with(self, by: Actor, which: int, what: int) -> None:
        one = {"inbound_id": pick(self.desk.case.inbound, which)}
        given = {"given_at": self.desk.now, "path": TEXT, "to_whom": NAME}
        acts: list[tuple[type[c.Command], dict[str, Any]]] = [
            (c.GiveReceipt, given | {"words": TEXT}),
            (c.NameInboundOwner, {"officer_id": by.actor_id, "reason": TEXT}),
            (c.NoteClaim, {"words": TEXT}),
            (c.ProposeAnswer, {"words": TEXT}),
            (c.GiveAnswer, given),
            (c.LeaveSenderUnanswered, {"owed": list(Owed)[which % 2], "reason": TEXT}),
        ]
        kind, fields = acts[what]
        self.tries(by, kind, **one, **fields)

    @rule(by=officers, which=which, result=st.sampled_from([None, *ClaimResult]))
    def a_claim_is_tested(self, by: Actor, which: int, result: ClaimResult | None) -> None:
        claim_id = pick(self.desk.case.claims, which)
        if result:
            self.tries(by, c.RecordClaimTest, claim_id=claim_id, how=TEXT, result=result)
        else:
            self.tries(by, c.LeaveClaimUntested, claim_id=claim_id, reason=TEXT)

    @rule(by=officers, which=which, what=st.integers(0, 3), minutes=st.sampled_from([-1, 60, 2000]))
    def the_sender_is_asked(self, by: Actor, which: int, what: int, minutes: int) -> None:
        due_at = self.desk.now + minutes * MINUTE
        one = {"question_id": pick(self.desk.case.questions, which)}
        if what == 0:
            inbound_id = pick(self.desk.case.inbound, which)
            self.tries(by, c.AskSender, inbound_id=inbound_id, question=TEXT, due_at=due_at)
        elif what == 1:
            self.tries(by, c.AskSenderAgain, **one, due_at=due_at)
        elif what == 2:
            self.tries(by, c.GoOnWithoutReply, **one, reason=TEXT)
        else:
            self.tries(by, c.RecordSenderReply, **one, words=TEXT, replied_at=self.desk.now)

    @rule(by=officers, which=which, what=st.integers(0, 7))
    def a_watch_is_kept(self, by: Actor, which: int, what: int) -> None:
        watch = {"watch_id": pick(self.desk.case.watches, which)}
        if what == 0:
            self.tries(by, c.PutOnWatch, names=(NAME,), births=(BIRTH,), reason=TEXT)
        elif what == 1:
            self.tries(by, c.WidenWatch, **watch, names=(f"{NAME}{which}",), reason=TEXT)
        elif what == 2:
            self.tries(by, c.RenewWatch, **watch, reason=TEXT)
        elif what == 3:
            self.tries(by, c.ProposeWatchEnd, **watch, reason=TEXT)
        elif what in (4, 5):
            place = ({"report_id": f"R-{which}"}, {"list_id": "L", "row": which})[what == 5]
            found = (alike(NAME, f"{NAME}{which}", 0.9),)
            self.tries(SYSTEM, c.RecordSighting, **watch, **place, found=found)
        elif watch["watch_id"] in self.desk.case.watches:
            sightings = self.desk.case.watches[watch["watch_id"]].sightings
            answer = list(SightingAnswer)[which % 3]
            one = {"sighting_id": pick(sightings, which), "answer": answer}
            self.tries(by, c.AnswerSighting, **watch, **one, reason=TEXT)

    @rule(by=officers, matter=st.sampled_from([Matter.ANSWER, Matter.WATCH_END]))
    def the_second_officer_agrees(self, by: Actor, matter: Matter) -> None:
        for one in list(self.desk.case.proposals.values()):
            if one.matter is matter and one.state is ProposalState.OPEN:
                kind = c.ConfirmAnswer if matter is Matter.ANSWER else c.ConfirmWatchEnd
                self.tries(by, kind, proposal_id=one.proposal_id)

    # What must hold, read off the events themselves

    @invariant()
    def no_claim_no_question_and_no_watch_is_ever_lost(self) -> None:
        case, happened = self.desk.case, self.desk.happened
        if case.destroyed:
            assert not case.live_watches
            return
        noted = {one.claim_id: one.words for one in happened if isinstance(one, e.ClaimNoted)}
        assert {one.claim_id: one.words for one in case.claims.values()} == noted
        asked = {one.question_id for one in happened if isinstance(one, e.SenderAsked)}
        assert set(case.questions) == asked
        begun = {one.watch_id for one in happened if isinstance(one, e.WatchBegun)}
        assert set(case.watches) == begun
        assert set(case.inbound) == {
            one.inbound_id for one in happened if isinstance(one, e.InboundRecorded)
        }

    @invariant()
    def what_is_owed_runs_until_an_officer_says_otherwise(self) -> None:
        case = self.desk.case
        by_officers: Mapping[type[e.Event], set[str]] = {
            kind: {one.by for one in self.desk.happened if isinstance(one, kind)}
            for kind in (e.WatchEnded, e.WentOnWithoutReply, e.ReceiptGiven, e.ClaimTested)
        }
        assert "system" not in set().union(*by_officers.values())
        for watch_id in case.live_watches:
            assert deadline_key(Clock.WATCH_REVIEW, watch_id) in case.deadlines
            waits = bool(case.watches[watch_id].waiting)
            assert (deadline_key(Clock.SIGHTING, watch_id) in case.deadlines) == waits
        for one in case.questions.values() if case.is_open else ():
            running = deadline_key(Clock.SENDER_REPLY, one.question_id) in case.deadlines
            assert running == (not one.replies and not one.without)
            assert not one.without or one.silences

    def check_WatchEnded(self, event: e.WatchEnded, history: list[e.Event]) -> None:  # noqa: N802
        """Another officer proposed it, and nobody may have left a sighting unlooked at."""
        proposed = [
            one
            for one in history
            if isinstance(one, e.Proposed) and one.particulars.get("watch_id") == event.watch_id
        ]
        assert proposed[-1].by != event.by
        seen = {one.sighting_id for one in history if _is(one, e.SubjectSighted, event)}
        answers = [one for one in history if _is(one, e.SightingAnswered, event)]
        last = {one.sighting_id: one.answer for one in answers}
        assert seen == last.keys()
        assert SightingAnswer.CANNOT_TELL not in last.values()
