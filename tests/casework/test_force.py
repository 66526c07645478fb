"""The policy in force, per unit and by two people, on the record of a real house."""

import pytest
from sqlalchemy import update

from tests.builders import ADAM, ANNA, BEN, CARLA, DMITRI, INES, refused
from tests.casework.road import received
from tests.policy.other import OTHER as WANTING
from tocsin.app import App
from tocsin.casework import force
from tocsin.casework.act import act
from tocsin.casework.checking import check
from tocsin.casework.doctor import examine, unwatched
from tocsin.casework.intake import receive
from tocsin.casework.reads import case_of
from tocsin.domain import commands as c
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case
from tocsin.domain.kinds import VictimKind
from tocsin.domain.refusal import Code
from tocsin.policy import beside
from tocsin.policy.pack import shipped
from tocsin.store import schema

NAME = "us_ic_icd191"
SHIPPED = shipped(NAME)
OTHER = SHIPPED + b"\n# EXAMPLE\n"
EXTENDING = SHIPPED.replace(b"[pack]\n", b'[pack]\nextends = "us_ic_icd191"\n', 1)
BOTH = [(NAME, SHIPPED), ("example_directive", OTHER)]


def adopted(app: App, named: list[tuple[str, bytes]], by: Actor = BEN, other: Actor = CARLA) -> str:
    """The hash that two officers put in force."""
    made = force.propose(app, named, by, "EXAMPLE: as counsel advised")
    return force.confirm(app, made.proposal_id, other).pack_hash


def opened(app: App, by: Actor = ANNA, content: bytes = b"EXAMPLE one") -> Case:
    receipt = receive(app, received(content=content), by)
    return case_of(app, receipt.case_id)


def test_new_cases_of_the_unit_take_it_and_old_cases_keep_theirs(app: App) -> None:
    before = opened(app)
    pack_hash = adopted(app, BOTH)
    after = opened(app, content=b"EXAMPLE two")
    assert (before.pack_hash, after.pack_hash) == (app.policy.pack_hash, pack_hash)
    assert after.policy == "us_ic_icd191+example_directive"
    assert app.policy_for(case_of(app, before.case_id)).pack_hash == app.policy.pack_hash
    named = c.NameVictim(case_id=after.case_id, name="EXAMPLE", kind=VictimKind.GROUP)
    assert act(app, named, ANNA).pack_hash == pack_hash


def test_another_unit_is_not_bound_by_it(app: App) -> None:
    adopted(app, [("example_directive", OTHER)])
    assert force.of_unit(app, "east").name == "example_directive"
    assert force.of_unit(app, DMITRI.unit) is app.policy


def test_what_was_put_in_force_is_so_in_every_process_and_after_a_restart(opens) -> None:
    one, two = opens(), opens()
    assert force.of_unit(two, "east") is two.policy
    pack_hash = adopted(one, BOTH)
    assert force.of_unit(two, "east").pack_hash == pack_hash
    assert force.of_unit(opens(), "east").pack_hash == pack_hash


def test_until_a_second_officer_confirms_nothing_changes(app: App) -> None:
    made = force.propose(app, BOTH, BEN, "EXAMPLE")
    assert force.of_unit(app, "east") is app.policy
    with refused(Code.SAME_OFFICER):
        force.confirm(app, made.proposal_id, BEN)
    force.reject(app, made.proposal_id, CARLA, "EXAMPLE: not yet")
    assert force.of_unit(app, "east") is app.policy
    with refused(Code.NOTHING_PROPOSED):
        force.confirm(app, made.proposal_id, CARLA)


@pytest.mark.parametrize("by", [ANNA, ADAM, INES])
def test_only_determining_officers_propose_and_confirm(app: App, by: Actor) -> None:
    with refused(Code.NOT_ALLOWED):
        force.propose(app, BOTH, by, "EXAMPLE")
    made = force.propose(app, BOTH, BEN, "EXAMPLE")
    for act_on in (force.confirm, lambda *given: force.reject(*given, "EXAMPLE")):
        with refused(Code.NOT_ALLOWED):
            act_on(app, made.proposal_id, by)
    assert force.standing(app).proposals.keys() == {"P1"}


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ([("broken", b"[pack]\n")], Code.PACK_INVALID),
        ([("wanting", WANTING)], Code.PACK_INVALID),
        ([("Bad-Name", OTHER)], Code.BAD_VALUE),
        ([], Code.BAD_VALUE),
        ([(NAME, SHIPPED)], Code.BAD_VALUE),
    ],
)
def test_what_is_unfit_or_in_force_already_is_not_proposed(
    app: App, named: list[tuple[str, bytes]], code: Code
) -> None:
    with refused(code):
        force.propose(app, named, BEN, "EXAMPLE")
    assert not force.standing(app).proposals


def test_a_pack_that_extends_a_shipped_one_is_kept_with_all_of_it(app: App) -> None:
    pack_hash = adopted(app, [("example_directive", EXTENDING)])
    kept = force.kept(app, pack_hash)
    assert kept.text.encode().endswith(SHIPPED)
    assert kept.grounds.keys() == app.policy.grounds.keys()


def test_a_case_under_a_pack_that_requires_somebody_to_be_told_says_so(app: App) -> None:
    adopted(app, [("us_clinical", shipped("us_clinical"))])
    assert [one.name for one in opened(app).must_tell] == ["intended_victim", "police"]


def test_every_act_is_told_in_order_with_who_when_and_why(app: App, clock) -> None:
    adopted(app, BOTH)
    adopted(app, [(NAME, SHIPPED)], CARLA, DMITRI)
    one, two = force.standing(app).proposals.values()
    assert (one.instead_of, one.pack_hash) == (app.policy.pack_hash, two.instead_of)
    assert (two.by, two.answered_by, two.answered_at) == (CARLA.named, DMITRI.named, clock())
    assert force.of_unit(app, "east").pack_hash == app.policy.pack_hash


def test_the_record_and_every_commitment_still_check(app: App) -> None:
    adopted(app, BOTH)
    opened(app)
    assert not examine(app).complaints
    with app.store.read() as db:
        found = check(app, db, unwatched)
    assert (found.faults, found.opened) == ([], found.covered)


def test_bytes_changed_under_their_hash_decide_nothing(opens) -> None:
    app = opens()
    pack_hash = adopted(app, BOTH)
    with app.store.write() as db:
        db.execute(
            update(schema.policy_pack)
            .where(schema.policy_pack.c.hash == pack_hash)
            .values(text=SHIPPED.decode())
        )
    fresh = opens()
    with refused(Code.RECORD_DAMAGED):
        opened(fresh)


def test_a_house_may_begin_with_packs_beside_each_other(opens, tmp_path) -> None:
    path = tmp_path / "example_directive.toml"
    path.write_bytes(OTHER)
    app = opens(policy_pack=f"{NAME}+{path}")
    assert app.policy.pack_hash == beside.load(beside.join(BOTH), name="").pack_hash
    assert opened(app).pack_hash == app.policy.pack_hash
