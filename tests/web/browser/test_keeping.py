"""Holds, destruction and the record's own page in a browser, at both widths."""

import pytest
from playwright.sync_api import expect

from tests.builders import ANNA, BEN, CARLA, INES, not_owed
from tests.support.axe import faults
from tests.web.pages.road import received
from tocsin.casework.act import act
from tocsin.domain import commands as c
from tocsin.domain.kinds import Matter, VictimKind

LAW = {"Authority": "Archive law, section 12", "Reason": "ten years are over"}


@pytest.fixture
def closed(site):
    """The number of a closed case in which nothing was owed."""
    case_id = received(site.app, title="Hall of Mirrors")

    def does(by, kind, /, **fields):
        act(site.app, kind(case_id=case_id, **fields), by)

    does(ANNA, c.NameVictim, name="Hall of Mirrors", kind=VictimKind.PLACE)
    does(ANNA, c.RecordFindings, victim_id="v1", findings=not_owed())
    does(BEN, c.ProposeDetermination, victim_id="v1", matter=Matter.NO_DUTY, reason="no threat")
    does(CARLA, c.ConfirmDetermination, proposal_id="p1")
    does(BEN, c.ProposeClosing, reason="done")
    does(CARLA, c.ConfirmClosing, proposal_id="p2")
    return case_id


def test_two_officers_destroy_a_case_without_any_script(site, room, closed):
    first, second = (room(False).page(by) for by in (BEN, CARLA))
    first.goto(f"{site.url}/cases/{closed}/destruction")
    for label, words in LAW.items():
        first.get_by_label(label).fill(words)
    first.get_by_role("button", name="Propose").click()
    second.goto(f"{site.url}/cases/{closed}/proposals/p3/confirm")
    second.get_by_role("checkbox").check()
    second.get_by_role("button").last.click()
    second.goto(f"{site.url}/cases/{closed}")
    expect(second.get_by_text(LAW["Authority"]).first).to_be_visible()
    assert "Hall of Mirrors" not in second.content()


def test_no_page_of_holds_destruction_and_record_breaks_a_rule(site, room, closed):
    found = []
    for who, path in (
        (BEN, f"/cases/{closed}/holds/new"),
        (BEN, f"/cases/{closed}/destruction"),
        (BEN, f"/cases/{closed}"),
        (INES, "/record"),
    ):
        page = room().page(who)
        page.goto(site.url + path)
        found += faults(page)
    assert found == []
