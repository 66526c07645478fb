from sqlalchemy import text

from tests.builders import ANNA, BEN
from tests.casework.road import received
from tocsin.casework import completeness
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.domain import commands as c
from tocsin.record import prefix_map
from tocsin.record.prefix_map import verify_prefix
from tocsin.record.tags import tag
from tocsin.store import events, tagged


def rooted(app, **how):
    with app.store.write() as db:
        return completeness.root_now(app, db, **how)


def kept(app, covered):
    with app.store.read() as db:
        return tagged.StoredBlocks(db, covered).pairs(b"")


def test_the_root_kept_up_step_by_step_is_the_root_over_all_pairs(road):
    for step in (road.receives, road.found, road.planned):
        step()
        root = rooted(road.app)
        pairs = kept(road.app, root.covered)
        assert (root.root, root.pairs) == (prefix_map.root(pairs), len(pairs))
    with road.app.store.read() as db:
        assert completeness.newest_root(road.app, db) == root


def test_a_root_is_put_on_the_record_only_where_there_is_something_new(road):
    assert rooted(road.app) is None
    road.receives()
    first = rooted(road.app)
    assert rooted(road.app) == first
    handle(road.app, c.RecordRemark(case_id=road.case_id, words="on"), BEN)
    second = rooted(road.app, covering_all=False)
    assert second.index > first.index
    assert rooted(road.app, covering_all=False) == second


def test_all_records_of_a_case_stand_under_its_tag_and_no_other(road):
    road.found()
    other = receive(road.app, received(content=b"EXAMPLE other"), ANNA).case_id
    root = rooted(road.app)
    with road.app.store.read() as db:
        for case_id in (road.case_id, other, "C-NONE"):
            wanted = tag(road.app.keys.tags, "case", case_id)
            pairs, proof = completeness.prover(db, root).prove(wanted)
            assert verify_prefix(root.root, wanted, pairs, proof)
            rows = events.case_events(db, case_id)
            assert [pair.value for pair in pairs] == [row.leaf_hash for row in rows]
            assert not verify_prefix(root.root, wanted, pairs[1:], proof) or not pairs


def test_what_came_after_the_root_is_not_in_its_proofs(road):
    road.receives()
    root = rooted(road.app)
    road.found()
    with road.app.store.read() as db:
        wanted = tag(road.app.keys.tags, "case", road.case_id)
        pairs, proof = completeness.prover(db, root).prove(wanted)
    assert verify_prefix(root.root, wanted, pairs, proof)
    assert len(pairs) < len(road.rows())


def test_a_map_built_anew_from_the_bodies_is_the_same(road, opens):
    road.planned()
    root = rooted(road.app)
    before = kept(road.app, root.covered)
    with road.app.store.write() as db:
        db.execute(text("DELETE FROM map_block"))
        db.execute(text("DELETE FROM map_pair"))
    again = opens()  # a house opened without its map builds it
    assert kept(again, root.covered) == before
    with again.store.read() as db:
        assert completeness.prover(db, root).root() == root.root
