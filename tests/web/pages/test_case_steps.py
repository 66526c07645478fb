"""Every form of a case: what it takes, what it refuses, and that nothing typed is lost."""

import pytest

from tests.builders import ANNA, BEN, CARLA, DMITRI, EVA, FINN, GRETA, HOUR, PARTICULARS
from tests.web.pages.case_desk import ALL_YES, WORDS, CaseDesk
from tocsin.domain import commands as c
from tocsin.domain.case import DeliveryState
from tocsin.domain.findings import Answer, Urgency
from tocsin.domain.kinds import Matter, OutcomeKind, WindowDecision

TEXT = (
    b"Two men will attack the spring concert\nat the hall this evening.\n"
    b"Viktor Mraz heard it; he has been right before."
)


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house, TEXT)


def test_mistakes_are_all_named_at_once_and_nothing_typed_is_lost(desk):
    page = desk.sends(ANNA, "/victims/new", status=422, name=" ", place="The <b>hall</b>")
    assert page.errors == [
        "Enter a name, or a description that fits nobody else",
        "Choose what the victim is",
    ]
    assert page.value("place") == "The <b>hall</b>"
    assert {link["href"] for link in page.soup.select(".govuk-error-summary a")} == {
        "#name",
        "#kind",
    }
    assert not desk.case.victims


def test_a_field_that_no_page_knows_is_refused(desk):
    page = desk.sends(ANNA, "/victims/new", status=422, name="A", kind="person", by="ben.okoro")
    assert "unknown-field" in page.errors[0]
    assert not desk.case.victims


def test_what_was_done_is_told_on_the_page_of_the_case(desk):
    page = desk.sends(ANNA, "/victims/new", name="A group", kind="group", known_as="Один\r\nTwo")
    assert page.soup.select_one("#done")
    assert "Intended victim v1 was named: A group." in page.soup.select_one("#done").get_text()
    assert desk.case.victims["v1"].known_as == ("Один", "Two")


def test_evidence_is_found_in_the_reports_even_across_their_line_ends(desk):
    desk.named()
    seen = desk.asks(ANNA, "/victims/v1/findings").value("seen")
    quoted = {"harm.words": "attack  the spring concert at the hall\nViktor Mraz"}
    desk.sends(ANNA, "/victims/v1/findings", seen=seen, **ALL_YES | quoted)
    first, second = desk.case.victims["v1"].findings.harm.evidence
    assert first.words == "attack the spring concert\nat the hall"
    text = TEXT.decode()
    assert text[first.start : first.end] == first.words
    assert second.words == "Viktor Mraz"


def test_words_that_no_report_says_are_no_evidence(desk):
    desk.named()
    seen = desk.asks(ANNA, "/victims/v1/findings").value("seen")
    wrong = ALL_YES | {"harm.words": "a bomb", "credible.basis": ""}
    page = desk.sends(ANNA, "/victims/v1/findings", status=422, seen=seen, **wrong)
    assert len(page.errors) == 2
    assert page.value("harm.words") == "a bomb"
    assert desk.case.victims["v1"].findings is None


def test_findings_recorded_meanwhile_are_not_written_over_unseen(desk):
    desk.named()
    seen = desk.asks(ANNA, "/victims/v1/findings").value("seen")
    desk.sends(ANNA, "/victims/v1/findings", seen=seen, **ALL_YES)
    mine = ALL_YES | {"credible": "unknown", "credible.basis": "not my view"}
    page = desk.sends(ANNA, "/victims/v1/findings", status=409, seen=seen, **mine)
    assert "changed-meanwhile" in page.errors[0]
    assert page.value("credible.basis") == "not my view"
    assert desk.case.victims["v1"].findings.credible.answer is Answer.YES
    desk.sends(ANNA, "/victims/v1/findings", seen=page.value("seen"), **mine)
    assert desk.case.victims["v1"].findings.credible.answer is Answer.UNKNOWN


def test_times_typed_without_a_zone_are_read_in_the_zone_typed(desk):
    fields = {"urgency": "near", "reason": "told so", "opens": "2024-03-08T18:00"}
    page = desk.sends(
        ANNA, "/urgency", status=422, **fields, closes="2024-03-08T17:00", zone="Mars/Crater"
    )
    assert "There is no such time zone" in page.errors[0]
    desk.sends(ANNA, "/urgency", **fields, closes="2024-03-08T20:00", zone="Europe/Moscow")
    assert desk.case.urgency is Urgency.NEAR
    assert desk.case.expected.opens.isoformat() == "2024-03-08T15:00:00+00:00"
    assert "18:00 (MSK; 15:00 UTC)" in desk.asks(ANNA).text


def test_an_end_before_its_beginning_is_refused_at_the_end(desk):
    fields = {"urgency": "near", "reason": "told so", "zone": "UTC"}
    page = desk.sends(
        ANNA, "/urgency", status=422, opens="2024-03-08T18:00", closes="2024-03-08T17:00", **fields
    )
    assert page.errors == ["Enter an end that is after the beginning"]


def test_nobody_confirms_what_they_proposed(desk):
    desk.found()
    desk.sends(BEN, "/victims/v1/determination", reason="owed")
    page = desk.sends(BEN, "/proposals/p1/confirm", status=409, confirmed="yes")
    assert "same-officer" in page.errors[0]
    assert desk.case.victims["v1"].determination is None


def test_confirming_takes_a_tick_and_a_proposal_confirmed_is_gone(desk):
    desk.found()
    desk.sends(BEN, "/victims/v1/determination", reason="owed")
    desk.sends(CARLA, "/proposals/p1/confirm", status=422)
    desk.sends(CARLA, "/proposals/p1/confirm", confirmed="yes")
    assert desk.case.victims["v1"].determination.matter is Matter.WARN
    desk.asks(CARLA, "/proposals/p1/confirm", status=409)


def test_a_proposal_is_rejected_with_a_reason(desk):
    desk.found()
    desk.sends(BEN, "/victims/v1/determination", reason="owed")
    desk.sends(CARLA, "/proposals/p1/reject", status=422, reason="")
    page = desk.sends(CARLA, "/proposals/p1/reject", reason="look again")
    assert "look again" in page.text


@pytest.mark.parametrize("ground", PARTICULARS)
def test_each_ground_of_the_pack_asks_its_own_particulars(desk, ground):
    desk.found()
    desk.does(BEN, c.AdmitOfficer, officer_id=DMITRI.actor_id, reason="a second unit")
    fields = {
        name: value.removesuffix("+00:00")[:16] if value.endswith("+00:00") else value
        for name, value in PARTICULARS[ground].items()
    }
    zone = (
        {"zone": "UTC"} if any(v.endswith("+00:00") for v in PARTICULARS[ground].values()) else {}
    )
    path = f"/victims/v1/waive/{ground}"
    desk.sends(BEN, path, status=422, reason="", **zone)
    desk.sends(BEN, path, reason="as stated", confirmed="yes", **fields, **zone)
    proposal = desk.case.proposals["p1"]
    assert (proposal.matter, proposal.ground) == (Matter.WAIVE, ground)
    desk.sends(DMITRI, "/proposals/p1/confirm", confirmed="yes")
    assert desk.case.victims["v1"].determination.ground == ground
    assert "Waived" in desk.asks(BEN).text


def test_the_analyst_of_a_case_has_no_page_to_waive_and_no_duty_needs_the_packs_word(desk):
    desk.found()
    desk.sends(ANNA, "/victims/v1/waive/no_means", status=422, zone="UTC", reason="x")
    page = desk.sends(BEN, "/victims/v1/no-duty", status=409, reason="no", confirmed="yes")
    assert "duty-owed" in page.errors[0]
    desk.asks(BEN, "/victims/v1/waive/because", status=422)


def test_glass_is_broken_alone_and_reviewed_by_another(desk):
    desk.found()
    desk.sends(BEN, "/victims/v1/warn-alone", reason="tonight", confirmed="yes")
    assert desk.case.victims["v1"].determination.alone
    path = "/victims/v1/review-alone"
    desk.sends(BEN, path, status=409, upheld="yes", words="right")
    desk.sends(CARLA, path, upheld="yes", words="right")
    assert desk.case.victims["v1"].determination.reviewed_by == CARLA.actor_id


def test_a_warning_lacks_nothing_that_people_need(desk):
    desk.determined()
    page = desk.sends(ANNA, "/warnings/new", status=422, **WORDS | {"do": " ", "closes": ""})
    assert page.errors == ["Say what people should do", "Enter when it ends"]
    assert not desk.case.warnings


def test_an_update_begins_with_the_words_it_replaces(desk):
    desk.released()
    page = desk.asks(ANNA, "/warnings/new?follows=w1&kind=update")
    assert page.value("where") == WORDS["where"]
    assert page.value("opens") == WORDS["opens"]
    fields = WORDS | {"kind": "update", "references": "w1", "where": "One hall"}
    desk.sends(ANNA, "/warnings/new", status=422, **fields | {"references": ""})
    desk.sends(ANNA, "/warnings/new", **fields)
    assert desk.case.warnings["w2"].references == "w1"


def test_a_version_written_meanwhile_is_not_written_over_unseen(desk):
    desk.drafted()
    path = "/warnings/w1/edit"
    desk.sends(ANNA, path, version="1", **WORDS | {"where": "One hall"})
    page = desk.sends(ANNA, path, status=409, version="1", **WORDS | {"where": "Another"})
    assert page.value("where") == "Another"
    assert "Where: One hall" in page.text
    desk.sends(ANNA, path, version=page.value("version"), **WORDS | {"where": "Another"})
    assert desk.case.warnings["w1"].draft.version == 3


def test_words_that_changed_after_they_were_read_are_not_released(desk):
    desk.drafted()
    old = desk.release_form()
    desk.sends(ANNA, "/warnings/w1/edit", version="1", **WORDS | {"where": "One hall"})
    page = desk.sends(EVA, "/warnings/w1/release", status=409, **old)
    assert "words-changed" in page.errors[0]
    assert page.value("residual_risk") == old["residual_risk"]
    assert page.value("text_sha256") == desk.case.warnings["w1"].draft.text_sha256
    assert not desk.case.warnings["w1"].is_released


def test_each_leak_needs_its_own_reason(desk):
    desk.drafted(what="Two men will attack the spring concert, says Viktor Mraz.")
    page = desk.asks(EVA, "/warnings/w1/release")
    assert page.soup.select(".app-words mark")
    leaks = {one["name"]: one["value"] for one in page.soup.select('[name^="leak."]')}
    assert "Viktor Mraz" in leaks.values()
    form = desk.release_form(**leaks)
    refused = desk.sends(EVA, "/warnings/w1/release", status=422, **form)
    assert len(refused.errors) == len(leaks)
    reasons = {name.replace("leak", "reason"): "he said so on television" for name in leaks}
    desk.sends(EVA, "/warnings/w1/release", **form, **reasons)
    assert {one.words for one in desk.case.warnings["w1"].release.accepted} == set(leaks.values())


def test_a_sources_name_is_never_released_and_a_draft_goes_back_with_a_reason(house):
    desk = CaseDesk.with_report(house, TEXT, received_from="Orlova Desk")
    desk.drafted(what="An attack is being prepared, says Orlova Desk.")
    page = desk.asks(EVA, "/warnings/w1/release")
    assert "cannot be released" in page.text
    leaks = {one["name"]: one["value"] for one in page.soup.select('[name^="leak."]')}
    reasons = {name.replace("leak", "reason"): "x" for name in leaks}
    answer = desk.sends(
        EVA, "/warnings/w1/release", status=409, **desk.release_form(), **leaks, **reasons
    )
    assert "source-exposed" in answer.errors[0]
    desk.sends(EVA, "/warnings/w1/return", reason="it names the source")
    assert "it names the source" in desk.asks(ANNA, "/warnings/w1/edit").text


def test_an_originator_is_asked_before_words_leave(house):
    desk = CaseDesk.with_report(house, TEXT, originator="Northgate", originator_controls=("ORCON",))
    desk.drafted()
    override = {"override_originator": ""}
    page = desk.sends(EVA, "/warnings/w1/release", status=409, **desk.release_form(), **override)
    assert "originator-not-asked" in page.errors[0]
    path = f"/reports/{desk.report_id}"
    desk.sends(EVA, f"{path}/reply", status=409, reply="consents", words="yes")
    desk.sends(EVA, f"{path}/ask", question="May the substance leave?")
    desk.sends(EVA, f"{path}/reply", reply="objects", words="never")
    desk.sends(EVA, "/warnings/w1/release", status=409, **desk.release_form(), **override)
    override = {"override_originator": "a life is at stake"}
    desk.sends(EVA, "/warnings/w1/release", **desk.release_form(), **override)
    assert desk.case.warnings["w1"].is_released


def test_the_tearline_is_written_beside_the_report(desk):
    path = f"/reports/{desk.report_id}/tearline"
    assert "Viktor Mraz heard it" in desk.asks(ANNA, path).text
    desk.sends(ANNA, path, tearline="An attack is planned.")
    assert desk.case.reports[desk.report_id].tearline == "An attack is planned."


def test_nothing_is_sent_before_somebody_follows_up(desk):
    desk.released()
    recipient = {
        "victim": "v1", "name": "Manager", "relation": "protector", "method": "email",
        "language": "en",
    }  # fmt: skip
    page = desk.sends(FINN, "/recipients/new", status=422, **recipient, address="nonsense")
    assert page.soup.select_one("#address-error")
    desk.sends(FINN, "/recipients/new", **recipient, address="manager@hall.example")
    page = desk.sends(FINN, "/deliveries/new", status=409, plan="w1:r1")
    assert "follow-up-owner-missing" in page.errors[0]
    desk.sends(BEN, "/follow-up", status=422, officer_id=ANNA.actor_id)
    desk.sends(BEN, "/follow-up", officer_id=GRETA.actor_id)
    desk.sends(FINN, "/deliveries/new", status=404, plan="w1:r9")
    desk.sends(FINN, "/deliveries/new", plan="w1:r1")
    assert [one.state for one in desk.case.deliveries.values()] == [DeliveryState.PLANNED]


def test_a_meeting_is_attested_with_the_words_that_were_told(desk):
    path = f"/deliveries/{desk.planned('in_person')}/attest"
    assert WORDS["do"] in desk.asks(FINN, path).text
    for wrong, status in (
        ({"read_back": ""}, 422),
        ({"told_at": "2024-03-09T12:00"}, 422),
        ({"text_sha256": "0" * 64}, 409),
        ({"zone": "Nowhere"}, 422),
        ({"told_at": "yesterday"}, 422),
    ):
        desk.sends(FINN, path, status=status, **desk.attest_form(**wrong))
    desk.sends(FINN, path, **desk.attest_form())
    (delivery,) = desk.case.deliveries.values()
    assert delivery.reached_at.isoformat() == "2024-03-07T09:00:00+00:00"
    assert delivery.state is DeliveryState.UNDERSTOOD


def test_a_delivery_that_reached_nobody_can_be_cancelled(desk):
    path = f"/deliveries/{desk.planned()}/cancel"
    desk.sends(FINN, path, status=422, reason="")
    desk.sends(FINN, path, reason="wrong address")
    desk.sends(FINN, path, status=409, reason="again")


def test_the_road_ends_only_when_nothing_is_blank(desk):
    delivery = f"/deliveries/{desk.attested()}"
    page = desk.sends(BEN, "/closing", status=409, reason="done")
    assert "whether action was taken is missing" in page.text
    desk.sends(GRETA, f"{delivery}/reaction", kind="question", words="How sure?\nReally?")
    desk.sends(GRETA, f"{delivery}/action", status=422, taken="perhaps", words="x")
    desk.sends(GRETA, f"{delivery}/action", taken="yes", words="the hall was shut")
    desk.sends(GRETA, "/warnings/w1/window", decision="stand_down", reason="over")
    desk.sends(CARLA, "/proposals/p2/confirm", confirmed="yes")
    assert desk.case.window_decisions["w1"] is WindowDecision.STAND_DOWN
    desk.sends(GRETA, "/outcome", outcome="averted", claims="nothing came", source="police")
    assert desk.case.outcomes[0].outcome is OutcomeKind.AVERTED
    desk.sends(BEN, "/closing", reason="nothing is left")
    desk.sends(CARLA, "/proposals/p3/confirm", confirmed="yes")
    page = desk.asks(BEN)
    assert not desk.case.is_open
    assert "Nothing is waited for" in page.text
    desk.sends(BEN, "/review", status=409, words="again")
    desk.sends(BEN, "/remark", words="I said so", dissent="yes")


def test_a_window_is_renewed_by_an_update(desk, hands):
    desk.released()
    hands.advance(60 * HOUR)
    page = desk.sends(GRETA, "/warnings/w1/window", decision="renew", reason="still planned")
    assert "Write the update of warning w1" in page.text
    assert f"/cases/{desk.case_id}/warnings/new?follows=w1&kind=update" in page.goes_to()


def test_who_may_see_a_case_is_decided_with_a_reason(desk):
    desk.asks(DMITRI, status=404)
    desk.sends(BEN, "/members", status=422, officer_id="nobody", reason="")
    desk.sends(BEN, "/members", officer_id=DMITRI.actor_id, reason="second unit")
    desk.asks(DMITRI)
    desk.sends(BEN, "/members", officer_id=BEN.actor_id, reason="stays inside")
    desk.sends(BEN, "/restriction", restricted="yes", reason="a source is near")
    desk.asks(CARLA, status=404)
    desk.sends(BEN, "/restriction", restricted="no", reason="known by now")
    desk.asks(CARLA)


def test_a_review_is_recorded(desk):
    desk.sends(BEN, "/review", status=422, words="")
    desk.sends(BEN, "/review", words="nothing new")
    assert desk.case.reviewed_at is not None
