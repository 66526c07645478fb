"""Scenarios under other duties, under several at once, and with warnings that were given to us."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.house import with_house_key
from tocsin.app import build
from tocsin.casework.house import App
from tocsin.casework.player import Player
from tocsin.casework.reads import case_of
from tocsin.casework.scenario import parse
from tocsin.domain.case import Case
from tocsin.domain.refusal import Refusal
from tocsin.settings import Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)

STORY = """
title = "EXAMPLE"
about = "EXAMPLE"
policy = {policy}
sources = ["invented"]
[officer]
"ana.example" = {{ name = "Ana", unit = "Watch", roles = ["analyst", "deliverer"] }}
"bea.example" = {{ name = "Bea", unit = "Watch", roles = ["determining_officer"] }}
"cleo.example" = {{ name = "Cleo", unit = "Watch", roles = ["determining_officer"] }}
[document.one]
text = "EXAMPLE. Mara will be shot."
source = "invented"
title = "EXAMPLE"
acquired_at = 2024-03-06T09:40:00Z
acquired_by = "ana"
received_from = "nobody"
reliability = "B"
credibility = "2"
urgency = "imminent"
{document}
[[step]]
at = 2024-03-06T09:41:00Z
by = "ana.example"
do = "receive"
fields = {{ document = "one" }}
say = "A report comes in."
{expect}
{steps}
"""
FINDINGS = ", ".join(
    f'{one} = {{ answer = "yes", basis = "EXAMPLE" }}'
    for one in ("harm", "directed", "credible", "specific", "impending")
)


def step(minute: int, by: str, do: str, fields: str, expect: str = "") -> str:
    return f"""[[step]]
at = 2024-03-06T09:{minute}:00Z
by = "{by}.example"
do = "{do}"
fields = {{ {fields} }}
say = "EXAMPLE"
expect = {{ {expect} }}
"""


def story(*steps: str, policy: str = '"us_ic_icd191"', document: str = "", expect: str = "") -> str:
    return STORY.format(policy=policy, document=document, expect=expect, steps="\n".join(steps))


TO_WARN = (
    step(42, "ana", "name_victim", 'name = "Mara", kind = "person"'),
    step(
        43,
        "ana",
        "record_findings",
        f'victim_id = "v1", findings = {{ {FINDINGS}, kind_of_harm = "killing" }}',
    ),
    step(44, "bea", "propose_determination", 'victim_id = "v1", matter = "warn", reason = "x"'),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    house = build(Settings(data_dir=with_house_key(tmp_path)), channels={}, clock=lambda: NOW)
    yield house
    house.close()


def played(app: App, text: str) -> Case:
    player = Player(app, parse(text.encode(), "small", NOW))
    list(player.play(None))
    assert player.case
    return case_of(app, player.case.case_id)


def test_a_scenario_is_played_under_the_policy_it_names(app: App) -> None:
    assert played(app, story(policy='"echr_kurt"')).policy == "echr_kurt"


BOTH = '["us_ic_icd191", "us_campus"]'


@pytest.mark.parametrize(
    ("policy", "runs"), [('"us_ic_icd191"', "30m"), ('"us_campus"', "5m"), (BOTH, "5m")]
)
def test_of_two_duties_at_once_the_shorter_clock_runs(app: App, policy: str, runs: str) -> None:
    expect = f'runs = {{ first_attempt = "{runs}" }}'
    confirmed = step(45, "cleo", "confirm_determination", 'proposal_id = "p1"', expect)
    case = played(app, story(*TO_WARN, confirmed, policy=policy))
    assert case.policy == "+".join(re.findall(r"\w+", policy))


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ('["us_ic_icd191", "us_ic_icd191"]', "Name one to 4 packs, each once"),
        ('["us_ic_icd191", "atlantis"]', "there is no policy pack 'atlantis'"),
    ],
)
def test_packs_that_do_not_stand_beside_each_other_are_refused(policy: str, told: str) -> None:
    with pytest.raises(Refusal, match=re.escape(f"small.toml:4: {told}")):
        parse(story(policy=policy).encode(), "small", NOW)


def test_whom_a_duty_requires_to_be_told_is_asked_for_until_it_is_answered(app: App) -> None:
    closing = step(
        50,
        "bea",
        "propose_closing",
        'reason = "x"',
        'refused = "case-has-blanks", found = "deciding_authority must be told"',
    )
    recipient = 'victim_id = "v1", method = "email", address = "a@b.example"'
    mayor = f'{recipient}, name = "The mayor", relation = "protector"'
    steps = (
        *TO_WARN,
        step(45, "cleo", "confirm_determination", 'proposal_id = "p1"'),
        step(46, "ana", "name_recipient", f'{mayor}, answers = ["deciding_authority"]'),
        step(
            47,
            "bea",
            "answer_requirement",
            'victim_id = "v1", requirement = "intended_victim", reason = "EXAMPLE. In a coma."',
            'says = ["The person threatened"]',
        ),
    )
    case = played(app, story(*steps, closing, policy='"nl_bewaken_beveiligen"'))
    assert [one.name for one in case.must_tell] == ["deciding_authority", "intended_victim"]
    assert case.untold


WARNED = """
warned_by = "A neighbour"
warned_path = "by letter"
claims = ["EXAMPLE. She is followed.", "EXAMPLE. A gun was bought."]
"""
OWED = (
    'expect = { inbound = { i1 = ["receipt", "owner", "answer"] }, claims = { c2 = "untested" } }'
)


def test_a_warning_given_to_us_comes_in_with_its_claims_and_what_is_owed(app: App) -> None:
    tested = step(
        45,
        "ana",
        "record_claim_test",
        'claim_id = "c1", how = "x", result = "contradicted"',
        'claims = { c1 = "contradicted", c2 = "untested" }',
    )
    case = played(app, story(tested, document=WARNED, expect=OWED))
    assert [one.words for one in case.claims.values()] == [
        "EXAMPLE. She is followed.",
        "EXAMPLE. A gun was bought.",
    ]


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ('inbound = { i1 = "answer" }', "the warning given to us i1 should be"),
        ('claims = { c1 = "explained" }', "the claim c1 should be explained and is untested"),
    ],
)
def test_what_is_owed_and_is_not_ends_the_play(app: App, expect: str, told: str) -> None:
    text = story(document=WARNED, expect=f"expect = {{ {expect} }}")
    with pytest.raises(Refusal, match=told):
        played(app, text)


def test_a_report_at_another_desk_that_names_the_watched_rings_in_the_case(app: App) -> None:
    watched = step(42, "ana", "put_on_watch", 'names = ["Ada Moll"], reason = "x"')
    elsewhere = step(
        43,
        "ana",
        "receive",
        'document = "two", apart = true',
        'reports = 1, watches = { s1 = "sighted" }, deadline = "sighting"',
    )
    document = STORY.partition("[document.one]")[2].partition("{document}")[0]
    second = f"[document.two]{document}".replace("Mara will be shot", "Seen: ada moll")
    case = played(app, story(watched, elsewhere, document=second))
    assert len(case.reports) == 1


@pytest.mark.parametrize(
    ("was", "is_now", "told"),
    [
        ('warned_path = "by letter"\n', "", "warned_by and warned_path are given together"),
        ('warned_by = "A neighbour"\nwarned_path = "by letter"\n', "", "say warned_by"),
        ('document = "one"', 'document = "one", apart = true', "from which it could stand apart"),
        ('document = "one"', 'document = "one", apart = "yes"', "apart is true or false"),
    ],
)
def test_what_cannot_have_been_given_to_us_is_refused(was: str, is_now: str, told: str) -> None:
    text = story(document=WARNED, expect=OWED)
    assert was in text
    with pytest.raises(Refusal, match=told):
        parse(text.replace(was, is_now, 1).encode(), "small", NOW)
