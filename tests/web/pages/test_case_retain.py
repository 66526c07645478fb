"""Legal holds and destruction by their forms, and the page of what is left."""

import pytest

from tests.builders import ANNA, BEN, CARLA, INES, not_owed
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.road import received
from tocsin.domain import commands as c
from tocsin.domain.kinds import Matter, VictimKind

SECRET = "Hall of Mirrors"
HOLD = {"authority": "Court order 7", "reason": "an appeal is pending"}
LAW = {"authority": "Archive law, section 12", "reason": "ten years are over"}


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house, f"Nobody will attack the {SECRET}.".encode(), title=SECRET)


@pytest.fixture
def closed(desk):
    """A case in which nothing was owed, closed."""
    desk.does(ANNA, c.NameVictim, name=SECRET, kind=VictimKind.PLACE)
    desk.does(ANNA, c.RecordFindings, victim_id="v1", findings=not_owed())
    desk.does(
        BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.NO_DUTY, reason="no threat"
    )
    desk.does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    desk.does(BEN, c.ProposeClosing, reason="done")
    desk.does(CARLA, c.ConfirmClosing, proposal_id="p2")
    return desk


def destroyed(closed):
    closed.sends(BEN, "/destruction", **LAW)
    return closed.sends(CARLA, "/proposals/p3/confirm", confirmed="yes")


def test_a_hold_is_placed_with_its_authority_and_lifted_by_another(desk):
    page = desk.sends(BEN, "/holds/new", status=422, authority=" ", reason="")
    assert len(page.errors) == 2
    page = desk.sends(BEN, "/holds/new", **HOLD)
    assert "Legal hold H1 was placed" in page.soup.select_one("#done").get_text()
    assert "Court order 7: an appeal is pending" in page.text
    lift = f"/cases/{desk.case_id}/holds/H1/lift"
    assert lift not in page.goes_to()
    assert lift in desk.asks(CARLA).goes_to()
    refused = desk.sends(BEN, "/holds/H1/lift", status=409, reason="over")
    assert "same-officer" in refused.errors[0]
    page = desk.sends(CARLA, "/holds/H1/lift", reason="the appeal is decided")
    assert "lifted by Carla Ruiz" in page.text
    desk.asks(CARLA, "/holds/H1/lift", status=404)


def test_only_determining_officers_are_offered_what_keeps_and_what_destroys(closed):
    new, destroy = (f"/cases/{closed.case_id}{path}" for path in ("/holds/new", "/destruction"))
    assert {new, destroy} <= closed.asks(BEN).goes_to()
    for other in (ANNA, INES):
        assert not {new, destroy} & closed.asks(other).goes_to()
        closed.sends(other, "/destruction", status=403, **LAW)


def test_an_open_case_and_one_under_hold_are_not_offered_for_destruction(desk, closed):
    other = CaseDesk(desk.app, received(desk.app, b"Another report altogether."))
    page = other.sends(BEN, "/destruction", status=409, **LAW)
    assert "case-open" in page.errors[0]
    assert page.value("authority") == LAW["authority"]
    closed.sends(CARLA, "/holds/new", **HOLD)
    assert f"/cases/{closed.case_id}/destruction" not in closed.asks(BEN).goes_to()
    page = closed.sends(BEN, "/destruction", status=409, **LAW)
    assert "legal-hold" in page.errors[0]
    assert "while a legal hold stands: H1" in page.text


def test_a_destruction_waits_on_the_page_for_a_second_officer(closed):
    page = closed.sends(BEN, "/destruction", **LAW)
    assert "You proposed this yourself." in page.text
    page = closed.asks(CARLA)
    confirm = f"/cases/{closed.case_id}/proposals/p3/confirm"
    assert page.soup.select_one(f'.app-next form[action="{confirm}"]')
    assert LAW["authority"] in page.text
    assert "It cannot be undone." in page.text
    page = closed.sends(CARLA, "/proposals/p3/reject", reason="too early")
    assert "Nothing is waited for" in page.text
    assert f"/cases/{closed.case_id}/destruction" in page.goes_to()


def test_of_a_destroyed_case_the_page_says_on_whose_authority_by_whom_and_when(closed):
    page = destroyed(closed)
    assert page.soup.h1.get_text() == "Destroyed"
    stone = page.soup.select_one('[aria-labelledby="tombstone"]').get_text(" ")
    for said in (*LAW.values(), "Ben Okoro", "Carla Ruiz", "none was placed"):
        assert said in stone
    main = page.soup.main
    assert not main.select("form")
    assert SECRET not in main.select_one(".app-case__main").get_text()
    ways = closed.asks(BEN).goes_to()
    assert not {way for way in ways if "/holds" in way or "/remark" in way or "/proposals" in way}


def test_nothing_is_done_to_a_destroyed_case_and_the_form_says_why(closed):
    destroyed(closed)
    for path, fields in (("/remark", {"words": "but"}), ("/holds/new", HOLD)):
        page = closed.sends(BEN, path, status=409, **fields)
        assert "case-destroyed" in page.errors[0]


def test_a_destroyed_case_stands_among_the_closed_without_its_title(closed):
    destroyed(closed)
    shown = closed.client(BEN).get("/?state=closed").text
    assert closed.case_id in shown
    assert "Destroyed" in shown
    assert SECRET not in shown
    assert "Imminent" not in shown
