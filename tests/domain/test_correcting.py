"""What officers say that a passage is: kept as an example, and without any other effect."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import ANNA, BEN, CARLA, CASE, Desk, refused
from tests.domain.correcting import AGREED, NOTHING, correcting
from tests.domain.moves import STARTS
from tocsin.domain import commands as c
from tocsin.domain.correcting import Correction, HarmStage, PassageRole
from tocsin.domain.evolving import evolve
from tocsin.domain.narrate import narrate
from tocsin.domain.plans import react
from tocsin.domain.refusal import Code
from tocsin.domain.serial import from_plain, to_plain
from tocsin.reading.understood import Role, Stage

starts = st.integers(0, 9)
labels = st.one_of(
    st.builds(Correction, start=starts, end=st.just(10), stage=st.sampled_from(HarmStage)),
    st.builds(Correction, start=starts, end=st.just(10), role=st.sampled_from(PassageRole)),
)


@settings(max_examples=25, deadline=None)
@given(start=st.sampled_from(sorted(STARTS)), said=st.lists(labels, min_size=1, max_size=12))
def test_a_correction_changes_nothing_else_and_is_taken_in_a_closed_case(
    start: str, said: list[Correction]
) -> None:
    desk = STARTS[start]()
    before, report_id = desk.case, next(iter(desk.case.reports))
    (event,) = desk.does(ANNA, c.CorrectReading, **correcting(*said, report_id=report_id))
    after = desk.case
    changed = {f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name)}
    assert changed == {"seq", "corrected"}
    assert not list(react(event, after))
    assert evolve(None, [from_plain(type(one), to_plain(one)) for one in desk.happened]) == after
    newest = {one.place: one for one in said}
    assert {one.correction.place: one.correction for one in after.corrected[report_id]} == newest


def test_of_two_corrections_of_a_passage_the_newer_stands_with_whoever_made_it() -> None:
    desk = Desk().opened()
    desk.does(ANNA, c.CorrectReading, **correcting())
    otherwise = replace(AGREED, stage=HarmStage.DENIED)
    event = desk.does(BEN, c.CorrectReading, **correcting(otherwise, model="rules/2"))[0]
    first, second = desk.case.corrected["R1"]
    assert (first.correction, first.by, first.model) == (otherwise, BEN.actor_id, "rules/2")
    assert (second.correction, second.by) == (NOTHING, ANNA.actor_id)
    assert "labelled: 1, 0 of them as reading (rules/2) had" in narrate(event, desk.case)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(AGREED, start=-1),
        replace(AGREED, end=0),
        replace(AGREED, end=2**31),
        replace(AGREED, role=PassageRole.VICTIM),
        replace(AGREED, stage=None),
        replace(AGREED, was="victim"),
        replace(NOTHING, was="threatened"),
        replace(NOTHING, was="words of the report"),
    ],
    ids=str,
)
def test_what_is_no_label_of_a_passage_is_refused(wrong: Correction) -> None:
    desk = Desk().opened()
    with refused(Code.BAD_VALUE):
        desk.does(ANNA, c.CorrectReading, **correcting(AGREED, wrong))
    assert not desk.case.corrected


def test_corrections_are_bounded_and_of_a_report_that_is_there() -> None:
    desk = Desk().opened()
    most = [replace(NOTHING, start=n, end=n + 1) for n in range(201)]
    for command, code in (
        (c.CorrectReading(case_id=CASE, **correcting(*most)), Code.BAD_VALUE),
        (c.CorrectReading(case_id=CASE, **correcting(corrections=())), Code.BAD_VALUE),
        (c.CorrectReading(case_id=CASE, **correcting(model=" ")), Code.PARTICULARS_MISSING),
        (c.CorrectReading(case_id=CASE, **correcting(report_id="R9")), Code.REPORT_UNKNOWN),
    ):
        with refused(code):
            desk.does(ANNA, command)


def test_nothing_is_corrected_in_a_destroyed_case() -> None:
    desk = Desk().closed()
    desk.does(ANNA, c.CorrectReading, **correcting())
    desk.does(BEN, c.ProposeDestruction, authority="Archive law 12", reason="ten years are over")
    desk.does(CARLA, c.ConfirmDestruction, proposal_id=desk.last_proposal)
    with refused(Code.CASE_DESTROYED):
        desk.does(ANNA, c.CorrectReading, **correcting())


def test_officers_and_reading_speak_of_the_same_stages_and_roles() -> None:
    assert [one.value for one in HarmStage] == [one.value for one in Stage]
    assert [one.value for one in PassageRole] == [*(one.value for one in Role), "none"]
