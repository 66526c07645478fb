"""Released words are exact, by a second person, with the originators heard, in one chain."""

import pytest

from tests.builders import (
    ANNA,
    BEN,
    EVA,
    HOUR,
    MINUTE,
    NOW,
    Desk,
    a_report,
    a_window,
    refused,
    words,
)
from tocsin.domain import commands as c
from tocsin.domain.clocks import running
from tocsin.domain.duty import Clock
from tocsin.domain.kinds import OriginatorReply, VictimKind
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.refusal import Code
from tocsin.domain.warning import AcceptedLeak, WarningKind


def test_words_may_be_drafted_before_anybody_has_determined_but_leave_only_after() -> None:
    desk = Desk().found()
    warning_id = desk.drafted()
    with refused(Code.NOT_DETERMINED_TO_WARN):
        desk.releases(warning_id)
    desk.determined().releases(warning_id)
    assert desk.case.warnings[warning_id].is_released


def test_no_words_leave_while_one_of_their_victims_is_waived() -> None:
    desk = Desk().waived()
    with refused(Code.NOT_DETERMINED_TO_WARN):
        desk.releases(desk.drafted())


def test_a_draft_is_for_somebody_known() -> None:
    desk = Desk().determined()
    for victim_ids in ((), ("v9",)):
        with refused(Code.VICTIM_UNKNOWN):
            desk.drafted(victim_ids=victim_ids)
    with refused(Code.WARNING_UNKNOWN):
        desk.drafted(warning_id="w9")


def test_the_author_never_releases_their_own_words() -> None:
    desk = Desk().determined()
    with refused(Code.SAME_OFFICER):
        desk.releases(desk.drafted(), by=ANNA)


def test_only_the_newest_words_are_released() -> None:
    desk = Desk().determined()
    desk.drafted()
    old = desk.case.warnings["w1"].draft
    desk.drafted(words(where="The opera"), warning_id="w1")
    assert desk.case.warnings["w1"].draft.version == 2
    with refused(Code.WORDS_CHANGED):
        desk.does(
            EVA,
            c.ReleaseWarning,
            warning_id="w1",
            text_sha256=old.text_sha256,
            residual_risk="small",
            parity=NOBODY_INSIDE,
        )


def test_who_releases_says_what_risk_remains() -> None:
    desk = Desk().determined()
    desk.drafted()
    sha256 = desk.case.warnings["w1"].draft.text_sha256
    with refused(Code.PARTICULARS_MISSING):
        desk.does(
            EVA,
            c.ReleaseWarning,
            warning_id="w1",
            text_sha256=sha256,
            residual_risk=" ",
            parity=NOBODY_INSIDE,
        )


def test_a_returned_draft_needs_a_new_version() -> None:
    desk = Desk().determined()
    desk.drafted()
    desk.does(EVA, c.ReturnWarning, warning_id="w1", reason="say which halls")
    with refused(Code.WORDS_CHANGED):
        desk.releases("w1")
    desk.drafted(words(where="The north hall"), warning_id="w1")
    desk.releases("w1")


def test_released_words_are_never_changed_returned_or_released_again() -> None:
    desk = Desk().released()
    text = desk.case.warnings["w1"].draft.text
    with refused(Code.WARNING_RELEASED_ALREADY):
        desk.drafted(warning_id="w1")
    with refused(Code.WARNING_RELEASED_ALREADY):
        desk.does(EVA, c.ReturnWarning, warning_id="w1", reason="late")
    with refused(Code.WARNING_RELEASED_ALREADY):
        desk.releases("w1")
    assert desk.case.warnings["w1"].draft.text == text


def test_a_window_that_is_over_is_not_released() -> None:
    desk = Desk().determined()
    warning_id = desk.drafted()
    with refused(Code.WINDOW_OVER):
        desk.waits(48 * HOUR).releases(warning_id)


def test_accepted_leaks_stand_in_the_release() -> None:
    desk = Desk().determined()
    leak = AcceptedLeak(words="the north hall", reason="the venue says so itself")
    desk.releases(desk.drafted(), accepted=(leak,))
    release = desk.case.warnings["w1"].release
    assert release
    assert release.accepted == (leak,)


# Originators


def controlled() -> Desk:
    report = a_report(originator="desk north", originator_controls=("ORCON",))
    return Desk().opened(report).found().determined()


def asks(desk: Desk) -> None:
    desk.does(BEN, c.AskOriginator, report_id="R1", question="May we say this?")


def replies(desk: Desk, reply: OriginatorReply) -> None:
    desk.does(BEN, c.RecordOriginatorReply, report_id="R1", reply=reply, words="as said")


def test_controls_hold_back_words_and_not_the_determination() -> None:
    assert controlled().case.victims["v1"].determination


def test_an_originator_must_be_asked_and_no_override_skips_that() -> None:
    desk = controlled()
    warning_id = desk.drafted()
    with refused(Code.ORIGINATOR_NOT_ASKED):
        desk.releases(warning_id, override_originator="no time")


def test_an_originator_who_still_has_time_is_waited_for_or_overridden_with_a_reason() -> None:
    desk = controlled()
    asks(desk)
    warning_id = desk.drafted()
    with refused(Code.ORIGINATOR_PENDING):
        desk.releases(warning_id)
    (event, *_) = desk.releases(warning_id, override_originator="it is in ten minutes")
    assert event.originator_overridden == "it is in ten minutes"


def test_an_originator_who_consents_needs_no_override() -> None:
    desk = controlled()
    asks(desk)
    replies(desk, OriginatorReply.CONSENTS)
    (event, *_) = desk.releases(desk.drafted(), override_originator="not needed")
    assert event.originator_overridden == ""


@pytest.mark.parametrize("silent", [True, False], ids=["keeps silent", "objects"])
def test_an_originator_who_objects_or_keeps_silent_vetoes_nothing_silently(silent: bool) -> None:
    desk = controlled()
    asks(desk)
    warning_id = desk.drafted()
    if silent:
        desk.waits(30 * MINUTE).lapses()
    else:
        replies(desk, OriginatorReply.OBJECTS)
    with refused(Code.ORIGINATOR_OBJECTS):
        desk.releases(warning_id)
    desk.releases(warning_id, override_originator="a life is at risk")


# The chain of updates and cancellations


def test_an_update_names_the_newest_released_warning_and_its_text_says_so() -> None:
    desk = Desk().released()
    desk.waits(HOUR)
    desk.follows(WarningKind.UPDATE)
    assert "It follows the warning of 2024-03-07 09:00 UTC." in desk.case.warnings["w2"].draft.text
    assert [one.warning_id for one in desk.case.current_warnings()] == ["w2"]
    with refused(Code.WARNING_NOT_RELEASED):
        desk.drafted(kind=WarningKind.UPDATE, references="w1")


def test_a_first_warning_follows_none_and_the_others_must() -> None:
    desk = Desk().released()
    with refused(Code.BAD_VALUE):
        desk.drafted(references="w1")
    with refused(Code.WARNING_UNKNOWN):
        desk.drafted(kind=WarningKind.CANCEL)
    unreleased = desk.drafted()
    with refused(Code.WARNING_NOT_RELEASED):
        desk.drafted(kind=WarningKind.UPDATE, references=unreleased)


def test_of_two_updates_of_one_warning_the_second_is_not_released() -> None:
    desk = Desk().released()
    first = desk.drafted(kind=WarningKind.UPDATE, references="w1")
    second = desk.drafted(kind=WarningKind.CANCEL, references="w1")
    desk.releases(first)
    with refused(Code.WORDS_CHANGED):
        desk.releases(second)


def test_a_cancellation_ends_a_warning_even_after_its_window() -> None:
    desk = Desk().released().waits(50 * HOUR)
    desk.follows(WarningKind.CANCEL)
    assert desk.case.current_warnings() == []
    assert Clock.WINDOW_END not in {one.clock for one in running(desk.case)}
    with refused(Code.WARNING_NOT_RELEASED):
        desk.drafted(kind=WarningKind.UPDATE, references="w2")


def test_who_was_warned_is_not_left_out_of_what_follows() -> None:
    desk = Desk().found()
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    desk.determined().determined(victim_id="v2")
    desk.releases(desk.drafted(victim_ids=("v1",)))
    for kind in (WarningKind.UPDATE, WarningKind.CANCEL):
        with refused(Code.BAD_VALUE):
            desk.drafted(victim_ids=("v2",), kind=kind, references="w1")
    desk.drafted(victim_ids=("v1", "v2"), kind=WarningKind.UPDATE, references="w1")


def test_a_cancellation_goes_to_nobody_who_was_not_warned() -> None:
    desk = Desk().released()
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    with refused(Code.BAD_VALUE):
        desk.drafted(victim_ids=("v1", "v2"), kind=WarningKind.CANCEL, references="w1")


def test_two_first_warnings_for_one_victim_are_both_in_force() -> None:
    desk = Desk().released()
    desk.releases(desk.drafted(words(window=a_window(NOW, NOW + 5 * HOUR))))
    assert [one.warning_id for one in desk.case.current_warnings()] == ["w1", "w2"]
    assert desk.due_in(Clock.WINDOW_END, "w2") == 5 * HOUR
