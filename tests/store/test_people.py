from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.rows import MINUTE, NOON, at_once
from tocsin.domain.refusal import Code, Refusal
from tocsin.store import people
from tocsin.store.instants import to_us

AT, LATER = to_us(NOON), to_us(NOON + MINUTE)
ANNA = people.Officer(
    officer_id="anna", name="Anna Example", email=None, unit="watch", roles=("analyst", "release")
)
SESSION = people.Session(
    token_hash="s1", officer_id="anna", created_us=AT, expires_us=LATER, last_seen_us=AT
)
TOKEN = people.ApiToken(
    token_hash="t1", officer_id="anna", name="EXAMPLE", created_us=AT, expires_us=None
)
INVITE = people.Invite(token_hash="i1", officer_id="anna", created_us=AT, expires_us=LATER)
PASSKEY = people.Passkey(
    credential_id=b"\0k",
    officer_id="anna",
    public_key=b"p",
    sign_count=0,
    name="",
    created_at_us=AT,
)
CHALLENGE = people.Challenge(
    challenge_hash="h1", officer_id=None, purpose="sign-in", expires_us=LATER
)


@pytest.fixture
def people_store(store):
    """A store that knows Anna."""
    with store.write() as db:
        people.add_officer(db, ANNA)
    return store


def test_an_officer_comes_back_with_roles_sorted(store):
    with store.write() as db:
        people.add_officer(db, replace(ANNA, roles=("release", "analyst")))
        people.add_officer(db, replace(ANNA, officer_id="ben", roles=()))
    with store.read() as db:
        assert people.officer(db, "anna") == ANNA
        assert [officer.roles for officer in people.officers(db)] == [ANNA.roles, ()]
        assert people.officer(db, "carl") is None


def test_an_id_in_use_is_refused_and_the_transaction_goes_on(people_store):
    with people_store.write() as db:
        with pytest.raises(Refusal) as refused:
            people.add_officer(db, replace(ANNA, name="Another"))
        people.add_officer(db, replace(ANNA, officer_id="ben"))
    assert refused.value.code is Code.OFFICER_EXISTS
    with people_store.read() as db:
        assert [officer.name for officer in people.officers(db)] == ["Anna Example"] * 2


def test_an_officer_can_be_changed_and_disabled(people_store):
    changed = replace(ANNA, unit="harbour", roles=("inspector",), disabled_at_us=AT)
    with people_store.write() as db:
        people.change_officer(db, changed)
        assert people.officer(db, "anna") == changed
        with pytest.raises(Refusal) as refused:
            people.change_officer(db, replace(ANNA, officer_id="ben"))
    assert refused.value.code is Code.OFFICER_UNKNOWN


@pytest.mark.parametrize(
    ("add", "row"),
    [
        (people.add_session, SESSION),
        (people.add_invite, INVITE),
        (people.add_api_token, TOKEN),
        (people.add_passkey, PASSKEY),
    ],
)
def test_nothing_proves_an_officer_who_is_not_there(store, add, row):
    with pytest.raises(IntegrityError), store.write() as db:
        add(db, row)


def test_a_session_is_seen_and_revoked_once(people_store):
    with people_store.write() as db:
        people.add_session(db, SESSION)
        people.session_seen(db, "s1", NOON + MINUTE)
        assert people.session(db, "s1") == replace(SESSION, last_seen_us=LATER)
        assert people.revoke_session(db, "s1", NOON)
        assert not people.revoke_session(db, "s1", NOON + MINUTE)
        assert people.session(db, "s1") == replace(SESSION, last_seen_us=LATER, revoked_us=AT)
        assert people.session(db, "s2") is None


def test_an_officer_can_be_signed_out_everywhere(people_store):
    with people_store.write() as db:
        people.add_session(db, SESSION)
        people.add_session(db, replace(SESSION, token_hash="s2"))
        people.add_api_token(db, TOKEN)
        assert people.revoke_all(db, "anna", NOON) == 3
        assert people.revoke_all(db, "anna", NOON) == 0


def test_an_invite_works_once_even_when_used_at_the_same_time(people_store):
    with people_store.write() as db:
        people.add_invite(db, INVITE)

    def use(_number):
        with people_store.write() as db:
            return people.use_invite(db, "i1", NOON)

    assert sorted(map(str, at_once(6, use))) == ["None"] * 5 + ["anna"]


def test_an_invite_that_expired_does_not_work(people_store):
    with people_store.write() as db:
        people.add_invite(db, INVITE)
        assert people.use_invite(db, "i1", NOON + MINUTE) is None
        assert people.use_invite(db, "i2", NOON) is None


def test_a_passkey_whose_counter_stands_still_is_taken_for_a_copy(people_store):
    with people_store.write() as db:
        people.add_passkey(db, PASSKEY)
        assert people.passkey_used(db, b"\0k", 0, NOON)  # an authenticator that does not count
        assert people.passkey_used(db, b"\0k", 5, NOON)
        assert not people.passkey_used(db, b"\0k", 5, NOON)
        assert not people.passkey_used(db, b"\0k", 0, NOON)
        assert people.passkey_used(db, b"\0k", 6, NOON)
        assert people.passkey(db, b"\0k") == replace(PASSKEY, sign_count=6, last_used_us=AT)
        assert people.passkey(db, b"k") is None


def test_a_passkey_is_removed_by_its_officer_only(people_store):
    with people_store.write() as db:
        people.add_passkey(db, PASSKEY)
        assert people.passkeys(db, "anna") == [PASSKEY]
        assert not people.remove_passkey(db, b"\0k", "ben")
        assert people.remove_passkey(db, b"\0k", "anna")
        assert people.passkeys(db, "anna") == []


def test_an_api_token_is_used_listed_and_revoked(people_store):
    with people_store.write() as db:
        people.add_api_token(db, TOKEN)
        people.api_token_used(db, "t1", NOON)
        assert people.api_tokens(db, "anna") == [replace(TOKEN, last_used_us=AT)]
        assert people.revoke_api_token(db, "t1", NOON)
        assert not people.revoke_api_token(db, "t1", NOON)
        assert people.api_token(db, "t1") == replace(TOKEN, last_used_us=AT, revoked_us=AT)
        assert people.api_token(db, "t2") is None


def test_a_challenge_is_taken_once_even_when_taken_at_the_same_time(store):
    with store.write() as db:
        people.add_challenge(db, CHALLENGE, NOON)

    def take(_number):
        with store.write() as db:
            return people.take_challenge(db, "h1", purpose="sign-in", now=NOON)

    taken = at_once(6, take)
    assert taken.count(CHALLENGE) == 1
    assert taken.count(None) == 5


@pytest.mark.parametrize(("purpose", "now"), [("register", NOON), ("sign-in", NOON + MINUTE)])
def test_a_challenge_for_another_purpose_or_too_late_is_gone_unused(store, purpose, now):
    with store.write() as db:
        people.add_challenge(db, CHALLENGE, NOON)
        assert people.take_challenge(db, "h1", purpose=purpose, now=now) is None
        assert people.take_challenge(db, "h1", purpose="sign-in", now=NOON) is None


def test_expired_challenges_do_not_pile_up(store):
    with store.write() as db:
        people.add_challenge(db, CHALLENGE, NOON)
        people.add_challenge(db, replace(CHALLENGE, challenge_hash="h2"), NOON + MINUTE)
        assert people.take_challenge(db, "h1", purpose="sign-in", now=NOON) is None


def test_wrong_codes_are_counted_per_delivery_and_time(store):
    with store.write() as db:
        for delivery_id, minutes in (("d1", 0), ("d1", 0), ("d1", 2), ("d2", 2)):
            people.add_code_try(db, delivery_id, NOON + minutes * MINUTE)
        assert people.code_tries(db, "d1", NOON - MINUTE) == 3
        assert people.code_tries(db, "d1", NOON) == 1
        assert people.code_tries(db, "d3", NOON - MINUTE) == 0


def test_codes_tried_at_the_same_time_are_counted_one_after_another(store):
    def wrong(_number):
        with store.write() as db:
            people.lock_code_tries(db, "d1")
            before = people.code_tries(db, "d1", NOON - MINUTE)
            people.add_code_try(db, "d1", NOON)
            return before

    assert sorted(at_once(6, wrong)) == [0, 1, 2, 3, 4, 5]
