"""What the shipped pack for ICD 191 rules."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.duty import Clock, Duty, Policy
from tocsin.domain.findings import Answer, Finding, Findings, Harm, Urgency
from tocsin.policy.pack import Pack, load, shipped

LISTED = (Harm.KILLING, Harm.SERIOUS_BODILY_INJURY, Harm.KIDNAPPING)
TIMES = {"text": "words", "yes_no": "yes", "instant": "2024-03-07T14:30:00+03:00"}


def found(
    answers: str = "yyyyy", *, kind: Harm = Harm.UNKNOWN, corroboration_tried: bool = False
) -> Findings:
    """Findings from five letters: harm, directed, credible, specific, impending."""
    letters = {"y": Answer.YES, "n": Answer.NO, "u": Answer.UNKNOWN}
    names = ("harm", "directed", "credible", "specific", "impending")
    made = {
        name: Finding(answer=letters[letter], basis="As reported.")
        for name, letter in zip(names, answers, strict=True)
    }
    return Findings(**made, kind_of_harm=kind, corroboration_tried=corroboration_tried)


def met(pack: Pack, code: str) -> dict[str, str]:
    """Particulars that meet the ground."""
    given = {need.name: TIMES[need.kind] for need in pack.grounds[code].needs}
    return given | ({"category": "assassin"} if code == "violent_actor" else {})


@pytest.mark.parametrize("kind", [*LISTED, Harm.UNKNOWN])
def test_five_times_yes_is_owed_by_the_quoted_clause(pack: Pack, kind: Harm) -> None:
    ruling = pack.assess(found(kind=kind))
    assert ruling.duty is Duty.OWED
    assert [(c.rule, c.status) for c in ruling.clauses] == [("all_five", "quoted")]


@pytest.mark.parametrize("answers", ["nyyyy", "ynyyy", "yyyny", "yyyyn", "nnunn", "unuuu"])
def test_a_definite_no_is_not_owed_and_says_why(pack: Pack, answers: str) -> None:
    ruling = pack.assess(found(answers))
    assert ruling.duty is Duty.NOT_OWED
    assert len(ruling.clauses) == answers.count("n")


def test_doubt_about_the_source_closes_nothing_before_corroboration(pack: Pack) -> None:
    assert pack.assess(found("yynyy")).duty is Duty.UNDECIDED
    assert pack.assess(found("yynyy", corroboration_tried=True)).duty is Duty.NOT_OWED


@pytest.mark.parametrize(
    ("answers", "kind"), [("yyyyy", Harm.NONE_OF_THESE), *(("nyyyy", kind) for kind in LISTED)]
)
def test_a_harm_that_contradicts_its_kind_is_undecided(
    pack: Pack, answers: str, kind: Harm
) -> None:
    ruling = pack.assess(found(answers, kind=kind))
    assert ruling.duty is Duty.UNDECIDED
    assert ruling.clauses[0].rule == "harm_contradicts_its_kind"


@given(answers=st.text("yu", min_size=5, max_size=5), tried=st.booleans())
def test_without_a_single_no_nothing_is_ever_not_owed(
    pack: Pack, answers: str, tried: bool
) -> None:
    duty = pack.assess(found(answers, corroboration_tried=tried)).duty
    assert duty is (Duty.OWED if answers == "yyyyy" else Duty.UNDECIDED)


def test_the_six_grounds_stand_in_the_directives_order(pack: Pack) -> None:
    assert {code: table.number for code, table in pack.form.waiver.items()} == {
        "already_aware": 1,
        "armed_conflict": 2,
        "violent_actor": 3,
        "endangers_own": 4,
        "endangers_partner": 5,
        "no_means": 6,
    }
    assert list(pack.grounds) == list(pack.form.waiver)
    assert {c for c, ground in pack.grounds.items() if ground.two_units} == {
        *("violent_actor", "endangers_own", "endangers_partner")
    }


CODES = tuple(tomllib.loads(shipped("us_ic_icd191").decode())["waiver"])
FIELDS = [
    (code, need["name"], need["kind"])
    for code, ground in tomllib.loads(shipped("us_ic_icd191").decode())["waiver"].items()
    for need in ground["needs"]
]


@pytest.mark.parametrize("code", CODES)
def test_each_ground_can_be_met(pack: Pack, code: str) -> None:
    ruling = pack.waive(code, met(pack, code))
    assert ruling.allowed
    assert not ruling.error


def ill_typed(kind: str) -> Iterator[str]:
    yield from ("", " \n", "-", "?", "\u200b", "x" * 4_001)
    if kind == "text":
        yield "\ud800x"
    if kind == "yes_no":
        yield from ("unknown", "true", "Yes", "1")
    if kind == "instant":
        yield from ("2024-03-07", "2024-03-07T14:30:00", "yesterday", "0001-01-01T00:00:00+14:00")


@pytest.mark.parametrize(("code", "name", "kind"), FIELDS)
def test_a_missing_blank_or_ill_typed_particular_never_meets_a_ground(
    pack: Pack, code: str, name: str, kind: str
) -> None:
    full = met(pack, code)
    assert not pack.waive(code, {k: v for k, v in full.items() if k != name}).allowed
    for value in ill_typed(kind):
        ruling = pack.waive(code, full | {name: value})
        assert not ruling.allowed
        assert not ruling.error
        label = next(n.label for n in pack.grounds[code].needs if n.name == name)
        assert label in ruling.why


@pytest.mark.parametrize(("code", "name"), [(c, n) for c, n, kind in FIELDS if kind == "yes_no"])
def test_every_required_yes_is_required(pack: Pack, code: str, name: str) -> None:
    ruling = pack.waive(code, met(pack, code) | {name: "no"})
    assert not ruling.allowed
    assert "is not met" in ruling.why


def test_an_answer_older_than_its_question_meets_nothing(pack: Pack) -> None:
    given = met(pack, "endangers_partner") | {"originator_answered_at": "2024-03-07T11:29:59+00:00"}
    assert "older than the question" in pack.waive("endangers_partner", given).why


def test_a_category_of_ones_own_meets_nothing(pack: Pack) -> None:
    given = met(pack, "violent_actor") | {"category": "troublemaker"}
    assert not pack.waive("violent_actor", given).allowed


def test_a_waiver_answer_never_repeats_what_was_given(pack: Pack) -> None:
    given = met(pack, "already_aware") | {"specific_to_this_threat": "no", "who_told": "Zebulon"}
    assert "Zebulon" not in pack.waive("already_aware", given).why
    assert "Zebulon" not in pack.waive("already_aware", given | {"Zebulon": "x"}).why


def test_no_other_ground_and_no_other_particular_is_accepted(pack: Pack) -> None:
    assert not pack.waive("adversary_state", {}).allowed
    assert not pack.waive("no_means", met(pack, "no_means") | {"more": "words"}).allowed


CLOCKS = """
triage              15 60 240
decision            60 240 1440
originator_reply    30 120 1440
first_attempt       30 120 1440
receipt             15 60 480
action_check        120 1440 4320
onward_passage      120 1440 4320
review              720 4320 20160
waiver_expiry       720 4320 20160
break_glass_review  60 240 1440
window_end          60 240 1440
inbound_receipt     15 60 240
inbound_owner       15 60 240
sender_reply        30 120 1440
watch_review        720 4320 20160
sighting            15 60 240
"""


def test_the_clocks_run_as_long_as_the_doctrine_says_in_minutes(pack: Pack) -> None:
    expected = {
        row[0]: [int(minutes) for minutes in row[1:]]
        for row in map(str.split, CLOCKS.split("\n")[1:-1])
    }
    assert expected == {
        clock.value: [pack.interval(clock, u) // timedelta(minutes=1) for u in Urgency]
        for clock in Clock
    }


@pytest.mark.parametrize(
    ("until_harm", "urgency"),
    [
        (None, Urgency.IMMINENT),
        (timedelta(hours=-3), Urgency.IMMINENT),
        (timedelta(hours=24), Urgency.IMMINENT),
        (timedelta(hours=24, microseconds=1), Urgency.NEAR),
        (timedelta(days=7), Urgency.NEAR),
        (timedelta(days=7, microseconds=1), Urgency.LATER),
    ],
)
def test_urgency_follows_the_time_left_and_unknown_is_imminent(
    pack: Pack, until_harm: timedelta | None, urgency: Urgency
) -> None:
    assert pack.urgency(until_harm) is urgency


def test_the_pack_is_a_policy_and_is_known_by_its_bytes(pack: Pack) -> None:
    policy: Policy = pack
    data = shipped("us_ic_icd191")
    assert len(policy.pack_hash) == 64
    assert load(data + b"# a word\n", name="us_ic_icd191").pack_hash != policy.pack_hash


def test_the_pack_states_its_coverage_content_and_separations(pack: Pack) -> None:
    assert pack.own_state_threats
    assert pack.coverage.source
    assert pack.minimum_content == ("what", "where", "window", "do", "call", "basis")
    assert len(pack.separation) == 5
    assert set(pack.meanings) == {"harm", "directed", "credible", "specific", "impending"}


def test_a_clause_called_quoted_shows_its_quotation() -> None:
    def quoted(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            if node.get("status") == "quoted":
                yield node["clause"]
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from quoted(child)

    clauses = list(quoted(tomllib.loads(shipped("us_ic_icd191").decode())))
    assert len(clauses) == 6
    assert all("“" in clause and "”" in clause for clause in clauses)
