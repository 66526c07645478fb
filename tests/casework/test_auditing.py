"""The exhaustive audit: what no proof can show, whoever opens every body sees."""

import hashlib

import pytest

from tests.builders import ADAM, ANNA, BEN, INES
from tests.casework.road import THREAT, VICTIM, everything, received
from tests.casework.test_destruction import destroyed  # noqa: F401  # a fixture
from tests.casework.test_export_and_doctor import tamper
from tests.support.house import JO
from tocsin.casework import auditing, checking, completeness, records
from tocsin.casework.auditing import AuditReport, audit
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.casework.searching import search
from tocsin.domain import commands as c
from tocsin.domain.kinds import VictimKind
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.tags import tags_of
from tocsin.store import events

FIRST_LEAF = "SELECT leaf_hash FROM event WHERE position = 1"


def audited(app, *texts, by=INES, **more) -> AuditReport:
    return audit(app, by, texts=texts, reason="EXAMPLE yearly audit", **more)


def led_to(app, name):
    found = search(app, INES, kind="subject", texts=[name], reason="EXAMPLE")
    return [one.case_id for one in found.cases]


@pytest.fixture
def searched(road):
    """A road whose record has a root of the map."""
    road.found()
    search(road.app, INES, kind="subject", texts=[VICTIM], reason="EXAMPLE")
    return road


def test_a_sound_record_has_no_fault_and_the_audit_stands_on_it(searched):
    report = audited(searched.app, VICTIM)
    assert (report.faults, report.fault_count, report.destroyed) == ((), 0, 0)
    assert report.opened == report.covered == report.index
    assert (report.reports, report.pairs) == (1, len(searched.rows()) + 2)
    with searched.app.store.read() as db:
        said = records.opened(searched.app, events.event_at(db, report.index + 1)).fields
    assert (said["kind"], said["by"], said["covered"], said["variants"]) == (
        "AuditMade", INES.actor_id, report.covered, [VICTIM]
    )  # fmt: skip
    assert audited(searched.app).fault_count == 0


def test_an_empty_record_is_sound(app):
    assert audited(app, "anything").covered == 0


def test_whoever_is_named_in_a_body_or_a_report_is_found_however_it_is_spelled(searched):
    other = receive(searched.app, received(content="EXAMPLE Zébulon KRALL, twice".encode()), ANNA)
    report = audited(searched.app, "krall  zebulon")
    in_report, in_other = (
        next(hit for hit in report.hits if hit.case_id == case_id and hit.report)
        for case_id in (searched.case_id, other.case_id)
    )
    assert in_report.report == hashlib.sha256(THREAT.encode()).hexdigest()
    assert in_other.report == other.sha256
    with searched.app.store.read() as db:
        for hit in (in_report, in_other):
            record = records.opened(searched.app, events.event_at(db, hit.index + 1))
            assert (record.kind, record.case_id) == ("ReportReceived", hit.case_id)


def test_a_hit_to_which_no_search_leads_is_told_apart_from_those_that_are_led_to(searched):
    app = searched.app
    other = receive(app, received(content=b"EXAMPLE two"), ANNA).case_id
    handle(app, c.RecordRemark(case_id=other, words=f"Ask the {VICTIM.upper()}."), BEN)
    report = audited(app, VICTIM)
    assert {hit.case_id for hit in report.hits if hit.is_led_to} == {searched.case_id}
    (missed,) = (hit for hit in report.hits if not hit.is_led_to)
    assert (missed.case_id, missed.report) == (other, None)
    assert (report.missed_count, report.fault_count) == (1, 0)
    assert report.hits[0] == missed
    assert not any(hit.index == report.index for hit in audited(app, VICTIM).hits)


def test_a_case_that_was_tagged_wrongly_from_the_beginning_is_found_by_the_audit_alone(
    searched, monkeypatch
):
    app, hidden = searched.app, "Lea Example"
    case_id = receive(app, received(content=b"EXAMPLE two"), ANNA).case_id

    def falsely(key, of, kind, fields):
        return tags_of(key, of, kind, {**fields, "name": "Somebody Else"})

    monkeypatch.setattr(records, "tags_of", falsely)
    command = c.NameVictim(case_id=case_id, name=hidden, kind=VictimKind.PERSON)
    handle(app, command, ANNA)
    monkeypatch.undo()
    assert led_to(app, hidden) == []
    report = audited(app, hidden)
    (index,) = {fault.index for fault in report.faults}
    assert any("other tags" in fault.what for fault in report.faults)
    assert [(hit.index, hit.is_led_to) for hit in report.hits] == [(index, False)]
    assert hidden not in str(report.faults)


def last(app):
    with app.store.read() as db:
        return events.last_position(db) - 1


@pytest.mark.parametrize(
    ("statement", "index", "what"),
    [
        ("UPDATE event SET case_id = 'C-OTHER' WHERE position = 3", 2, "does not follow"),
        ("UPDATE event SET case_id = 'C-OTHER' WHERE position = 1", 0, "commits to"),
        ("UPDATE event SET at_us = at_us + 1 WHERE position = 2", 1, "another case or time"),
        ("UPDATE event SET sealed = leaf WHERE position = 2", 1, "sealed was changed"),
        ("DELETE FROM event WHERE position = 2", 1, "are gone"),
        ("DELETE FROM event WHERE position = (SELECT max(position) FROM event)", None, "last leaf"),
        ("DELETE FROM record_key WHERE position = 2", 1, "no destruction"),
        ("DELETE FROM report_key", 1, "no destruction"),
        ("UPDATE report_body SET sealed = (SELECT leaf FROM event LIMIT 1)", None, "SHA-256"),
        ("DELETE FROM map_pair WHERE position = 3", 2, "under other tags"),
        (f"UPDATE map_pair SET value = ({FIRST_LEAF}) WHERE position = 3", 2, "another hash"),
        ("UPDATE map_pair SET position = 2 WHERE position = 3", 1, "names another leaf"),
        ("UPDATE head SET mapped = 1", None, "not the one that is used"),
        ("DELETE FROM policy_pack", 0, "rules that are not kept"),
    ],
)
def test_whatever_was_changed_in_the_database_is_named_by_its_leaf(
    searched, statement, index, what
):
    tamper(searched.app, statement)
    report = audited(searched.app)
    found = [fault for fault in report.faults if what in fault.what]
    assert found, report.faults
    assert index in {fault.index for fault in found} or index is None


def test_a_map_that_is_not_the_one_whose_root_is_on_the_record_is_named(searched, monkeypatch):
    monkeypatch.setattr(completeness, "update", lambda *_: b"\1" * 32)
    app = searched.app
    handle(app, c.RecordRemark(case_id=searched.case_id, words="more"), BEN)
    with app.store.write() as db:
        root = completeness.root_now(app, db)
    (fault,) = audited(app).faults
    assert (fault.index, "root" in fault.what) == (root.index, True)


def test_what_was_lawfully_destroyed_is_counted_and_no_fault(destroyed):  # noqa: F811
    report = audited(destroyed.app, "Hall of Mirrors", destroyed.case_id)
    gone = [record for record in destroyed.rows() if record.body is None]
    assert (report.faults, report.destroyed, report.reports) == ((), len(gone), 0)
    assert {hit.is_led_to for hit in report.hits} == {True}


def test_an_audit_tells_how_far_it_is(searched, monkeypatch):
    monkeypatch.setattr(auditing, "BATCH", 2)
    monkeypatch.setattr(checking, "BATCH", 2)
    size, seen = last(searched.app) + 1, []
    audited(searched.app, VICTIM, progress=seen.append)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (2, 2 * size)
    seen.clear()
    audited(searched.app, progress=seen.append)
    assert seen[-1] == size + 1


def test_only_the_first_of_many_faults_and_hits_are_listed_and_all_are_counted(
    searched, monkeypatch
):
    monkeypatch.setattr(auditing, "MOST_LISTED", 1)
    monkeypatch.setattr(checking, "MOST_LISTED", 1)
    tamper(searched.app, "DELETE FROM policy_pack")
    report = audited(searched.app, "visitors", "example")
    assert (len(report.faults), len(report.hits)) == (1, 1)
    assert report.fault_count > 1 < report.hit_count


@pytest.mark.parametrize("by", [JO, ADAM, BEN])
def test_others_may_not_audit_and_leave_no_trace(road, by):
    road.found()
    before = everything(road.app)
    with pytest.raises(Refusal) as refused:
        audited(road.app, VICTIM, by=by)
    assert refused.value.code is Code.NOT_ALLOWED
    assert everything(road.app) == before


@pytest.mark.parametrize(("texts", "reason"), [((" ",), "why"), (("fine",), "")])
def test_an_audit_needs_texts_that_are_some_and_a_reason(app, texts, reason):
    with pytest.raises(Refusal) as refused:
        audit(app, INES, texts=texts, reason=reason)
    assert refused.value.code is Code.BAD_VALUE
