"""golang.org/x/mod/sumdb, by which Go trusts its checksum database, judges log and proofs."""

import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from tests.builders import ADAM
from tests.interop.published import COSIGNED, KEPT, OLD_SIZE, SAMPLED, SIZE, Claim
from tests.interop.twins import FOLDER_TWINS, TWINS, flipped
from tests.support.house import Hands, a_house, one_more_leaf
from tocsin.casework import log_keys
from tocsin.casework.publishing import publish
from tocsin.record import merkle
from tocsin.record.tlog_proof import spell


def files(folder: Path, **contents: str | bytes) -> list[Path]:
    """These contents in files of their own."""
    for name, content in contents.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def ask(sumdb, folder: Path, claim: Claim):
    proof, leaf = files(folder, proof=spell(claim.proof), leaf=claim.leaf)
    return sumdb("proof", proof, claim.key.text, leaf)


def a_copy(folder: Path, to: Path) -> Path:
    return shutil.copytree(folder, to / "log")


def growth(proof: list[bytes] | tuple[bytes, ...]) -> str:
    return "".join(f"{b64encode(node).decode()}\n" for node in proof)


@pytest.mark.parametrize("size", KEPT)
def test_go_proves_every_entry_and_the_growth_from_the_published_tiles(log, sumdb, tmp_path, size):
    (kept,) = files(tmp_path, kept=log.kept[size])
    assert sumdb("log", log.folder, log.key.text, kept).accepts


@pytest.mark.parametrize("size", KEPT)
def test_go_finds_every_file_that_an_older_checkpoint_speaks_for(log, sumdb, tmp_path, size):
    folder = a_copy(log.folder, tmp_path)
    (folder / "checkpoint").write_text(log.kept[size], "utf-8")
    assert sumdb("log", folder, log.key.text).accepts


@pytest.mark.parametrize("size", [COSIGNED, SIZE])
def test_go_finds_every_file_that_a_witnessed_checkpoint_speaks_for(log, sumdb, tmp_path, size):
    folder = a_copy(log.folder, tmp_path)
    shutil.copy(folder / f"witnessed/{size}", folder / "checkpoint")
    assert sumdb("log", folder, log.key.text).accepts


@pytest.mark.parametrize("index", SAMPLED)
def test_go_accepts_a_records_proof(log, sumdb, tmp_path, index):
    assert ask(sumdb, tmp_path, log.claim(index)).accepts


@pytest.mark.parametrize("twin", TWINS)
def test_go_refuses_a_tampered_proof(log, sumdb, tmp_path, twin):
    assert ask(sumdb, tmp_path, TWINS[twin](log, log.claim(640))).why


@pytest.mark.parametrize("twin", FOLDER_TWINS)
def test_go_refuses_a_tampered_log(log, sumdb, tmp_path, twin):
    folder = a_copy(log.folder, tmp_path)
    assert sumdb("log", folder, log.key.text).accepts
    FOLDER_TWINS[twin](log, folder)
    assert sumdb("log", folder, log.key.text).why


@pytest.mark.parametrize("size", KEPT)
def test_go_accepts_the_proof_that_the_log_only_grew(log, sumdb, tmp_path, size):
    kept, newest, proof = files(
        tmp_path, kept=log.kept[size], newest=log.newest, proof=growth(log.growth[size])
    )
    assert sumdb("growth", kept, newest, log.key.text, proof).accepts


def test_go_refuses_a_tampered_proof_of_growth(log, sumdb, tmp_path):
    first, *rest = log.growth[OLD_SIZE]
    old_root = merkle.root(log.hashes[:OLD_SIZE])
    honest, bent, short, kept, newest, resized = files(
        tmp_path,
        honest=growth([first, *rest]),
        bent=growth([flipped(first), *rest]),
        short=growth(rest),
        kept=log.kept[OLD_SIZE],
        newest=log.newest,
        resized=log.signed(OLD_SIZE + 1, old_root),
    )
    key = log.key.text
    assert sumdb("growth", kept, newest, key, honest).accepts
    assert sumdb("growth", kept, newest, key, bent).why
    assert sumdb("growth", kept, newest, key, short).why
    assert sumdb("growth", newest, kept, key, honest).why
    assert sumdb("growth", resized, newest, key, honest).why


@pytest.mark.parametrize("changed", [0, OLD_SIZE - 1])
def test_go_refuses_history_rewritten_with_the_logs_own_keys(log, sumdb, tmp_path, changed):
    leaves = list(log.leaves)
    leaves[changed] = flipped(leaves[changed], 100)
    hashes = log.write_anew(tmp_path / "anew", leaves)
    kept, proof = files(
        tmp_path, kept=log.kept[OLD_SIZE], proof=growth(merkle.prove_consistency(hashes, OLD_SIZE))
    )
    newest = tmp_path / "anew/checkpoint"
    # By itself it is a log like any other; whoever kept an older checkpoint knows better.
    assert sumdb("log", tmp_path / "anew", log.key.text).accepts
    assert sumdb("log", tmp_path / "anew", log.key.text, kept).why
    assert sumdb("growth", kept, newest, log.key.text, proof).why


def test_go_accepts_a_log_that_was_rewritten_only_after_the_kept_checkpoint(log, sumdb, tmp_path):
    leaves = [*log.leaves[:OLD_SIZE], *log.leaves[OLD_SIZE : SIZE - 1][::-1]]
    log.write_anew(tmp_path / "anew", leaves)
    (kept,) = files(tmp_path, kept=log.kept[OLD_SIZE])
    assert sumdb("log", tmp_path / "anew", log.key.text, kept).accepts


def test_go_knows_the_log_by_its_old_keys_and_by_its_new_until_the_old_retire(sumdb, tmp_path):
    app = a_house(f"sqlite:///{tmp_path / 'tocsin.db'}", tmp_path, clock=(clock := Hands()))
    with app.store.read() as db:
        old, _ = log_keys.verifier_keys(db)
    new = log_keys.rotate(app, ADAM, "A year has passed.").newest[0].verifier_key
    publish(app, tmp_path / "log")
    assert sumdb("log", tmp_path / "log", old.text).accepts
    assert sumdb("log", tmp_path / "log", new.text).accepts
    clock.advance(log_keys.OVERLAP)
    one_more_leaf(app)
    publish(app, tmp_path / "log")
    assert sumdb("log", tmp_path / "log", old.text).why
    assert sumdb("log", tmp_path / "log", new.text).accepts
    app.close()
