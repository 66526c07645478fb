"""A disk without room: whatever was being done is refused in words, and goes on when there is."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from tests.builders import ANNA
from tests.casework.road import received
from tests.support.disk import Disk
from tests.support.house import log_keys
from tests.support.small_log import AT_S, SmallLog, policy
from tests.torture import work
from tests.torture.conftest import Tell
from tests.torture.power import DATABASE, Furnished, over_apsw
from tests.torture.test_flips import files_in
from tocsin.app import App
from tocsin.casework import completeness, logbook
from tocsin.casework.doctor import examine
from tocsin.casework.intake import receive
from tocsin.casework.publishing import publish
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.verify_log import verify_log
from tocsin.witness.cosigning import add_checkpoint
from tocsin.witness.folder import LOGS, found, open_witness

STEP = int(os.environ.get("TOCSIN_FULL_STEP", "12000"))
"""Bytes of room from one try to the next: a full count looks at every page."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory) -> Furnished:
    return Furnished.at(tmp_path_factory.mktemp("furnished"))


def refusal_of(act: Callable[[], object]) -> Refusal | None:
    try:
        act()
    except Refusal as refusal:
        return refusal
    return None


def checkpoint(app: App) -> None:
    """Write back what the write-ahead log holds, outside a transaction."""
    with app.store.write() as db:
        db.exec_driver_sql("COMMIT")
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def batch(app: App, _case_id: str) -> None:
    """Past the end of a tile."""
    with app.store.write() as db:
        work.covers(app, db, 10)


def root(app: App, _case_id: str) -> None:
    with app.store.write() as db:
        assert completeness.root_now(app, db)


ACTS: dict[str, Callable[[App, str], object]] = {
    "an append": lambda app, case_id: work.remark(app, case_id, "x" * 4_000),
    "a report": lambda app, _: receive(app, received(content=b"EXAMPLE " + b"x" * 40_000), ANNA),
    "a tile completed": batch,
    "the map and its root": root,
    "a checkpoint signed": lambda app, case_id: (work.remark(app, case_id), logbook.sign(app)),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_whenever_the_disk_is_full_nothing_acknowledged_is_lost_and_the_work_goes_on(
    furnished, monkeypatch, act, tell: Tell
):
    over_apsw(monkeypatch)
    refusals, room, fits = 0, 0, False
    while not fits:
        disk = Disk({DATABASE: furnished.database}, room=room)
        with furnished.on(disk) as app:
            refused = refusal_of(lambda: act(app, furnished.case_id))
            assert (refused is None) is (not disk.refused)
            fits = refused is None
            if refused:
                assert (refused.code, "disk" in str(refused)) == (Code.STORE_FULL, True)
                refusals += 1
            now = work.acknowledged(app)
            work.check(app, furnished.acked, now)
            disk.room = None
            act(app, furnished.case_id)
            work.check(app, furnished.acked, now, work.acknowledged(app))
            assert examine(app).complaints == ()
        room += STEP
    assert refusals
    tell(f"full after every {STEP} bytes: {refusals} refusals, nothing lost")


def test_a_write_ahead_log_that_the_database_has_no_room_for_loses_nothing(furnished, monkeypatch):
    over_apsw(monkeypatch)
    disk = Disk({DATABASE: furnished.database})
    with furnished.on(disk) as app:
        for _ in range(9):
            work.remark(app, furnished.case_id, "x" * 4_000)
        acked, disk.room = work.acknowledged(app), 5_000
        refused = refusal_of(lambda: checkpoint(app))
        assert refused
        assert refused.code is Code.STORE_FULL
        work.check(app, acked)
    with furnished.on(Disk(disk.files)) as app:
        work.check(app, acked)
        work.remark(app, furnished.case_id)
        assert examine(app).complaints == ()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """As a disk that is full: the system refuses what would make any file larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 1_000, 3_000, 9_000, 90_000])
def test_a_folder_without_room_keeps_the_log_that_was_published_before(tmp_path, size):
    app, case_id = work.a_house_at_work(f"sqlite:///{tmp_path / DATABASE}", tmp_path, 250)
    with closing(app):
        publish(app, tmp_path / "log")
        before = files_in(tmp_path / "log").files["checkpoint"]
        batch(app, case_id)
        logbook.sign(app)
        with files_no_larger_than(size), pytest.raises(Refusal) as refused:
            publish(app, tmp_path / "log")
        assert refused.value.code is Code.BAD_VALUE
        assert "room" in str(refused.value)
        there = files_in(tmp_path / "log")
        assert there.files["checkpoint"] == before
        keys = log_keys(app)
        assert verify_log(there.read, there.names, keys=keys).faults == ()
        done = publish(app, tmp_path / "log")
        there = files_in(tmp_path / "log")
        report = verify_log(there.read, there.names, keys=keys)
        assert (report.faults, report.leaves) == ((), done.size)
        assert [path for path in there.files if path.endswith(".new")] == []


LOG, FORK = SmallLog(), SmallLog(rewritten_at=3)


@pytest.mark.parametrize("size", [0, 1, 300])
def test_a_witness_without_room_cosigns_nothing_and_forgets_nothing(tmp_path: Path, size: int):
    found(tmp_path, "court.example/w", sha256(b"court").digest())
    (tmp_path / LOGS).write_text(policy(LOG))

    def asked(body: bytes) -> int:
        return add_checkpoint(open_witness(tmp_path), body, lambda: AT_S).status

    assert asked(LOG.body(0, 5)) == 200
    for body in (LOG.body(5, 9), FORK.body(5, 9), FORK.body(0, 5)):
        with files_no_larger_than(size):
            assert asked(body) == 503
    witness = open_witness(tmp_path)
    kept = witness.keep.latest(LOG.origin)
    assert (kept.checkpoint.size, witness.keep.evidence()) == (5, 0)
    assert [asked(FORK.body(5, 9)), asked(FORK.body(0, 5)), asked(LOG.body(5, 9))] == [
        422,
        409,
        200,
    ]
    assert witness.keep.evidence() == 2
