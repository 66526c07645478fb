"""A witness is founded once, and starts only if all it has is in order."""

import hmac
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.small_log import SmallLog, policy
from tests.witness.conftest import LOG, NAME, SEED, a_folder, ask
from tocsin.domain.refusal import Code, Refusal
from tocsin.witness.folder import found, is_founded, open_witness
from tocsin.witness.keep import STATE, log_id


def test_it_has_two_keys_of_its_own_derived_from_one_seed(folder: Path) -> None:
    first, second = open_witness(folder).keys
    secret = hmac.digest(SEED, b"tocsin/witness/ed25519/1\0", "sha256")
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    assert first.key == public.public_bytes_raw()
    assert (first.name, second.name) == (NAME, NAME)
    assert (first.type, second.type) == (4, 6)


def test_founding_again_changes_nothing(folder: Path) -> None:
    before = open_witness(folder).keys
    found(folder, "another.example", bytes(32))
    assert open_witness(folder).keys == before
    assert open_witness(folder).logs == {LOG.origin: LOG.keys}


def test_the_key_is_its_owners_alone(folder: Path) -> None:
    assert (folder / "witness.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "witness.key").read_text() == SEED.hex() + "\n"


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "é" * 200])
def test_a_name_that_no_key_can_have_makes_no_witness(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        found(tmp_path / "w", name, SEED)
    assert refused.value.code is Code.SETTINGS_INVALID
    assert not is_founded(tmp_path / "w")


def test_a_log_that_rotates_its_keys_is_known_by_all_of_them(tmp_path: Path) -> None:
    after = SmallLog(seed=b"new keys")
    other = SmallLog(origin="other.example/log", seed=b"other")
    witness = open_witness(a_folder(tmp_path / "w", LOG, after, other))
    assert witness.logs == {LOG.origin: LOG.keys + after.keys, other.origin: other.keys}
    assert ask(witness, LOG.body(0, 5)).status == 200
    assert ask(witness, after.body(5, 9)).status == 200


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("witness.key", ""),
        ("witness.key", SEED.hex().upper()),
        ("witness.key", SEED.hex()[:-2]),
        ("name", "two words"),
        ("logs", "log nonsense\n"),
        ("logs", f"log {LOG.keys[0].text}\nlog {LOG.keys[0].text}\n"),
        ("logs", "quorum none\n"),
    ],
)
def test_a_file_that_is_not_in_order_is_named(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(Refusal, match=file):
        open_witness(folder)


@pytest.mark.parametrize("file", ["witness.key", "name", "logs"])
def test_a_file_that_is_gone_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(Refusal, match=f"{file} cannot be read"):
        open_witness(folder)


def test_a_key_that_others_can_read_is_not_used(folder: Path) -> None:
    (folder / "witness.key").chmod(0o640)
    with pytest.raises(Refusal, match="chmod 600"):
        open_witness(folder)


def test_it_does_not_start_with_a_state_that_it_did_not_sign(folder: Path) -> None:
    ask(open_witness(folder), LOG.body(0, 5))
    path = folder / STATE / log_id(LOG.origin)
    path.write_bytes(path.read_bytes().replace(b"\n5\n", b"\n4\n", 1))
    with pytest.raises(Refusal, match="Do not delete it"):
        open_witness(folder)
    shutil.rmtree(folder / STATE)
    with pytest.raises(Refusal, match="folder of states is gone"):
        open_witness(folder)


def test_policy_lines_are_what_a_witness_reads(folder: Path) -> None:
    (folder / "logs").write_text(f"# ours\n\n  {policy(LOG)}")
    assert open_witness(folder).logs == {LOG.origin: LOG.keys}
