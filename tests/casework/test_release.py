from dataclasses import replace

import pytest

from tests.builders import ANNA, EVA, words
from tests.casework.road import ADDRESS, VICTIM, everything
from tests.support.house import JO
from tocsin.casework import release as releasing
from tocsin.casework.release import leaks_of, message_for, released_for
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.warning import AcceptedLeak


def refused(road, *accepted, by=EVA):
    before = everything(road.app)
    with pytest.raises(Refusal) as refusal:
        road.releases(by, *accepted)
    assert everything(road.app) == before
    assert not any(word in str(refusal.value) for word in ("Quuxville", "Krall", "hugo", "desk"))
    return refusal.value.code


def test_words_that_stand_only_in_the_report_do_not_leave_unseen(road):
    road.drafted(words(where="Halls in Quuxville", basis="Zebulon Krall said so."))
    assert refused(road) is Code.PROTECTED_WORDS
    leaks = leaks_of(road.app, road.case, road.case.warnings["w1"])
    assert {leak.words for leak in leaks} == {"Quuxville", "Zebulon Krall"}


def test_each_of_them_leaves_when_it_is_accepted_with_a_reason(road):
    road.drafted(words(where="Halls in Quuxville", basis="Zebulon Krall said so."))
    place = AcceptedLeak(words="Quuxville", reason="they must know where")
    assert refused(road, place) is Code.PROTECTED_WORDS
    blank = AcceptedLeak(words="Zebulon Krall", reason=" ")
    assert refused(road, place, blank) is Code.PROTECTED_WORDS
    road.releases(EVA, place, AcceptedLeak(words="Zebulon Krall", reason="he says it in public"))
    assert road.case.warnings["w1"].is_released


@pytest.mark.parametrize("source", ["hugo.berg", "Hugo Berg", "H u g o B e r g", "DESK SOUTH"])
def test_a_source_never_leaves_whatever_is_accepted(road, source):
    road.drafted(words(basis=f"We have it from {source}."))
    leaks = leaks_of(road.app, road.case, road.case.warnings["w1"])
    accepted = [AcceptedLeak(words=leak.words, reason="I want to") for leak in leaks]
    assert refused(road, *accepted) is Code.SOURCE_EXPOSED


def test_a_tearline_frees_the_substance_it_tells(road):
    road.drafted(words(where="Halls in Quuxville"))
    report_id = next(iter(road.case.reports))
    road.does(ANNA, c.SetTearline, report_id=report_id, tearline="Something in Quuxville.")
    road.releases()
    assert road.case.warnings["w1"].is_released


def test_the_author_does_not_release_and_who_may_not_release_learns_nothing_of_leaks(road):
    road.drafted(words(where="Halls in Quuxville"))
    assert refused(road, by=ANNA) is Code.NOT_ALLOWED
    road.does(JO, c.DraftWarning, words=words(), victim_ids=("v1",), warning_id="w1")
    assert refused(road, by=JO) is Code.SAME_OFFICER


def test_a_report_that_comes_in_during_the_check_stops_the_release(road, monkeypatch):
    road.drafted(words(where="Halls in Xanadu"))

    def meanwhile(*given):
        road.receives(content=b"EXAMPLE. They met in Xanadu.", case_id=road.case_id)
        return checked(*given)

    checked = releasing.leaks_of
    monkeypatch.setattr(releasing, "leaks_of", meanwhile)
    with pytest.raises(Refusal) as refusal:
        road.releases()
    # The words were checked with the new report, or not at all.
    assert refusal.value.code in (Code.CHANGED_MEANWHILE, Code.PROTECTED_WORDS)
    monkeypatch.undo()
    assert refused(road) is Code.PROTECTED_WORDS


def test_the_message_holds_the_released_words_the_link_and_the_code_and_no_more(road, post):
    road.planned()
    work_all(road.app, "w")
    (message,) = post.warnings
    text = road.case.warnings["w1"].draft.text
    rest = message.body.replace(text, "").replace(road.code, "").replace(road.token, "")
    assert text in message.body
    assert message.body.count(road.code) == message.body.count(f"/w/{road.token}") == 1
    assert message.subject == "WARNING"
    assert message.to_address == ADDRESS
    assert not any(name in rest + message.subject for name in _names(road))


def _names(road):
    return [road.case_id, VICTIM, "hugo", "desk", "anna", "eva", "Quuxville", "Krall", "concert"]


def test_words_other_than_the_released_ones_never_leave(road):
    road.planned()
    case, delivery = road.case, road.delivery
    warning = case.warnings["w1"]
    changed = replace(warning, draft=replace(warning.draft, text="Stay at home.\n"))
    unreleased = replace(warning, release=None)
    for other in (changed, unreleased):
        with pytest.raises(RuntimeError, match="not released"):
            released_for(replace(case, warnings={"w1": other}), delivery)
    with pytest.raises(RuntimeError, match="other words"):
        message_for(road.app, case, replace(delivery, text_sha256="0" * 64))


def test_an_exercise_says_so_in_its_first_line_and_in_its_subject(road, post):
    road.receives(exercise=True)
    road.planned()
    work_all(road.app, "w")
    (message,) = post.warnings
    assert message.body.startswith("EXERCISE")
    assert message.subject.startswith("EXERCISE")
    assert message.exercise
