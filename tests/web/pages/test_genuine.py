"""Anybody may ask whether a warning is genuine; the answer tells that and nothing else."""

import re
from html import unescape

import pytest

from tests.builders import ADAM, ANNA, INES
from tests.support.house import log_keys
from tests.web.pages.road import warned
from tocsin.casework.export import house_key_text
from tocsin.casework.release import message_for
from tocsin.domain.pasted import MAX_PASTED
from tocsin.domain.warning import WarningKind
from tocsin.record.printed import fingerprints, note_in
from tocsin.record.verify_proof import verify_proof


@pytest.fixture
def sent(house):
    return warned(house)


@pytest.fixture
def message(house, sent):
    return message_for(house, sent.case, sent.delivery).body


@pytest.fixture
def visitor(visits):
    return visits()


def asked(visitor, words, **more):
    return visitor.post("/genuine", data={"words": words, **more})


def test_the_whole_message_is_genuine_and_nothing_is_told_of_the_case(visitor, sent, message):
    answer = asked(visitor, message)
    assert answer.status_code == 200
    assert "Genuine: this house released these words." in answer.text
    assert "No newer warning has replaced it." in answer.text
    assert "7 Mar 2024, 09:00 UTC" in answer.text
    for told in (sent.case_id, "hall&#39;s manager", "eva.stone", sent.code, "<script"):
        assert told not in answer.text


@pytest.mark.parametrize(
    ("kind", "said"), [(WarningKind.UPDATE, "It was replaced"), (WarningKind.CANCEL, "cancelled")]
)
def test_words_that_no_longer_stand_say_so_in_the_first_line(visitor, sent, message, kind, said):
    sent.follows(kind)
    answer = asked(visitor, message).text
    assert "Genuine, but no longer valid" in answer
    assert said in answer


def test_an_exercise_is_called_one(house, visitor):
    sent = warned(house, exercise=True)
    answer = asked(visitor, sent.case.warnings["w1"].draft.text)
    assert "It is an EXERCISE." in answer.text


def test_every_wrong_text_gets_the_same_answer(visitor, sent, message):
    wrong = [
        "no warning at all",
        message.replace("Stay away", "Come to"),
        message.replace("0100", "0199"),
        "WARNING\n\nWhat: x\nBasis: y",
        "\x00\ufffe",
    ]
    answers = [asked(visitor, one) for one in wrong]
    shown = {re.sub(r"(?s)<textarea.*?</textarea>", "", one.text) for one in answers}
    assert {one.status_code for one in answers} == {200}
    assert len(shown) == 1
    assert "has no such warning" in shown.pop()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"words": " "}, "Paste the words of the warning"),
        ({}, "Paste the words of the warning"),
        ({"words": "x" * (MAX_PASTED + 1)}, "Shorten this"),
        ({"words": "x", "case": "y"}, "does not know"),
    ],
)
@pytest.mark.parametrize("path", ["/genuine", "/genuine/proof"])
def test_what_cannot_be_checked_is_said_beside_its_field(visitor, path, fields, why):
    answer = visitor.post(path, data=fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert "<title>Error: " in answer.text


def test_the_proof_is_taken_away_by_whoever_holds_the_words(house, visitor, sent, message):
    shown = asked(visitor, message).text
    words = unescape(re.search(r'name="words" value="([^"]*)"', shown)[1])
    answer = visitor.post("/genuine/proof", data={"words": words})
    assert 'filename="warning.tlog-proof"' in answer.headers["content-disposition"]
    report = verify_proof(answer.content, keys=log_keys(house))
    assert (report.faults, report.shown["text_sha256"]) == ((), sent.delivery.text_sha256)
    wrong = visitor.post("/genuine/proof", data={"words": "WARNING\n\nWhat: x\nBasis: y"})
    assert "has no such warning" in wrong.text


def test_the_keys_are_given_with_fingerprints_as_the_house_reads_them_out(house, visitor):
    assert visitor.get("/genuine/keys").text == f"{house_key_text(house)}\n"
    shown = " ".join(visitor.get("/genuine").text.split())
    for _, lines in fingerprints(log_keys(house)):
        assert " ".join(lines) in shown


def test_the_recipients_page_offers_its_proof_its_words_and_the_way_to_check(house, visitor, sent):
    shown = visitor.get(sent.path).text
    assert f'href="{sent.path}/proof"' in shown
    assert 'href="/genuine"' in shown
    kept = visitor.get(f"{sent.path}/proof")
    assert verify_proof(kept.content, keys=log_keys(house)).faults == ()
    assert "noindex" in kept.headers["x-robots-tag"]
    assert visitor.get(f"{sent.path}/words").text == sent.case.warnings["w1"].draft.text


@pytest.mark.parametrize("what", ["proof", "words"])
def test_a_wrong_link_gives_no_file_and_the_same_page_as_ever(visitor, sent, what):
    wrong = f"{sent.path[:-1]}"
    assert visitor.get(f"{wrong}/{what}").status_code == 404
    assert visitor.get(f"{wrong}/{what}").text == visitor.get(wrong).text


@pytest.mark.parametrize("officer", [INES, ADAM])
def test_the_checkpoint_is_printed_and_mailed_by_those_who_publish(house, visits, sent, officer):
    shown = visits(officer).get("/record/checkpoint")
    assert shown.status_code == 200
    assert "<svg" in shown.text
    note = unescape(re.search(r"(?s)<pre>(.*?)</pre>", shown.text)[1])
    mailed = visits(officer).get("/record/checkpoint/mail")
    assert mailed.headers["content-type"].startswith("text/plain")
    assert note_in(mailed.content) == note.encode()
    assert visits(ANNA).get("/record/checkpoint").status_code == 403
