import pytest

from tests.builders import ADAM, ANNA, BEN, CARLA, DAY, DMITRI, EVA, FINN, GRETA, INES
from tests.casework.road import received
from tests.support.house import JO
from tocsin.casework.export import export_case
from tocsin.casework.intake import receive
from tocsin.casework.reads import (
    history,
    notices,
    queue,
    raw_events,
    read_case,
    report_bytes,
    report_text,
)
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c
from tocsin.domain.events import EVENTS
from tocsin.domain.refusal import Code, Refusal

TEAM = (ANNA, BEN, CARLA, EVA, FINN, GRETA, INES, JO)
STRANGERS = (DMITRI, ADAM)


def shown(app, by):
    return [row.case_id for row in queue(app, by)]


@pytest.mark.parametrize("restricted", [False, True])
def test_a_case_is_shown_to_those_who_need_to_know_and_to_nobody_else(road, restricted):
    receipt = road.receives(restricted=restricted)
    may_read = [ANNA, INES] if restricted else TEAM
    readings = [
        lambda by: read_case(road.app, road.case_id, by),
        lambda by: history(road.app, road.case_id, by),
        lambda by: raw_events(road.app, road.case_id, by),
        lambda by: report_text(road.app, road.case_id, receipt.report_id, by),
        lambda by: report_bytes(road.app, road.case_id, receipt.report_id, by),
    ]
    for by in (*TEAM, *STRANGERS):
        for reading in readings:
            if by in may_read:
                assert reading(by)
                continue
            with pytest.raises(Refusal) as refused:
                reading(by)
            assert refused.value.code is Code.CASE_UNKNOWN


def test_a_case_one_may_not_see_is_refused_in_the_words_of_one_that_is_not_there(road):
    road.receives(restricted=True)
    refusals = set()
    for case_id in (road.case_id, "C-NONE"):
        for reading in (read_case, history, export_case):
            with pytest.raises(Refusal) as refused:
                reading(road.app, case_id, DMITRI)
            refusals.add(str(refused.value))
        road.case_id = case_id
        with pytest.raises(Refusal) as refused:
            road.does(DMITRI, c.RecordRemark, words="peeping")
        refusals.add(str(refused.value).replace("done", "shown"))
    assert len(refusals) == 1


def test_the_queue_holds_what_one_may_see_the_least_time_left_first(road):
    near = road.receives().case_id
    late = received(content=b"EXAMPLE far", acquired_at=road.clock())
    far = receive(road.app, late, ANNA).case_id
    hidden = receive(road.app, received(content=b"EXAMPLE hidden", restricted=True), ANNA)
    assert shown(road.app, CARLA) == [near, far]
    assert set(shown(road.app, INES)) == {near, far, hidden.case_id}
    assert shown(road.app, DMITRI) == []


def test_being_admitted_opens_the_case_also_to_another_unit(road):
    road.receives(restricted=True)
    road.does(ANNA, c.RecordRemark, words="DMITRI should see this")
    assert shown(road.app, DMITRI) == []
    with pytest.raises(Refusal):
        road.does(BEN, c.AdmitOfficer, officer_id=DMITRI.actor_id, reason="he knows the place")
    road.case_id = ""
    road.receives(content=b"EXAMPLE open")
    road.does(BEN, c.AdmitOfficer, officer_id=DMITRI.actor_id, reason="he knows the place")
    assert shown(road.app, DMITRI) == [road.case_id]
    assert read_case(road.app, road.case_id, DMITRI)


def test_who_has_no_reading_role_has_no_queue_and_no_calls(road):
    road.found()
    with pytest.raises(Refusal) as refused:
        queue(road.app, ADAM)
    assert refused.value.code is Code.NOT_ALLOWED
    assert notices(road.app, ADAM) == []


def test_a_call_reaches_the_role_in_the_unit_and_members_only_where_restricted(road):
    road.found()
    called = [by for by in (*TEAM, *STRANGERS) if notices(road.app, by)]
    assert called == [BEN, CARLA, JO]
    road.does(BEN, c.RestrictCase, restricted=True, reason="sensitive")
    assert [by for by in (*TEAM, *STRANGERS) if notices(road.app, by)] == []
    # Whoever restricted it from outside has shut themselves out; members still see it.
    assert read_case(road.app, road.case_id, ANNA)


def test_a_second_silence_calls_inspectors_of_every_unit(road, clock):
    road.found()
    clock.advance(DAY)
    work_all(road.app, "w")
    assert notices(road.app, INES) == []
    clock.advance(DAY)
    work_all(road.app, "w")
    calls = notices(road.app, INES)
    assert calls
    assert all("Overdue" in call.text for call in calls)


def test_an_answered_call_is_gone(road):
    road.found()
    assert {call.topic for call in notices(road.app, BEN)} == {"decision:v1"}
    road.does(BEN, c.WarnAlone, victim_id="v1", reason="it is tonight")
    assert {call.topic for call in notices(road.app, CARLA)} == {"break_glass_review:v1"}


def test_every_event_has_words_that_name_who_and_when(road):
    road.planned()
    told = history(road.app, road.case_id, ANNA)
    assert [one.case_seq for one in told] == list(range(1, len(told) + 1))
    assert all(one.words and one.by and one.kind in EVENTS for one in told)
    assert [event["kind"] for event in raw_events(road.app, road.case_id, ANNA)] == road.kinds()


@pytest.mark.parametrize("text", ["\0", "half \ud800", "%", "_", "\\", "'; --", "x" * 5_000])
def test_any_text_may_be_sought(road, text):
    road.receives()
    assert [row.case_id for row in queue(road.app, ANNA, text="TALK ov")] == [road.case_id]
    assert queue(road.app, ANNA, text=f"talk{text}nowhere") == []


def test_a_report_of_another_case_is_not_read_through_ones_own(road):
    receipt = road.receives(restricted=True)
    other = receive(road.app, received(content=b"EXAMPLE other"), ANNA)
    with pytest.raises(Refusal) as refused:
        report_text(road.app, other.case_id, receipt.report_id, BEN)
    assert refused.value.code is Code.REPORT_UNKNOWN
