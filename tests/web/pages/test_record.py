"""The record, for inspectors."""

import json
from html import unescape

from tests.builders import ADAM, ANNA, DAY, HOUR, INES
from tests.support.house import log_keys as log_keys_of
from tests.support.house import one_more_leaf
from tests.support.witnesses import a_witness, trusting, unreached
from tests.web.pages.road import received
from tocsin.casework import log_keys
from tocsin.casework.export import house_key_text
from tocsin.casework.witnessing import REFUSALS, ask_all
from tocsin.casework.worker import work_all
from tocsin.record.printed import fingerprints
from tocsin.record.verify_proof import verify_proof

ALARM = "The log is not vouched for"


def test_only_inspectors_see_the_record(house, visits):
    case_id = received(house)
    assert visits(ANNA).get("/record").status_code == 403
    assert visits(ANNA).get(f"/record/export?case={case_id}").status_code == 403


def test_the_record_tells_its_length_its_keys_and_its_newest_records_without_content(house, visits):
    case_id = received(house, title="A title beside the record")
    one_more_leaf(house)
    log_keys.rotate(house, ADAM, "a reason of our own")
    shown = visits(INES).get("/record").text
    assert house_key_text(house) in unescape(shown)
    with house.store.read() as db:
        keys = log_keys.verifier_keys(db)
    assert all(" ".join(lines) in shown for _, lines in fingerprints(keys))
    for kind in ("In a case", "New keys of the log"):
        assert f"<td>{kind}</td>" in shown
    assert "<td>Cover</td>" not in shown
    assert f'href="/cases/{case_id}"' in shown
    for content in ("A title beside the record", "a reason of our own", "~house", "~cover"):
        assert content not in shown


def test_an_empty_record_is_no_error(visits):
    shown = visits(INES).get("/record").text
    assert "Nothing has happened yet" in shown
    assert "No witness is asked" in shown


def test_each_witness_stands_there_in_plain_words(house, hands, visits, tmp_path):
    received(house)
    with (
        a_witness(tmp_path / "a", "court.example/w", house, hands) as court,
        a_witness(tmp_path / "b", "audit.example/w", house, hands) as audit,
    ):
        house.trust = trusting({"court": [court], "audit": [audit]}, 1)
        assert "Not asked yet" in visits(INES).get("/record").text
        audit.knows(())
        ask_all(house)
    shown = visits(INES).get("/record").text
    assert "Follows" in shown
    assert "Does not follow" in shown
    assert REFUSALS[404][3:] in shown
    assert "All of it, by a quorum." in shown
    assert ALARM not in shown


def test_only_inspectors_and_administrators_are_alarmed_on_every_page(house, hands, visits):
    received(house)
    house.trust = unreached("http://127.0.0.1:1")
    assert ALARM not in visits(INES).get("/").text
    hands.advance(2 * HOUR)
    for by, path in ((INES, "/"), (INES, "/record"), (INES, "/account"), (ADAM, "/people")):
        shown = visits(by).get(path).text
        assert ALARM in shown, path
        assert "No quorum of witnesses has followed it for 2 hours" in shown
        assert "Warnings go out all the same" in shown
    assert ALARM not in visits(ANNA).get("/").text
    assert 'href="/record">Record</a>.' not in visits(ADAM).get("/people").text


def test_one_records_proof_is_taken_away_as_a_file(house, visits):
    received(house)
    answer = visits(INES).get("/record/proof?position=2")
    assert 'filename="record-2.tlog-proof"' in answer.headers["content-disposition"]
    report = verify_proof(answer.content, keys=log_keys_of(house))
    assert (report.faults, report.index) == ((), 1)
    assert visits(INES).get("/record/proof?position=999").status_code == 404
    assert visits(ANNA).get("/record/proof?position=2").status_code == 403


def test_cases_that_lapsed_undecided_are_listed_the_most_lapses_first(house, hands, visits):
    quiet = received(house, b"one report", title="Quiet")
    hands.advance(DAY)
    work_all(house, "worker")
    fresh = received(house, b"another report", title="Fresh", acquired_at=hands.now)
    shown = visits(INES).get("/record").text
    lapsed = shown[: shown.index("Take a case away")]
    assert quiet in lapsed
    assert fresh not in lapsed


def test_a_case_is_taken_away_as_a_file(house, visits):
    case_id = received(house)
    answer = visits(INES).get("/record/export", params={"case": f" {case_id.lower()} "})
    assert f'filename="{case_id}.json"' in answer.headers["content-disposition"]
    assert json.loads(answer.content)
    assert visits(INES).get("/record/export?case=C-0000-0000").status_code == 404
