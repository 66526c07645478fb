"""A CAP alert that came in is answered as its sender's system expects, and the record says so."""

from pathlib import Path

import pytest

from tests.builders import ANNA
from tocsin.casework.cap_answers import answer
from tocsin.casework.cap_keys import certificate
from tocsin.domain.refusal import Code, Refusal
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.sign import verify
from tocsin.settings import PublicSettings

ALERT = Path(__file__).parents[1] / "feeds/cap/samples"


@pytest.fixture
def alert() -> bytes:
    return next(
        data
        for data in (path.read_bytes() for path in sorted(ALERT.glob("*.xml")))
        if read(data).message_type == "Alert"
    )


@pytest.mark.parametrize(("accepted", "kind"), [(True, "Ack"), (False, "Error")])
def test_an_answer_refers_to_the_alert_is_signed_and_stands_on_the_record(
    road, alert, accepted, kind
):
    road.receives(content=alert)
    road.app.settings = road.app.settings.model_copy(
        update={"public": PublicSettings(sender="security@house.example")}
    )
    report_id = next(iter(road.case.reports))
    made = answer(road.app, road.case_id, report_id, ANNA, accepted=accepted, note="Seen at once")
    told, asked = read(made), read(alert)
    assert told.message_type == kind
    assert (asked.identifier in str(told.references), told.faults) == (True, ())
    verdict = verify(made, [certificate(road.app)], road.app.clock())
    assert verdict.judgement == "genuine"
    assert road.kinds()[-1] == "RemarkRecorded"


def test_without_a_name_among_senders_nothing_is_answered(road, alert):
    road.receives(content=alert)
    with pytest.raises(Refusal) as refused:
        answer(road.app, road.case_id, next(iter(road.case.reports)), ANNA, accepted=True, note="")
    assert refused.value.code is Code.SETTINGS_INVALID
    assert road.kinds()[-1] != "RemarkRecorded"


def test_a_note_tells_the_sender_nothing_of_another_report(road, alert):
    road.receives(content=alert)
    road.app.settings = road.app.settings.model_copy(
        update={"public": PublicSettings(sender="security@house.example")}
    )
    road.receives(title="More", case_id=road.case_id)
    report_id, note = next(iter(road.case.reports)), "Zebulon Krall said so too."
    with pytest.raises(Refusal) as refused:
        answer(road.app, road.case_id, report_id, ANNA, accepted=False, note=note)
    assert refused.value.code is Code.PROTECTED_WORDS
    assert road.kinds()[-1] != "RemarkRecorded"
