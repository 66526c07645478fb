"""Who may do what: the Cedar policies against a reference written another way."""

import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.refusal import Code, Refusal
from tocsin.policy.access import Access, CaseFacts, Decision, Principal, Role

ACCESS = Access()
SCHEMA = (files("tocsin.policy") / "access.cedarschema").read_text("utf-8")
POLICIES = (files("tocsin.policy") / "access.cedar").read_text("utf-8")

OF_THE_SYSTEM = {
    *("lapse", "start_attempt", "record_attempt", "start_attempts", "record_attempts"),
    *("record_receipt", "record_reply", "record_sighting", "record_inbound"),
    *("work_batches", "record_batch_receipts"),
}
LINK = {"acknowledge", "react", "visit"}
READING = {
    "read_case", "read_queue", "export_case", "read_people", "read_record", "read_directory"
}  # fmt: skip
RECORD = {
    *("search_record", "audit_record", "make_tally", "publish_log"),
    *("export_examples", "export_restricted_examples"),
}
HOUSE = (
    (READING - {"read_case", "export_case"})
    | RECORD
    | {"receive_report", "open_case", "manage_people", "rotate_log_key", "manage_directory"}
    | {"propose_policy", "confirm_policy", "screen_list"}
)
OF_THE_HOUSE = {
    *("manage_people", "read_people", "rotate_log_key", "publish_log"),
    "export_examples",  # the one content that they take out, unrestricted and on the record
}
CONTENT_ROLES = {
    "analyst": """receive_report open_case add_report name_victim record_findings set_urgency
        ask_originator record_originator_reply draft_warning name_recipient record_outcome
        record_remark propose_determination set_tearline correct_reading read_queue""",
    "determining_officer": """propose_determination confirm_determination reject_determination
        warn_alone review_break_glass name_follow_up_owner admit_officer restrict_case
        decide_window confirm_stand_down confirm_urgency propose_closing confirm_closing
        place_legal_hold lift_legal_hold propose_destruction confirm_destruction
        prepare_publication confirm_publication cancel_publication
        plan_dispatch cancel_dispatch
        answer_requirement propose_policy confirm_policy correct_reading
        record_review draft_warning name_recipient record_remark set_urgency receive_report
        add_report ask_originator record_originator_reply read_queue export_case""",
    "release_authority": """release_warning return_warning draft_warning ask_originator
        prepare_publication confirm_publication cancel_publication
        plan_dispatch cancel_dispatch
        record_originator_reply record_remark read_queue""",
    "deliverer": """plan_delivery plan_deliveries plan_dispatch cancel_dispatch
        attest_delivery name_recipient record_reaction
        cancel_delivery record_hand_attempt pause_chasing resume_chasing record_remark
        read_queue""",
    "follow_up_owner": """record_action record_reaction record_outcome decide_window record_review
        plan_delivery plan_deliveries plan_dispatch cancel_dispatch pause_chasing
        resume_chasing name_recipient answer_requirement draft_warning
        record_remark add_report read_queue
        export_case""",
}
HEEDS = {
    *("record_inbound", "give_receipt", "note_claim", "record_claim_test"),
    *("leave_claim_untested", "ask_sender", "ask_sender_again", "record_sender_reply"),
    *("propose_answer", "give_answer", "put_on_watch", "widen_watch", "renew_watch"),
    *("propose_watch_end", "answer_sighting"),
}
OF_WARNINGS_GIVEN = {
    "analyst": HEEDS,
    "determining_officer": HEEDS
    | {"name_inbound_owner", "go_on_without_reply", "leave_sender_unanswered", "confirm_watch_end"},
    "release_authority": {"confirm_answer", "return_answer"},
    "follow_up_owner": HEEDS,
}
SCREENERS = {"analyst", "determining_officer", "follow_up_owner"}
KEEPERS = {"determining_officer", "deliverer", "follow_up_owner"}
MAY = {
    role: set(actions.split())
    | {"read_directory"}
    | OF_WARNINGS_GIVEN.get(role, set())
    | ({"manage_directory"} if role in KEEPERS else set())
    | ({"screen_list"} if role in SCREENERS else set())
    for role, actions in CONTENT_ROLES.items()
}


def expected(who: Principal, action: str, case: CaseFacts | None, delivery_id: str | None) -> bool:
    """The reference: what the house rules say, without Cedar."""
    if who.kind == "system":
        return action in OF_THE_SYSTEM
    if who.kind == "recipient":
        return action in LINK and delivery_id == who.id
    if not who.enabled:
        return False
    if "administrator" in who.roles:
        also = "inspector" in who.roles
        if action in {"manage_people", "rotate_log_key"}:
            return not also
        return action in {"read_people", "publish_log", "export_examples"}
    if "inspector" in who.roles:
        granted = action in (READING - {"read_people"}) | RECORD
        return granted or (
            action in READING and any(action in MAY[r] for r in who.roles & set(MAY))
        )
    if case is not None:
        own = case.unit == who.unit and not case.restricted and bool(who.roles & set(MAY))
        if not own and who.id not in case.members:
            return False
        if action == "read_case":
            return True
    return any(action in MAY[role] for role in who.roles & set(MAY))


IDS = st.sampled_from(["o1", "o2", "o3"])
UNITS = st.sampled_from(["north", "south"])
OFFICERS = st.builds(
    Principal,
    kind=st.just("officer"),
    id=IDS,
    unit=UNITS,
    roles=st.frozensets(st.sampled_from([role.value for role in Role]), max_size=3),
    enabled=st.sampled_from([True, True, True, False]),
)
OTHERS = st.builds(Principal, kind=st.sampled_from(["system", "recipient"]), id=IDS)
CASES = st.builds(
    CaseFacts,
    case_id=st.sampled_from(["7F3K", "9Q2M"]),
    unit=UNITS,
    restricted=st.booleans(),
    members=st.frozensets(IDS),
)


@pytest.mark.parametrize("action", sorted(ACCESS.actions))
@settings(max_examples=30, deadline=None)
@given(who=OFFICERS | OTHERS, case=CASES, delivery_id=st.none() | IDS, on_house=st.booleans())
def test_cedar_decides_as_the_reference_does(
    action: str, who: Principal, case: CaseFacts, delivery_id: str | None, on_house: bool
) -> None:
    of_house = action in HOUSE or (action in LINK and on_house)
    on = None if of_house else case
    decision = ACCESS.decide(principal=who, action=action, case=on, delivery_id=delivery_id)
    assert decision.allowed is expected(who, action, on, delivery_id)
    assert decision.policy_ids or not decision.allowed


@pytest.mark.parametrize("action", sorted(ACCESS.actions - READING - RECORD))
@settings(max_examples=10, deadline=None)
@given(who=OFFICERS, case=CASES)
def test_an_inspector_changes_no_case_whatever_else_they_are(
    action: str, who: Principal, case: CaseFacts
) -> None:
    inspector = with_roles(who, who.roles | {"inspector"})
    on = None if action in HOUSE else case
    assert not ACCESS.decide(principal=inspector, action=action, case=on).allowed


@given(who=OFFICERS, case=CASES)
@settings(max_examples=40, deadline=None)
def test_an_inspector_reads_every_case(who: Principal, case: CaseFacts) -> None:
    inspector = with_roles(who, frozenset({"inspector"}))
    assert ACCESS.decide(principal=inspector, action="read_case", case=case).allowed


@pytest.mark.parametrize("action", sorted(ACCESS.actions - OF_THE_HOUSE))
@settings(max_examples=10, deadline=None)
@given(who=OFFICERS, case=CASES)
def test_an_administrator_sees_no_content_even_as_a_member(
    action: str, who: Principal, case: CaseFacts
) -> None:
    administrator = with_roles(who, who.roles | {"administrator"})
    member = CaseFacts(case_id=case.case_id, unit=who.unit, members=frozenset({who.id}))
    on = None if action in HOUSE else member
    assert not ACCESS.decide(principal=administrator, action=action, case=on).allowed


def with_roles(who: Principal, roles: frozenset[str]) -> Principal:
    return Principal(kind="officer", id=who.id, unit=who.unit, roles=roles)


def test_every_action_of_the_schema_is_granted_to_somebody() -> None:
    body = re.sub(r"//[^\n]*", "", SCHEMA)
    declared = re.findall(r"\baction\s+([a-z_,\s]+?)\s+appliesTo", body)
    assert ACCESS.actions == {name.strip() for names in declared for name in names.split(",")}


@pytest.mark.parametrize(
    ("action", "case"),
    [
        ("waive_alone", None),
        ("", None),
        ("read_queue", CaseFacts(case_id="7F3K", unit="north")),
        ("record_findings", None),
    ],
)
def test_an_action_that_cannot_be_asked_is_a_bug_not_an_answer(
    action: str, case: CaseFacts | None
) -> None:
    officer = Principal(kind="officer", id="o1", unit="north", roles=frozenset({"analyst"}))
    with pytest.raises(ValueError, match="access was not decided"):
        ACCESS.decide(principal=officer, action=action, case=case)


def test_a_decision_names_the_policies_that_made_it() -> None:
    officer = Principal(kind="officer", id="o1", unit="north", roles=frozenset({"analyst"}))
    own = CaseFacts(case_id="7F3K", unit="north")
    restricted = CaseFacts(case_id="7F3K", unit="north", restricted=True)

    def asked(action: str, case: CaseFacts) -> Decision:
        return ACCESS.decide(principal=officer, action=action, case=case)

    assert asked("add_report", own) == Decision(allowed=True, policy_ids=("analyst",))
    assert asked("add_report", restricted) == Decision(allowed=False, policy_ids=("need-to-know",))
    assert asked("release_warning", own) == Decision(allowed=False, policy_ids=())


@pytest.mark.parametrize("id_", ['x", "y', "o1\n", "Ünïcode 🜨", '"] } || true //'])
def test_an_id_is_never_read_as_policy(id_: str) -> None:
    officer = Principal(kind="officer", id=id_, unit="north", roles=frozenset({"analyst"}))
    elsewhere = CaseFacts(case_id=id_, unit="south", members=frozenset({"o2"}))
    admitted = CaseFacts(case_id=id_, unit="south", members=frozenset({id_}))
    assert not ACCESS.decide(principal=officer, action="read_case", case=elsewhere).allowed
    assert ACCESS.decide(principal=officer, action="read_case", case=admitted).allowed


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("permit (", "permit ((", "unexpected|expected"),
        ("resource.restricted", "resource.ally", r"need-to-know: .*ally"),
        ('Action::"lapse"', 'Action::"doze"', "doze"),
        ('@id("system")', "", "@id"),
        ('@id("system")', '@id("analyst")', "@id"),
        ("resource is Case", 'resource == Case::"7F3K"', "names one case"),
        ("!resource.restricted", 'resource != Case :: "7F3K"', "names one case"),
    ],
)
def test_policies_that_do_not_fit_the_schema_are_refused(
    old: str, new: str, complaint: str
) -> None:
    assert old in POLICIES
    with pytest.raises(Refusal, match=complaint) as refused:
        Access(POLICIES.replace(old, new, 1))
    assert refused.value.code is Code.PACK_INVALID


@pytest.mark.parametrize(
    "wrong", [{"id": ""}, {"unit": ""}, {"roles": frozenset({"superuser"})}], ids=str
)
def test_a_principal_without_id_unit_or_known_roles_cannot_exist(wrong: dict[str, str]) -> None:
    whole = {"kind": "officer", "id": "o1", "unit": "north", "roles": frozenset({"analyst"})}
    with pytest.raises(ValueError, match=r"principal|roles"):
        Principal(**(whole | wrong))  # type: ignore[arg-type]  # wrong on purpose
