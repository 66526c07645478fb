"""Warnings to the public by their forms, and what everybody then reads."""

import feedparser
import icalendar
import pytest
from bs4 import BeautifulSoup

from tests.builders import ANNA, BEN, CARLA, EVA, FINN, words
from tests.support.house import a_client, a_house
from tests.web.pages.case_desk import CaseDesk
from tocsin.domain import commands as c
from tocsin.domain.warning import WarningKind
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.sign import Judgement, verify

PUBLIC = {"sender": "warnings@house.example", "sender_name": "Example Warning Office"}
NOTICE = {
    "event": "Security alert: large gatherings",
    "category": "Security",
    "nearness": "Immediate",
    "severity": "Severe",
    "certainty": "Possible",
    "response": "Avoid",
    "area-0-description": "The city and its halls",
    "area-0-polygon": "55.5,37.3\n55.9,37.3\n55.9,37.9\n55.5,37.9",
}
CANCEL = {
    "cancel.0.what": "The warning is cancelled.",
    "cancel.0.where": "The city",
    "cancel.0.do": "You may go there again.",
    "cancel.0.call": "The duty desk, +1 555 0100",
    "cancel.0.basis": "It was a false alarm.",
}


@pytest.fixture
def house(tmp_path, hands):
    app = a_house(
        f"sqlite:///{tmp_path / 'tocsin.db'}",
        tmp_path,
        clock=hands,
        public_url="http://localhost:8000",
        public=PUBLIC,
    )
    yield app
    app.close()


@pytest.fixture
def everybody(house):
    return a_client(house)


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house).released()


@pytest.fixture
def prepared(desk):
    desk.sends(BEN, "/warnings/w1/publish", **NOTICE, **CANCEL)
    return desk


@pytest.fixture
def live(prepared):
    typed = f"LIVE {prepared.case_id}"
    prepared.sends(CARLA, "/publications/n1/live", typed=typed, confirmed="yes")
    return prepared


@pytest.fixture
def exercise(house):
    desk = CaseDesk.with_report(house, exercise=True).released()
    desk.sends(BEN, "/warnings/w1/publish", **NOTICE, **CANCEL, public_status="Exercise")
    return desk


def sent(desk, number=1):
    return desk.case.publications[f"n{number}"].sent_as.identifier


def test_the_form_offers_what_cancels_it_and_names_each_mistake(desk):
    page = desk.asks(BEN, "/warnings/w1/publish")
    assert page.value("cancel.0.what") == "This warning was cancelled. It no longer stands."
    assert page.value("cancel.0.do") == "You no longer need to do what the warning asked."
    assert page.value("cancel.0.basis").startswith("It follows the warning of 2024-03-07")
    page = desk.sends(BEN, "/warnings/w1/publish", status=422, **CANCEL | {"cancel.0.do": ""})
    assert {"Say in one line what it is about", "Say what people may do again"} <= set(page.errors)
    page = desk.sends(
        BEN, "/warnings/w1/publish", status=422, **NOTICE | CANCEL | {"area-0-polygon": "1,2"}
    )
    assert page.errors == ["Polygon 1: a polygon has at least four points"]


def test_a_live_warning_waits_for_a_second_officer_who_types_its_phrase(prepared):
    assert "You prepared this yourself." in prepared.asks(BEN).text
    url = "/publications/n1/live"
    assert f"/cases/{prepared.case_id}{url}" not in prepared.asks(BEN).goes_to()
    page = prepared.asks(CARLA, url)
    assert page.soup.select_one(".app-public--live b").text == "LIVE"
    assert page.soup.select_one("form.app-confirm--danger")
    prepared.asks(CARLA, "/publications/n1/exercise", status=409)
    typed = f"LIVE {prepared.case_id}"
    refused = prepared.sends(BEN, url, status=409, typed=typed, confirmed="yes")
    assert "same-officer" in refused.errors[0]
    refused = prepared.sends(CARLA, url, status=422, typed=typed.lower(), confirmed="yes")
    assert "phrase-wrong" in refused.errors[0]
    page = prepared.sends(CARLA, url, typed=typed, confirmed="yes")
    assert "went public as TOCSIN-20240307T0900-" in page.soup.select_one("#done").get_text()
    assert "LIVE" in page.soup.select_one("#publications ~ article .app-tag").text


def test_an_exercise_is_confirmed_on_another_screen_and_stands_in_another_list(exercise, everybody):
    page = exercise.asks(CARLA, "/publications/n1/exercise")
    assert page.soup.select_one(".app-public--exercise b").text == "EXERCISE"
    assert not page.soup.select("form.app-confirm--danger, .app-public--live")
    exercise.asks(CARLA, "/publications/n1/live", status=409)
    exercise.sends(CARLA, "/publications/n1/exercise", confirmed="yes")
    link = f"/public/{sent(exercise)}"
    assert link not in everybody.get("/public").text
    assert link in everybody.get("/public/exercises").text
    assert feedparser.parse(everybody.get("/public/feed.atom").content).entries == []
    (entry,) = feedparser.parse(everybody.get("/public/exercises.atom").content).entries
    assert entry.title.startswith("EXERCISE: ")
    assert "WARNING" not in BeautifulSoup(everybody.get(link).text, "lxml").select_one(".bar").text


def test_what_is_looked_at_before_is_what_everybody_reads_after(prepared, everybody):
    before = prepared.asks(CARLA, "/publications/n1/page")
    shown = prepared.asks(CARLA, "/publications/n1")
    assert "<identifier>NOT-SENT</identifier>" in shown.text.replace("\n", "")
    assert "<msgType>Cancel</msgType>" in shown.text
    typed = f"LIVE {prepared.case_id}"
    prepared.sends(CARLA, "/publications/n1/live", typed=typed, confirmed="yes")
    got = everybody.get(f"/public/{sent(prepared)}")
    assert " ".join(BeautifulSoup(got.text, "lxml").get_text(" ").split()) == before.text
    assert words().do in before.text
    assert prepared.case_id not in got.text
    assert "script" not in got.text
    assert before.soup.select_one("svg[role=img] desc").text == "The city and its halls"


def test_everybody_gets_the_signed_message_the_time_and_the_feed(live, everybody):
    identifier = sent(live)
    got = everybody.get(f"/public/{identifier}/cap")
    assert got.headers["content-type"] == "application/cap+xml"
    assert read(got.content).faults == ()
    pinned = everybody.get("/public/certificate").content
    assert verify(got.content, [pinned], live.app.clock()).judgement is Judgement.GENUINE
    calendar = icalendar.Calendar.from_ical(everybody.get(f"/public/{identifier}/calendar").text)
    assert [str(one["uid"]) for one in calendar.walk("vevent")] == [identifier]
    feed = feedparser.parse(everybody.get("/public/feed.atom").content)
    assert not feed.bozo
    links = {link.type: link.href for link in feed.entries[0].links}
    assert links["application/cap+xml"].endswith(f"/public/{identifier}/cap")
    assert everybody.get("/public/feed.atom?page=2").status_code == 404
    for path in ("", "/cap", "/calendar"):
        assert everybody.get(f"/public/TOCSIN-1{path}").status_code == 404


@pytest.mark.parametrize("path", ["/public", "/public/feed.atom", "/public/{}", "/public/{}/cap"])
def test_caches_keep_it_and_nobody_loads_the_same_twice(live, everybody, path):
    got = everybody.get(path.format(sent(live)))
    assert got.headers["cache-control"].startswith("public, max-age=")
    assert "set-cookie" not in got.headers
    tag = {"If-None-Match": got.headers["etag"]}
    again = everybody.get(path.format(sent(live)), headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert everybody.head(path.format(sent(live))).headers["etag"] == got.headers["etag"]


def test_it_is_cancelled_from_its_case_at_once_and_says_so_everywhere(live, everybody):
    page = live.asks(EVA, "/publications/n1/cancel")
    assert CANCEL["cancel.0.do"] in page.text
    page = live.sends(EVA, "/publications/n1/cancel", reason="a false alarm")
    assert "was cancelled in public" in page.soup.select_one("#done").get_text()
    assert "cancel it for those who were told directly" in page.text
    got = BeautifulSoup(everybody.get(f"/public/{sent(live)}").text, "lxml")
    assert "This was cancelled at" in got.select_one(".follower").text
    cancellation = got.select_one(".follower a")["href"]
    assert "WARNING CANCELLED" in everybody.get(cancellation).text
    assert "Cancelled" in everybody.get("/public").text
    titles = [
        one.title for one in feedparser.parse(everybody.get("/public/feed.atom").content).entries
    ]
    assert len(titles) == 2
    assert titles[0].startswith("WARNING CANCELLED")


def test_the_case_asks_for_the_update_that_the_public_has_not_read(live):
    follows = {"kind": WarningKind.UPDATE, "references": "w1"}
    live.does(BEN, c.DraftWarning, words=words(), victim_ids=("v1",), **follows)
    live.sends(EVA, "/warnings/w2/release", **{
        **live.release_form(), "text_sha256": live.case.warnings["w2"].draft.text_sha256,
    })  # fmt: skip
    page = live.asks(BEN)
    assert "The public still reads n1: publish its update w2" in page.text
    page = live.asks(BEN, "/warnings/w2/publish")
    assert "It updates publication n1" in page.text
    assert page.value("event") == NOTICE["event"]
    page = live.sends(BEN, "/warnings/w2/publish", **NOTICE, **CANCEL)
    assert "The public still reads" not in page.text


def test_readers_get_their_own_language_first(house, everybody):
    desk = CaseDesk.with_report(house).determined()
    russian = words(language="ru", what="Готовится нападение на концерт.")
    desk.does(BEN, c.DraftWarning, words=words(), victim_ids=("v1",), translations=(russian,))
    desk.sends(EVA, "/warnings/w1/release", **desk.release_form())
    again = {f"cancel.1.{one.rpartition('.')[2]}": "Отменено." for one in CANCEL}
    desk.sends(BEN, "/warnings/w1/publish", **NOTICE, **CANCEL, **again)
    typed = f"LIVE {desk.case_id}"
    desk.sends(CARLA, "/publications/n1/live", typed=typed, confirmed="yes")
    for accepted, first in (("ru-RU,en;q=0.5", "ru"), ("fr", "en")):
        got = everybody.get(f"/public/{sent(desk)}", headers={"Accept-Language": accepted})
        assert BeautifulSoup(got.text, "lxml").select_one("section.words")["lang"] == first
        assert got.headers["vary"] == "Accept-Language"


def test_only_those_whose_task_it_is_are_offered_the_public(live):
    url = f"/cases/{live.case_id}/publications/n1/cancel"
    assert url in live.asks(EVA).goes_to()
    for other in (ANNA, FINN):
        assert url not in live.asks(other).goes_to()
        live.sends(other, "/publications/n1/cancel", status=403, reason="x")
