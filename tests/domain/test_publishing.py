"""Warnings to the public: two people, a cancellation beforehand, exercises never actual."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import (
    BEN,
    CARLA,
    DAY,
    EVA,
    HOUR,
    NOW,
    Desk,
    refused,
    words,
)
from tests.domain.publicly import AFTER, LIVE, cancels, confirms, prepares
from tests.feeds.cap.publications import a_notice
from tocsin.domain import commands as c
from tocsin.domain import events as e
from tocsin.domain.actor import Role
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.plans import Answered, Call, react
from tocsin.domain.public import PublicationState, Status
from tocsin.domain.refusal import Code
from tocsin.domain.warning import WarningKind


@pytest.fixture
def desk():
    return Desk().released()


@pytest.fixture
def live(desk):
    prepares(desk)
    confirms(desk)
    return desk


def test_it_goes_live_only_when_a_second_officer_confirms_with_the_phrase(desk):
    prepares(desk)
    with refused(Code.SAME_OFFICER):
        confirms(desk, by=BEN)
    for typed in ("", "live 7F3K", "LIVE 7F3L", f" {LIVE}"):
        with refused(Code.PHRASE_WRONG):
            confirms(desk, typed=typed)
    new = confirms(desk)
    assert [type(one) for one in new[:2]] == [e.Confirmed, e.Published]
    one = desk.case.publications["n1"]
    assert (one.state, one.prepared_by, one.confirmed_by) == (
        PublicationState.LIVE, BEN.actor_id, CARLA.actor_id
    )  # fmt: skip
    with refused(Code.NOT_PREPARED):
        confirms(desk)


def test_nothing_is_prepared_without_a_cancellation_in_every_language():
    desk = Desk().determined()
    russian = words(language="ru", what="Готовится нападение.")
    desk.releases(desk.drafted(translations=(russian,)))
    for given in ((), (AFTER,), (replace(AFTER, language="ru"), AFTER), (AFTER, AFTER)):
        with refused(Code.CANCELLATION_MISSING):
            prepares(desk, cancellation=given)
    prepares(desk, cancellation=(AFTER, replace(AFTER, language="ru")))


@pytest.mark.parametrize("status", Status)
def test_an_exercise_is_never_actual_and_the_actual_never_an_exercise(status):
    for exercise in (False, True):
        desk = Desk().opened(exercise=exercise)
        desk.found().determined().released()
        if exercise is (status is not Status.ACTUAL):
            prepares(desk, status=status)
            confirms(desk, typed=LIVE if status is Status.ACTUAL else "")
        else:
            with refused(Code.STATUS_WRONG):
                prepares(desk, status=status)


def test_an_update_follows_what_stands_and_names_every_message_before_it(live):
    for number, earlier in ((2, ["T-1"]), (3, ["T-1", "T-2"])):
        live.waits(HOUR)
        live.follows(WarningKind.UPDATE, f"w{number - 1}")
        with refused(Code.ALREADY_PUBLISHED):
            prepares(live, f"w{number}")
        prepares(live, f"w{number}", follows=f"n{number - 1}")
        (_, published, *_) = confirms(live, number)
        assert [one.identifier for one in published.references] == earlier
    states = [one.state.value for one in live.case.publications.values()]
    assert states == ["replaced", "replaced", "live"]
    with refused(Code.NOT_PUBLISHED):
        cancels(live, 2)
    cancelled = cancels(live, 3)[0]
    assert [one.identifier for one in cancelled.references] == ["T-1", "T-2", "T-3"]


def test_one_officer_cancels_at_once_and_the_determining_officers_hear_of_it(live):
    (cancelled, *_) = cancels(live, by=EVA)
    assert isinstance(cancelled, e.PublicationCancelled)
    assert live.case.publications["n1"].state is PublicationState.CANCELLED
    calls = [one for one in react(cancelled, live.case) if isinstance(one, Call)]
    assert [one.role for one in calls] == [Role.DETERMINING_OFFICER]
    (review, *_) = live.does(BEN, c.RecordReview, words="rightly cancelled")
    assert Answered(topic=calls[0].topic) in list(react(review, live.case))
    with refused(Code.NOT_PUBLISHED):
        cancels(live)


def test_what_was_cancelled_may_be_published_anew_as_an_alert(live):
    cancels(live)
    prepares(live)
    assert live.case.publications["n2"].message is WarningKind.ALERT
    (_, published, *_) = confirms(live, 2)
    assert published.references == ()


def test_only_released_words_that_hold_now_go_public(desk):
    draft = desk.drafted()
    with refused(Code.WARNING_NOT_RELEASED):
        prepares(desk, draft)
    prepares(desk)
    with refused(Code.ALREADY_PROPOSED):
        prepares(desk)
    desk.follows(WarningKind.UPDATE)
    with refused(Code.WORDS_CHANGED):
        confirms(desk)
    desk.waits(3 * DAY)
    with refused(Code.WINDOW_OVER):
        prepares(desk, "w3")


def test_a_rejected_publication_is_not_confirmed_and_may_be_prepared_anew(desk):
    prepares(desk)
    desk.does(CARLA, c.RejectDetermination, proposal_id=desk.last_proposal, reason="too wide")
    with refused(Code.NOT_PREPARED):
        confirms(desk)
    prepares(desk)
    confirms(desk, 2)


def test_a_case_does_not_close_over_a_publication_whose_warning_was_replaced(live):
    live.follows(WarningKind.CANCEL)
    said = "publication n1: it is live, though its warning was replaced"
    assert said in blanks(live.case)
    cancels(live)
    assert said not in blanks(live.case)


def test_a_cancellation_needs_no_open_case():
    desk = Desk()
    desk.stood_down()
    assert desk.now < NOW + timedelta(days=2)
    prepares(desk)
    confirms(desk)
    desk.closed()
    assert isinstance(cancels(desk)[0], e.PublicationCancelled)


def test_unbounded_areas_and_unknown_publications_are_refused(desk):
    square = "55.5,37.3 55.9,37.3 55.9,37.9 55.5,37.9 55.5,37.3"
    area = replace(a_notice().areas[0], polygons=(square,) * 98, circles=(), geocodes={})
    with refused(Code.BAD_VALUE):
        prepares(desk, notice=a_notice(areas=(area,) * 45))
    with refused(Code.PUBLICATION_UNKNOWN):
        confirms(desk, 7)
