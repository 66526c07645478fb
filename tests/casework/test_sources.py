"""Printings of one story are one source in a house, and told to nobody who may not read them."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import ANNA, BEN, CARLA, HOUR, INES, NOW, not_owed, refused
from tests.reading.stories import PRINTED, REPRINTED, UNRELATED, WIRE
from tests.support.house import JO
from tocsin.casework import doctor, reads, sources
from tocsin.casework.handle import handle
from tocsin.casework.intake import Receipt, Received, receive
from tocsin.cli.run import make_ready
from tocsin.domain import commands as c
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Code
from tocsin.reading.sources import Relation
from tocsin.store import replay, schema
from tocsin.store import sources as kept

STORY = Received(
    content=WIRE.encode(), acquired_at=NOW - HOUR, acquired_by="hugo.berg", received_from="a desk"
)
OWN = " ".join(f"own{number}" for number in range(120))
TABLES = (kept.source_report, kept.source_run, kept.source_link)


def told(app, text: str, by=ANNA, **changes: Any) -> Receipt:
    return receive(app, replace(STORY, content=text.encode(), **changes), by)


def half(text: str) -> str:
    return text[: len(text) // 2] + "\n\n"


def index_of(app) -> list[list[tuple[Any, ...]]]:
    with app.store.read() as db:
        return [
            [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        ]


def test_two_printings_and_another_story_are_two_sources(app):
    first = told(app, WIRE)
    second = told(app, PRINTED, case_id=first.case_id)
    third = told(app, UNRELATED, case_id=first.case_id)
    found = sources.sources_of(app, first.case_id, ANNA)
    assert [group.reports for group in found.groups] == [
        (first.report_id, second.report_id), (third.report_id,),
    ]  # fmt: skip
    (one,) = found.likenesses
    assert (one.report_id, one.other_id, one.case_id) == (
        second.report_id, first.report_id, first.case_id,
    )  # fmt: skip
    assert (one.shared, one.words) == (84, 95)
    both = sources.beside(app, first.case_id, one.report_id, one.other_id, ANNA)
    mine, other, passages = both.text, both.other_text, both.passages
    longest = max(passages, key=lambda passage: passage.end - passage.start)
    assert mine[longest.start : longest.end].startswith("after an unsigned letter")
    assert other[longest.other_start : longest.other_end].endswith("in the coming week")
    assert "seri-\nously" in mine[longest.start : longest.end]


def test_whoever_receives_a_story_is_told_of_the_open_case_that_has_it(app):
    first = told(app, WIRE)
    assert sources.same_as(app, REPRINTED, ANNA, exercise=False) == (first.case_id,)
    again = told(app, REPRINTED)
    assert again.same_story_in == (first.case_id,)
    both = [reads.read_case(app, one, ANNA) for one in (first.case_id, again.case_id)]
    assert sources.same_stories(app, ANNA, both) == {again.case_id: (first.case_id,)}
    (one,) = sources.sources_of(app, first.case_id, ANNA).likenesses
    assert (one.other_id, one.case_id, one.relation) == (
        again.report_id, again.case_id, Relation.SAME,
    )  # fmt: skip


def test_of_a_case_that_one_may_not_read_nothing_is_told_but_that_there_is_one(app):
    hidden = told(app, WIRE, restricted=True)
    assert sources.same_as(app, REPRINTED, JO, exercise=False) == ()
    mine = told(app, REPRINTED, JO, restricted=True)
    assert mine.same_story_in == ()
    found = sources.sources_of(app, mine.case_id, JO)
    assert (found.count, found.likenesses, found.elsewhere) == (1, (), (mine.report_id,))
    case = reads.read_case(app, mine.case_id, JO)
    assert sources.same_stories(app, JO, [case]) == {}
    likeness = sources.sources_of(app, hidden.case_id, ANNA)
    assert (likeness.likenesses, likeness.elsewhere) == ((), (hidden.report_id,))


def test_who_holds_a_part_alone_does_not_learn_that_another_unit_has_the_rest(app):
    told(app, f"{WIRE}\n{UNRELATED}", restricted=True)
    part = told(app, UNRELATED, JO)
    found = sources.sources_of(app, part.case_id, JO)
    assert (found.likenesses, found.elsewhere) == ((), ())


def test_both_texts_are_shown_only_to_whoever_may_read_both(app):
    hidden, mine = told(app, WIRE, restricted=True), told(app, REPRINTED, JO)
    (one,) = sources.sources_of(app, mine.case_id, INES).likenesses
    assert one.case_id == hidden.case_id
    assert sources.beside(app, mine.case_id, one.report_id, one.other_id, INES).passages
    with refused(Code.REPORT_UNKNOWN):
        sources.beside(app, mine.case_id, one.report_id, one.other_id, JO)


def test_a_survey_of_two_stories_is_no_third_source_and_makes_them_no_single_one(app):
    first = told(app, WIRE)
    second = told(app, UNRELATED, case_id=first.case_id)
    survey = told(app, half(WIRE) + half(UNRELATED) + OWN, case_id=first.case_id)
    found = sources.sources_of(app, first.case_id, ANNA)
    assert [group.reports for group in found.groups] == [(first.report_id,), (second.report_id,)]
    assert {group.drawn_on_by for group in found.groups} == {(survey.report_id,)}
    assert all(one.draws for one in found.of(survey.report_id))


def test_an_exercise_is_compared_with_exercises_alone(app):
    real = told(app, WIRE)
    drill = told(app, REPRINTED, exercise=True)
    assert drill.same_story_in == ()
    again = told(app, PRINTED, exercise=True)
    assert sources.sources_of(app, again.case_id, ANNA).likenesses[0].case_id == drill.case_id
    assert sources.sources_of(app, real.case_id, ANNA).likenesses == ()


@pytest.fixture
def furnished(app):
    """Three cases of one story and another, received in any order of kinds."""
    first = told(app, WIRE)
    told(app, PRINTED, case_id=first.case_id)
    told(app, UNRELATED)
    told(app, REPRINTED, exercise=True)
    told(app, REPRINTED + "\nAnd more.")
    return app


def test_another_process_and_a_rebuild_make_the_same_index(furnished, opens):
    before = index_of(furnished)
    assert all(before)
    doctor.rebuild(opens())
    assert index_of(furnished) == before
    assert doctor.examine(furnished).complaints == ()


def test_the_doctor_says_when_reports_are_not_compared(furnished):
    with furnished.store.write() as db:
        kept.clear(db)
        assert replay.sources_are_missing(db)
    (complaint,) = doctor.examine(furnished).complaints
    assert "5 reports are not compared" in complaint


def test_a_house_from_before_there_was_an_index_is_made_ready_as_it_starts(furnished):
    before = index_of(furnished)
    with furnished.store.write() as db:
        kept.clear(db)
    make_ready(furnished, example=False)
    assert index_of(furnished) == before
    with furnished.store.read() as db:
        assert not replay.sources_are_missing(db)


def test_what_is_destroyed_is_compared_no_more(app):
    first = told(app, WIRE)
    for by, kind, fields in (
        (ANNA, c.NameVictim, {"name": "The port", "kind": VictimKind.PLACE}),
        (ANNA, c.RecordFindings, {"victim_id": "v1", "findings": not_owed()}),
        (BEN, c.ProposeDetermination, {"victim_id": "v1", "matter": Matter.NO_DUTY, "reason": "x"}),
        (CARLA, c.ConfirmDetermination, {"proposal_id": "p1"}),
        (BEN, c.ProposeClosing, {"reason": "done"}),
        (CARLA, c.ConfirmClosing, {"proposal_id": "p2"}),
        (BEN, c.ProposeDestruction, {"authority": "EXAMPLE Records Act", "reason": "ten years"}),
        (CARLA, c.ConfirmDestruction, {"proposal_id": "p3"}),
    ):
        handle(app, kind(case_id=first.case_id, **fields), by)
    assert index_of(app) == [[], [], []]
    assert told(app, REPRINTED).same_story_in == ()
    assert doctor.examine(app).complaints == ()
    assert {table.name for table in TABLES} <= schema.truth.tables.keys()


def test_a_report_of_characters_that_stand_for_phrases_is_compared_in_part():
    assert len(sources.compared("\ufdfa" * 300_000)) < 20_000
    assert len(sources.compared("word " * 60_000)) == sources.MOST_READ
