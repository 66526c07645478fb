"""The log as files: everybody's tools read them, and only what is new is ever written."""

import pytest

from tests.builders import ADAM, ANNA, BEN, INES
from tests.support.house import a_house, log_keys
from tests.support.timestamp_authority import TimestampAuthority
from tests.support.witnesses import a_witness, trusting
from tocsin.casework import ledger, logbook, publishing, rounds
from tocsin.casework.witnessing import ask_all
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.checkpoint import read
from tocsin.record.log_faults import Quorum
from tocsin.record.tiles import tiles_of
from tocsin.record.timestamps import verify_token
from tocsin.record.verify_log import verify_log


def found_in(folder, keys, **more):
    """What a verifier finds who has the folder and, from elsewhere, the keys."""

    def names(under):
        return [one.name for one in (folder / under).iterdir()] if (folder / under).is_dir() else []

    def read_file(path):
        return (folder / path).read_bytes() if (folder / path).is_file() else None

    return verify_log(read_file, names, keys=keys, **more)


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def grow(app, by):
    with app.store.write() as db:
        for _ in range(by):
            ledger.cover(app, db, app.clock())


def test_what_is_published_verifies_from_elsewhere(road, tmp_path):
    road.planned()
    grow(road.app, 260)
    done = publishing.publish(road.app, tmp_path / "log")
    report = found_in(tmp_path / "log", log_keys(road.app))
    assert report.faults == ()
    assert report.leaves == report.size == done.size > 260


def test_a_second_publication_writes_only_what_is_new(road, tmp_path):
    road.receives()
    grow(road.app, 300)
    first = publishing.publish(road.app, tmp_path / "log")
    before = files(tmp_path / "log")
    assert first.files == len(before)
    assert publishing.publish(road.app, tmp_path / "log").files == 0
    assert files(tmp_path / "log") == before
    road.does(BEN, c.RecordRemark, words="more")
    second = publishing.publish(road.app, tmp_path / "log")
    after = files(tmp_path / "log")
    assert second.files == len(after) - len(before) + 1
    assert all(after[path] == before[path] for path in before if path != "checkpoint")
    assert found_in(tmp_path / "log", log_keys(road.app)).faults == ()


def test_witnessed_and_timestamped_checkpoints_lie_beside_the_log(opens, clock, tmp_path):
    folder = tmp_path / "log"
    with TimestampAuthority() as authority:
        app = opens(timestamp_url=authority.url, cover_every_s=0)
        with a_witness(tmp_path / "w", "court.example/w", app, clock) as court:
            app.trust = policy = trusting({"court": [court]}, 1)
            for _ in range(3):
                grow(app, 2)
                assert ask_all(app).is_met
            while rounds.work_once(app, rounds.LANE, "w"):
                pass
        publishing.publish(app, folder)
        root = authority.root
    assert sorted(one.name for one in (folder / "witnessed").iterdir()) == ["2", "4", "6"]
    assert sorted(one.name for one in (folder / "anchors").iterdir()) == ["6", "6.tsr"]
    report = found_in(
        folder,
        log_keys(app),
        policy=policy,
        since=[read((folder / "witnessed" / "2").read_bytes())[0]],
        anchor_time=lambda token, message: verify_token(token, message, [root]),
    )
    assert (report.faults, report.quorum) == ((), Quorum.MET)
    assert (report.witnessed, len(report.anchors), report.prefixes) == (3, 1, 1)


def test_a_line_that_came_late_is_added_to_what_was_published(app, clock, tmp_path):
    with (
        a_witness(tmp_path / "a", "a.example/w", app, clock) as early,
        a_witness(tmp_path / "b", "b.example/w", app, clock) as late,
    ):
        grow(app, 1)
        for seats in ({"early": [early]}, {"early": [early], "late": [late]}):
            app.trust = trusting(seats, len(seats))
            assert ask_all(app).is_met
            publishing.publish(app, tmp_path / "log")
    _, note = read((tmp_path / "log" / "witnessed" / "1").read_bytes())
    assert len(note.signatures) == 2 + 2 * 2


@pytest.mark.parametrize("there", ["another log", "no checkpoint"])
def test_another_logs_folder_is_left_alone(app, tmp_path, there):
    folder = tmp_path / "log"
    if there == "another log":
        other = a_house(f"sqlite:///{tmp_path / 'o.db'}", tmp_path / "o", log_origin="other/log")
        grow(other, 1)
        publishing.publish(other, folder)
        other.close()
    else:
        folder.mkdir()
        (folder / "checkpoint").write_text("my shopping")
    before = files(folder)
    grow(app, 2)
    with pytest.raises(Refusal) as refused:
        publishing.publish(app, folder)
    assert refused.value.code is Code.BAD_VALUE
    assert files(folder) == before


@pytest.mark.parametrize("records", [1, 3, 5])
def test_a_history_that_was_published_is_not_mixed_with_another(app, tmp_path, records):
    """As after a database was restored from a backup that is older than the publication."""
    folder = tmp_path / "log"
    origin = logbook.state(app).origin
    lost = a_house(f"sqlite:///{tmp_path / 'lost.db'}", tmp_path / "lost", log_origin=origin)
    grow(lost, 3)
    publishing.publish(lost, folder)
    lost.close()
    before = files(folder)
    grow(app, records)
    with pytest.raises(Refusal) as refused:
        publishing.publish(app, folder)
    assert refused.value.code is Code.RECORD_DAMAGED
    assert files(folder) == before


def test_a_folder_that_cannot_be_written_is_told(app, tmp_path):
    grow(app, 1)
    (tmp_path / "log").write_text("a file")
    with pytest.raises(Refusal, match=r"something else"):
        publishing.publish(app, tmp_path / "log")


def test_inspectors_and_administrators_publish_and_nobody_else(app, tmp_path):
    grow(app, 1)
    for by in (INES, ADAM):
        assert publishing.publish_as(app, by, tmp_path / "log").size == 1
    with pytest.raises(Refusal) as refused:
        publishing.publish_as(app, ANNA, tmp_path / "other")
    assert refused.value.code is Code.NOT_ALLOWED
    assert not (tmp_path / "other").exists()


def test_each_file_asked_for_alone_is_the_published_one(app, tmp_path):
    grow(app, 520)
    done = publishing.publish(app, tmp_path / "log")
    published = files(tmp_path / "log")
    paths = {tile.path for tile in tiles_of(done.size)}
    paths |= {tile.entries_path for tile in tiles_of(done.size) if tile.level == 0}
    assert paths | {"checkpoint"} == published.keys()
    assert {path: publishing.file_of(app, path) for path in published} == published


def test_a_file_asked_for_alone_signs_nothing_and_goes_no_further_than_what_is_signed(app):
    assert publishing.file_of(app, "checkpoint") is None
    grow(app, 3)
    logbook.sign(app)
    grow(app, 300)
    assert publishing.file_of(app, "tile/0/000.p/3")
    assert publishing.file_of(app, "tile/0/000.p/2"), "an older checkpoint's tile"
    beyond = ("0/000.p/4", "0/000", "entries/000.p/4", "1/000.p/1", "0/x999/x999/999", "63/000.p/1")
    for path in (*(f"tile/{one}" for one in beyond), "../house.key", "", "tile/0/0"):
        assert publishing.file_of(app, path) is None, path
    checkpoint, _ = read(publishing.file_of(app, "checkpoint"))
    assert checkpoint.size == 3
