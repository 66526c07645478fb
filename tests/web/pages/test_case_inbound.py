"""A warning given to us, and subjects on watch, by their forms."""

import pytest

from tests.builders import ANNA, BEN, CARLA, EVA, GRETA, HOUR, INES
from tests.support.house import a_client
from tests.web.pages.case_desk import CaseDesk
from tests.web.pages.road import received
from tocsin.casework.reads import case_of
from tocsin.casework.worker import work_all
from tocsin.domain import commands as c

LETTER = "Тимур Карелин hat Kontakt zum Lager.".encode()
WARNED = {
    "sender": "The liaison office of Ostmark",
    "received_at": "2024-03-07T08:30",
    "zone": "UTC",
    "path": "a letter to the embassy",
    "answer_to": "by the same path",
    "claims": "Тимур Карелин ist verreist\nhe has written to the camp",
    "language": "ru",
}
TOLD = {"given_at": "2024-03-07T08:45", "zone": "UTC", "path": "telephone", "to_whom": "duty desk"}
SUBJECT = {
    "names": "Timur Karelin\nТимур Карелин",
    "births": "1986-10-21 low\n1987, moderate",
    "identifiers": "P 1234567",
    "reason": "they warned us of him",
    "zone": "UTC",
}


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house, LETTER, received_from="the embassy")


@pytest.fixture
def warned(desk):
    desk.sends(ANNA, f"/reports/{desk.report_id}/inbound", **WARNED)
    return desk


def test_a_report_becomes_a_warning_given_to_us_and_says_what_is_owed(desk):
    page = desk.asks(ANNA, f"/reports/{desk.report_id}/inbound")
    assert page.value("sender") == "the embassy"
    wrong = desk.sends(ANNA, f"/reports/{desk.report_id}/inbound", status=422, zone="UTC")
    assert len(wrong.errors) == 3
    page = desk.sends(ANNA, f"/reports/{desk.report_id}/inbound", **WARNED)
    for said in ("The liaison office of Ostmark", "by the same path", "2 claims untested"):
        assert said in page.text
    assert "Тимур Карелин ist verreist" in page.text
    assert page.soup.select_one("#c1 [lang=ru]")


def test_a_contact_that_the_directory_does_not_hold_is_a_mistake(desk):
    path = f"/reports/{desk.report_id}/inbound"
    page = desk.sends(ANNA, path, status=422, **WARNED | {"contact_id": "K-0000-0000"})
    assert len(page.errors) == 1
    assert not desk.case.inbound


def test_receipt_owner_claims_questions_and_answer_go_by_their_forms(warned, hands):
    desk = warned
    desk.sends(ANNA, "/inbound/i1/receipt", words="We have your letter.", **TOLD)
    desk.sends(BEN, "/inbound/i1/owner", officer_id=GRETA.actor_id)
    refused = desk.sends(BEN, "/inbound/i1/owner", status=422, officer_id=EVA.actor_id)
    assert refused.errors == ["Say why the owner changes"]
    desk.sends(ANNA, "/inbound/i1/claims", words="er hat zwei Pässe", language="de")
    desk.sends(ANNA, "/claims/c1/test", how="asked his landlord", result="borne_out")
    page = desk.sends(ANNA, "/claims/c2/leave", reason="the camp is gone")
    assert "1 claim untested" in page.text
    assert "Borne out asked his landlord" in page.text
    due = {"due_at": "2024-03-07T12:00", "zone": "UTC"}
    desk.sends(ANNA, "/inbound/i1/ask", question="Who are his friends?", **due)
    early = desk.sends(BEN, "/questions/q1/without", status=409, reason="no time")
    assert "reply-not-overdue" in early.errors[0]
    hands.now += 4 * HOUR
    work_all(desk.app, "w")
    assert "silent once" in desk.asks(ANNA).text
    again = {"due_at": "2024-03-10T09:00", "zone": "UTC"}
    desk.sends(ANNA, "/questions/q1/again", words="", **again)
    answer = {"given_at": "2024-03-07T12:30", "zone": "UTC", "words": "His cousin."}
    assert "His cousin." in desk.sends(ANNA, "/questions/q1/reply", **answer).text
    desk.sends(ANNA, "/claims/c3/test", how="asked the issuer", result="inconclusive")
    assert not [one for one in desk.case.claims.values() if one.state == "untested"]


def test_an_answer_is_compared_with_other_reports_and_released_by_another(warned):
    desk = warned
    received(desk.app, b"Zebulon Marsh saw him in the harbour.", case_id=desk.case_id)
    desk.sends(ANNA, "/inbound/i1/answer", words="We asked Zebulon Marsh about him.")
    assert f"/cases/{desk.case_id}/answers/p1/release" not in desk.asks(ANNA).goes_to()
    page = desk.asks(EVA, "/answers/p1/release")
    assert "Zebulon Marsh" in page.soup.select_one("table").get_text()
    sent = {"confirmed": "yes", "seen": page.value("seen")}
    refused = desk.sends(EVA, "/answers/p1/release", status=422, **sent, reason="")
    assert refused.errors == ["Say why the marked words may leave"]
    received(desk.app, b"We asked Zebulon Marsh, says Ada Low.", case_id=desk.case_id)
    refused = desk.sends(EVA, "/answers/p1/release", status=409, **sent, reason="he is known")
    assert "changed-meanwhile" in refused.errors[0]
    desk.sends(EVA, "/answers/p1/return", reason="name nobody")
    desk.sends(ANNA, "/inbound/i1/answer", words="We have looked into it.")
    seen = desk.asks(EVA, "/answers/p2/release").value("seen")
    desk.sends(EVA, "/answers/p2/release", confirmed="yes", seen=seen)
    page = desk.sends(ANNA, "/inbound/i1/answered", **TOLD)
    assert "duty desk, telephone" in page.text
    assert desk.case.inbound["i1"].answers[0].words == "We have looked into it."


def test_an_answer_that_names_a_source_is_not_released_for_any_reason(warned):
    received(
        warned.app, b"Nothing.", case_id=warned.case_id, received_from="Ambassador Quillon Reyes"
    )
    warned.sends(ANNA, "/inbound/i1/answer", words="Quillon Reyes told us more.")
    seen = warned.asks(EVA, "/answers/p1/release").value("seen")
    sent = {"confirmed": "yes", "seen": seen, "reason": "they know each other"}
    page = warned.sends(EVA, "/answers/p1/release", status=409, **sent)
    assert "source-exposed" in page.errors[0]


def test_a_sender_who_cannot_be_told_is_left_so_for_a_reason(warned):
    page = warned.sends(BEN, "/inbound/i1/unanswered", owed="receipt", reason="no way back")
    assert "none, because: no way back" in page.text
    assert warned.asks(BEN, "/inbound/i1/unanswered?owed=answer").status == 200


def test_a_subject_goes_on_watch_and_two_end_it(warned):
    desk = warned
    wrong = desk.sends(ANNA, "/watches/new", status=422, names="", births="long ago", zone="UTC")
    assert len(wrong.errors) == 3
    page = desk.sends(ANNA, "/watches/new", **SUBJECT, inbound_id="i1", review_at="")
    assert "1986-10-21 (low confidence), or 1987 (moderate confidence)" in page.text
    more = {"names": "Karelin, T.", "births": "", "identifiers": "", "reason": "a second letter"}
    assert "Karelin, T." in desk.sends(ANNA, "/watches/s1/widen", **more).text
    desk.sends(ANNA, "/watches/s1/renew", reason="same", review_at="2024-04-07T09:00", zone="UTC")
    desk.sends(BEN, "/watches/s1/end", reason="another man")
    assert "Confirm that it ends" in desk.asks(CARLA).text
    page = desk.sends(CARLA, "/proposals/p1/confirm", confirmed="yes")
    assert "Ended 7 Mar 2024" in page.text


def test_a_report_received_elsewhere_that_names_the_subject_calls_and_leads_there(warned, house):
    warned.sends(ANNA, "/watches/new", **SUBJECT, inbound_id="", review_at="")
    other = received(house, "ТИМУР  карелин left the airport.".encode())
    page = warned.asks(ANNA)
    (report_id,) = case_of(house, other).reports
    assert f"/cases/{other}/reports/{report_id}" in page.goes_to()
    assert f"Say whether it is Timur Karelin, who is on watch: report {report_id}" in page.text
    queue = a_client(house, BEN).get("/").text
    assert "A subject on watch may have been met" in queue
    assert "1 sighting to answer" in queue
    assert "Sender not answered" in queue
    assert "a review does not answer it" in warned.asks(ANNA, "/watches/s1/renew").text


def test_whoever_only_reads_is_offered_nothing(warned):
    warned.sends(ANNA, "/watches/new", **SUBJECT, inbound_id="", review_at="")
    paths = [path for path in warned.asks(INES).goes_to() if "inbound" in path or "watch" in path]
    assert paths == []


def test_the_form_of_receiving_takes_a_warning_given_to_us(house):
    client = a_client(house, ANNA)
    form = {
        "text": "Warnung: Тимур Карелин",
        "acquired_at": "2024-03-07T08:00",
        "zone": "UTC",
        "acquired_by": "hugo.berg",
        "received_from": "the embassy",
        "reliability": "F",
        "credibility": "6",
        "urgency": "not_stated",
    }
    wrong = client.post("/reports/new", data=form | {"warned_by": "Ostmark"})
    assert "Enter the path by which the warning came" in wrong.text
    wrong = client.post("/reports/new", data=form | {"claims": "he left"})
    assert "Enter who warned us" in wrong.text
    said = {"warned_by": "Ostmark", "warned_path": "a letter", "claims": "he left\nhe is armed"}
    sent = client.post("/reports/new", data=form | said)
    case = case_of(house, sent.headers["location"].removeprefix("/cases/"))
    assert case.inbound["i1"].sender == "Ostmark"
    assert [one.words for one in case.claims.values()] == ["he left", "he is armed"]


def test_a_subject_named_in_what_is_received_is_told_at_once(warned, house):
    warned.sends(ANNA, "/watches/new", **SUBJECT, inbound_id="", review_at="")
    client = a_client(house, ANNA)
    form = {
        "text": "Timur Karelin was seen.",
        "acquired_at": "2024-03-07T08:00",
        "zone": "UTC",
        "acquired_by": "hugo.berg",
        "received_from": "desk south",
        "reliability": "F",
        "credibility": "6",
        "urgency": "not_stated",
    }
    page = client.post("/reports/new", data=form)
    assert "It may name a subject on watch" in page.text
    assert f"/cases/{warned.case_id}#watches" in page.text


def test_what_a_closed_case_still_watches_is_waited_for(house):
    desk = CaseDesk.with_report(house)
    desk.does(ANNA, c.PutOnWatch, names=("Timur Karelin",), reason="warned of")
    assert "Review the watch on Timur Karelin" in desk.asks(ANNA).text
