from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.identity.people import HOUR, INES, MINUTE, NOON, enrolled
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.identity import invites, sessions, tokens
from tocsin.identity.secret import fresh, hashed
from tocsin.store import people
from tocsin.store.engine import Store
from tocsin.store.instants import to_us


@pytest.fixture
def session(store, randomness):
    return sessions.start(store, "ines.a", NOON, HOUR, randomness)


@pytest.fixture
def token(store, randomness):
    return tokens.issue(
        store, "ines.a", name="feed", now=NOON, randomness=randomness, lifetime=HOUR
    )


def test_a_secret_is_256_random_bits_in_base64url(randomness):
    assert len(fresh(randomness)) == 43
    assert fresh(lambda length: b"\xff" * length) == "_" * 42 + "8"


def test_only_hashes_are_stored(store, session, token, randomness):
    invite = invites.invite(store, "ines.a", NOON, HOUR, randomness)
    with store.read() as db:
        rows = [
            str(db.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("session", "api_token", "invite")
        ]
    for row, secret in zip(rows, (session, token, invite), strict=True):
        assert hashed(secret) in row
        assert secret.removeprefix("tocsin_") not in row


def test_a_session_holds_until_its_time_is_over(store, session):
    assert sessions.who(store, session, NOON) == INES
    assert sessions.who(store, session, NOON + HOUR - timedelta(microseconds=1)) == INES
    assert sessions.who(store, session, NOON + HOUR) is None


def test_a_session_that_ended_is_nobody_s(store, session, randomness):
    other = sessions.start(store, "ines.a", NOON, HOUR, randomness)
    assert sessions.end(store, session, NOON)
    assert not sessions.end(store, session, NOON)
    assert sessions.who(store, session, NOON) is None
    assert sessions.who(store, other, NOON) == INES
    assert sessions.end_all(store, "ines.a", NOON) == 1
    assert sessions.who(store, other, NOON) is None


def test_a_strange_secret_opens_nothing(store, randomness):
    for strange in ("", "x" * 10_000, "\ud800", "\0", "é"):
        assert sessions.who(store, strange, NOON) is None
        assert tokens.who(store, strange, NOON) is None
        assert tokens.who(store, f"tocsin_{strange}", NOON) is None
        with pytest.raises(Refusal) as refused:
            invites.redeem(store, strange, NOON, HOUR, randomness)
        assert refused.value.code is Code.INVITE_INVALID


def test_a_session_is_no_token_and_a_token_no_session(store, session, token):
    assert tokens.who(store, f"tocsin_{session}", NOON) is None
    assert sessions.who(store, token, NOON) is None


def test_a_use_is_noted_at_most_once_a_minute(store, session, token):
    def seen(at):
        assert sessions.who(store, session, at) == tokens.who(store, token, at) == INES
        with store.read() as db:
            rows = people.session(db, hashed(session)), people.api_token(db, hashed(token))
        return rows[0].last_seen_us, rows[1].last_used_us

    assert seen(NOON) == (to_us(NOON), to_us(NOON))
    assert seen(NOON + MINUTE / 2) == (to_us(NOON), to_us(NOON))
    assert seen(NOON + MINUTE) == (to_us(NOON + MINUTE), to_us(NOON + MINUTE))


def test_a_full_disk_signs_nobody_out(store, session, token, monkeypatch):
    monkeypatch.setattr(Store, "write", lambda _store: refuse(Code.STORE_FULL, "Full."))
    assert sessions.who(store, session, NOON + MINUTE) == INES
    assert tokens.who(store, token, NOON + MINUTE) == INES


def test_an_invite_signs_in_once_even_when_used_six_times_at_once(store, randomness):
    invite = invites.invite(store, "ines.a", NOON, HOUR, randomness)

    def redeem(_number):
        try:
            return invites.redeem(store, invite, NOON, HOUR, randomness)
        except Refusal as refused:
            return refused.code

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(redeem, range(6)))
    assert results.count(Code.INVITE_INVALID) == 5
    (session,) = set(results) - {Code.INVITE_INVALID}
    assert sessions.who(store, session, NOON) == INES


def test_used_expired_and_unknown_invites_are_refused_in_the_same_words(store, randomness):
    used, late = (invites.invite(store, "ines.a", NOON, HOUR, randomness) for _ in range(2))
    invites.redeem(store, used, NOON, HOUR, randomness)
    words = set()
    for secret, at in [(used, NOON), (late, NOON + HOUR), ("unknown", NOON)]:
        with pytest.raises(Refusal) as refused:
            invites.redeem(store, secret, at, HOUR, randomness)
        words.add(str(refused.value))
    assert len(words) == 1


def test_a_token_acts_as_its_officer_until_it_ends(store, token):
    assert token.startswith("tocsin_")
    assert tokens.who(store, token, NOON) == INES
    assert tokens.who(store, token, NOON + HOUR) is None
    assert tokens.who(store, token.removeprefix("tocsin_"), NOON) is None


def test_a_token_without_an_end_lasts(store, randomness):
    token = tokens.issue(store, "ines.a", name="feed", now=NOON, randomness=randomness)
    assert tokens.who(store, token, NOON + 10_000 * HOUR) == INES


def test_a_token_is_revoked_by_its_own_officer(store, token):
    enrolled(store, officer_id="ben")
    with pytest.raises(Refusal) as refused:
        tokens.revoke(store, "ben", hashed(token), NOON)
    assert refused.value.code is Code.TOKEN_INVALID
    assert tokens.who(store, token, NOON) == INES
    tokens.revoke(store, "ines.a", hashed(token), NOON)
    tokens.revoke(store, "ines.a", hashed(token), NOON)
    assert tokens.who(store, token, NOON) is None


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"])
def test_a_token_says_what_it_is_for(randomness, name):
    with pytest.raises(Refusal) as refused:  # before any store is asked
        tokens.issue(None, "ines.a", name=name, now=NOON, randomness=randomness)
    assert refused.value.code is Code.BAD_VALUE
