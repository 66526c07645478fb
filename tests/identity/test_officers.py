from threading import Thread

import pytest

from tests.identity.people import HOUR, INES, NOON, enrolled
from tocsin.domain.actor import Role
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import invites, officers, sessions, tokens
from tocsin.store import people
from tocsin.store.instants import to_us


def test_an_enrolled_officer_acts_with_unit_and_roles(store):
    ben = enrolled(store, officer_id="ben-2", roles=["inspector", Role.DELIVERER], email=None)
    assert (ben.actor_id, ben.unit, ben.roles) == ("ben-2", "watch", {"inspector", "deliverer"})
    with store.read() as db:
        assert officers.actor_of(people.officer(db, "ines.a")) == INES


@pytest.mark.parametrize(
    "wrong",
    [
        {"officer_id": "system"},
        {"officer_id": "recipient"},
        {"officer_id": ""},
        {"officer_id": ".."},
        {"officer_id": "Ines"},
        {"officer_id": "ines\n"},
        {"officer_id": "in\u0435s"},
        {"officer_id": "i" * 65},
        {"name": " "},
        {"name": "Ines\u202eAldana"},
        {"name": "I" * 201},
        {"unit": "a\0b"},
        {"roles": ["analyst", "director"]},
        {"email": "ines"},
    ],
)
def test_what_cannot_be_an_officer_is_refused_and_not_repeated(wrong):
    with pytest.raises(Refusal) as refused:  # before any store is asked
        enrolled(None, **wrong)
    assert refused.value.code in {Code.BAD_VALUE, Code.ADDRESS_INVALID}
    assert "director" not in str(refused.value)


def test_an_id_is_given_once(store):
    with pytest.raises(Refusal) as refused:
        enrolled(store, name="Another")
    assert refused.value.code is Code.OFFICER_EXISTS


def test_disabling_shuts_every_door_at_once(store, randomness):
    session = sessions.start(store, "ines.a", NOON, HOUR, randomness)
    token = tokens.issue(store, "ines.a", name="feed", now=NOON, randomness=randomness)
    invite = invites.invite(store, "ines.a", NOON, HOUR, randomness)
    assert sessions.who(store, session, NOON) == tokens.who(store, token, NOON) == INES
    disabled = officers.disable(store, "ines.a", NOON)
    assert officers.disable(store, "ines.a", NOON + HOUR) == disabled
    assert sessions.who(store, session, NOON) is tokens.who(store, token, NOON) is None
    for attempt, code in [
        (lambda: invites.redeem(store, invite, NOON, HOUR, randomness), Code.INVITE_INVALID),
        (lambda: invites.invite(store, "ines.a", NOON, HOUR, randomness), Code.OFFICER_UNKNOWN),
        (lambda: sessions.start(store, "ines.a", NOON, HOUR, randomness), Code.OFFICER_UNKNOWN),
        (lambda: officers.actor_of(disabled), Code.NOT_SIGNED_IN),
        (lambda: officers.actor_of(None), Code.NOT_SIGNED_IN),
    ]:
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code is code


def test_new_roles_hold_from_the_next_request_on(store, randomness):
    session = sessions.start(store, "ines.a", NOON, HOUR, randomness)
    officers.change_roles(store, "ines.a", ["inspector"])
    assert sessions.who(store, session, NOON).roles == {Role.INSPECTOR}
    with pytest.raises(Refusal) as refused:
        officers.change_roles(store, "nobody", [])
    assert refused.value.code is Code.OFFICER_UNKNOWN


def test_a_change_of_roles_at_the_same_moment_does_not_undo_disabling(store, monkeypatch):
    disabling = Thread(target=officers.disable, args=(store, "ines.a", NOON))
    change_officer = people.change_officer

    def meanwhile(db, changed):
        monkeypatch.undo()
        disabling.start()
        disabling.join(timeout=0.5)  # it must wait for us; were it done, we would undo it
        change_officer(db, changed)

    monkeypatch.setattr(people, "change_officer", meanwhile)
    officers.change_roles(store, "ines.a", ["inspector"])
    disabling.join()
    with store.read() as db:
        officer = people.officer(db, "ines.a")
    assert (officer.roles, officer.disabled_at_us) == (("inspector",), to_us(NOON))


def test_bells_find_the_officers_of_a_role_who_can_answer(store):
    enrolled(store, officer_id="ben", unit="harbour")
    enrolled(store, officer_id="carl", roles=["inspector"])
    enrolled(store, officer_id="dora")
    officers.disable(store, "dora", NOON)

    def found(unit, role=Role.ANALYST):
        return [officer.officer_id for officer in officers.officers_with(store, unit, role)]

    assert found("watch") == ["ines.a"]
    assert found(None) == ["ben", "ines.a"]
    assert found("watch", Role.INSPECTOR) == ["carl"]
    assert found("nowhere") == []
