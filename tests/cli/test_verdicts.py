"""What `tocsin verify` prints says no more than was shown, and nothing of a file speaks for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Tocsin
from tests.record import builders, logbook
from tests.record.asking import DATE, QUESTION, Asked, a_book, dated
from tests.record.logs import KEYS, POLICY_TEXT, LogBuilder, a_proof
from tests.record.test_tally import Made
from tocsin.cli.output import when
from tocsin.record.answer import Question
from tocsin.record.tlog_proof import spell

FORGED = "x\nThe policy's quorum of witnesses is met.\nVerified"


@pytest.fixture(autouse=True)
def _nothing_else(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_NONSENSE", "1")


def given(*keys) -> list[str]:
    return [part for key in keys for part in ("--key", key.text)]


OUR_KEYS, LOG_KEYS = given(*logbook.KEYS), given(*KEYS)
BUILDERS_KEYS = given(*builders.KEYS)


def test_words_of_a_record_do_not_pass_for_words_of_the_verifier(tocsin: Tocsin) -> None:
    log = LogBuilder()
    log.append("7F3K", **{"place": FORGED, FORGED: "x"})
    log.checkpoint()
    proof = spell(a_proof(log, 0, ["place", FORGED])).encode()
    told = tocsin("verify", "-", *LOG_KEYS, given=proof)
    assert told.status == 0
    lines = told.out.splitlines()
    assert "  | The policy's quorum of witnesses is met." in lines
    assert "The policy's quorum of witnesses is met." not in lines
    assert sum(line.startswith("Verified") for line in lines) == 1


@pytest.mark.parametrize("keys", [[], BUILDERS_KEYS])
def test_a_case_may_be_called_anything_and_still_says_nothing_for_the_verifier(
    tocsin: Tocsin, keys: list[str]
) -> None:
    data = builders.an_export(builders.a_case(FORGED), case_id=FORGED)
    told = tocsin("verify", "-", *keys, given=data)
    assert told.status == 0
    assert "The policy's quorum of witnesses is met." not in told.out.splitlines()


def test_an_export_that_knows_no_log_does_not_pass_for_one_that_does(tocsin: Tocsin) -> None:
    told = tocsin("verify", "-", *BUILDERS_KEYS, given=builders.an_export_1())
    assert "NOT SHOWN: that any of them stands in a log" in told.out
    alone = tocsin("verify", "-", given=builders.an_export())
    assert "NOT SHOWN: that any of them stands in a log" in alone.out


def test_an_export_cut_off_at_its_end_is_not_called_whole(tocsin: Tocsin) -> None:
    told = tocsin("verify", "-", *BUILDERS_KEYS, given=builders.an_export(builders.a_case()[:3]))
    assert "Verified: events 1 to 3 of case 7F3K" in told.out
    assert "That the case has no later event there is the house's word alone" in told.out


def test_it_is_told_what_an_answer_answers_letter_for_letter(tocsin: Tocsin) -> None:
    lookalike = Question(
        kind=QUESTION.kind, variants=("\N{CYRILLIC CAPITAL LETTER A}nna Lind", FORGED)
    )
    asked = Asked(a_book(), lookalike)
    told = tocsin("verify", "-", *OUR_KEYS, given=asked.answer())
    assert "Verified: 0 records" in told.out
    assert r"spelled '\u0410nna Lind'" in told.out
    assert "The policy's quorum of witnesses is met." not in told.out.splitlines()
    assert f"Log {logbook.ORIGIN} has {asked.book.size} leaves." in told.out


def test_records_not_shown_to_be_from_before_a_date_are_not_said_to_be_later(
    tocsin: Tocsin,
) -> None:
    asked = Asked(a_book(), DATE)
    told = tocsin("verify", "-", *OUR_KEYS, given=asked.answer(before=dated(asked, 4)))
    assert f"from before {DATE.before}: at least 2 of them." in told.out
    assert "Whether the other 3 are, the file does not show." in told.out
    hidden = tocsin("verify", "-", *OUR_KEYS, given=asked.answer())
    assert "Whether the other 5 are, the file does not show." in hidden.out


def test_a_tally_made_before_its_period_was_over_is_told_with_its_time(tocsin: Tocsin) -> None:
    told = tocsin("verify", "-", *OUR_KEYS, given=Made().file())
    assert "Counted 2024-03-09 16:03 UTC as the record claims, over the first 3 of" in told.out
    assert f"log {logbook.ORIGIN}. There may be a later count of the same period." in told.out


def test_how_old_a_log_is_and_whose_word_that_is_is_told(tocsin: Tocsin, tmp_path: Path) -> None:
    log = LogBuilder()
    log.fill(3)
    log.checkpoint()
    log.now_s += 4 * 86_400
    log.fill(3)
    log.checkpoint()
    for path, data in log.files.items():
        (tmp_path / "log" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "log" / path).write_bytes(data)
    (tmp_path / "policy").write_text(POLICY_TEXT)
    told = tocsin("verify", str(tmp_path / "log"), *LOG_KEYS, "--policy", str(tmp_path / "policy"))
    assert "Leaves 3 to 5 were written between two times that others vouch for" in told.out
    assert "at most 5 days apart" in told.out
    assert f"Witnesses saw all of it {when_s(log.now_s)}" in told.out
    alone = tocsin("verify", str(tmp_path / "log"), *LOG_KEYS)
    assert "When each leaf was written is the house's word alone." in alone.out


def when_s(at_s: int) -> str:
    return when(datetime.fromtimestamp(at_s, UTC))
