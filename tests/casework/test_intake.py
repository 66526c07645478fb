import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.builders import ADAM, ANNA, DMITRI, EVA, GRETA, INES, MINUTE, NOW
from tests.casework.road import THREAT, everything, received
from tests.store.rows import at_once
from tests.support.house import JO
from tocsin.casework import intake
from tocsin.casework.intake import receive
from tocsin.casework.reads import history, report_bytes, report_text
from tocsin.domain.findings import Urgency
from tocsin.domain.refusal import Code, Refusal
from tocsin.domain.report import Credibility, Reliability
from tocsin.store import bodies, views


def ours(**fields):
    """A report in our JSON format."""
    return json.dumps({"tocsin_report": 1, "text": THREAT, **fields}).encode()


def refused(app, by=ANNA, **changes):
    """The code with which a report is refused; nothing of it may be kept."""
    before = everything(app)
    with pytest.raises(Refusal) as refusal:
        receive(app, received(**changes), by)
    assert everything(app) == before
    return refusal.value.code


def test_a_report_opens_a_case_whose_clock_began_at_acquisition(road):
    receipt = road.receives()
    assert not receipt.again
    assert road.case.title == "A talk overheard"
    assert road.case.deadlines["triage:case"].starts_at == NOW - 30 * MINUTE
    assert road.case.clock_urgency is Urgency.IMMINENT


def test_the_original_bytes_are_kept_beside_the_text_that_was_read(road):
    content = "EXAMPLE. Пожар в Квуксвилле.".encode("cp1251")
    receipt = road.receives(content=content, media_type="text/plain; charset=windows-1251")
    assert report_bytes(road.app, road.case_id, receipt.report_id, ANNA) == content
    assert "Пожар" in report_text(road.app, road.case_id, receipt.report_id, ANNA)


def test_the_same_bytes_twice_are_one_report_that_came_twice(road):
    first = road.receives()
    second = road.receives(received_from="desk north")
    assert (second.report_id, second.case_id, second.again) == (*_of(first), True)
    assert road.kinds().count("ReportReceivedAgain") == 1
    assert any("desk north" in told.words for told in history(road.app, road.case_id, ANNA))


def _of(receipt):
    return receipt.report_id, receipt.case_id


def test_the_same_bytes_from_eight_hands_at_once_are_one_report(road):
    receipts = at_once(8, lambda number: receive(road.app, received(), (ANNA, JO)[number % 2]))
    assert len({_of(receipt) for receipt in receipts}) == 1
    assert sorted(receipt.again for receipt in receipts) == [False] + [True] * 7
    road.case_id = receipts[0].case_id
    assert road.kinds().count("ReportReceived") == 1
    assert road.kinds().count("ReportReceivedAgain") == 7


def test_an_earlier_acquisition_moves_the_clock_and_a_later_one_does_not(road):
    road.receives()
    road.receives(acquired_at=NOW - MINUTE)
    assert road.case.acquired_at == NOW - 30 * MINUTE
    road.receives(acquired_at=NOW - 90 * MINUTE)
    assert road.case.deadlines["triage:case"].starts_at == NOW - 90 * MINUTE


def test_who_may_not_see_the_case_learns_no_number_yet_the_clock_hears_of_it(road):
    road.receives(restricted=True)
    receipt = road.receives(by=DMITRI, acquired_at=NOW - 90 * MINUTE)
    assert (receipt.case_id, receipt.again) == ("", True)
    assert road.case.acquired_at == NOW - 90 * MINUTE
    assert DMITRI.actor_id not in road.case.members


@pytest.mark.parametrize("by", [EVA, INES, ADAM, GRETA])
def test_who_may_receive_nothing_does_not_learn_what_is_held(road, by):
    assert refused(road.app, by) is Code.NOT_ALLOWED
    road.receives()
    assert refused(road.app, by) is Code.NOT_ALLOWED


def test_who_follows_up_adds_reports_to_cases_but_opens_none(road):
    road.receives()
    receipt = road.receives(by=GRETA, content=b"EXAMPLE. News.", case_id=road.case_id)
    assert receipt.case_id == road.case_id
    assert refused(road.app, GRETA, content=b"EXAMPLE. Other news.") is Code.NOT_ALLOWED


def test_a_report_cannot_be_added_to_a_case_one_may_not_see(road):
    road.receives(restricted=True)
    code = refused(road.app, DMITRI, content=b"EXAMPLE. News.", case_id=road.case_id)
    assert code is Code.CASE_UNKNOWN
    assert refused(road.app, ANNA, content=b"EXAMPLE.", case_id="C-NONE") is Code.CASE_UNKNOWN


def test_a_new_report_in_a_closed_or_waived_case_is_heard(road):
    road.receives()
    road.receives(content=b"EXAMPLE. News.", case_id=road.case_id)
    assert len(road.case.reports) == 2


def test_what_our_json_says_stands_where_nobody_said_otherwise(road):
    told = {"reliability": "B", "credibility": 2, "marking": "SECRET", "originator": "Lagos"}
    road.receives(content=ours(**told, language="uk", acquired_at="2024-03-07T08:00:00+00:00"))
    report = next(iter(road.case.reports.values()))
    assert (report.reliability, report.credibility) == (Reliability.B, Credibility.TWO)
    assert (report.marking, report.originator, report.language) == ("SECRET", "Lagos", "uk")
    assert report.acquired_at == datetime(2024, 3, 7, 8, tzinfo=UTC)


def test_a_document_overrides_no_officer_delays_no_clock_and_frees_itself_of_no_control(road):
    content = ours(
        reliability="A",
        credibility=1,
        marking="UNCLASSIFIED",
        acquired_at="2024-03-07T08:59:00Z",
        originator_controls=["REL"],
    )
    said = {"reliability": Reliability.E, "credibility": Credibility.FIVE, "marking": "SECRET"}
    road.receives(content=content, originator_controls=("ORCON",), **said)
    report = next(iter(road.case.reports.values()))
    assert {name: getattr(report, name) for name in said} == said
    assert report.acquired_at == NOW - 30 * MINUTE
    assert report.originator_controls == ("ORCON", "REL")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content": b""}, Code.REPORT_EMPTY),
        ({"content": b"x" * 2_000}, Code.REPORT_TOO_LARGE),
        ({"content": ours(surprise=1)}, Code.UNKNOWN_FIELD),
        ({"content": ours(reliability="Z")}, Code.BAD_VALUE),
        ({"content": ours(acquired_at="2024-03-07T08:00:00")}, Code.TIME_WITHOUT_ZONE),
        ({"content": ours(acquired_at="0001-01-01T00:00:00+14:00")}, Code.BAD_VALUE),
        ({"acquired_at": datetime(2024, 3, 7, 8)}, Code.TIME_WITHOUT_ZONE),  # noqa: DTZ001
        ({"acquired_at": NOW + MINUTE}, Code.TIME_IN_FUTURE),
        ({"received_from": "half \ud800"}, Code.BAD_VALUE),
        ({"title": " "}, Code.PARTICULARS_MISSING),
        (
            {"acquired_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
            Code.BAD_VALUE,
        ),
    ],
)
def test_a_refused_report_keeps_nothing_and_its_refusal_tells_nothing(opens, changes, code):
    app = opens(report_bytes=1_000)
    assert refused(app, **changes) is code
    given = received(**changes)
    with app.store.read() as db:
        digest = intake.hashlib.sha256(given.content).hexdigest()
        assert bodies.body(db, app.vault, digest) is None
        assert views.report_by_sha256(db, digest) is None


@pytest.mark.parametrize(
    "content",
    [
        b"EXAMPLE \0 with NUL\0",
        b"\xff\xfe\xfa not UTF-8 \xc3",
        b"EXAMPLE <script>alert(1)</script>",
        b"<html><title>a\0b</title><script>x</script><p>EXAMPLE",
        b"From: a@b.example\nSubject: =?utf-8?q?a=00b?=\nContent-Type: multipart/mixed\n\nEXAMPLE",
        b'{"tocsin_report": 1, "text": "EXAMPLE \\u0000 \\ud800 half"}',
        "EXAMPLE \u202e reversed ﷽ \N{PILE OF POO}".encode(),
    ],
)
def test_a_hostile_report_is_kept_as_it_came_and_its_case_can_be_read(road, content):
    receipt = road.receives(content=content, title="")
    assert report_bytes(road.app, road.case_id, receipt.report_id, ANNA) == content
    assert report_text(road.app, road.case_id, receipt.report_id, ANNA)
    assert history(road.app, road.case_id, ANNA)
    assert "\0" not in road.case.title


def test_two_officers_may_name_the_same_number_by_chance_and_neither_report_is_lost(
    road, monkeypatch
):
    road.receives()
    report_id = next(iter(road.case.reports))
    numbers = iter([report_id, road.case_id, "R-FRESH", "C-FRESH"])
    monkeypatch.setattr(intake, "new_id", lambda *_: next(numbers))
    receipt = receive(road.app, received(content=b"EXAMPLE. Another."), ANNA)
    assert _of(receipt) == ("R-FRESH", "C-FRESH")


def test_case_numbers_can_be_said_on_the_telephone(road):
    numbers = {intake.new_id(road.app, "C") for _ in range(200)}
    assert len(numbers) == 200
    assert all(set(number[2:]) <= set(intake.ALPHABET) | {"-"} for number in numbers)
