"""What each shipped pack says, in a few decisive sentences."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.policy.check import check
from tocsin.policy.form import Sourced, Table
from tocsin.policy.pack import Pack, load, read, shipped, shipped_names
from tocsin.policy.soundness import KEYS, Key

PACKS = {
    *("us_ic_icd191", "uk_art2", "echr_kurt", "canada_threat_to_life", "nl_bewaken_beveiligen"),
    *("us_clinical", "us_campus", "cyber_early_notice", "newsroom_ngo", "human_rights_law"),
    "ombudsman_co",
}
LETTERS = {"y": "yes", "n": "no", "u": "unknown"}
KINDS = {"k": "killing", "n": "none_of_these", "u": "unknown"}
OWED, NOT_OWED, UNDECIDED = Duty.OWED, Duty.NOT_OWED, Duty.UNDECIDED


def the(name: str) -> Pack:
    return load(shipped(name), name=name)


def key(answers: str, kind: str = "k", *, tried: bool = True) -> Key:
    """Harm, directed, credible, specific, impending as five letters."""
    return (*(LETTERS[one] for one in answers), KINDS[kind], tried)


def sourced(table: Table) -> list[Sourced]:
    """Every statement with a source, at any depth."""
    found = [table] if isinstance(table, Sourced) else []
    for name in type(table).model_fields:
        held = getattr(table, name)
        held = list(held.values()) if isinstance(held, dict) else held
        for one in held if isinstance(held, list) else [held]:
            found += sourced(one) if isinstance(one, Table) else []
    return found


def test_these_packs_are_shipped() -> None:
    assert set(shipped_names()) == PACKS


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_shipped_pack_has_no_fault(name: str) -> None:
    assert check(shipped(name), name=name) == []


@pytest.mark.parametrize("name", sorted(PACKS))
def test_nothing_unknown_is_not_owed(name: str) -> None:
    pack = the(name)
    duties = {
        pack.truth.duty(key("".join(answers), kind, tried=tried))
        for answers, kind, tried in product(product("yu", repeat=5), "ku", (True, False))
    }
    assert duties == {OWED, UNDECIDED}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_ground_is_shown_met_and_not_met(name: str) -> None:
    pack = the(name)
    shown = {(e.waiver.ground, e.waiver.allowed) for e in pack.form.example if e.waiver}
    assert shown >= set(product(pack.grounds, (True, False)))
    assert {example.outcome for example in pack.form.example} == {"owed", "not_owed", "undecided"}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_quotation_is_shown_and_only_a_colleague_may_confirm(name: str) -> None:
    form = the(name).form
    assert all("“" in one.clause for one in sourced(form) if one.status == "quoted")
    roles = {role.name: role.not_also for role in form.role}
    assert "determining_officer" in roles["analyst"]
    assert {"analyst", "determining_officer", "deliverer"} <= set(roles["inspector"])


@pytest.mark.parametrize("name", sorted(PACKS - {"us_campus"}))
def test_no_clock_is_slower_than_the_directives(name: str) -> None:
    ours, theirs = the(name), the("us_ic_icd191")
    assert all(ours.interval(c, u) <= theirs.interval(c, u) for c, u in product(Clock, Urgency))


RULED = """
us_ic_icd191           yyyny k tried     not_owed   nobody could act on it
us_ic_icd191           yyyyn k tried     not_owed   it is not impending
uk_art2                yyyny k tried     owed       a real risk is owed without detail
uk_art2                yyyyn k tried     not_owed   it is not immediate
uk_art2                yynyy k untried   undecided  what one ought to know one looks into
echr_kurt              yyyny k tried     owed       as in the United Kingdom
echr_kurt              yyyyn k untried   undecided  no assessment, no no
echr_kurt              yyyyn k tried     not_owed   assessed, and not immediate
echr_kurt              ynyyy k untried   undecided  no assessment, no no
canada_threat_to_life  yyyyy k tried     owed       clear, serious and imminent
canada_threat_to_life  yyyny k tried     not_owed   it is not clear
canada_threat_to_life  yyyyu k tried     undecided  whether it is imminent is not known
nl_bewaken_beveiligen  yyynn k tried     owed       level and product are graded, not the duty
nl_bewaken_beveiligen  ynyyy k tried     not_owed   there is nobody to protect
us_clinical            yyynn k tried     owed       serious threat, identifiable victim, no more
us_clinical            ynyyy k tried     not_owed   no identifiable victim
us_clinical            yynyy k untried   undecided  a second clinician is asked
us_campus              yyyny k tried     owed       a continuing threat is owed without detail
us_campus              yyyyn k tried     not_owed   it is over
us_campus              yyuyy k tried     undecided  neither confirmed nor disproved
cyber_early_notice     yyyyu n untried   owed       early, and no life is at stake
cyber_early_notice     yyyyu k untried   owed       lives are at stake
cyber_early_notice     yyyyn n tried     not_owed   it is no longer early
newsroom_ngo           yyyyu k tried     owed       an unknown hour holds up nothing
newsroom_ngo           yyyny k tried     undecided  too vague to help is no reason to close
human_rights_law       yyyun k tried     owed       foreseeable is less than imminent
human_rights_law       yynyy k untried   undecided  diligence comes before a no
ombudsman_co           yyyyu k tried     owed       an early warning needs no date
ombudsman_co           yyyny k tried     not_owed   nothing to recommend
"""


@pytest.mark.parametrize("line", RULED.strip().split("\n"), ids=lambda line: " ".join(line.split()))
def test_a_pack_rules_as_its_law_says(line: str) -> None:
    name, answers, kind, tried, duty, *_ = line.split()
    assert the(name).truth.duty(key(answers, kind, tried=tried == "tried")) is Duty(duty)


GROUNDS = """
us_ic_icd191 already_aware armed_conflict violent_actor endangers_own endangers_partner no_means
uk_art2 already_aware measures_instead no_means
echr_kurt already_aware measures_instead no_means
nl_bewaken_beveiligen can_withstand_alone
us_campus would_hamper_response
cyber_early_notice already_aware no_means
newsroom_ngo already_aware telling_would_harm no_means
human_rights_law already_aware no_means
canada_threat_to_life
us_clinical
ombudsman_co
"""


@pytest.mark.parametrize("line", GROUNDS.strip().split("\n"))
def test_a_pack_has_these_grounds_or_says_why_none(line: str) -> None:
    name, *grounds = line.split()
    pack = the(name)
    assert list(pack.grounds) == grounds
    assert bool(pack.form.no_waiver) is not bool(grounds)


@pytest.mark.parametrize("name", ["uk_art2", "echr_kurt", "human_rights_law"])
def test_criminals_are_warned_and_no_pack_that_extends_this_one_may_say_otherwise(
    name: str, tmp_path: Path
) -> None:
    icd = shipped("us_ic_icd191").decode()
    bad_actor = icd[icd.index("[waiver.violent_actor]") : icd.index("[waiver.endangers_own]")]
    own = tmp_path / "own.toml"
    own.write_text(
        f'[pack]\ntitle = "Own"\nversion = "1"\njurisdiction = "None"\nextends = "{name}"\n'
        + bad_actor.replace("number = 3", "number = 9")
    )
    assert not the(name).waive("violent_actor", {}).allowed
    assert any("never a ground" in fault.what for fault in check(read(own), name="own"))


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("us_clinical", {"intended_victim", "police"}),
        ("nl_bewaken_beveiligen", {"deciding_authority", "intended_victim"}),
        ("ombudsman_co", {"ministries"}),
        ("us_ic_icd191", set()),
    ],
)
def test_a_pack_says_whom_to_tell_in_any_case(name: str, required: set[str]) -> None:
    assert {one.name for one in the(name).form.recipient if one.required} == required


def test_states_differ_and_none_is_verified() -> None:
    states = the("us_clinical").form.states
    assert not any(state.verified for state in states.values())
    assert {code for code, state in states.items() if state.is_mandatory} == {"CA", "FL"}
    assert states["CA"].must_tell == ["victim", "police"]
    assert (states["FL"].must_tell, states["FL"].may_tell) == (["police"], ["victim"])


def test_only_colombias_system_leaves_out_threats_from_its_own_state() -> None:
    assert {name for name in PACKS if not the(name).own_state_threats} == {"ombudsman_co"}


def test_the_first_notice_of_an_intrusion_leaves_within_the_hour_or_the_day() -> None:
    pack = the("cyber_early_notice")
    first = {
        u: pack.interval(Clock.DECISION, u) + pack.interval(Clock.FIRST_ATTEMPT, u) for u in Urgency
    }
    assert first[Urgency.IMMINENT] < timedelta(hours=1)
    assert first[Urgency.LATER] <= timedelta(hours=12)


def test_a_life_at_stake_is_flagged_by_the_rule_that_decides() -> None:
    truth = the("cyber_early_notice").truth
    assert truth.decider(key("yyyyu", "k")).name == "life_at_stake"
    assert truth.decider(key("yyyyu", "n")).name == "early_intrusion"


def test_notice_of_an_emergency_is_immediate_and_a_waived_one_returns_within_the_hour() -> None:
    pack = the("us_campus")
    assert pack.interval(Clock.FIRST_ATTEMPT, Urgency.IMMINENT) <= timedelta(minutes=5)
    assert pack.interval(Clock.WAIVER_EXPIRY, Urgency.IMMINENT) <= timedelta(hours=1)


def test_the_second_version_of_icd_191_decides_as_the_first() -> None:
    data = Path(__file__).with_name("data") / "us_ic_icd191_v1.toml"
    first, second = load(data.read_bytes(), name="us_ic_icd191"), the("us_ic_icd191")
    assert (first.about.version, second.about.version) == ("1", "2")
    assert all(first.truth.decider(one).name == second.truth.decider(one).name for one in KEYS)
    assert (first.clocks, first.grounds) == (second.clocks, second.grounds)
