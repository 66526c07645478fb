"""Two people, always; alone only to warn."""

import pytest

from tests.builders import (
    ANNA,
    BEN,
    CARLA,
    DMITRI,
    FINN,
    HOUR,
    PARTICULARS,
    Desk,
    a_report,
    findings,
    not_owed,
    refused,
)
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.duty import Clock
from tocsin.domain.findings import Answer, Findings, Urgency
from tocsin.domain.kinds import Matter, VictimKind
from tocsin.domain.refusal import Code


def a_waiver(ground: str = "already_aware", **changes: str) -> dict[str, object]:
    return {"ground": ground, "particulars": {**PARTICULARS[ground], **changes}}


def confirms(desk: Desk, by: Actor = CARLA) -> None:
    desk.does(by, c.ConfirmDetermination, proposal_id=desk.last_proposal)


@pytest.mark.parametrize("matter", [Matter.WARN, Matter.WAIVE, Matter.NO_DUTY])
def test_nobody_confirms_their_own_proposal(matter: Matter) -> None:
    desk = Desk().found(not_owed()).proposed(matter, **a_waiver())
    with refused(Code.SAME_OFFICER):
        confirms(desk, BEN)


def test_two_officers_determine_to_warn_even_before_any_findings() -> None:
    standing = Desk().named().determined().case.victims["v1"].determination
    assert standing
    assert (standing.matter, standing.by, standing.confirmed_by) == (
        Matter.WARN,
        "ben.okoro",
        "carla.ruiz",
    )


def test_only_the_three_determinations_are_proposed_for_a_victim() -> None:
    with refused(Code.BAD_VALUE):
        Desk().found().proposed(Matter.CLOSING)


def test_one_proposal_for_a_victim_waits_at_a_time() -> None:
    desk = Desk().proposed()
    with refused(Code.ALREADY_PROPOSED):
        desk.proposed(by=DMITRI)


def test_what_was_answered_or_never_proposed_is_not_confirmed() -> None:
    desk = Desk().determined()
    for proposal_id in ("p1", "p9"):
        with refused(Code.NOTHING_PROPOSED):
            desk.does(DMITRI, c.ConfirmDetermination, proposal_id=proposal_id)


def test_a_proposal_about_the_case_is_confirmed_where_it_was_made() -> None:
    desk = Desk().stood_down()
    desk.does(BEN, c.ProposeClosing, reason="done")
    with refused(Code.BAD_VALUE):
        confirms(desk)


def test_a_rejected_proposal_leaves_the_victim_undetermined_and_a_new_one_possible() -> None:
    desk = Desk().proposed()
    desk.does(CARLA, c.RejectDetermination, proposal_id="p1", reason="wait for the second report")
    assert desk.case.victims["v1"].determination is None
    assert desk.proposed().last_proposal == "p2"


@pytest.mark.parametrize("ground", PARTICULARS)
def test_a_waiver_stands_on_each_ground_with_its_particulars_and_expires(ground: str) -> None:
    desk = Desk().waived(ground)
    standing = desk.case.victims["v1"].determination
    assert standing
    assert (standing.matter, standing.ground) == (Matter.WAIVE, ground)
    assert standing.expires_at == desk.now + 12 * HOUR
    assert desk.due_in(Clock.WAIVER_EXPIRY, "v1") == 12 * HOUR


@pytest.mark.parametrize(
    ("ground", "name"), [(g, name) for g, needs in PARTICULARS.items() for name in needs]
)
def test_no_waiver_without_every_particular_of_its_ground(ground: str, name: str) -> None:
    particulars = {key: text for key, text in PARTICULARS[ground].items() if key != name}
    with refused(Code.GROUND_NOT_MET):
        Desk().proposed(Matter.WAIVE, ground=ground, particulars=particulars)


def test_no_waiver_on_a_ground_or_with_a_particular_that_the_pack_does_not_know() -> None:
    with refused(Code.GROUND_UNKNOWN):
        Desk().proposed(Matter.WAIVE, ground="inconvenient")
    with refused(Code.UNKNOWN_FIELD):
        Desk().proposed(Matter.WAIVE, **a_waiver(nationality="theirs"))


def test_no_waiver_rests_on_what_has_not_happened_yet() -> None:
    with refused(Code.TIME_IN_FUTURE):
        Desk().proposed(Matter.WAIVE, **a_waiver(told_at="2024-03-07T23:00:00+00:00"))


@pytest.mark.parametrize("ground", ["violent_actor", "endangers_own", "endangers_partner"])
def test_the_riskier_waivers_take_two_units(ground: str) -> None:
    desk = Desk().proposed(Matter.WAIVE, **a_waiver(ground))
    with refused(Code.SAME_UNIT):
        confirms(desk, CARLA)
    confirms(desk, DMITRI)


def test_no_waiver_without_findings() -> None:
    with refused(Code.FINDINGS_MISSING):
        Desk().named().proposed(Matter.WAIVE, **a_waiver())


def test_the_analyst_neither_proposes_nor_confirms_a_waiver() -> None:
    with refused(Code.ANALYST_MAY_NOT_WAIVE):
        Desk().found().proposed(Matter.WAIVE, by=ANNA, **a_waiver())
    desk = Desk().proposed(Matter.WAIVE, **a_waiver())
    with refused(Code.ANALYST_MAY_NOT_WAIVE):
        confirms(desk, ANNA)


def test_the_analyst_of_one_victim_waives_for_no_other_in_the_case() -> None:
    desk = Desk().found().named("another")
    desk.does(CARLA, c.RecordFindings, victim_id="v2", findings=findings())
    desk.proposed(Matter.WAIVE, **a_waiver())
    with refused(Code.ANALYST_MAY_NOT_WAIVE):
        confirms(desk, CARLA)


def test_a_proposer_who_has_analysed_since_cannot_have_the_waiver_confirmed() -> None:
    desk = Desk().proposed(Matter.WAIVE, **a_waiver())
    desk.does(BEN, c.RecordFindings, victim_id="v1", findings=not_owed())
    with refused(Code.ANALYST_MAY_NOT_WAIVE):
        confirms(desk, DMITRI)


@pytest.mark.parametrize("again", [True, False], ids=["same bytes", "first bytes"])
def test_the_owner_of_a_source_may_object_and_not_waive(again: bool) -> None:
    desk = Desk().opened(a_report(acquired_by="hugo.berg" if again else "ben.okoro"))
    if again:
        came = {"acquired_at": desk.now, "received_from": "desk north", "report_id": "R1"}
        desk.does(ANNA, c.ReceiveAgain, acquired_by="ben.okoro", **came)
    desk.named().found()
    with refused(Code.SOURCE_OWNER_MAY_NOT_WAIVE):
        desk.proposed(Matter.WAIVE, by=BEN, **a_waiver())
    desk.proposed(Matter.WAIVE, by=DMITRI, **a_waiver())
    with refused(Code.SOURCE_OWNER_MAY_NOT_WAIVE):
        confirms(desk, BEN)
    desk.does(BEN, c.RecordRemark, words="I object", dissent=True)


@pytest.mark.parametrize("made", [findings(), findings(credible=Answer.UNKNOWN)])
def test_what_is_owed_or_unknown_is_never_no_duty(made: Findings) -> None:
    with refused(Code.DUTY_OWED):
        Desk().found(made).proposed(Matter.NO_DUTY)


def test_no_duty_is_checked_again_when_it_is_confirmed() -> None:
    desk = Desk().found(not_owed()).proposed(Matter.NO_DUTY)
    desk.found(not_owed())
    confirms(desk)
    assert desk.case.victims["v1"].determination


def test_toward_warning_the_way_is_open_and_away_from_it_while_nobody_is_reached() -> None:
    desk = Desk().waived()
    with refused(Code.ALREADY_DETERMINED):
        desk.proposed(Matter.WAIVE, **a_waiver())
    desk.determined()
    with refused(Code.ALREADY_DETERMINED):
        desk.does(BEN, c.WarnAlone, victim_id="v1", reason="now")
    desk.waived("no_means")
    standing = desk.case.victims["v1"].determination
    assert standing is not None
    assert standing.matter is Matter.WAIVE


def test_a_planned_delivery_is_cancelled_before_anybody_waives_and_none_is_planned_after() -> None:
    desk = Desk().released()
    delivery_id = desk.planned()
    with refused(Code.ALREADY_DETERMINED):
        desk.proposed(Matter.WAIVE, **a_waiver())
    desk.does(FINN, c.CancelDelivery, delivery_id=delivery_id, reason="nobody is there")
    desk.waived("no_means")
    with refused(Code.NOT_DETERMINED_TO_WARN):
        desk.planned(recipient_id="r1")


def test_once_somebody_is_reached_a_warning_is_not_turned_into_a_waiver() -> None:
    desk = Desk().released()
    desk.proposed(Matter.WAIVE, **a_waiver())
    desk.handed_over()
    with refused(Code.ALREADY_DETERMINED):
        confirms(desk, DMITRI)
    desk.does(BEN, c.RejectDetermination, proposal_id=desk.last_proposal, reason="too late")
    with refused(Code.ALREADY_DETERMINED):
        desk.proposed(Matter.WAIVE, **a_waiver())


def test_one_officer_alone_warns_of_an_imminent_threat_and_a_second_must_review() -> None:
    desk = Desk().proposed(Matter.WAIVE, by=DMITRI, **a_waiver())
    desk.does(BEN, c.WarnAlone, victim_id="v1", reason="it is tonight")
    assert desk.due_in(Clock.BREAK_GLASS_REVIEW, "v1") == HOUR
    with refused(Code.NOTHING_PROPOSED):  # the waiver that waited is overtaken
        confirms(desk)
    with refused(Code.SAME_OFFICER):
        reviews(desk, BEN)
    reviews(desk, CARLA)
    assert desk.runs(Clock.BREAK_GLASS_REVIEW, "v1") is None
    with refused(Code.NOTHING_TO_REVIEW):
        reviews(desk, DMITRI)


def reviews(desk: Desk, by: Actor, upheld: bool = True) -> None:
    desk.does(by, c.ReviewBreakGlass, victim_id="v1", upheld=upheld, words="I looked")


def test_nobody_warns_alone_of_what_is_not_imminent() -> None:
    desk = Desk().found()
    desk.does(ANNA, c.SetUrgency, urgency=Urgency.NEAR, reason="next week")
    with refused(Code.NOT_IMMINENT):
        desk.does(BEN, c.WarnAlone, victim_id="v1", reason="now")


def test_a_lone_determination_not_upheld_falls_unless_words_have_been_released() -> None:
    for released in (False, True):
        desk = Desk().found()
        desk.does(BEN, c.WarnAlone, victim_id="v1", reason="it is tonight")
        if released:
            desk.releases(desk.drafted())
        reviews(desk, CARLA, upheld=False)
        assert bool(desk.case.victims["v1"].determination) is released


def test_there_is_no_break_glass_to_waive() -> None:
    assert not {"matter", "ground"} & set(c.WarnAlone.__dataclass_fields__)


def test_each_victim_is_determined_on_its_own() -> None:
    desk = Desk().found()
    desk.does(ANNA, c.NameVictim, name="another", kind=VictimKind.PERSON)
    desk.determined()
    assert desk.case.victims["v2"].determination is None
    assert desk.runs(Clock.TRIAGE, "v2")
