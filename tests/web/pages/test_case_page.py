"""The page of a case: what is waited for, by whom, and what is known, never more."""

import pytest

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, GRETA, HOUR, INES
from tests.support.house import log_keys
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.road import received
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.record.verify import verify

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house)


def test_the_first_thing_said_is_what_is_waited_for_how_long_and_by_whom(desk):
    page = desk.asks(ANNA)
    first = page.soup.select_one(".app-next")
    assert first.h2.get_text() == "You are needed"
    assert "Name who is threatened" in first.get_text()
    assert first.select_one("time[data-due]")["datetime"] == "2024-03-07T08:15:00+00:00"
    other = desk.asks(FINN).soup.select_one(".app-next")
    assert other.h2.get_text() == "Waiting for somebody else"
    assert "an analyst: Anna Lind" in " ".join(other.get_text().split())


def test_a_short_form_stands_on_the_page_for_whoever_may_use_it_and_nobody_else(desk):
    desk.found()
    desk.sends(BEN, "/victims/v1/determination", reason="owed")
    confirm = f"/cases/{desk.case_id}/proposals/p1/confirm"
    assert desk.asks(CARLA).soup.select_one(f'.app-next form[action="{confirm}"]')
    page = desk.asks(BEN)
    assert not page.soup.select("main form")
    assert "You proposed this yourself." in page.text
    assert "other than Ben Okoro: Carla Ruiz" in page.text


def test_an_inspector_reads_everything_and_is_offered_nothing_to_do(desk):
    desk.released()
    page = desk.asks(INES)
    assert not page.soup.select("main form")
    words = {link.get_text() for link in page.soup.select("main a")}
    assert not {"Determine", "Write an update", "Release", "Add a report to this case"} & words
    assert "Export the record" in words
    desk.asks(INES, "/remark", status=403)
    desk.sends(INES, "/remark", status=403, words="x")


def test_the_clause_that_made_the_duty_so_is_shown_with_its_status(desk):
    desk.found()
    text = desk.asks(BEN).text
    assert "shall have a duty to warn the intended victim" in text
    assert "Rule all_five · quoted · fas.org/publication/duty-to-warn" in text


def test_handed_over_is_never_shown_as_received(desk):
    delivery_id = desk.planned()
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    assert "Attempted – outcome unknown" in desk.asks(FINN).text
    desk.does(SYSTEM, c.RecordAttempt, delivery_id=delivery_id, attempt=1, result="handed_over")
    row = desk.asks(FINN).soup.find(id=delivery_id).get_text()
    assert "Handed over" in row
    assert not any(word in row for word in ("Received", "Acknowledged", "Told"))


def test_words_of_a_recipient_are_shown_as_they_said_them(desk):
    path = f"/deliveries/{desk.attested()}/reaction"
    desk.sends(GRETA, path, kind="rejected", words=f"No.\nNever. {HOSTILE}")
    page = desk.asks(GRETA)
    said = page.soup.select("blockquote")[0]
    assert "Rejects the warning" in said.get_text()
    assert "<br/>Never." in str(said)
    assert HOSTILE in said.get_text()


def test_what_comes_from_outside_is_shown_and_never_becomes_markup(house):
    desk = CaseDesk.with_report(
        house, HOSTILE.encode(), title=HOSTILE, received_from=HOSTILE, marking=HOSTILE
    )
    desk.sends(ANNA, "/victims/new", name=HOSTILE, kind="person", place=HOSTILE)
    desk.sends(ANNA, "/remark", words=HOSTILE)
    report = f"/reports/{desk.report_id}"
    for path in ("", "/victims/v1/findings", report, f"{report}/tearline", "/warnings/new"):
        soup = desk.asks(ANNA, path).soup
        assert HOSTILE in soup.get_text()
        assert not soup.select("main script, main img")


def test_an_original_leaves_as_a_file_and_is_never_shown_by_the_browser(desk):
    got = desk.client(ANNA).get(f"/cases/{desk.case_id}/reports/{desk.report_id}/original")
    assert got.content == b"An attack on the spring concert is planned."
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == f'attachment; filename="{desk.report_id}.txt"'
    desk.asks(ANNA, "/reports/R-NONE/original", status=404)


def test_the_export_of_a_case_verifies(desk):
    desk.determined()
    got = desk.client(INES).get(f"/cases/{desk.case_id}/export")
    assert got.headers["content-disposition"].startswith("attachment")
    report = verify(got.content, keys=log_keys(desk.app))
    assert (report.faults, report.events) == ((), desk.case.seq)
    desk.asks(ANNA, "/export", status=403)


def test_a_page_left_open_is_told_when_the_case_has_changed(desk):
    seen = desk.case.seq
    assert not desk.asks(ANNA, f"/news?seen={seen}").soup.select("#changed")
    desk.named()
    assert desk.asks(ANNA, f"/news?seen={seen}").soup.select("#changed")


def test_the_running_of_clocks_is_told_on_demand_only(desk):
    assert "A clock runs for" not in desk.asks(ANNA).text
    assert "A clock runs for" in desk.asks(ANNA, "?clocks=true").text


def test_silence_stands_in_the_history_as_an_alarm(desk, hands):
    hands.advance(2 * HOUR)
    (deadline, *_) = desk.case.deadlines.values()
    desk.does(SYSTEM, c.Lapse, number=deadline.number, clock=deadline.clock)
    page = desk.asks(ANNA)
    assert page.soup.select('.app-history li[data-kind="alarm"]')
    assert "1 lapsed" in page.text


def test_a_case_that_needs_nobodys_warning_does_not_show_the_road_of_one(desk):
    desk.named()
    seen = desk.asks(ANNA, "/victims/v1/findings").value("seen")
    no = {f"{name}.basis": "nothing of the kind" for name in ("harm", "directed")}
    unknown = dict.fromkeys(("credible", "specific", "impending"), "unknown")
    no |= {"harm": "no", "directed": "no", "kind_of_harm": "none_of_these", "seen": seen}
    desk.sends(ANNA, "/victims/v1/findings", **no, **unknown)
    desk.sends(BEN, "/victims/v1/no-duty", reason="nobody is threatened", confirmed="yes")
    desk.sends(CARLA, "/proposals/p1/confirm", confirmed="yes")
    road = [one.get_text() for one in desk.asks(BEN).soup.select(".app-steps li")]
    assert road == ["Received", "Triage", "Determine", "Follow up"]


@pytest.mark.parametrize("path", ["/victims/v9/findings", "/warnings/w9", "/warnings/w9/release"])
def test_what_is_not_in_the_case_is_not_found(desk, path):
    desk.asks(EVA if "release" in path else ANNA, path, status=404)


def test_a_case_with_many_reports_shows_the_newest_and_names_the_others(desk):
    for number in range(12):
        content = f"Report number {number} of the same evening.".encode()
        received(desk.app, content, case_id=desk.case_id, title=f"Number {number}")
    reports = desk.asks(ANNA).soup.select_one('[aria-labelledby="reports"]')
    assert [one.h3.get_text() for one in reports.select("article")][:2] == [
        "Number 11",
        "Number 10",
    ]
    assert len(reports.select("article")) == 10
    assert "Number 0" in {link.get_text() for link in reports.select("p a")}
