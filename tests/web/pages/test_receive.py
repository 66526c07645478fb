"""Receiving a report in the browser."""

import pytest

from tests.builders import ANNA, FINN, GRETA, INES
from tests.support.house import JO
from tests.web.pages.road import received
from tocsin.casework.handle import handle
from tocsin.casework.reads import case_of, report_bytes
from tocsin.domain.commands import NameFollowUpOwner
from tocsin.domain.report import Credibility, Reliability

FIELDS = {
    "acquired_at": "2024-03-07T10:30",
    "zone": "Europe/Moscow",
    "acquired_by": "hugo.berg",
    "received_from": "desk south",
    "reliability": "B",
    "credibility": "2",
    "urgency": "not_stated",
}


def sends(visitor, *files, **fields):
    chosen = [("files", one) for one in files]
    return visitor.post("/reports/new", data=FIELDS | fields, files=chosen or None)


@pytest.fixture
def visitor(visits):
    return visits(ANNA)


def opened(house, answer):
    assert answer.status_code == 303, answer.text
    return case_of(house, answer.headers["location"].removeprefix("/cases/"))


def test_words_pasted_open_a_case_that_keeps_all_that_was_said(house, visitor):
    controls = "ORCON\r\n\r\nask first\r\n"
    more = {"marking": "SECRET", "originator": "North", "originator_controls": controls}
    text = "An attack on the concert\r\nis planned."
    answer = sends(visitor, text=text, tearline="An attack is planned.", language="en", **more)
    case = opened(house, answer)
    (report,) = case.reports.values()
    assert (report.reliability, report.credibility) == (Reliability.B, Credibility.TWO)
    assert report.acquired_at.isoformat() == "2024-03-07T07:30:00+00:00"
    assert report.originator_controls == ("ORCON", "ask first")
    assert (report.marking, report.tearline) == ("SECRET", "An attack is planned.")
    assert case.urgency is None
    kept = report_bytes(house, case.case_id, report.report_id, ANNA)
    assert kept == b"An attack on the concert\nis planned."


def test_files_keep_their_very_bytes_and_together_make_one_case(house, visitor):
    raw = b"One report.\r\n", b"Another <script>alert(1)</script>"
    answer = sends(visitor, ("a.txt", raw[0], "text/plain"), ("b.html", raw[1], "text/html"))
    assert answer.status_code == 200
    assert "alert(1)" not in answer.text
    case_id = answer.text.split('href="/cases/')[1].split('"')[0]
    reports = case_of(house, case_id).reports
    kept = {report_bytes(house, case_id, one, ANNA) for one in reports}
    assert kept == set(raw)


def test_the_same_bytes_twice_are_one_report_and_the_receipt_says_so(house, visitor):
    case = opened(house, sends(visitor, text="The same words."))
    again = sends(visitor, text="The same words.")
    assert "Received before" in again.text
    assert f'href="/cases/{case.case_id}"' in again.text
    assert len(case_of(house, case.case_id).reports) == 1


def test_the_same_bytes_in_a_case_that_may_not_be_seen_do_not_name_it(house, visitor):
    hidden = received(house, b"The same words.", by=JO, restricted=True)
    answer = sends(visitor, text="The same words.")
    assert "in a case that you may not see" in answer.text
    assert hidden not in answer.text


def test_a_report_joins_the_case_named(house, visitor):
    case_id = received(house)
    shown = visitor.get(f"/reports/new?case={case_id}").text
    assert f'value="{case_id}"' in shown
    answer = sends(visitor, text="More of it.", case=case_id.lower())
    assert answer.headers["location"] == f"/cases/{case_id}"
    assert len(case_of(house, case_id).reports) == 2


def test_defects_are_listed_on_the_receipt(visitor):
    answer = sends(
        visitor, ("broken.txt", b"cut \xff\xfe\x81 off \x00 here, twice over", "text/plain")
    )
    assert answer.status_code == 200
    assert "Kept with" in answer.text


def test_every_mistake_is_named_at_once_and_what_was_typed_stands(visitor):
    answer = sends(
        visitor, text=" ", acquired_at="yesterday", zone="Mars/Base", received_from="",
        reliability="Z", marking="KEPT HERE",
    )  # fmt: skip
    assert answer.status_code == 422
    for said in (
        "Paste the report or choose its file",
        "There is no such time zone",
        "Enter a date and a time",
        "Enter from whom it comes",
        "Choose how reliable the source is",
        'value="KEPT HERE"',
    ):
        assert said in answer.text


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"acquired_at": "2024-03-07T23:00"}, 422, "in the future"),
        ({"case": "C-0000-0000"}, 404, "there is no such case"),
        ({"urgency": "whenever"}, 422, "Choose how near the harm is"),
        ({"surprise": "x"}, 422, "a field that this page does not know"),
        ({"acquired_at": "2024-03-31T02:30", "zone": "Europe/Paris"}, 422, "skip this hour"),
    ],
)
def test_what_cannot_be_is_refused_in_words(visitor, fields, status, said):
    answer = sends(visitor, text="Some words.", **fields)
    assert answer.status_code == status
    assert said in answer.text


def test_one_bad_file_among_good_ones_is_named_and_the_others_are_kept(house, visitor):
    answer = sends(visitor, ("good.txt", b"Good.", "text/plain"), ("empty.txt", b"", "text/plain"))
    assert answer.status_code == 200
    assert "<b>Not received.</b>" in answer.text
    assert "<b>Received</b>" in answer.text


def test_a_body_beyond_the_limit_or_with_too_many_files_is_refused(house, visitor):
    big = b"x" * (house.settings.report_bytes + 2_000_000)
    assert sends(visitor, ("big.txt", big, "text/plain")).status_code == 413
    many = [(f"{n}.txt", b"x", "text/plain") for n in range(21)]
    assert sends(visitor, *many).status_code == 400


def test_who_may_not_receive_is_told_before_filling_anything_in(visits):
    for one in (INES, FINN, GRETA):
        assert visits(one).get("/reports/new").status_code == 403
        assert sends(visits(one), text="Words.").status_code == 403


def test_whoever_follows_up_a_case_may_add_a_report_to_it(house, visits):
    case_id = received(house)
    handle(house, NameFollowUpOwner(case_id=case_id, officer_id=GRETA.actor_id), JO)
    visitor = visits(GRETA)
    assert visitor.get(f"/reports/new?case={case_id}").status_code == 200
    assert sends(visitor, text="It was called off.", case=case_id).status_code == 303
