"""Dispatches to lists: whatever dies or fails, no member is lost and the sums match."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.builders import BEN, FINN, GRETA, HOUR, Desk
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import SYSTEM, Actor
from tocsin.domain.dispatch import Dispatch
from tocsin.domain.dispatching import Audience, Ended
from tocsin.domain.duty import Clock
from tocsin.domain.evolving import evolve
from tocsin.domain.kinds import Method
from tocsin.domain.numbering import numbers_in, spelled
from tocsin.domain.plans import Call, CancelJob, PlanJob, react
from tocsin.domain.serial import from_plain, to_plain

MEMBERS = "1-7 9-24"
EVERYBODY = set(numbers_in(MEMBERS))
ID = "7F3K-l1"
FATES = ("handed_over", "passing", "unknown", "gone", "failed")


def planned() -> Desk:
    """A released warning goes to a list of 23, five to a batch."""
    audience = Audience(unit="east", members=MEMBERS, sha256="0" * 64, batch=5)
    desk = Desk(also={"audience": audience})
    desk.released()
    desk.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    desk.does(FINN, c.PlanDispatch, warning_id="w1", list_id="L-1", method=Method.EMAIL)
    return desk


def test_a_clock_runs_until_every_batch_was_tried() -> None:
    desk = planned()
    assert desk.runs(Clock.FIRST_ATTEMPT, ID)
    for number in range(1, 6):
        desk.does(SYSTEM, c.WorkBatches, dispatch_id=ID, begins=(number,))
        assert desk.runs(Clock.FIRST_ATTEMPT, ID)
        waiting = desk.case.dispatches[ID].batches[number - 1].waiting
        ended = Ended(batch=number, attempt=1, handed_over=waiting)
        desk.does(SYSTEM, c.WorkBatches, dispatch_id=ID, ended=(ended,))
    assert desk.runs(Clock.FIRST_ATTEMPT, ID) is None
    # A list discharges no duty to a victim: somebody must still be told in person.
    assert desk.runs(Clock.FIRST_ATTEMPT, "v1")


class Batches(RuleBasedStateMachine):
    """Beside the case stands what was really told of each member, and which jobs are planned."""

    @initialize()
    def begins(self) -> None:
        self.desk = planned()
        self.fate: dict[int, str] = {}
        self.jobs = {f"{ID}/{number}#1" for number in range(1, 6)}
        self.calls = 0
        self.seen = len(self.desk.happened)

    @property
    def dispatch(self) -> Dispatch:
        return self.desk.case.dispatches[ID]

    def works(self, **fields: object) -> list[e.Event]:
        return self.does(c.WorkBatches, SYSTEM, dispatch_id=ID, **fields)

    def does(self, kind: type[c.Command], by: Actor = SYSTEM, **fields: object) -> list[e.Event]:
        case = self.desk.case
        new = self.desk.does(by, kind, **fields)
        for event in new:
            assert from_plain(type(event), to_plain(event)) == event
            case = evolve(case, [event])
            for plan in react(event, case):
                if isinstance(plan, PlanJob) and plan.kind == "batch":
                    assert plan.key not in self.jobs
                    self.jobs.add(plan.key)
                elif isinstance(plan, CancelJob):
                    self.jobs.discard(plan.key)
                self.calls += isinstance(plan, Call) and plan.topic == f"dispatch:{ID}"
        return new

    @rule(number=st.integers(1, 5))
    def a_worker_takes_a_batch(self, number: int) -> None:
        batch = self.dispatch.batches[number - 1]
        waits = [key for key in self.jobs if key.startswith(f"{ID}/{number}#")]
        if not waits:
            return
        self.works(begins=(number,))
        if not self.dispatch.batches[number - 1].is_open:
            self.jobs -= set(waits)  # nothing is under way: the worker finishes its job
            if not self.dispatch.cancelled:
                self.fate |= dict.fromkeys(numbers_in(batch.waiting), "failed")

    @rule(number=st.integers(1, 5), fates=st.lists(st.sampled_from(FATES), min_size=5, max_size=5))
    def a_batch_ends(self, number: int, fates: list[str]) -> None:
        batch = self.dispatch.batches[number - 1]
        if not batch.is_open:
            return
        told = dict(zip(numbers_in(batch.waiting), fates, strict=False))
        said: dict[str, Any] = {
            fate: spelled(n for n, one in told.items() if one == fate) for fate in FATES
        }
        failed = {"recipient-refused": said.pop("failed")}
        self.jobs = {key for key in self.jobs if not key.startswith(f"{ID}/{number}#")}
        ended = Ended(batch=number, attempt=batch.attempts, failed=failed, **said)
        self.works(ended=(ended,))
        last = batch.attempts == 12
        self.fate |= {
            n: "failed" if last and fate in ("passing", "unknown") else fate
            for n, fate in told.items()
        }

    @rule(number=st.sampled_from(sorted(EVERYBODY)), lost=st.booleans())
    def something_is_heard(self, number: int, lost: bool) -> None:
        batch = self.dispatch.batch_of(number)
        assert batch
        if batch.attempts:
            said = {"undeliverable" if lost else "delivered": str(number)}
            self.does(c.RecordBatchReceipts, SYSTEM, dispatch_id=ID, **said)
            if not batch.is_open and number in numbers_in(batch.waiting):
                self.fate[number] = "failed" if lost else "handed_over"

    @rule(sure=st.integers(0, 9))
    def somebody_stops_it(self, sure: int) -> None:
        if not sure and not self.dispatch.cancelled and not self.dispatch.is_over:
            self.does(c.CancelDispatch, FINN, dispatch_id=ID, reason="the wrong list")

    @rule()
    def time_passes(self) -> None:
        self.desk.waits(HOUR)

    @invariant()
    def nobody_is_lost_and_the_sums_match(self) -> None:
        waiting: set[int] = set()
        for batch in self.dispatch.batches:
            theirs = set(numbers_in(batch.waiting))
            assert len(theirs) == batch.left
            waiting |= theirs
        settled = {n for n, fate in self.fate.items() if fate not in ("passing", "unknown")}
        assert waiting | settled == EVERYBODY
        assert not waiting & settled
        for fate, count in (("handed_over", "handed_over"), ("failed", "failed"), ("gone", "gone")):
            told = sum(one == fate for one in self.fate.values())
            assert self.dispatch.total(count) == told

    @invariant()
    def whoever_waits_has_a_job(self) -> None:
        for batch in self.dispatch.batches:
            keys = [key for key in self.jobs if key.startswith(f"{ID}/{batch.number}#")]
            if batch.is_open or (batch.waiting and not self.dispatch.cancelled):
                assert len(keys) == 1

    @invariant()
    def somebody_is_told_once_when_it_is_over(self) -> None:
        failed = self.dispatch.total("failed") + self.dispatch.undeliverable
        assert self.calls == (1 if self.dispatch.finished_at and failed else 0)
        assert bool(self.dispatch.finished_at) == self.dispatch.is_over


TestBatches = Batches.TestCase
TestBatches.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
