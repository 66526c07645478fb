"""Sources on the command line: what a receipt and a case say of them."""

from tests.reading.stories import PRINTED, REPRINTED, WIRE


def test_a_receipt_names_the_case_that_has_the_story_and_a_case_counts_its_sources(tocsin, tokens):
    token, when = tokens["analyst"], "--acquired-now"

    def received(text: str, *more: str) -> dict[str, object]:
        answer = tocsin("receive", "-", when, "--json", *more, given=text.encode(), token=token)
        return answer.json["received"][0]

    case_id = str(received(WIRE)["case_id"])
    assert received(PRINTED, "--case", case_id)["same_story_in"] == []
    shown = tocsin("case", case_id, token=token).out
    assert "2 reports, 1 source\n" in shown
    assert "are one source: they share 84 of 95 words" in shown
    (group,) = tocsin("case", case_id, "--json", token=token).json["sources"]["groups"]
    assert len(group["reports"]) == 2
    again = tocsin("receive", "-", when, given=REPRINTED.encode(), token=token).out
    assert f"Case {case_id} has this story already." in again
