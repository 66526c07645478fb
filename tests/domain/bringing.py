"""What can be tried on deliveries: chains, chasing, receipts, replies; and what must hold."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.builders import MINUTE, RECIPIENT
from tests.domain.keeping import Keeping
from tests.domain.moves import NAME, TEXT, officers, pick, which
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.case import Case, Delivery, DeliveryState, deadline_key
from tocsin.domain.delivering import Answered, Receipt
from tocsin.domain.directory import EncryptionKey, KeyKind, QuietHours, Way
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Urgency
from tocsin.domain.kinds import AnswerRule, Method, ReactionKind, Relation
from tocsin.domain.parity import Parity
from tocsin.domain.plans import Call, react
from tocsin.domain.telling import ANSWERED, GONE

methods = st.lists(
    st.sampled_from([Method.EMAIL, Method.SMS, Method.VOICE]), min_size=1, max_size=3
)
results = st.sampled_from(["handed_over", "passing", "permanent", "unknown"])
_S = DeliveryState
ORDER = tuple(DeliveryState)[:8]


class Bringing(Keeping):
    @rule(by=officers, whom=which, methods=methods, told=st.integers(0, 15))
    def a_recipient_with_ways_is_named(
        self, by: Actor, whom: int, methods: Sequence[Method], told: int
    ) -> None:
        ends = self.desk.now + timedelta(minutes=5)
        key = EncryptionKey(key_kind=KeyKind.AGE, text="age1", expires_at=ends)
        ways = tuple(
            Way(method=method, address=f"{NAME}{at}", key=key if told & 8 else None)
            for at, method in enumerate(methods)
        )
        self.tries(
            by,
            c.NameRecipient,
            victim_id=pick(self.desk.case.victims, whom),
            name=NAME,
            relation=Relation.PROTECTOR,
            method=ways[0].method,
            address=ways[0].address,
            ways=ways,
            quiet=QuietHours(begins="08:00", ends="23:00") if told & 1 else None,
            inside=bool(told & 2),
            passes_on=bool(told & 4),
        )

    @rule(
        by=officers, what=which, some=st.integers(1, 3), rest=st.integers(0, 2), each=st.booleans()
    )
    def deliveries_are_planned(
        self, by: Actor, what: int, some: int, rest: int, each: bool
    ) -> None:
        case = self.desk.case
        under_way = {one.recipient_id for one in case.deliveries.values() if one.state not in GONE}
        free = [one for one in case.recipients if one not in under_way]
        self.tries(
            by,
            c.PlanDeliveries,
            warning_id=pick(case.warnings, what),
            recipient_ids=tuple(free[:some]),
            fallback_ids=tuple(free[some : some + rest]),
            rule=AnswerRule.EACH if each else AnswerRule.ANY,
        )

    @rule(first=which, some=st.integers(1, 4), result=results, dies=st.booleans())
    def a_sender_takes_several(self, first: int, some: int, result: str, dies: bool) -> None:
        ids = tuple(self.desk.case.deliveries)[::-1][first : first + some]
        self.tries(SYSTEM, c.StartAttempts, delivery_ids=ids)
        if dies:
            return
        known = self.desk.case.deliveries
        answers = tuple(
            Answered(
                delivery_id=one,
                attempt=known[one].attempts,
                result=result,
                provider_id=f"{one}a,{one}b" if known[one].method is Method.SMS else one,
            )
            for one in ids
        )
        self.tries(SYSTEM, c.RecordAttempts, answers=answers)

    @rule(which=which, receipt=st.sampled_from(Receipt), part=st.sampled_from(["", "a", "b"]))
    def the_provider_reports(self, which: int, receipt: Receipt, part: str) -> None:
        one = pick(self.desk.case.deliveries, which)
        self.tries(
            SYSTEM, c.RecordReceipt, delivery_id=one, receipt=receipt, provider_id=one + part
        )

    @rule(which=which, person=st.sampled_from(["", "one", "two"]), yes=st.booleans())
    def one_of_several_answers(self, which: int, person: str, yes: bool) -> None:
        named = {"delivery_id": pick(self.desk.case.deliveries, which), "person": person}
        if yes:
            self.tries(RECIPIENT, c.Acknowledge, **named)
        else:
            self.tries(RECIPIENT, c.React, **named, kind=ReactionKind.REJECTED, words=TEXT)

    @rule(which=which)
    def words_come_back(self, which: int) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        self.tries(SYSTEM, c.RecordReply, delivery_id=delivery_id, words=TEXT)

    @rule(by=officers, which=which, minutes=st.sampled_from([-1, 30, 90, 2000, 20_000]))
    def chasing_is_paused(self, by: Actor, which: int, minutes: int) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        until = self.desk.now + minutes * MINUTE
        self.tries(by, c.PauseChasing, delivery_id=delivery_id, until=until, reason=TEXT)

    @rule(by=officers, which=which)
    def chasing_goes_on(self, by: Actor, which: int) -> None:
        delivery_id = pick(self.desk.case.deliveries, which)
        self.tries(by, c.ResumeChasing, delivery_id=delivery_id, reason=TEXT)

    @rule(by=officers, which=which, again=st.booleans())
    def nobody_is_met(self, by: Actor, which: int, again: bool) -> None:
        self.tries(
            by,
            c.RecordHandAttempt,
            delivery_id=pick(self.desk.case.deliveries, which),
            tried_at=self.desk.now,
            words=TEXT,
            again=again,
        )

    # What must hold, read off the events themselves

    def check_ReceiptReported(  # noqa: N802
        self, event: e.ReceiptReported, history: list[e.Event]
    ) -> None:
        assert any(
            isinstance(one, e.AttemptStarted | e.DeliveryAttested)
            and one.delivery_id == event.delivery_id
            for one in history
        )
        self.check_AttemptFailed(event, history)

    def check_AttemptFailed(  # noqa: N802
        self, event: e.AttemptFailed | e.ReceiptReported, _history: list[e.Event]
    ) -> None:
        """What has failed for good calls people, whatever is tried next."""
        if self.desk.case.deliveries[event.delivery_id].state is _S.FAILED:
            assert any(isinstance(plan, Call) for plan in react(event, self.desk.case))

    def planned_twice(self, event: e.DeliveryPlanned, history: list[e.Event]) -> bool:
        this = (event.warning_id, event.recipient_id, event.way)
        return any(
            isinstance(one, e.DeliveryPlanned)
            and (one.warning_id, one.recipient_id, one.way) == this
            for one in history
        )

    def check_parity(self, event: e.DeliveryPlanned) -> None:
        """Those inside are told when those outside are; the case is the one after the command."""
        case = self.desk.case
        warning, whom = case.warnings[event.warning_id], case.recipients[event.recipient_id]
        answer = warning.release.parity if warning.release else None
        if event.after or not whom.inside or not answer:
            return
        if answer.parity is Parity.TOLD_TOGETHER:
            told = {
                one.recipient_id
                for one in case.deliveries.values()
                if one.warning_id == event.warning_id and one.state not in GONE
            }
            outside = {
                one.recipient_id
                for one in case.recipients.values()
                if not one.inside and one.victim_id in warning.victim_ids
            }
            assert outside
            assert outside <= told

    def check_states(self, before: Case | None) -> None:
        """What is known becomes less by nothing but news of a failure, or a refusal."""
        for delivery_id, was in before.deliveries.items() if before else ():
            now = self.desk.case.deliveries.get(delivery_id)
            if now is None or now.state is was.state or now.state is _S.REFUSED:
                continue  # destroyed, or nothing has changed, or somebody has spoken
            if now.state is _S.CANCELLED:
                assert was.state in (_S.PLANNED, _S.ATTEMPTED, _S.OPENED)
                assert was.reached_at is None
            elif now.state is _S.FAILED:
                assert was.state in (_S.PLANNED, _S.ATTEMPTED, _S.HANDED_OVER, _S.OPENED)
                assert was.delivered_at is None
            elif was.state is _S.REFUSED:
                assert now.state is _S.UNDERSTOOD
            elif was.state in ORDER:
                assert ORDER.index(now.state) > ORDER.index(was.state)

    @invariant()
    def nobody_waits_without_an_owner(self) -> None:
        """Under a clock, followed by words as new to the same recipient, or answered for."""
        case = self.desk.case
        for one in case.deliveries.values() if case.is_open else ():
            if one.state in ANSWERED | GONE:
                continue
            on_a_clock = deadline_key(Clock.RECEIPT, one.delivery_id) in case.deadlines
            assert on_a_clock or self.is_followed(one) or self.is_answered_for(one), one

    def is_followed(self, one: Delivery) -> bool:
        later = list(self.desk.case.deliveries.values())
        return any(
            other.recipient_id == one.recipient_id
            and other.state not in GONE
            and self.goes_back_to(other.warning_id) == self.goes_back_to(one.warning_id)
            for other in later[later.index(one) + 1 :]
        )

    def goes_back_to(self, warning_id: str) -> str:
        follows = self.desk.case.warnings[warning_id].references
        return self.goes_back_to(follows) if follows else warning_id

    def is_answered_for(self, one: Delivery) -> bool:
        case = self.desk.case
        chain = case.chains.get(one.chain_id)
        return (
            chain is not None
            and chain.rule is AnswerRule.ANY
            and any(
                other.state in (_S.UNDERSTOOD, _S.ACTED_ON)
                and other.victim_id == one.victim_id
                and other.warning_id == one.warning_id
                and other.recipient_id in (*chain.recipient_ids, *chain.fallback_ids)
                for other in case.deliveries.values()
            )
        )

    @invariant()
    def what_is_imminent_waits_for_no_morning(self) -> None:
        case = self.desk.case
        if case.clock_urgency is Urgency.IMMINENT:
            for one in case.deliveries.values():
                assert one.not_before is None or one.not_before <= self.desk.now

    @invariant()
    def nobody_has_read_it_but_by_somebody_s_word(self) -> None:
        spoken = {
            one.delivery_id
            for one in self.desk.happened
            if isinstance(one, e.Acknowledged | e.DeliveryAttested | e.ActionRecorded)
            or (isinstance(one, e.ReactionRecorded) and one.reaction is not ReactionKind.REPLIED)
        }
        for one in self.desk.case.deliveries.values():
            read = one.state in (_S.READ, _S.UNDERSTOOD, _S.ACTED_ON, _S.REFUSED)
            assert not read or one.delivery_id in spoken
