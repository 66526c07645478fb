"""What leaves the house to prove something tells no kind, no name, and no case from cover."""

from tests.builders import ADAM, INES
from tests.casework.road import VICTIM
from tests.casework.test_publishing import files
from tests.support.house import one_more_leaf
from tocsin.casework import log_keys, logbook, publishing, records
from tocsin.casework.auditing import audit
from tocsin.casework.searching import search
from tocsin.record.leaf import ZERO, decode
from tocsin.store import events


def test_no_leaf_shows_whether_it_is_a_cases_or_the_houses_or_cover(road):
    road.found()
    search(road.app, INES, kind="subject", texts=[VICTIM], reason="EXAMPLE")
    one_more_leaf(road.app)
    with road.app.store.read() as db:
        leaves = [decode(bytes(row.leaf)) for row in events.all_events(db, 0, 1_000)]
    for each in ("tags", "body", "policy"):
        hashes = [getattr(leaf, each) for leaf in leaves]
        assert len(set(hashes)) == len(hashes) > 10
        assert ZERO not in hashes


def test_a_proof_that_opens_nothing_is_as_long_for_every_kind_of_record(road):
    road.found()
    one_more_leaf(road.app)
    logbook.sign(road.app)
    with road.app.store.read() as db:
        last = events.last_position(db)
    extras = [
        next(line for line in logbook.proof_at(road.app, at).splitlines() if line[:5] == "extra")
        for at in range(1, last + 1)
    ]
    assert len(set(map(len, extras))) == 1


def test_a_published_log_names_nobody(road, tmp_path):
    road.found()
    log_keys.rotate(road.app, ADAM, "EXAMPLE yearly")
    publishing.publish(road.app, tmp_path / "log")
    whole = b"".join(files(tmp_path / "log").values())
    assert b"EXAMPLE yearly" in whole
    for told in (ADAM.actor_id, ADAM.named, VICTIM, road.case_id):
        assert told.encode() not in whole


def test_zeros_stand_for_tags_only_in_leaves_from_before_there_was_a_map(road, monkeypatch):
    def untagged():
        with monkeypatch.context() as patched:
            patched.setattr(records, "commit_tags", lambda _tags, _seed: ZERO)
            one_more_leaf(road.app)

    def faults():
        return [fault.index for fault in audit(road.app, INES, texts=(), reason="EXAMPLE").faults]

    untagged()
    road.found()
    assert faults() == []
    with road.app.store.read() as db:
        last = events.last_position(db)
    untagged()
    assert faults() == [last]
