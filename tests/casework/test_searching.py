"""A search with proof: what was asked stands on the record, and the answer convinces others."""

from datetime import timedelta

import pytest

from tests.builders import ADAM, ANNA, BEN, CARLA, DAY, INES, NOW, not_owed
from tests.casework.road import VICTIM, everything, received
from tests.casework.test_export_and_doctor import tamper
from tests.support.house import JO, log_keys
from tests.support.witnesses import a_witness, trusting
from tocsin.casework import completeness, logbook, records, searching, witnessing
from tocsin.casework.handle import handle
from tocsin.casework.intake import receive
from tocsin.casework.log_keys import rotate
from tocsin.casework.searching import Answer, search
from tocsin.domain import commands as c
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.answer import verify_answer
from tocsin.store import events


def asked(app, *texts, kind="subject", by=INES, **more) -> Answer:
    return search(app, by, kind=kind, texts=texts, reason="EXAMPLE inquiry 7", **more)


def checked(app, answer, **more):
    report = verify_answer(answer.file, **{"keys": log_keys(app), "tag_key": app.keys.tags, **more})
    assert report.faults == ()
    return report


def named(app, name, *, content, **victim):
    """A case of its own that names somebody."""
    case_id = receive(app, received(content=content), ANNA).case_id
    command = c.NameVictim(case_id=case_id, name=name, kind=VictimKind.PERSON, **victim)
    handle(app, command, ANNA)
    return case_id


def said(app, index):
    with app.store.read() as db:
        return records.opened(app, events.event_at(db, index + 1)).fields


def test_an_answer_tells_every_case_and_convinces_somebody_else(road):
    road.found()
    other = named(road.app, "HALL, visitors of the!", content=b"EXAMPLE two")
    named(road.app, "Anna Example", content=b"EXAMPLE three")
    answer = asked(road.app, VICTIM)
    assert {one.case_id for one in answer.cases} == {road.case_id, other}
    for one in answer.cases:
        (index,) = one.found
        assert said(road.app, index)["kind"] == "VictimNamed"
        assert one.all == tuple(r.index for r in road.rows()) or one.case_id == other
        assert one.closed == ()
    report = checked(road.app, answer)
    assert set(report.records) == {index for one in answer.cases for index in one.all}
    assert (report.covered, report.size, report.searched) == (
        answer.covered, answer.size, answer.index
    )  # fmt: skip


def test_nobody_found_is_proved_too(road):
    road.found()
    answer = asked(road.app, "Nobody Atall")
    report = checked(road.app, answer)
    assert (answer.cases, report.records) == ((), {})
    assert report.covered > answer.index >= road.rows()[-1].index
    assert not verify_answer(answer.file, keys=log_keys(road.app)[:1]).faults
    with road.app.store.write() as db:
        assert events.lock_head(db).position == answer.size


def test_a_search_of_an_empty_record_proves_that_nothing_is_there(app):
    assert checked(app, asked(app, "Nobody Atall")).records == {}


def test_the_search_is_on_the_record_with_every_spelling_it_used(road):
    road.found()
    answer = asked(road.app, VICTIM, "  Lind,   Anna ")
    found = said(road.app, answer.index)
    spelled = ["hall of the visitors", "visitors of the hall", "anna lind", "lind anna"]
    assert found["variants"][:2] == [VICTIM, "Lind, Anna"]
    assert sorted(found["variants"][2:]) == sorted(spelled)
    assert (found["by"], found["sought"], found["found"]) == (INES.actor_id, "subject", 1)
    assert found["reason"] == "EXAMPLE inquiry 7"
    assert answer.variants == tuple(found["variants"])


def test_a_case_and_a_place_are_found_as_well(road):
    road.found()
    here = named(road.app, "Anna Example", content=b"EXAMPLE two", place="Quuxville, East")
    by_place = asked(road.app, "quuxville   EAST", kind="place")
    assert [one.case_id for one in by_place.cases] == [here]
    by_case = asked(road.app, road.case_id, "C-NONE", kind="case")
    assert [one.case_id for one in by_case.cases] == [road.case_id]
    assert len(by_case.cases[0].found) == len(road.rows())
    for answer in (by_place, by_case):
        assert checked(road.app, answer).records


def test_records_of_a_destroyed_case_stay_listed_and_are_told_to_be_closed(road):
    road.receives()
    road.does(ANNA, c.NameVictim, name=VICTIM, kind=VictimKind.GROUP)
    road.does(ANNA, c.RecordFindings, victim_id="v1", findings=not_owed())
    road.does(BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.NO_DUTY, reason="none")
    road.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    road.does(BEN, c.ProposeClosing, reason="done")
    road.does(CARLA, c.ConfirmClosing, proposal_id="p2")
    road.does(BEN, c.ProposeDestruction, authority="EXAMPLE Records Act", reason="ten years")
    road.does(CARLA, c.ConfirmDestruction, proposal_id="p3")
    (found,) = asked(road.app, VICTIM).cases
    gone = [record.index for record in road.rows() if record.body is None]
    assert (found.case_id, list(found.closed)) == (road.case_id, gone)
    assert set(found.found) <= set(gone) < set(found.all)
    assert set(checked(road.app, asked(road.app, VICTIM)).records) == set(found.all)


def test_only_what_was_signed_before_the_date_counts_as_from_before_it(road, clock):
    road.found()
    first = logbook.sign(road.app).size
    clock.advance(DAY)
    later = named(road.app, VICTIM, content=b"EXAMPLE two")
    clock.advance(DAY)
    answer = asked(road.app, VICTIM, before=NOW + timedelta(hours=1))
    report = checked(road.app, answer)
    assert (answer.before, report.before) == (first, len(road.rows()))
    assert {one.case_id for one in answer.cases} == {road.case_id, later}
    too_old = asked(road.app, VICTIM, before=NOW - DAY)
    assert (too_old.before, checked(road.app, too_old).before) == (0, 0)
    with pytest.raises(Refusal) as refused:
        asked(road.app, VICTIM, before=clock() + DAY)
    assert refused.value.code is Code.TIME_IN_FUTURE


def test_a_checkpoint_of_older_keys_still_shows_what_was_before_the_date(road, clock):
    road.found()
    size = logbook.sign(road.app).size
    old = log_keys(road.app)
    clock.advance(DAY)
    rotate(road.app, ADAM, "EXAMPLE yearly")
    answer = asked(road.app, VICTIM, before=clock())
    assert answer.before == size
    checked(road.app, answer, keys=[*old, *log_keys(road.app)])


def test_a_quorum_vouches_for_the_answer_and_for_what_was_before_the_date(road, clock, tmp_path):
    app = road.found().app
    with a_witness(tmp_path / "w", "court.example/w", app, clock) as seat:
        app.trust = trusting({"court": [seat]}, 1)
        seen = witnessing.ask_all(app).size
        clock.advance(DAY)
        named(app, VICTIM, content=b"EXAMPLE two")
        logbook.sign(app)
        clock.advance(DAY)
        answer = asked(app, VICTIM, before=clock())
        report = checked(app, answer, policy=app.trust)
        assert (answer.witnessed, report.witnessed, answer.before) == (True, True, seen)
    unheard = asked(app, VICTIM)
    assert not unheard.witnessed
    checked(app, unheard)
    assert verify_answer(unheard.file, keys=log_keys(app), policy=app.trust).faults


def test_a_root_that_comes_between_changes_nothing(road, monkeypatch):
    road.found()
    put = searching._put_on_record

    def overtaken(app, *given):
        index = put(app, *given)
        handle(app, c.RecordRemark(case_id=road.case_id, words="meanwhile"), BEN)
        with app.store.write() as db:
            completeness.root_now(app, db)
        return index

    monkeypatch.setattr(searching, "_put_on_record", overtaken)
    answer = asked(road.app, VICTIM)
    assert answer.covered > answer.index + 1
    assert len(checked(road.app, answer).records) == len(road.rows())


@pytest.mark.parametrize("by", [JO, ADAM, BEN])
def test_others_may_not_search_and_leave_no_trace(road, by):
    road.found()
    before = everything(road.app)
    with pytest.raises(Refusal) as refused:
        asked(road.app, VICTIM, by=by)
    assert refused.value.code is Code.NOT_ALLOWED
    assert everything(road.app) == before


@pytest.mark.parametrize(
    ("texts", "more"),
    [
        ((), {}),
        ((" ",), {}),
        (("x" * 501,), {}),
        (("half \ud800",), {}),
        (tuple(map(str, range(65))), {}),
        (("fine",), {"kind": "class"}),
        (("fine",), {"before": (NOW - DAY).replace(tzinfo=None)}),
        (("fine",), {"before": NOW.replace(year=1)}),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_and_leaves_no_trace(app, texts, more):
    before = everything(app)
    with pytest.raises(Refusal) as refused:
        asked(app, *texts, **more)
    assert refused.value.code in (Code.BAD_VALUE, Code.TIME_WITHOUT_ZONE)
    assert "fine" not in str(refused.value)
    assert everything(app) == before


def test_a_search_needs_a_reason(app):
    with pytest.raises(Refusal) as refused:
        search(app, INES, kind="subject", texts=["Anna"], reason=" ")
    assert refused.value.code is Code.BAD_VALUE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE map_pair SET value = (SELECT leaf_hash FROM event WHERE position = 1)",
        "DELETE FROM map_block WHERE length(prefix) = 1",
        "UPDATE map_pair SET position = position + 1000",
    ],
)
def test_an_answer_that_would_not_convince_is_not_given_out(road, statement):
    road.found()
    asked(road.app, VICTIM)
    tamper(road.app, statement)
    with pytest.raises(Refusal) as refused:
        asked(road.app, VICTIM)
    assert refused.value.code is Code.RECORD_DAMAGED


def test_a_search_that_finds_too_much_is_on_the_record_without_an_answer(road, monkeypatch):
    road.found()
    monkeypatch.setattr(searching, "MOST_PAIRS", 3)
    with pytest.raises(Refusal, match="too many cases"):
        asked(road.app, VICTIM)
    with road.app.store.read() as db:
        kinds = [one.kind for one in records.of_case(road.app, db, "~house")]
    assert "SearchMade" in kinds
