"""A checkpoint is kept outside, and a recipient checks a warning, without the house."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.builders import words
from tests.cli.conftest import Tocsin
from tests.record.logs import KEYS, LogBuilder, a_proof
from tocsin.domain.warning import WarningKind, compose, text_sha256
from tocsin.record.tlog_proof import spell

WORDS = compose(words(), WarningKind.ALERT, None)
KEY_LINES = "".join(f"{key.text}\n" for key in KEYS)


def a_warning(kind: str = "WarningReleased") -> str:
    """The proof of a release of `WORDS`, as the house hands it out."""
    log = LogBuilder()
    log.fill(5)
    log.append("7F3K", kind=kind, text_sha256=text_sha256(WORDS), author="anna.lind")
    log.checkpoint()
    return spell(a_proof(log, 5, ("kind", "text_sha256")))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "w.tlog-proof").write_text(a_warning())
    (tmp_path / "keys").write_text(KEY_LINES)
    return tmp_path


def verified(tocsin: Tocsin, files: Path, message: str, *more: str, proof: str = "w.tlog-proof"):
    (files / "message.txt").write_bytes(message.encode())
    given = ("--key", str(files / "keys"), "--words", str(files / "message.txt"), *more)
    return tocsin("verify", str(files / proof), *given)


@pytest.mark.parametrize(
    "message",
    [WORDS, WORDS.replace("\n", "\r\n"), f"From: house\n\n> {WORDS}".replace("\n", "\n> ")],
    ids=["as it is", "crlf", "forwarded"],
)
def test_a_recipient_checks_a_warning_offline(tocsin: Tocsin, files: Path, message: str) -> None:
    told = verified(tocsin, files, f"{message}\nSend money too.\n")
    assert told.status == 0, told.out
    assert "Genuine: released " in told.out
    assert "Stay away from large gatherings." in told.out
    assert "Send money" not in told.out
    assert re.search(r"Ed25519: ([0-9a-f]{4} ){15}[0-9a-f]{4}\n", told.out)
    assert verified(tocsin, files, message, "--json").json["verdict"] == "genuine"


def test_other_words_are_not_genuine(tocsin: Tocsin, files: Path) -> None:
    told = verified(tocsin, files, WORDS.replace("Stay away", "Come"))
    assert (told.status, "NOT genuine" in told.out) == (1, True)


def test_a_record_of_another_kind_makes_no_words_genuine(tocsin: Tocsin, files: Path) -> None:
    (files / "other").write_text(a_warning("DeliveryPlanned"))
    assert verified(tocsin, files, WORDS, proof="other").status == 1


def test_a_forged_proof_makes_no_words_genuine(tocsin: Tocsin, files: Path) -> None:
    (files / "forged").write_text(a_warning().replace("index 5", "index 4"))
    told = verified(tocsin, files, WORDS, proof="forged")
    assert (told.status, "Genuine" in told.out) == (1, False)
    assert "not to be believed" in told.out


def test_words_are_compared_with_a_proof_alone(tocsin: Tocsin, files: Path) -> None:
    told = verified(tocsin, files, WORDS, proof="keys")
    assert (told.status, "is for the .tlog-proof of a warning" in told.err) == (2, True)


def test_the_newest_checkpoint_is_printed_whole_and_verifies(
    tocsin: Tocsin, tmp_path: Path
) -> None:
    (tmp_path / "note").write_text(tocsin("checkpoint").out)
    (tmp_path / "keys").write_text(tocsin("key").out)
    told = tocsin("verify", str(tmp_path / "note"), "--key", str(tmp_path / "keys"))
    assert told.status == 0, told.out + told.err


@pytest.mark.parametrize("how", ["--text", "--print"])
def test_a_mail_and_a_sheet_verify_by_their_ed25519_key(
    tocsin: Tocsin, tmp_path: Path, how: str
) -> None:
    saved = tmp_path / "saved"
    if how == "--print":
        assert tocsin("checkpoint", how, str(tmp_path / "sheet.html")).status == 0
        sheet = (tmp_path / "sheet.html").read_text("utf-8")
        assert "@page" in sheet
        assert not re.search(r"(?:href|src)=", sheet)
        saved.write_text(unescape(re.search(r"(?s)<pre>(.*?)</pre>", sheet)[1]))
        assert "FileExistsError" in tocsin("checkpoint", how, str(tmp_path / "sheet.html")).err
    else:
        saved.write_text(tocsin("checkpoint", how).out.replace("\n", "\n> "))
    key = tocsin("key", "--json").json["keys"][0]["key"]
    told = tocsin("verify", str(saved), "--key", key)
    assert told.status == 0, told.out + told.err
    assert "Verified: log tocsin/" in told.out


def test_a_log_is_held_to_a_checkpoint_that_came_by_mail(tocsin: Tocsin, tmp_path: Path) -> None:
    log = LogBuilder()
    log.fill(40)
    log.checkpoint()
    early = log.files["checkpoint"].decode()
    log.fill(30)
    log.checkpoint()
    for path, data in log.published().files.items():
        (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / path).write_bytes(data)
    (tmp_path / "keys").write_text(KEY_LINES)
    (tmp_path / "mail").write_text(f"Dear overseer,\n\n{early}\nKeep it.\n".replace("\n", "\n> "))
    since = ("--since", str(tmp_path / "mail"))
    told = tocsin("verify", str(tmp_path / "log"), "--key", str(tmp_path / "keys"), *since)
    assert "The log only added to 1 saved checkpoints." in told.out, told.out + told.err
