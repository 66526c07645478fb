"""What a lawful destruction leaves: leaves and a tombstone, and nothing that can be read."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.builders import ANNA, BEN, CARLA, not_owed
from tests.casework.road import received
from tests.support.house import log_keys
from tocsin.casework.completeness import prover, root_now
from tocsin.casework.doctor import examine, rebuild
from tocsin.casework.export import export_case
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.casework.reads import DESTROYED, case_of, history, raw_events
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.tags import tag
from tocsin.record.verify import verify
from tocsin.store import bodies, replay

SECRET = b"EXAMPLE nobody will attack the Hall of Mirrors"
WORDS = "Hall of Mirrors"


@pytest.fixture
def destroyed(road):
    """A road whose case was closed and then destroyed."""
    road.receives(content=SECRET, title=WORDS)
    road.does(ANNA, c.NameVictim, name=WORDS, kind=VictimKind.PLACE)
    road.does(ANNA, c.RecordFindings, victim_id="v1", findings=not_owed())
    road.does(
        BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.NO_DUTY, reason="no threat"
    )
    road.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    road.does(BEN, c.ProposeClosing, reason="done")
    road.does(CARLA, c.ConfirmClosing, proposal_id="p2")
    with road.app.store.read() as db:
        kept = "SELECT wrapped FROM record_key UNION ALL SELECT wrapped FROM report_key"
        keys = [bytes(key) for key in db.execute(text(kept)).scalars()]
    road.does(BEN, c.ProposeDestruction, authority="EXAMPLE Records Act", reason="ten years")
    road.does(CARLA, c.ConfirmDestruction, proposal_id="p3")
    road.keys_before = keys
    return road


def test_neither_events_nor_reports_can_be_opened_any_more(destroyed):
    last = destroyed.case.tombstone.last_seq_destroyed
    kept = [record.case_seq for record in destroyed.rows() if record.body is not None]
    assert kept == [last + 1, last + 2, last + 3]
    with destroyed.app.store.read() as db:
        assert bodies.body(db, destroyed.app.vault, hashlib.sha256(SECRET).hexdigest()) is None
        keys = db.execute(text("SELECT position FROM record_key")).scalars().all()
    assert len(keys) == 3
    said = str(raw_events(destroyed.app, destroyed.case_id, BEN))
    assert WORDS not in said
    assert "EXAMPLE Records Act" in said


def test_the_views_forget_it_and_a_rebuild_makes_the_same_views(destroyed):
    before = dumped(destroyed.app)
    assert WORDS.encode() not in before
    assert destroyed.case_id.encode() in before
    rebuild(destroyed.app)
    assert dumped(destroyed.app) == before


def test_the_log_still_verifies_and_the_export_says_what_is_gone(destroyed):
    assert examine(destroyed.app).complaints == ()
    report = verify(
        export_case(destroyed.app, destroyed.case_id, BEN), keys=log_keys(destroyed.app)
    )
    assert report.faults == ()
    assert (report.destroyed, report.events) == (report.events - 3, destroyed.case.seq)


def test_its_records_stay_under_its_tag(destroyed):
    with destroyed.app.store.write() as db:
        root = root_now(destroyed.app, db)
        pairs, _ = prover(db, root).prove(tag(destroyed.app.keys.tags, "case", destroyed.case_id))
    assert len(pairs) == destroyed.case.seq


def test_the_history_tells_who_destroyed_it_on_whose_authority(destroyed):
    told = [one.words for one in history(destroyed.app, destroyed.case_id, BEN)]
    assert told[0] == DESTROYED
    assert DESTROYED not in told[-3:]
    assert "EXAMPLE Records Act" in told[-1]


def test_a_process_that_knew_the_case_forgets_it_too(destroyed, opens):
    other = opens()
    assert destroyed.case == case_of(other, destroyed.case_id)
    with pytest.raises(Refusal) as refused:
        handle(other, c.RecordRemark(case_id=destroyed.case_id, words="on"), BEN)
    assert refused.value.code is Code.CASE_DESTROYED


def test_the_same_report_coming_again_opens_a_case_of_its_own(destroyed):
    again = receive(destroyed.app, received(content=SECRET), ANNA)
    assert (again.again, again.case_id != destroyed.case_id) == (False, True)


def test_a_sighting_found_while_it_was_destroyed_is_dropped_and_keeps_no_other_back(destroyed):
    late = c.RecordSighting(case_id=destroyed.case_id, watch_id="s1", report_id="R-1")
    assert handle(destroyed.app, late, SYSTEM) == destroyed.case


def dumped(app):
    with app.store.read() as db:
        return b"".join(replay.dump(db))


def test_no_key_and_no_title_is_left_in_the_files_of_the_database(destroyed):
    url = destroyed.app.store.url
    if url.get_backend_name() == "sqlite":
        files = [Path(f"{url.database}{end}") for end in ("", "-wal", "-shm")]
        left = b"".join(file.read_bytes() for file in files if file.exists())
        assert WORDS.encode() not in left
        assert len(destroyed.keys_before) > 5
        assert not any(key in left for key in destroyed.keys_before)
    else:
        with destroyed.app.store.read() as db:
            dead = text("SELECT last_vacuum IS NOT NULL FROM pg_stat_all_tables WHERE relname = :n")
            assert db.execute(dead, {"n": "record_key"}).scalar_one()
