from dataclasses import replace

import pytest

from tests.store.rows import MINUTE, NOON, a_job, at_once
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import jobs
from tocsin.store.instants import to_us


def plan(store, *new):
    with store.write() as db:
        jobs.plan(db, new)


def claim(store, *, now=NOON, worker="w1", lane="deadline", limit=1):
    with store.write() as db:
        return jobs.claim(db, lane=lane, now=now, worker=worker, lease=MINUTE, limit=limit)


def settle(store, what, claimed, at=NOON):
    with store.write() as db:
        what(db, claimed, at)


def states(store):
    with store.read() as db:
        return {state: count for (_lane, state), count in jobs.counts(db).items()}


def lost(store, what, claimed):
    with pytest.raises(Refusal) as refused:
        settle(store, what, claimed)
    return refused.value.code is Code.LEASE_LOST


def test_a_job_is_claimed_when_due_with_all_that_was_planned(store):
    plan(store, a_job(subject="victim 1", payload='{"a":1}'))
    assert claim(store, now=NOON - MINUTE) == []
    (claimed,) = claim(store)
    assert (claimed.key, claimed.kind, claimed.case_id) == ("j1", "lapse", "c1")
    assert (claimed.subject, claimed.payload, claimed.due_us) == (
        "victim 1",
        '{"a":1}',
        to_us(NOON),
    )
    assert (claimed.tries, claimed.lease_number, claimed.lease_owner) == (1, 1, "w1")
    assert claimed.lease_until_us == to_us(NOON + MINUTE)


def test_concurrent_claimers_never_share_a_job(store):
    plan(store, *(a_job(f"j{n:02}") for n in range(40)))

    def work(worker: int) -> list[str]:
        mine: list[str] = []
        while claimed := claim(store, worker=f"w{worker}", limit=3):
            mine += [job.key for job in claimed]
        return mine

    taken = [key for mine in at_once(4, work) for key in mine]
    assert sorted(taken) == [f"j{n:02}" for n in range(40)]


def test_the_longest_due_comes_first_and_lanes_do_not_mix(store):
    plan(
        store,
        a_job("late", due=NOON),
        a_job("early", due=NOON - MINUTE),
        a_job("m", lane="delivery"),
    )
    assert [job.key for job in claim(store, limit=9)] == ["early", "late"]
    assert [job.key for job in claim(store, lane="delivery", limit=9)] == ["m"]


def test_a_dead_workers_job_goes_to_another_when_its_lease_ran_out(store):
    plan(store, a_job())
    claim(store)
    assert claim(store, worker="w2") == []
    (again,) = claim(store, worker="w2", now=NOON + MINUTE)
    assert (again.lease_owner, again.lease_number, again.tries) == ("w2", 2, 2)


@pytest.mark.parametrize("what", [jobs.finish, jobs.postpone, jobs.renew])
def test_a_lost_lease_can_settle_nothing(store, what):
    plan(store, a_job())
    (old,) = claim(store)
    (new,) = claim(store, now=NOON + MINUTE)  # the same worker's name does not help
    assert lost(store, what, old)
    settle(store, jobs.finish, new)
    assert states(store) == {"done": 1}
    assert lost(store, what, new)
    assert lost(store, what, replace(new, lease_owner="w9"))


def test_a_lost_lease_takes_the_whole_transaction_with_it(store):
    plan(store, a_job())
    (old,) = claim(store)
    claim(store, worker="w2", now=NOON + MINUTE)
    with pytest.raises(Refusal), store.write() as db:  # noqa: PT012
        jobs.plan(db, [a_job("next")])
        jobs.finish(db, old, NOON)
    assert states(store) == {"leased": 1}


def test_a_lease_that_ran_out_but_was_not_taken_may_still_finish(store):
    plan(store, a_job())
    (claimed,) = claim(store)
    settle(store, jobs.finish, claimed, NOON + 5 * MINUTE)
    assert states(store) == {"done": 1}


def test_a_renewed_lease_holds_longer(store):
    plan(store, a_job())
    (claimed,) = claim(store)
    with store.write() as db:
        renewed = jobs.renew(db, claimed, NOON + 3 * MINUTE)
    assert claim(store, now=NOON + 2 * MINUTE) == []
    settle(store, jobs.finish, renewed)


def test_a_postponed_job_waits_for_its_new_time(store):
    plan(store, a_job())
    (claimed,) = claim(store)
    settle(store, jobs.postpone, claimed, NOON + 2 * MINUTE)
    assert claim(store, now=NOON + MINUTE) == []
    (again,) = claim(store, now=NOON + 2 * MINUTE)
    assert again.tries == 2


def test_planning_again_moves_a_waiting_job_and_revives_a_cancelled_one(store):
    plan(store, a_job())
    plan(store, a_job(due=NOON + MINUTE))
    assert claim(store) == []
    with store.write() as db:
        jobs.cancel(db, ["j1", "unknown"])
    assert claim(store, now=NOON + MINUTE) == []
    plan(store, a_job(due=NOON + MINUTE))
    assert len(claim(store, now=NOON + MINUTE)) == 1


def test_planning_again_leaves_leased_and_done_jobs_alone(store):
    plan(store, a_job())
    (claimed,) = claim(store)
    plan(store, a_job(due=NOON + MINUTE))
    settle(store, jobs.finish, claimed)
    plan(store, a_job(due=NOON + MINUTE))
    assert claim(store, now=NOON + 9 * MINUTE) == []
    assert states(store) == {"done": 1}


def test_what_is_cancelled_in_flight_may_finish_but_never_starts_again(store):
    plan(store, a_job("sent"), a_job("failed"))
    failed, sent = claim(store, limit=2)
    with store.write() as db:
        jobs.cancel(db, ["sent", "failed"])
    settle(store, jobs.finish, sent)
    assert lost(store, jobs.postpone, failed)
    assert claim(store, now=NOON + 9 * MINUTE, limit=9) == []
    assert states(store) == {"cancelled": 2}


def test_an_old_lease_does_not_settle_a_job_cancelled_and_planned_anew(store):
    plan(store, a_job())
    (old,) = claim(store)
    with store.write() as db:
        jobs.cancel(db, ["j1"])
    plan(store, a_job())
    assert lost(store, jobs.finish, old)
    assert len(claim(store)) == 1


def test_the_doctor_can_see_what_lives_and_what_is_late(store):
    plan(
        store, a_job("a"), a_job("b", case_id="c2", due=NOON + MINUTE), a_job("c", lane="delivery")
    )
    claim(store)
    with store.read() as db:
        assert jobs.live_keys(db, "deadline") == {"a": "c1", "b": "c2"}
        assert jobs.overdue(db, "deadline", NOON) == (1, to_us(NOON))
        assert jobs.overdue(db, "deadline", NOON - MINUTE) == (0, None)
        assert jobs.counts(db) == {
            ("deadline", "leased"): 1,
            ("deadline", "waiting"): 1,
            ("delivery", "waiting"): 1,
        }


def test_planning_and_cancelling_nothing_is_nothing(store):
    with store.write() as db:
        jobs.plan(db, [])
        jobs.cancel(db, [])
    assert states(store) == {}
