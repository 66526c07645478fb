from datetime import timedelta

import pytest

from tests.builders import BEN, CARLA, DAY, GRETA
from tests.casework.road import everything
from tocsin.casework.acknowledge import acknowledge, answer, visit
from tocsin.casework.doctor import examine
from tocsin.casework.reads import history, notices
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c
from tocsin.domain.case import CaseState, DeliveryState
from tocsin.domain.kinds import OutcomeKind, ReactionKind, WindowDecision
from tocsin.domain.parity import NOBODY_INSIDE
from tocsin.domain.refusal import Code, Refusal


def refused(road, act, *given):
    before = everything(road.app)
    with pytest.raises(Refusal) as refusal:
        act(road.app, *given)
    assert everything(road.app) == before
    return refusal.value.code


def test_a_visit_is_noted_once_and_is_no_acknowledgement(road):
    road.handed_over()
    for _ in range(3):
        portal = visit(road.app, road.token)
    assert portal.released.text == road.case.warnings["w1"].draft.text
    assert road.kinds().count("LinkOpened") == 1
    assert road.delivery.state is DeliveryState.OPENED
    assert f"receipt:{road.delivery_id}" in road.case.deadlines


@pytest.mark.parametrize("typed", ["", "0000-0000", "AAAA", "x" * 200, "\0", "\ud800", "ja"])
def test_a_form_sent_without_the_code_acknowledges_nothing(road, typed):
    """As mail scanners send it, that fill in every form they find."""
    road.handed_over()
    assert refused(road, acknowledge, road.token, typed) is Code.CODE_WRONG
    kind = ReactionKind.REJECTED
    assert refused(road, answer, road.token, typed, kind, "no") is Code.CODE_WRONG
    assert road.delivery.acknowledged_at is None


def test_guessing_is_stopped_and_the_recipient_gets_in_again(road, clock):
    road.handed_over()
    codes = [refused(road, acknowledge, road.token, f"{n:08}") for n in range(12)]
    assert codes == [Code.CODE_WRONG] * 10 + [Code.TOO_MANY_TRIES] * 2
    assert refused(road, acknowledge, road.token, road.code) is Code.TOO_MANY_TRIES
    clock.advance(timedelta(minutes=15, seconds=1))
    assert acknowledge(road.app, road.token, road.code).delivery.acknowledged_at == clock()


def test_the_code_of_another_delivery_or_of_other_words_is_wrong(road, post):
    from tocsin.identity import links

    road.handed_over()
    key, sha256 = road.app.keys.links, road.delivery.text_sha256
    for other in (
        links.code(key, f"{road.case_id}-d2", sha256),
        links.code(key, road.delivery_id, "0" * 64),
    ):
        assert refused(road, acknowledge, road.token, other) is Code.CODE_WRONG


@pytest.mark.parametrize("change", ["", "x", "\0", "another case"])
def test_a_link_that_was_guessed_or_changed_leads_nowhere(road, change):
    road.handed_over()
    token = {
        "": road.token[:-1],
        "x": f"{road.token}x",
        "\0": f"\0{road.token}",
        "another case": road.token.replace(road.case_id, "C-NONE"),
    }[change]
    for act, given in ((visit, ()), (acknowledge, (road.code,))):
        assert refused(road, act, token, *given) is Code.LINK_UNKNOWN


def test_the_code_confirms_once_however_it_is_typed(road, clock):
    road.handed_over()
    acknowledge(road.app, road.token, f" {road.code.lower().replace('-', ' ')} ")
    first = road.delivery.acknowledged_at
    clock.advance(timedelta(hours=1))
    portal = acknowledge(road.app, road.token, road.code)
    assert portal.delivery.acknowledged_at == first
    assert road.kinds().count("Acknowledged") == 1
    assert f"action_check:{road.delivery_id}" in road.case.deadlines


def test_what_recipients_say_is_kept_word_for_word_and_calls_who_follows_up(road):
    road.handed_over()
    said = "Nein! <b>Wer</b> sind Sie?\n\0 \N{PILE OF POO}"
    answer(road.app, road.token, road.code, ReactionKind.WILL_ACT, "I stay at home.")
    answer(road.app, road.token, road.code, ReactionKind.QUESTION, said)
    portal = answer(road.app, road.token, road.code, ReactionKind.REJECTED, "Leave me alone.")
    assert [one.words for one in portal.delivery.reactions] == [
        "I stay at home.",
        said,
        "Leave me alone.",
    ]
    assert portal.delivery.state is DeliveryState.REFUSED
    assert [call.topic for call in notices(road.app, GRETA)] == [f"answer:{road.delivery_id}"]
    assert any("Leave me alone." in told.words for told in history(road.app, road.case_id, BEN))


def test_half_a_character_in_an_answer_is_refused(road):
    road.handed_over()
    kind = ReactionKind.QUESTION
    assert refused(road, answer, road.token, road.code, kind, "\ud800") is Code.BAD_VALUE


def test_an_answer_after_the_window_counts_as_late(road, clock):
    road.handed_over()
    clock.advance(5 * DAY)
    work_all(road.app, "w")
    acknowledge(road.app, road.token, road.code)
    assert road.delivery.state is DeliveryState.UNDERSTOOD
    assert any("Late" in told.words for told in history(road.app, road.case_id, BEN))


def test_an_answer_may_overtake_the_channels_own_word(road, post):
    """The mail arrives, is read and confirmed before the server has answered us."""
    road.planned()

    def confirms(_):
        post.does = None
        acknowledge(road.app, road.token, road.code)

    post.does = confirms
    work_all(road.app, "w")
    assert road.delivery.state is DeliveryState.UNDERSTOOD
    assert examine(road.app).complaints == ()


def closed(road):
    road.handed_over()
    acknowledge(road.app, road.token, road.code)
    road.does(GRETA, c.RecordAction, delivery_id=road.delivery_id, taken="yes", words="shut")
    road.does(
        BEN,
        c.DecideWindow,
        warning_id="w1",
        decision=WindowDecision.STAND_DOWN,
        reason="it is over",
    )
    road.does(CARLA, c.ConfirmStandDown, proposal_id=list(road.case.proposals)[-1])
    road.does(
        GRETA, c.RecordOutcome, outcome=OutcomeKind.UNKNOWN, claims="nothing seen", source="police"
    )
    road.does(BEN, c.ProposeClosing, reason="nothing is left to do")
    road.does(CARLA, c.ConfirmClosing, proposal_id=list(road.case.proposals)[-1])
    assert road.case.state is CaseState.CLOSED
    return road


def test_a_closed_case_still_hears_its_recipient_and_a_question_opens_it(road):
    closed(road)
    assert visit(road.app, road.token).delivery.acknowledged_at
    answer(road.app, road.token, road.code, ReactionKind.WILL_ACT, "I am safe.")
    assert road.case.state is CaseState.CLOSED
    answer(road.app, road.token, road.code, ReactionKind.QUESTION, "Is it over?")
    assert road.case.state is CaseState.OPEN
    assert road.case.deadlines
    assert examine(road.app).complaints == ()


def test_a_replaced_warning_says_so_on_its_page(road):
    from tests.builders import ANNA, words
    from tocsin.domain.warning import WarningKind

    road.handed_over()
    assert visit(road.app, road.token).followed_by is None
    road.does(
        ANNA,
        c.DraftWarning,
        words=words(what="It is over."),
        victim_ids=("v1",),
        kind=WarningKind.CANCEL,
        references="w1",
    )
    from tests.builders import EVA

    road.does(
        EVA,
        c.ReleaseWarning,
        warning_id="w2",
        text_sha256=road.case.warnings["w2"].draft.text_sha256,
        residual_risk="none",
        parity=NOBODY_INSIDE,
    )
    portal = visit(road.app, road.token)
    assert portal.followed_by is WarningKind.CANCEL
    assert portal.released.text == road.case.warnings["w1"].draft.text
