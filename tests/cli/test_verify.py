"""Whoever has a log's folder or one of its files can verify it, with keys from elsewhere."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cli.conftest import Tocsin
from tests.record import builders, logbook
from tests.record.asking import Asked, a_book
from tests.record.logs import KEYS, ORIGIN, POLICY_TEXT, START_S, LogBuilder, a_log, a_proof
from tests.record.test_tally import Made
from tests.support.timestamp_authority import TimestampAuthority
from tocsin.cli.output import when
from tocsin.record.note import VerifierKey
from tocsin.record.timestamps import request
from tocsin.record.tlog_proof import spell

LOG = a_log(300, rotated=False)
PUBLISHED = LOG.published()
Keep = Callable[..., str]


@pytest.fixture(autouse=True)
def _nothing_else(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that nobody could read, so that nothing reads them."""
    monkeypatch.setenv("TOCSIN_NONSENSE", "1")


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    def kept(name: str, content: bytes | str) -> str:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return kept


@pytest.fixture
def log(tmp_path: Path) -> Path:
    folder = tmp_path / "log"
    for path, data in PUBLISHED.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def lines(keys: Iterable[VerifierKey] = KEYS) -> str:
    return "".join(f"{key.text}\n" for key in keys)


@pytest.fixture
def key(keep: Keep) -> str:
    return keep("log.keys", f"# by courier\n\n{lines()}")


def test_a_whole_log_verifies(tocsin: Tocsin, log: Path, key: str, keep: Keep) -> None:
    told = tocsin("verify", str(log), "--key", key, "--policy", keep("policy", POLICY_TEXT))
    assert told.status == 0, told.out
    assert f"Verified: log {ORIGIN}, 300 leaves in " in told.out
    assert "The policy's quorum of witnesses is met." in told.out
    assert "timestamps were not judged: give --tsa" in told.out
    report = tocsin("verify", str(log), "--key", key, "--json").json
    assert (report["kind"], report["verdict"], report["quorum"]) == ("log", "verified", "not-asked")
    assert report["root"] == LOG.root.hex()


def test_a_tampered_log_names_its_first_wrong_leaf(tocsin: Tocsin, log: Path, key: str) -> None:
    entries = log / "tile/entries/000"
    data = bytearray(entries.read_bytes())
    data[386 * 42 + 200] ^= 1
    entries.write_bytes(data)
    told = tocsin("verify", str(log), "--key", key)
    assert told.status == 1
    assert told.out.startswith("Leaf 42 was changed")
    assert "[leaf-changed]" in told.out
    assert tocsin("verify", str(log), "--key", key, "--json").json["faults"][0]["leaf"] == 42


def test_keys_may_be_given_one_by_one_as_text(tocsin: Tocsin, log: Path) -> None:
    given = [part for key in KEYS for part in ("--key", key.text)]
    assert tocsin("verify", str(log), *given).status == 0
    assert tocsin("verify", str(log), "--key", lines()).status == 0


@pytest.mark.parametrize("option", ["--key", "--policy", "--tsa", "--since"])
@pytest.mark.parametrize("linked", [False, True])
def test_what_lies_beside_the_log_does_not_vouch_for_it(
    tocsin: Tocsin, log: Path, key: str, option: str, linked: bool
) -> None:
    beside = log / "key"
    if linked:
        beside.symlink_to(key)
    else:
        beside.write_text(lines())
    told = tocsin("verify", str(log), "--key", key, option, str(beside))
    assert told.status == 2
    assert "inside the log's folder" in told.err


def test_a_log_is_not_verified_without_a_key_of_its_own(
    tocsin: Tocsin, log: Path, keep: Keep
) -> None:
    assert "no key of the log was given" in tocsin("verify", str(log)).err
    in_policy = keep("policy", "".join(f"log {key.text}\n" for key in KEYS) + "quorum none\n")
    assert tocsin("verify", str(log), "--policy", in_policy).status == 0
    told = tocsin("verify", str(log), "--key", lines(logbook.KEYS))
    assert (told.status, "[key-unknown]" in told.out) == (1, True)


def test_the_log_must_only_have_added_to_what_was_saved(
    tocsin: Tocsin, log: Path, key: str, keep: Keep
) -> None:
    early = keep("early", PUBLISHED.files["witnessed/170"])
    late = keep("late", PUBLISHED.files["checkpoint"])
    told = tocsin("verify", str(log), "--key", key, "--since", early, "--since", late)
    assert "The log only added to 2 saved checkpoints." in told.out
    other = LogBuilder()
    other.fill(200)
    other.checkpoint()
    saved = keep("other", other.files["checkpoint"])
    told = tocsin("verify", str(log), "--key", key, "--since", saved)
    assert (told.status, "rewritten before leaf 200" in told.out) == (1, True)
    assert "not a signed checkpoint" in tocsin("verify", str(log), "--key", key, "--since", key).err
    assert tocsin("verify", late, "--key", key, "--since", early).status == 2


def test_timestamps_are_judged_by_the_authority_that_was_given(
    tocsin: Tocsin, log: Path, key: str, keep: Keep
) -> None:
    seen = datetime.fromtimestamp(START_S + 170, UTC)
    authority = TimestampAuthority(clock=lambda: seen)
    text = PUBLISHED.files["anchors/170"].partition(b"\n\n")[0] + b"\n"
    (log / "anchors/170.tsr").write_bytes(authority.respond(request(text, nonce=7)))
    pem = keep("tsa.pem", authority.root.public_bytes(Encoding.PEM))
    told = tocsin("verify", str(log), "--key", key, "--tsa", pem)
    assert (told.status, f"there by {when(seen)}" in told.out) == (0, True)
    other = keep("other.pem", TimestampAuthority().root.public_bytes(Encoding.PEM))
    assert "[anchor-wrong]" in tocsin("verify", str(log), "--key", key, "--tsa", other).out
    assert "no certificate" in tocsin("verify", str(log), "--key", key, "--tsa", key).err


def test_a_pipe_or_a_folder_among_the_files_is_a_missing_file(
    tocsin: Tocsin, log: Path, key: str
) -> None:
    for name in ("tile/entries/000", "tile/0/000"):
        (log / name).unlink()
    os.mkfifo(log / "tile/entries/000")
    (log / "tile/0/000").mkdir()
    told = tocsin("verify", str(log), "--key", key)
    assert "tile/entries/000 is missing. [missing]" in told.out
    assert "tile/0/000 is missing. [missing]" in told.out


def test_folders_in_place_of_files_use_up_no_descriptors(
    tocsin: Tocsin, log: Path, key: str
) -> None:
    for number in range(1, 40):
        (log / "tile/0/000.p" / str(number)).mkdir(parents=True)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert tocsin("verify", str(log), "--key", key).status == 1
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_one_record_verifies_and_shows_what_it_shows(tocsin: Tocsin, key: str, keep: Keep) -> None:
    proof = spell(a_proof(LOG, 0, ["place"]))
    told = tocsin("verify", keep("one.tlog-proof", proof), "--key", key)
    assert told.status == 0, told.out
    assert "place: a bridge\n2 of its fields are not shown." in told.out
    moved = tocsin("verify", "-", "--key", key, given=proof.replace("index 0", "index 1").encode())
    assert (moved.status, "[leaf-changed]" in moved.out) == (1, True)


def test_a_checkpoint_verifies_by_itself(tocsin: Tocsin, key: str, keep: Keep) -> None:
    note, policy = keep("saved", PUBLISHED.files["checkpoint"]), keep("policy", POLICY_TEXT)
    told = tocsin("verify", note, "--key", key, "--policy", policy)
    assert (told.status, "300 leaves" in told.out) == (0, True)
    early = PUBLISHED.files["checkpoint"].replace(b"\n300\n", b"\n301\n")
    assert tocsin("verify", "-", "--key", key, given=early).status == 1


def test_an_export_verifies_with_and_without_a_key(tocsin: Tocsin, keep: Keep) -> None:
    file = keep("case.json", builders.an_export())
    alone = tocsin("verify", file)
    assert (alone.status, "not checked" in alone.out) == (0, True)
    known = tocsin("verify", file, "--key", lines(builders.KEYS))
    assert "The signature is the house's." in known.out
    assert "All of them stand in the log " in known.out
    assert tocsin("verify", "-", given=b"{}").status == 1


def test_answers_and_tallies_verify(tocsin: Tocsin, keep: Keep) -> None:
    given = lines(logbook.KEYS)
    answer = keep("answer.json", Asked(a_book()).answer())
    told = tocsin("verify", answer, "--key", given)
    assert (told.status, "all that stand under the tags" in told.out) == (0, True)
    tally = Made().file()
    told = tocsin("verify", keep("tally.json", tally), "--key", given)
    counted = "Verified: 7 duties in 2024Q1, and 0 in exercises."
    assert (told.status, counted in told.out) == (0, True)
    assert tocsin("verify", answer, "--key", lines(), "--json").json["verdict"] == "faults"
    assert tocsin("verify", answer).status == 2


@pytest.mark.parametrize("key", ["nowhere", "tocsin-log-key+00000000+AAAA", "x" * 5_000])
def test_a_wrong_key_is_refused(tocsin: Tocsin, log: Path, key: str) -> None:
    assert "[export-invalid]" in tocsin("verify", str(log), "--key", key).err
