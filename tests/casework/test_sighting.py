"""Warnings received as such, and reports that name a subject on watch, in a whole house."""

import json
from dataclasses import replace
from typing import Any

from tests.builders import (
    ADAM,
    ANNA,
    BEN,
    CARLA,
    DMITRI,
    HOUR,
    NOW,
    not_owed,
    refused,
)
from tests.support.house import JO
from tocsin.casework import answered_pairs, doctor, reads
from tocsin.casework.handle import handle
from tocsin.casework.intake import Received, receive
from tocsin.domain import commands as c
from tocsin.domain.case import Case
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Code
from tocsin.domain.sighting import SightingAnswer

LETTER = Received(
    content="Карелин is on his way.".encode(),
    acquired_at=NOW - HOUR,
    acquired_by="hugo.berg",
    received_from="the embassy",
    warned_by="Ostmark",
    warned_path="a letter",
    claims=("Карелин is on his way",),
)


def plain(text: str, **changes: Any) -> Received:
    return replace(
        LETTER, content=text.encode(), warned_by="", warned_path="", claims=(), **changes
    )


def watching(app, *names: str, case_id: str = "") -> Case:
    """A case that watches for these names."""
    case_id = case_id or receive(app, plain(f"report {len(names[0])}"), ANNA).case_id
    return handle(app, c.PutOnWatch(case_id=case_id, names=names, reason="warned of"), ANNA)


def closed(app, case_id: str) -> Case:
    """Nothing was owed, and nothing is."""
    for by, kind, fields in (
        (ANNA, c.NameVictim, {"name": "The camp", "kind": VictimKind.PLACE}),
        (ANNA, c.RecordFindings, {"victim_id": "v1", "findings": not_owed()}),
        (BEN, c.ProposeDetermination, {"victim_id": "v1", "matter": Matter.NO_DUTY, "reason": "x"}),
        (CARLA, c.ConfirmDetermination, {"proposal_id": "p1"}),
        (BEN, c.ProposeClosing, {"reason": "done"}),
        (CARLA, c.ConfirmClosing, {"proposal_id": "p2"}),
    ):
        case = handle(app, kind(case_id=case_id, **fields), by)
    return case


def test_a_report_received_as_a_warning_owes_its_sender_from_the_first_moment(app):
    receipt = receive(app, LETTER, ANNA)
    case = reads.case_of(app, receipt.case_id)
    assert case.inbound["i1"].received_at == LETTER.acquired_at
    assert [one.words for one in case.claims.values()] == ["Карелин is on his way"]
    assert "inbound_receipt:i1" in case.deadlines


def test_a_warning_without_its_path_is_not_received_at_all(app):
    with refused(Code.PARTICULARS_MISSING):
        receive(app, replace(LETTER, warned_path=""), ANNA)
    assert reads.queue(app, ANNA) == []


def test_the_same_bytes_from_another_sender_are_one_report_and_owed_to_both(app):
    first = receive(app, LETTER, ANNA)
    receive(app, LETTER, ANNA)
    shown = receive(app, replace(LETTER, warned_by="A caller"), DMITRI)  # of another unit
    assert shown.case_id == ""
    case = reads.case_of(app, first.case_id)
    assert [one.sender for one in case.inbound.values()] == ["Ostmark", "A caller"]


FOUND = {
    "TÍMUR   KARELIN was seen": True,
    "he is called Timur-Karelin.": True,
    "Timur met Karelin": False,
    "Timur Karelins Bruder": True,
    "KARELINE, Тимур!": True,
    "Мы видели Карелина Тимура.": True,
    "passport P1234567": True,
    "passport P-12345678": False,
}


def test_a_subject_is_found_by_other_spellings_and_scripts_and_by_identifiers(app):
    case = watching(app, "Timur Karelin", "P 1234567")
    receipts = {text: receive(app, plain(text), ANNA) for text in FOUND}
    named = {text: bool(receipt.sighted_in) for text, receipt in receipts.items()}
    assert named == FOUND
    sighted = reads.case_of(app, case.case_id).watches["s1"].sighted
    assert set(sighted) == {one.report_id for text, one in receipts.items() if FOUND[text]}


def test_a_report_for_another_case_runs_a_clock_in_a_closed_one_and_a_confirmed_hit_opens_it(app):
    case_id = closed(app, watching(app, "Timur Karelin").case_id).case_id
    assert set(reads.case_of(app, case_id).deadlines) == {"watch_review:s1"}
    receive(app, plain("Timur Karelin left"), ANNA)
    assert "sighting:s1" in reads.case_of(app, case_id).deadlines
    given = {"watch_id": "s1", "sighting_id": "h1", "reason": "his passport"}
    same = c.AnswerSighting(case_id=case_id, answer=SightingAnswer.SAME, **given)
    assert handle(app, same, ANNA).is_open


def test_who_may_not_see_the_case_is_told_of_no_sighting_and_the_case_still_is(app):
    secret = receive(app, plain("a secret", restricted=True), ANNA).case_id
    case_id = watching(app, "Timur Karelin", case_id=secret).case_id
    assert receive(app, plain("Timur Karelin left"), JO).sighted_in == ()
    assert reads.case_of(app, case_id).watches["s1"].sighted


def test_a_report_added_to_the_case_that_watches_is_no_sighting(app):
    case_id = watching(app, "Timur Karelin").case_id
    receive(app, plain("Timur Karelin left", case_id=case_id), ANNA)
    assert reads.case_of(app, case_id).watches["s1"].sighted == ()


def test_an_exercise_and_the_real_thing_do_not_name_each_others_subjects(app):
    drill = receive(app, plain("a drill", exercise=True), ANNA).case_id
    watching(app, "Timur Karelin", case_id=drill)
    real = watching(app, "Timur Karelin").case_id
    assert receive(app, plain("Timur Karelin left"), ANNA).sighted_in == (real,)
    sham = plain("Timur Karelin left again", exercise=True)
    assert receive(app, sham, ANNA).sighted_in == (drill,)
    more = plain("Timur Karelin is back", case_id=drill)
    assert receive(app, more, ANNA).sighted_in == ()


def test_a_watch_that_two_have_ended_finds_nobody_and_views_are_rebuilt_as_they_were(app):
    one, other = watching(app, "Timur Karelin"), watching(app, "Ada Low")
    handle(app, c.ProposeWatchEnd(case_id=one.case_id, watch_id="s1", reason="x"), BEN)
    handle(app, c.ConfirmWatchEnd(case_id=one.case_id, proposal_id="p1"), CARLA)
    assert receive(app, plain("Timur Karelin left"), ANNA).sighted_in == ()
    doctor.rebuild(app)
    assert receive(app, plain("Ada Low left"), ANNA).sighted_in == (other.case_id,)


def test_nobody_but_the_house_records_a_sighting(app):
    case_id = watching(app, "Timur Karelin").case_id
    with refused(Code.NOT_ALLOWED):
        handle(app, c.RecordSighting(case_id=case_id, watch_id="s1", report_id="R"), BEN)


def test_answered_pairs_leave_for_an_administrator_alone_and_on_the_record(app):
    case_id = watching(app, "Timur Karelin").case_id
    receive(app, plain("Тимур Карелин left"), ANNA)
    given = {"watch_id": "s1", "sighting_id": "h1", "reason": "his passport"}
    no = c.AnswerSighting(case_id=case_id, answer=SightingAnswer.NOT_SAME, **given)
    handle(app, no, ANNA)
    with refused(Code.NOT_ALLOWED):
        answered_pairs.export(app, ANNA, reason="calibrate")
    data, told = answered_pairs.export(app, ADAM, reason="calibrate")
    (line,) = map(json.loads, data.splitlines())
    assert (line["found"], line["answer"]) == ("Тимур Карелин", "not_same")
    assert told.corrections == 1
