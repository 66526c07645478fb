"""What a witness has cosigned it never takes back, whatever happens in between."""

import errno
import json
import os
from pathlib import Path

import pytest

from tests.support.small_log import AT_S, SmallLog
from tests.witness.conftest import FORK, LOG, Clock, ask
from tocsin.record import canonical
from tocsin.record.checkpoint import by_log, verified
from tocsin.record.note import MAX_NOTE_BYTES, KeyType
from tocsin.record.witnessing import cosignatures, read_reply
from tocsin.witness import keep as keeping
from tocsin.witness.cosigning import Witness
from tocsin.witness.folder import open_witness
from tocsin.witness.keep import EVIDENCE, STATE, log_id


def held_size(folder: Path) -> int:
    kept = open_witness(folder).keep.latest(LOG.origin)
    return kept.checkpoint.size if kept else 0


def pieces(folder: Path) -> list[dict[str, str]]:
    return [json.loads(path.read_bytes()) for path in sorted((folder / EVIDENCE).iterdir())]


def test_growth_is_cosigned_with_both_keys_at_the_witnesss_time(witness: Witness) -> None:
    for old, size in ((0, 1), (1, 5), (5, 5), (5, 40)):
        answer = ask(witness, LOG.body(old, size), Clock(AT_S + size))
        lines = read_reply(answer.body.encode())
        taken = cosignatures(lines, LOG.checkpoint(size), witness.keys, now_s=AT_S + size)
        assert (answer.status, len(taken)) == (200, 2)


def test_the_note_kept_carries_the_log_and_the_witness(witness: Witness, folder: Path) -> None:
    ask(witness, LOG.body(0, 5))
    kept = witness.keep.latest(LOG.origin)
    assert kept
    signed = verified(kept.note.encode(), [*LOG.keys, *witness.keys])
    assert len(by_log(signed)) == 2
    assert {each.key.type for each in signed.verified if each.key.name == witness.name} == {
        KeyType.ED25519_COSIGNATURE,
        KeyType.ML_DSA_44,
    }
    assert held_size(folder) == 5


def test_a_checkpoint_with_extension_lines_gets_the_one_cosignature_that_covers_them(
    witness: Witness, folder: Path
) -> None:
    body = b"old 0\n\n" + LOG.note(5, "an extension").encode()
    (line,) = read_reply(ask(witness, body).body.encode())
    assert line.key_id == witness.keys[0].id
    assert held_size(folder) == 5


def test_a_stale_size_is_answered_with_the_right_one(witness: Witness) -> None:
    ask(witness, LOG.body(0, 5))
    answer = ask(witness, LOG.body(3, 9))
    assert (answer.status, answer.body, answer.media_type) == (409, "5\n", "text/x.tlog.size")


@pytest.mark.parametrize(("size", "finding"), [(5, "two-roots"), (9, "growth-not-shown")])
def test_history_rewritten_with_the_logs_own_key_is_refused_and_both_notes_are_kept(
    witness: Witness, folder: Path, size: int, finding: str
) -> None:
    ask(witness, LOG.body(0, 5))
    answer = ask(witness, FORK.body(5, size), Clock(AT_S + 60))
    assert answer.status == (409 if size == 5 else 422)
    assert held_size(folder) == 5
    (piece,) = pieces(folder)
    assert (piece["finding"], piece["seen_at_s"]) == (finding, AT_S + 60)
    refused = verified(piece["refused"].encode(), LOG.keys)
    cosigned = verified(piece["cosigned"].encode(), [*LOG.keys, *witness.keys])
    assert refused.checkpoint == FORK.checkpoint(size)
    assert cosigned.checkpoint == LOG.checkpoint(5)
    assert len(piece["proof"]) == len(FORK.request(5, size).proof)


def test_evidence_is_canonical_and_kept_once_for_ever(witness: Witness, folder: Path) -> None:
    ask(witness, LOG.body(0, 5))
    ask(witness, FORK.body(5, 9))
    (path,) = (folder / EVIDENCE).iterdir()
    before = path.read_bytes()
    canonical.parse(before)
    garbled = FORK.request(5, 9).spelled.replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n", 1)
    assert ask(witness, garbled, Clock(AT_S + 9)).status == 422
    assert [one.read_bytes() for one in (folder / EVIDENCE).iterdir()] == [before]
    ask(witness, FORK.body(5, 10))
    assert len(pieces(folder)) == 2


def test_a_clock_behind_what_was_signed_signs_nothing(witness: Witness, folder: Path) -> None:
    ask(witness, LOG.body(0, 5), Clock(AT_S))
    assert ask(witness, LOG.body(5, 9), Clock(AT_S - 1)).status == 503
    assert held_size(folder) == 5
    assert ask(witness, LOG.body(5, 9), Clock(AT_S)).status == 200


def test_a_clock_behind_what_was_signed_for_another_log_signs_nothing(folder: Path) -> None:
    other = SmallLog(origin="other.example/log", seed=b"other")
    with (folder / "logs").open("a") as logs:
        logs.writelines(f"log {key.text}\n" for key in other.keys)
    assert ask(open_witness(folder), LOG.body(0, 5), Clock(AT_S)).status == 200
    assert ask(open_witness(folder), other.body(0, 5), Clock(AT_S - 1)).status == 503
    assert ask(open_witness(folder), other.body(0, 5), Clock(AT_S)).status == 200


@pytest.mark.parametrize("damage", [b"", b"\n", None, LOG.note(5).encode()])
def test_a_damaged_state_stops_the_witness_instead_of_starting_again(
    witness: Witness, folder: Path, damage: bytes | None
) -> None:
    ask(witness, LOG.body(0, 5))
    path = folder / STATE / log_id(LOG.origin)
    path.write_bytes(path.read_bytes()[:-9] if damage is None else damage)
    for body in (LOG.body(5, 9), LOG.body(0, 9), FORK.body(0, 9)):
        assert ask(witness, body).status == 503


def test_the_state_of_another_log_is_damage(witness: Witness, folder: Path) -> None:
    ask(witness, LOG.body(0, 5))
    state = folder / STATE
    (state / log_id(LOG.origin)).rename(state / log_id("other.example/log"))
    assert ask(witness, LOG.body(0, 5)).status == 503


def test_a_state_folder_that_is_gone_is_damage(witness: Witness, folder: Path) -> None:
    ask(witness, LOG.body(0, 5))
    (folder / STATE / log_id(LOG.origin)).unlink()
    (folder / STATE).rmdir()
    assert ask(witness, LOG.body(0, 5)).status == 503


@pytest.mark.parametrize("body", [LOG.body(5, 9), FORK.body(5, 9)], ids=["growth", "evidence"])
def test_on_a_full_disk_nothing_is_cosigned_and_nothing_is_lost(
    witness: Witness, folder: Path, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(witness, LOG.body(0, 5))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        answer = ask(witness, body)
    assert (answer.status, "—" in answer.body) == (503, False)
    assert held_size(folder) == 5
    assert ask(witness, LOG.body(5, 9)).status == 200


def test_what_a_crash_left_half_written_is_never_taken_for_a_state(
    witness: Witness, folder: Path
) -> None:
    ask(witness, LOG.body(0, 5))
    ask(witness, FORK.body(5, 9))
    (evidence,) = (folder / EVIDENCE).iterdir()
    before = evidence.read_bytes()
    # As after a crash between giving a piece its name and taking away its first one.
    (folder / EVIDENCE / ".new").hardlink_to(evidence)
    (folder / STATE / ".new").write_bytes(b"half")
    ask(witness, FORK.body(5, 10))
    assert evidence.read_bytes() == before
    assert ask(open_witness(folder), LOG.body(5, 9)).status == 200
    assert open_witness(folder).keep.evidence() == 2


def test_everything_a_witness_keeps_is_its_owners_alone(witness: Witness, folder: Path) -> None:
    ask(witness, LOG.body(0, 5))
    ask(witness, FORK.body(5, 9))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 6
    assert {path.stat().st_mode & 0o077 for path in files if path.name != "logs"} == {0}
    assert keeping.log_id(LOG.origin) in {path.name for path in files}


def test_a_checkpoint_so_long_that_no_cosignature_fits_is_no_request(
    witness: Witness, folder: Path
) -> None:
    body = b"old 0\n\n" + LOG.note(5, "x" * (MAX_NOTE_BYTES - 1_000)).encode()
    assert ask(witness, body).status == 400
    assert held_size(folder) == 0


def test_a_log_that_contradicts_itself_without_end_does_not_fill_the_disk(
    witness: Witness, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(witness, LOG.body(0, 5))
    ask(witness, FORK.body(5, 6))
    piece = max(path.stat().st_size for path in (folder / EVIDENCE).iterdir())
    monkeypatch.setattr(keeping, "MOST_EVIDENCE_BYTES", 8 * piece)
    for size in range(7, 20):
        assert ask(witness, FORK.body(5, size)).status == 422
    assert 2 < len(pieces(folder)) < 8
    assert ask(witness, FORK.body(5, 5)).status == 409  # two roots are proof: room is kept for them
    assert sum(one["finding"] == "two-roots" for one in pieces(folder)) == 1
    assert ask(witness, LOG.body(5, 9)).status == 200


def test_one_logs_evidence_leaves_room_for_anothers(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = [SmallLog(origin="b.example/log", seed=b"b", rewritten_at=at) for at in (None, 3)]
    with (folder / "logs").open("a") as logs:
        logs.writelines(f"log {key.text}\n" for key in other[0].keys)
    witness = open_witness(folder)
    for log, fork in ((LOG, FORK), other):
        ask(witness, log.body(0, 5))
        ask(witness, fork.body(5, 9))
        monkeypatch.setattr(keeping, "MOST_EVIDENCE_BYTES", 30_000)
    assert {one["origin"] for one in pieces(folder)} == {LOG.origin, "b.example/log"}
