"""Whom the duty requires to be told, and two duties at once, on the pages of a case."""

import pytest

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA
from tests.domain.telling import Telling
from tests.policy.other import together
from tests.web.pages.case_desk import CaseDesk

PATH = "/victims/v1/required/police"
NAME = "EXAMPLE Police"


@pytest.fixture
def desk(house):
    """A case whose policy requires the police to be told, its warning released."""
    house.policy = Telling()
    desk = CaseDesk.with_report(house).released()
    desk.sends(BEN, "/follow-up", officer_id=GRETA.actor_id)
    return desk


def test_whoever_is_required_is_named_by_the_link_and_shown_until_told(desk):
    page = desk.asks(FINN)
    assert f"{NAME} Still to be told" in page.text
    assert "EXAMPLE: tell them. (design)" in page.text
    link = f"/cases/{desk.case_id}/recipients/new?victim=v1&answers=police"
    assert link in page.goes_to()
    form = desk.asks(FINN, "/recipients/new?victim=v1&answers=police")
    assert form.soup.select_one('input[type="checkbox"][name="answers"]').has_attr("checked")
    desk.recipient("in_person", answers="police")
    assert desk.case.recipients["r1"].answers == ("police",)
    desk.sends(FINN, "/deliveries/new", plan="w1:r1")
    assert f"{NAME} Under way The hall's manager" in desk.asks(FINN).text
    desk.sends(FINN, f"/deliveries/{desk.case_id}-d1/attest", **desk.attest_form())
    assert f"{NAME} Told The hall's manager" in desk.asks(FINN).text


def test_what_is_required_is_waited_for_after_somebody_else_was_told(desk):
    desk.recipient("in_person")
    desk.sends(FINN, "/deliveries/new", plan="w1:r1")
    desk.sends(FINN, f"/deliveries/{desk.case_id}-d1/attest", **desk.attest_form())
    assert f"Name {NAME} for Visitors of the hall: the duty requires" in desk.asks(FINN).text
    assert "police must be told" in desk.asks(BEN, "/closing").text
    desk.recipient("in_person", answers="police")
    assert f"Tell {NAME}, as the duty requires" in desk.asks(FINN).text


def test_a_reason_why_nobody_is_told_is_given_by_whoever_decides(desk):
    assert NAME in desk.asks(BEN, PATH).text
    wrong = desk.sends(BEN, PATH, status=422, recipient="nobody", reason="")
    assert "Say why nobody is told" in wrong.errors
    page = desk.sends(BEN, PATH, recipient="nobody", reason="they are the threat")
    assert f"{NAME} Not told, with a reason" in page.text
    assert "they are the threat · Ben Okoro" in page.text


def test_one_already_named_may_be_said_to_be_whom_it_requires(desk):
    desk.recipient()
    both = desk.sends(GRETA, PATH, status=422, recipient="r1", reason="both")
    assert any("Leave the reason empty" in one for one in both.errors)
    desk.sends(GRETA, PATH, recipient="r1", reason="")
    assert desk.case.recipients["r1"].answers == ("police",)


def test_what_is_not_required_cannot_be_answered_nor_by_everybody(desk):
    desk.asks(BEN, "/victims/v1/required/mayor", status=422)
    for one in (ANNA, EVA, FINN):
        desk.asks(one, PATH, status=403)
    wrong = {"victim": "v1", "answers": "mayor"}
    assert desk.sends(FINN, "/recipients/new", status=422, **wrong).errors


def test_two_duties_at_once_are_shown_apart_with_what_follows_from_both(house):
    both = together()
    house.policy = house.packs[both.pack_hash] = both
    desk = CaseDesk.with_report(house).found()
    text = desk.asks(BEN).text
    assert "Two duties apply beside each other; the stricter decides." in text
    assert "us_ic_icd191 Duty owed" in text
    assert "other_directive Duty owed" in text
    assert "Of the packs beside each other: under us_ic_icd191 the duty is owed (" in text
    assert "Rule life_at_risk · design · EXAMPLE" in text
    waiver = desk.asks(BEN, "/victims/v1/waive/already_aware").text
    assert "Was it in writing?" in waiver
    assert desk.asks(CARLA).text
