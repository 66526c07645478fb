"""Whoever holds the database and the log's keys writes history anew: the witness tells on it."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from tests.builders import ANNA
from tests.casework.road import Road
from tests.support.house import Hands, a_house, log_keys
from tests.support.witnesses import Seat, a_witness, trusting
from tests.torture import work
from tocsin.app import App, build
from tocsin.casework import logbook
from tocsin.casework.witnessing import ask_all
from tocsin.domain import commands as c
from tocsin.record import chain, leaf
from tocsin.record.checkpoint import verified
from tocsin.settings import Settings
from tocsin.store import events, schema
from tocsin.store.events import EventRow

LEAVES, MORE = 40, 9
TURN = 23
"""A leaf in the midst of what was witnessed."""
FIRST = 17
"""The size that was witnessed first; then all of the leaves were."""

Rows = list[EventRow]
Rewrites = Callable[[App, Rows], Rows]


def anew(app: App, rows: Rows, case_id: str, words: str) -> Rows:
    """The rows with every leaf of a case made again, saying something else, in its own chain."""
    made, tail = [], leaf.ZERO
    for row in rows:
        if row.case_id != case_id:
            made.append(row)
            continue
        entry = chain.next_entry(
            position=0,
            case_id=case_id,
            case_pseudonym=leaf.case_pseudonym(app.keys.pseudonym, case_id),
            case_seq=row.case_seq,
            previous=tail,
            at_us=row.at_us,
            fields={"kind": "RemarkRecorded", "case_id": case_id, "words": words},
            seed=app.randomness(32),
            policy_pack=bytes.fromhex(app.policy.pack_hash),
            checkpoint=leaf.decode(bytes(row.leaf)).checkpoint,
        )
        tail = leaf.leaf_hash(entry.leaf)
        made.append(replace(row, leaf=entry.leaf, leaf_hash=tail))
    return made


def dropped(app: App, rows: Rows) -> Rows:
    return [*rows[:TURN], *rows[TURN + 1 :]]


def changed(app: App, rows: Rows) -> Rows:
    was = leaf.decode(bytes(rows[TURN].leaf))
    other = leaf.encode(replace(was, at_us=was.at_us - 3_600_000_000))
    row = replace(rows[TURN], leaf=other, leaf_hash=leaf.leaf_hash(other))
    return [*rows[:TURN], row, *rows[TURN + 1 :]]


def reordered(app: App, rows: Rows) -> Rows:
    return [*rows[:TURN], rows[TURN + 1], rows[TURN], *rows[TURN + 2 :]]


def truncated(app: App, rows: Rows) -> Rows:
    return rows[:TURN]


def forked(app: App, rows: Rows) -> Rows:
    """As it was when it was first witnessed, and then otherwise."""
    return rows[:FIRST]


def replaced(app: App, rows: Rows) -> Rows:
    (case_id,) = {row.case_id for row in rows if not row.case_id.startswith("~")}
    return anew(app, rows, case_id, "nothing to see")


REWRITES: dict[str, Rewrites] = {
    "a leaf dropped": dropped,
    "a leaf changed": changed,
    "two leaves reordered": reordered,
    "the tail cut off": truncated,
    "forked after a witnessed checkpoint": forked,
    "a case replaced": replaced,
}


def rewrite(app: App, rewrites: Rewrites) -> None:
    """Put other rows in place of all there are: tree, tiles and map are the ones over them."""
    with app.store.write() as db:
        rows = [
            replace(row, position=0, sealed=bytes(row.sealed))
            for row in events.all_events(db, 0, LEAVES + 1)
        ]
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in db.execute(triggers).scalars().all():
            db.exec_driver_sql(f"DROP TRIGGER {name}")
        for table in ("map_pair", "map_block", "tile", "checkpoint", "cosignature", "witnessed"):
            db.execute(delete(schema.truth.tables[table]))
        for table in (schema.record_key, schema.event):
            db.execute(delete(table))
        empty = {"position": 0, "frontier": b"", "witnessed_size": 0, "mapped": 0}
        db.execute(update(schema.head).values(witnessed=leaf.ZERO, **empty))
        events.append(db, events.lock_head(db), renumbered(rewrites(app, rows)))


def renumbered(rows: Sequence[EventRow]) -> Rows:
    """The rows with every stream counted from 1 again, for the table wants it so."""
    seqs: dict[str, int] = {}
    made = []
    for row in rows:
        seqs[row.case_id] = seqs.get(row.case_id, 0) + 1
        made.append(replace(row, case_seq=seqs[row.case_id]))
    return made


def grow(app: App, to: int) -> None:
    with app.store.write() as db:
        work.covers(app, db, to - events.last_position(db))


@dataclass(frozen=True, slots=True)
class Scene:
    """A house that was witnessed twice, at `FIRST` and at `LEAVES` leaves."""

    app: App
    seat: Seat

    @property
    def evidence(self) -> list[dict[str, str]]:
        return [
            json.loads(path.read_text()) for path in (self.seat.folder / "evidence").glob("*.json")
        ]

    def asked(self) -> set[str]:
        """What the witness says to the newest checkpoint; it never cosigns it."""
        done = ask_all(self.app)
        assert not done.is_met
        return {one.trouble for one in done.asked}


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> Path:
    """The database and the witness's folder as they were while everybody was honest."""
    folder, clock = tmp_path_factory.mktemp("honest"), Hands()
    app = a_house(f"sqlite:///{folder / 'tocsin.db'}", folder, clock=clock)
    road = Road(app=app, clock=clock)
    with a_witness(folder / "witness", "court.example/w", app, clock) as seat:
        app.trust = trusting({"court": [seat]}, 1)
        road.found()
        for size in (FIRST, LEAVES):
            grow(app, size - 1)
            road.does(ANNA, c.RecordRemark, words=f"size {size}")
            assert ask_all(app).is_met
    app.close()
    return folder


@pytest.fixture
def scene(honest, tmp_path):
    shutil.copytree(honest, tmp_path, dirs_exist_ok=True)
    clock = Hands()
    settings = Settings(
        data_dir=tmp_path / "house", database_url=f"sqlite:///{tmp_path / 'tocsin.db'}"
    )
    app = build(settings, clock=clock)
    with a_witness(tmp_path / "witness", "court.example/w", app, clock) as seat:
        app.trust = trusting({"court": [seat]}, 1)
        yield Scene(app, seat)
    app.close()


@pytest.mark.parametrize("size", [LEAVES, LEAVES + MORE], ids=["the same size", "grown on"])
@pytest.mark.parametrize("rewrites", REWRITES.values(), ids=REWRITES.keys())
def test_no_rewritten_history_is_cosigned_and_the_evidence_is_kept(scene, rewrites, size):
    rewrite(scene.app, rewrites)
    grow(scene.app, size)
    same_size = size == LEAVES
    for _ in range(2):
        assert scene.asked() == {logbook.TWO_HISTORIES if same_size else logbook.REWRITTEN}
    (piece,) = scene.evidence
    assert piece["finding"] == ("two-roots" if same_size else "growth-not-shown")
    told, kept = (
        verified(piece[which].encode(), log_keys(scene.app)) for which in ("refused", "cosigned")
    )
    assert (told.checkpoint.size, kept.checkpoint.size) == (size, LEAVES)
    (alarm,) = logbook.alarms(scene.app)
    assert "contradicts" in alarm


@pytest.mark.parametrize("rewrites", [truncated, forked])
def test_a_log_cut_back_is_refused_while_it_is_shorter_than_what_was_witnessed(scene, rewrites):
    rewrite(scene.app, rewrites)
    assert scene.asked() == {logbook.WENT_BACK}
    (alarm,) = logbook.alarms(scene.app)
    assert "contradicts" in alarm
    kept = scene.seat.witness.keep.latest(logbook.state(scene.app).origin)
    assert kept.checkpoint.size == LEAVES


def test_an_honest_log_goes_on_to_be_cosigned(scene):
    grow(scene.app, LEAVES + MORE)
    assert ask_all(scene.app).is_met
    assert scene.evidence == []
