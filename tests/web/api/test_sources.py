"""What programs are told of sources, and of those in cases that may not be seen."""

from tests.builders import ANNA
from tests.casework.test_sources import told
from tests.reading.stories import PRINTED, REPRINTED, WIRE
from tests.support.house import JO, a_client


def test_the_sources_of_a_case_and_what_two_reports_share(house, client):
    first = told(house, WIRE, JO)
    second = told(house, PRINTED, JO, case_id=first.case_id)
    there = f"/api/cases/{first.case_id}"
    found = client.get(f"{there}/sources").json()
    group = {"reports": [first.report_id, second.report_id], "drawn_on_by": []}
    assert (found["groups"], found["elsewhere"]) == ([group], [])
    (likeness,) = found["likenesses"]
    assert (likeness["relation"], likeness["shared"], likeness["words"]) == ("derived", 84, 95)
    both = client.get(f"{there}/reports/{second.report_id}/beside/{first.report_id}").json()
    (passage,) = both["passages"]
    assert both["text"][passage["start"] : passage["end"]].startswith("after an unsigned letter")
    assert both["likeness"] == likeness


def test_a_receipt_names_cases_with_the_story_only_to_whoever_may_read_them(house, client):
    hidden = told(house, WIRE, restricted=True)
    given = {"acquired_by": "x", "received_from": "y", "acquired_at": "2024-03-07T08:00:00Z"}
    answer = client.post("/api/reports/text", json={"text": REPRINTED, **given}).json()
    assert answer["same_story_in"] == []
    mine = client.get(f"/api/cases/{answer['case_id']}/sources").json()
    assert (mine["likenesses"], mine["elsewhere"]) == ([], [answer["report_id"]])
    assert hidden.case_id not in str(mine)
    assert hidden.report_id not in str(mine)
    there = f"/api/cases/{hidden.case_id}/sources"
    assert client.get(there).status_code == 404
    assert a_client(house, ANNA).get(there).json()["elsewhere"] == []
