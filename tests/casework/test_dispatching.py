"""Warnings to lists: nobody lost, nobody told twice under another key, whatever dies on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import ANNA, BEN, EVA, FINN, GRETA, HOUR, words
from tests.casework.listing import a_list, dispatched, the_dispatch, told
from tests.casework.road import Died, Post
from tocsin.casework import dispatching, lists
from tocsin.casework.dispatching import Dispatcher
from tocsin.casework.doctor import examine, rebuild
from tocsin.casework.hearing import hear
from tocsin.casework.hearing_lists import Heard
from tocsin.casework.reads import notices
from tocsin.casework.worker import work_all, work_once
from tocsin.channels import FailureReason, Passing, Permanent, Report, Reported
from tocsin.domain import commands as c
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.warning import WarningKind
from tocsin.store import replay

LANE = "dispatch:email"
BATCH = 100


@pytest.fixture
def app(opens):
    return opens(dispatch_batch=BATCH)


def to_list(post: Post) -> list[str]:
    return [one.key for one in post.sent if one.to_address.endswith("@list.example")]


def works(app, wait_s: float = 1) -> None:
    """A dispatcher with threads of its own, until nothing is due."""
    dispatcher = Dispatcher(app, LANE, "w1")
    while dispatcher.work(wait_s):
        pass
    dispatcher.close()


def test_everybody_on_a_list_is_sent_the_released_words_once(road, app, post):
    dispatch = dispatched(road, 250)
    assert [batch.size for batch in dispatch.batches] == [100, 100, 50]
    assert told(road) == {"planned": 250}
    works(app)
    keys = to_list(post)
    assert sorted(keys) == sorted(f"{dispatch.dispatch_id}.{n}" for n in range(1, 251))
    assert told(road) == {"handed_over": 250}
    assert the_dispatch(road).is_over
    one = next(one for one in post.sent if one.key == keys[0])
    assert road.case.warnings["w1"].draft.text in one.body
    assert "To leave this list:" in one.body
    kinds = road.kinds()
    assert kinds.index("BatchStarted") < kinds.index("BatchEnded")
    assert kinds.count("BatchEnded") == 3


def test_the_views_and_jobs_of_a_dispatch_are_what_the_record_says(road, app):
    dispatched(road, 250)
    works(app)
    with app.store.read() as db:
        before = b"".join(replay.dump(db))
    assert before.count(b"dispatch_member") == 250
    rebuild(app)
    with app.store.read() as db:
        assert b"".join(replay.dump(db)) == before
    assert examine(app).complaints == ()


@pytest.mark.parametrize("spoilt", ["_begun", "_is_finished"])
def test_a_batch_that_cannot_be_begun_or_recorded_holds_up_no_other(road, app, monkeypatch, spoilt):
    dispatched(road, 250)
    right = getattr(dispatching, spoilt)

    def spoil(*given):
        jobs = given[-1] if spoilt == "_begun" else given[-1:]
        if any(one.subject.endswith("/2") for one in jobs):
            raise RuntimeError("EXAMPLE")
        return right(*given)

    monkeypatch.setattr(dispatching, spoilt, spoil)
    dispatcher, bugs = Dispatcher(app, LANE, "w1"), 0
    for _ in range(20):
        try:
            dispatcher.work(0.2)
        except RuntimeError:
            bugs += 1
    assert bugs
    assert told(road)["handed_over"] == 150
    monkeypatch.undo()
    road.clock.advance(timedelta(seconds=app.settings.lease_s + 1))
    works(app)
    assert told(road) == {"handed_over": 250}
    dispatcher.close()
    assert examine(app).complaints == ()


@pytest.mark.parametrize("arrives", [True, False])
def test_who_dies_in_the_middle_of_a_batch_loses_nobody(road, app, post, clock, arrives):
    dispatch = dispatched(road, 150)
    post.dies_once(arrives=arrives)
    with pytest.raises(Died):
        work_once(app, LANE, "w1")
    assert the_dispatch(road).batches[0].is_open
    assert told(road)["attempted"] == 100
    clock.advance(timedelta(seconds=app.settings.lease_s + 1))
    works(app)
    assert road.kinds().count("BatchOutcomeUnknown") == 1
    assert set(to_list(post)) == {f"{dispatch.dispatch_id}.{n}" for n in range(1, 151)}
    assert told(road) == {"handed_over": 150}
    assert the_dispatch(road).batches[0].attempts == 2


def test_only_who_was_not_reached_is_tried_again_under_the_same_key(road, app, post, clock):
    dispatch = dispatched(road, 150)
    busy = Passing(FailureReason.SERVER_BUSY, "450")
    refused = Permanent(FailureReason.RECIPIENT_REFUSED, "550")

    def answers(message) -> None:
        if message.to_address.endswith(("7@list.example", "8@list.example")):
            raise busy if "7@" in message.to_address else refused

    post.does = answers
    works(app)
    assert told(road) == {"handed_over": 120, "attempted": 15, "failed": 15}
    post.does = None
    works(app)
    assert told(road)["attempted"] == 15
    clock.advance(timedelta(seconds=30))
    works(app)
    assert told(road) == {"handed_over": 135, "failed": 15}
    assert len(to_list(post)) == len(set(to_list(post))) == 135
    assert set(to_list(post)) < {f"{dispatch.dispatch_id}.{n}" for n in range(1, 151)}
    calls = [one.topic for one in notices(app, GRETA) if "not reached" in one.text]
    assert calls == [f"dispatch:{dispatch.dispatch_id}"]


def test_a_server_out_of_reach_is_not_asked_for_each_of_a_hundred(road, app, post, clock):
    dispatched(road, 150)
    tried = []

    def away(message) -> None:
        tried.append(message.key)
        raise Passing(FailureReason.UNREACHABLE)

    post.does = away
    work_all(app, "w1")
    assert 8 <= len([key for key in tried if "." in key]) <= 16 + 2
    assert told(road) == {"attempted": 150}


def test_who_leaves_before_their_turn_is_sent_nothing_and_that_is_on_the_record(road, app, post):
    dispatch = dispatched(road, 20)
    lists.remove(app, dispatch.list_id, Method.EMAIL, "person3@list.example", FINN, "she asked")
    works(app)
    assert f"{dispatch.dispatch_id}.3" not in to_list(post)
    assert told(road) == {"handed_over": 19, "cancelled": 1}
    (gone,) = lists.members(app, road.case, dispatch.dispatch_id, state="cancelled")
    assert (gone.number, gone.reason) == (3, "off-the-list")


def test_a_dispatch_is_stopped_where_it_is(road, app, post):
    dispatch = dispatched(road, 250)
    work_once(app, LANE, "w1")
    road.does(FINN, c.CancelDispatch, dispatch_id=dispatch.dispatch_id, reason="wrong list")
    works(app)
    assert len(to_list(post)) == 100
    assert told(road) == {"handed_over": 100, "cancelled": 150}
    assert examine(app).complaints == ()


def test_newer_words_stop_the_older_ones(road, app, post):
    dispatched(road, 150)
    work_once(app, LANE, "w1")
    newer = {"kind": WarningKind.UPDATE, "references": "w1", "victim_ids": ("v1",)}
    road.does(ANNA, c.DraftWarning, words=words(what="It is nearer now."), **newer)
    release = {"text_sha256": road.case.warnings["w2"].draft.text_sha256, "residual_risk": "small"}
    parity = road.case.warnings["w1"].release.parity
    road.does(EVA, c.ReleaseWarning, warning_id="w2", parity=parity, **release)
    works(app)
    assert len(to_list(post)) == 100
    assert "newer words" in the_dispatch(road).cancelled


def test_that_it_is_over_is_worth_hearing_late_and_a_warning_is_not(road, app, post):
    dispatch = dispatched(road, 1)
    works(app)
    after = {"kind": WarningKind.CANCEL, "references": "w1", "victim_ids": ("v1",)}
    road.does(ANNA, c.DraftWarning, words=words(what="It is over."), **after)
    release = {"text_sha256": road.case.warnings["w2"].draft.text_sha256, "residual_risk": "none"}
    road.does(EVA, c.ReleaseWarning, warning_id="w2", **release)
    plan = {"list_id": dispatch.list_id, "method": Method.EMAIL}
    road.does(FINN, c.PlanDispatch, warning_id="w2", **plan)
    works(app)
    first, second = (one for one in post.sent if one.key in to_list(post))
    assert first.expires_at == words().window.closes
    assert second.expires_at is None


def test_reports_of_members_are_gathered_and_only_news_is_recorded(road, app, clock):
    dispatch = dispatched(road, 30)
    works(app)
    heard = Heard(app)
    key = dispatch.dispatch_id
    for number in (1, 2, 3, 3, 900):
        hear(app, Method.EMAIL, Report(kind=Reported.DELIVERED, key=f"{key}.{number}"), heard)
    assert "BatchReceipts" not in road.kinds()
    clock.advance(timedelta(seconds=1))
    hear(app, Method.EMAIL, Report(kind=Reported.DISPLAYED, key=f"{key}.2"), heard)
    assert road.kinds().count("BatchReceipts") == 1
    assert hear(app, Method.EMAIL, Report(kind=Reported.UNDELIVERABLE, key=f"{key}.9"))
    assert hear(app, Method.EMAIL, Report(kind=Reported.UNDELIVERABLE, key=f"{key}.9"))
    assert road.kinds().count("BatchReceipts") == 2
    assert told(road) == {"handed_over": 26, "delivered": 2, "opened": 1, "failed": 1}
    one = the_dispatch(road)
    assert (one.delivered, one.displayed, one.undeliverable) == (3, 1, 1)


def test_a_report_settles_an_attempt_whose_outcome_was_unknown(road, app, post, clock):
    dispatch = dispatched(road, 3)
    post.dies_once(arrives=True)
    with pytest.raises(Died):
        work_once(app, LANE, "w1")
    clock.advance(timedelta(seconds=app.settings.lease_s + 1))
    post.arrives = False
    post.fails(Passing(FailureReason.SERVER_BUSY, "450"))
    works(app)
    hear(app, Method.EMAIL, Report(kind=Reported.DELIVERED, key=f"{dispatch.dispatch_id}.1"))
    post.does = None
    clock.advance(HOUR)
    works(app)
    assert to_list(post).count(f"{dispatch.dispatch_id}.1") == 1
    assert told(road) == {"delivered": 1, "handed_over": 2}


def test_what_is_missing_is_refused_before_anything_is_planned(road, app):
    road.drafted()
    list_id = a_list(app, 2)
    plan = {"warning_id": "w1", "list_id": list_id, "method": Method.EMAIL}

    def refused(**changes) -> Code:
        with pytest.raises(Refusal) as caught:
            road.does(FINN, c.PlanDispatch, **(plan | changes))
        return caught.value.code

    assert refused() is Code.WARNING_NOT_RELEASED
    road.releases()
    assert refused() is Code.FOLLOW_UP_OWNER_MISSING
    road.does(BEN, c.NameFollowUpOwner, officer_id=GRETA.actor_id)
    elsewhere = replace(FINN, unit="elsewhere")
    assert refused(list_id="L-0000") is Code.LIST_UNKNOWN
    assert refused(list_id=a_list(app, 2, elsewhere)) is Code.LIST_UNKNOWN
    assert refused(method=Method.WEBHOOK) is Code.NO_SUCH_WAY
    assert refused(method=Method.SMS) is Code.RECIPIENT_UNKNOWN
    assert refused(publication_id="P1") is Code.PUBLICATION_UNKNOWN
    road.does(FINN, c.PlanDispatch, **plan)
    assert refused() is Code.DELIVERY_SETTLED
