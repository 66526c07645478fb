"""The log on the command line: its standing, its files, its proofs, its witnesses, its keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin
from tests.support.serving import serving
from tocsin.record import trust
from tocsin.witness.folder import LOGS, found, open_witness
from tocsin.witness.server import create


@pytest.fixture
def recorded(tocsin: Tocsin, tokens: dict[str, str]) -> dict[str, str]:
    """A house with a case on its record; the tokens of its officers."""
    tocsin("receive", "-", "--acquired-now", given=b"EXAMPLE.", token=tokens["analyst"])
    tocsin("enrol", "adam", "--name", "A", "--unit", "Watch", "--roles", "administrator")
    return {**tokens, "administrator": tocsin("token", "adam", "--json").json["token"]}


@contextmanager
def witnessed(tocsin: Tocsin, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A witness set up as the handbook says, and the house told of it."""
    found(folder / "w", "court.example/w", bytes(32))
    (folder / "w" / LOGS).write_text(
        "".join(f"log {one['key']}\n" for one in tocsin("key", "--json").json["keys"])
    )
    here = open_witness(folder / "w")
    with serving(create(here, lambda: int(datetime.now(UTC).timestamp()))) as url:
        lines = [f"witness w{n} {key.text} {url}" for n, key in enumerate(here.keys)]
        policy = "\n".join([*lines, "group court any w0 w1", "quorum court"])
        (folder / "policy").write_text(policy)
        monkeypatch.setenv("TOCSIN_TRUST_POLICY", str(folder / "policy"))
        yield


def test_the_standing_is_told_in_words_and_as_json(
    tocsin: Tocsin, recorded: dict[str, str]
) -> None:
    told = tocsin("log", "status")
    assert told.status == 0
    assert "No witness is asked" in told.out
    plain = tocsin("log", "status", "--json").json
    assert plain["size"] > 0
    assert (plain["is_watched"], plain["is_alarming"], plain["unwitnessed"]) == (False, False, None)
    assert len(bytes.fromhex(plain["root"])) == 32


def test_a_round_is_asked_by_hand_and_the_standing_tells_who_follows(
    tocsin: Tocsin, recorded: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tocsin("log", "witness").status == 2
    with witnessed(tocsin, tmp_path, monkeypatch):
        asked = tocsin("log", "witness")
        assert (asked.status, "The quorum is met" in asked.out) == (0, True)
        assert "w0, w1 (http://127.0.0.1:" in tocsin("log", "status").out
    gone = tocsin("log", "witness", "--json")
    assert (gone.status, gone.json["is_met"]) == (0, True), "its lines over this size are kept"
    assert gone.json["asked"][0]["trouble"] == "it was not reached: unreachable"
    tocsin("receive", "-", "--acquired-now", given=b"EXAMPLE 2.", token=recorded["analyst"])
    assert tocsin("log", "witness").status == 1
    standing = tocsin("log", "status")
    assert standing.status == 0, "not yet: it may take an hour"
    assert "Trouble: it was not reached" in standing.out


def test_a_contradiction_is_an_alarm_and_an_exit_status(
    tocsin: Tocsin, recorded: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup"
    with witnessed(tocsin, tmp_path, monkeypatch):
        database = tmp_path / "data" / "tocsin.sqlite"
        backup.write_bytes(database.read_bytes())
        tocsin("receive", "-", "--acquired-now", given=b"EXAMPLE 2.", token=recorded["analyst"])
        assert tocsin("log", "witness").status == 0
        for part in database.parent.glob("tocsin.sqlite-*"):
            part.unlink()
        database.write_bytes(backup.read_bytes())
        assert "the record went back" in tocsin("log", "witness").out
    told = tocsin("log", "status")
    assert told.status == 1
    assert "ALARM: Witness w0, w1 contradicts it" in told.out
    assert tocsin("log", "status", "--json").json["witnesses"][0]["contradicts"] is True


def test_the_log_is_published_by_whoever_may_and_verifies(
    tocsin: Tocsin, recorded: dict[str, str], tmp_path: Path
) -> None:
    folder, keys = tmp_path / "log", tmp_path / "keys"
    keys.write_text(tocsin("key").out)
    assert "[not-allowed]" in tocsin("log", "publish", str(folder), token=recorded["analyst"]).err
    done = tocsin("log", "publish", str(folder), "--json", token=recorded["inspector"]).json
    assert done["size"] > 0
    again = tocsin("log", "publish", str(folder), "--json", token=recorded["administrator"]).json
    assert again == {**done, "files": 0}
    assert tocsin("verify", str(folder), "--key", str(keys)).status == 0


def test_one_record_is_proved_to_whoever_has_the_keys(
    tocsin: Tocsin, recorded: dict[str, str], tmp_path: Path
) -> None:
    keys, proof = tmp_path / "keys", tmp_path / "a.tlog-proof"
    keys.write_text(tocsin("key").out)
    assert tocsin("log", "proof", "2", "-o", str(proof)).status == 0
    assert tocsin("log", "proof", "2").out == proof.read_text()
    told = tocsin("verify", str(proof), "--key", str(keys))
    assert told.status == 0
    assert "leaf 1 of log" in told.out
    assert "FileExistsError" in tocsin("log", "proof", "2", "-o", str(proof)).err
    assert "[record-unknown]" in tocsin("log", "proof", "999").err


def test_the_policy_to_begin_with_is_one(tocsin: Tocsin) -> None:
    parsed = trust.parse(tocsin("log", "policy").out.encode())
    keys = tocsin("key", "--json").json["keys"]
    assert [key.text for key in parsed.log_keys] == [one["key"] for one in keys]
    assert (parsed.witnesses, parsed.quorum) == ((), "none")


def test_keys_are_printed_with_what_to_compare_them_by(tocsin: Tocsin) -> None:
    lines = tocsin("key").out.splitlines()
    plain = tocsin("key", "--json").json
    assert [line for line in lines if not line.startswith("#")] == plain["key"].splitlines()
    assert all(one["fingerprint"] in tocsin("key").out for one in plain["keys"])


def test_an_administrator_rotates_the_keys_and_is_told_what_follows(
    tocsin: Tocsin, recorded: dict[str, str], tmp_path: Path
) -> None:
    rotate = ("key", "--rotate", "--reason", "a year is over")
    assert "[not-signed-in]" in tocsin(*rotate).err
    assert "[not-allowed]" in tocsin(*rotate, token=recorded["inspector"]).err
    assert "[bad-value]" in tocsin("key", "--rotate", token=recorded["administrator"]).err
    before = tocsin("key").out
    told = tocsin(*rotate, token=recorded["administrator"])
    assert told.status == 0
    assert str(tmp_path / "data" / "log.2.key") in told.out
    assert tocsin("key").out != before
    assert tocsin("key").out in told.out
    assert tocsin("log", "status", "--json").json["generation"] == 2
