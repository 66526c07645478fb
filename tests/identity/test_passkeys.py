import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.identity.people import HOUR, INES, MINUTE, NOON, enrolled
from tests.support.authenticator import PRESENT, Authenticator, base64url, unbase64url
from tocsin.domain.refusal import Code, Refusal
from tocsin.identity import officers, passkeys, sessions
from tocsin.identity.passkeys import RelyingParty, relying_party
from tocsin.store import people

PARTY = relying_party("https://warn.example.org")


class House:
    """The house as a browser sees it: Ines registers and signs in."""

    def __init__(self, store, randomness):
        self.store, self.randomness = store, randomness

    def creating(self, now=NOON, officer_id="ines.a"):
        return passkeys.registration_options(
            self.store, PARTY, officer_id=officer_id, now=now, randomness=self.randomness
        )

    def keep(self, response, now=NOON, officer_id="ines.a", name="Key"):
        return passkeys.register(
            self.store, PARTY, officer_id=officer_id, response=response, name=name, now=now
        )

    def getting(self, now=NOON):
        return passkeys.sign_in_options(self.store, PARTY, now=now, randomness=self.randomness)

    def sign_in(self, response, now=NOON):
        token = passkeys.sign_in(
            self.store,
            PARTY,
            response=response,
            now=now,
            lifetime=HOUR,
            randomness=self.randomness,
        )
        return sessions.who(self.store, token, now)


@pytest.fixture
def house(store, randomness):
    return House(store, randomness)


@pytest.fixture
def device():
    return Authenticator(origin=PARTY.origin)


@pytest.fixture
def known(house, device):
    """The device, registered."""
    house.keep(device.create(house.creating()))
    return device


def refused(act, *arguments, **named):
    with pytest.raises(Refusal) as caught:
        act(*arguments, **named)
    assert caught.value.code is Code.PASSKEY_REFUSED
    assert caught.value.remedy
    return str(caught.value)


def test_a_registered_passkey_signs_in_without_a_name(house, known):
    assert house.sign_in(known.get(house.getting())) == INES
    assert house.sign_in(known.get(house.getting())) == INES
    with house.store.read() as db:
        (kept,) = people.passkeys(db, "ines.a")
    assert (kept.name, kept.sign_count) == ("Key", 2)


def test_the_options_ask_for_a_verified_user_and_tell_nobody_who_there_is(house, known):
    creating, getting = house.creating(), house.getting()
    json.dumps([creating, getting])
    assert creating["authenticatorSelection"]["userVerification"] == "required"
    assert creating["authenticatorSelection"]["residentKey"] == "required"
    assert [key["id"] for key in creating["excludeCredentials"]] == [base64url(known.credential_id)]
    assert b"ines" not in unbase64url(creating["user"]["id"])
    assert (getting["userVerification"], getting["allowCredentials"]) == ("required", [])


def test_a_challenge_is_stored_as_a_hash_and_forgotten_when_it_is_old(house):
    challenge = unbase64url(house.getting()["challenge"])
    house.getting(now=NOON + 5 * MINUTE)
    with house.store.read() as db:
        rows = db.exec_driver_sql("SELECT challenge_hash FROM challenge").all()
    assert len(rows) == 1
    assert base64url(challenge) not in str(rows)


def test_an_answer_works_once(house, device):
    made = device.create(house.creating())
    house.keep(made)
    refused(house.keep, made)
    answer = device.get(house.getting())
    assert house.sign_in(answer) == INES
    refused(house.sign_in, answer)


def test_a_challenge_is_spent_by_a_false_answer_too(house, known):
    options = house.getting()
    known.origin = "https://warn.example.net"
    refused(house.sign_in, known.get(options))
    known.origin = PARTY.origin
    refused(house.sign_in, known.get(options))


def test_an_answer_that_took_too_long_is_refused(house, device):
    refused(house.keep, device.create(house.creating()), now=NOON + 5 * MINUTE)
    house.keep(device.create(house.creating()), now=NOON + 4 * MINUTE)
    refused(house.sign_in, device.get(house.getting()), now=NOON + 5 * MINUTE)


def test_a_challenge_serves_its_own_purpose_and_officer_only(house, known):
    enrolled(house.store, officer_id="ben")
    other = Authenticator(origin=PARTY.origin, credential_id=b"other")
    refused(house.keep, other.create(house.creating()), officer_id="ben")
    refused(house.sign_in, known.get(house.creating() | {"rpId": PARTY.rp_id}))
    made = {**house.creating(), "challenge": house.getting()["challenge"]}
    refused(house.keep, other.create(made))


def test_neither_a_registration_nor_a_sign_in_from_elsewhere_is_taken(house, known):
    for wrong in (
        {"origin": "https://warn.example.net"},
        {"origin": "http://warn.example.org"},
        {"origin": "https://warn.example.org:8443"},
        {"flags": PRESENT},
        {"flags": 0},
        {"said": {"crossOrigin": True}},
        {"said": {"type": "webauthn.other"}},
        {"said": {"challenge": base64url(b"c" * 32)}},
    ):
        liar = replace(known, **wrong)
        refused(house.sign_in, liar.get(house.getting()))
        liar.credential_id = b"another"
        refused(house.keep, liar.create(house.creating()))


def test_a_tampered_answer_is_refused(house, known):
    for part, place in [("signature", -1), ("authenticatorData", -1), ("clientDataJSON", -1)]:
        answer = known.get(house.getting())
        raw = bytearray(unbase64url(answer["response"][part]))
        raw[place] ^= 1
        answer["response"][part] = base64url(raw)
        refused(house.sign_in, answer)


def test_another_s_key_does_not_sign_in(house, known):
    thief = Authenticator(origin=PARTY.origin, sign_count=100)
    unknown = Authenticator(origin=PARTY.origin, credential_id=b"unknown")
    words = {refused(house.sign_in, liar.get(house.getting())) for liar in (thief, unknown)}
    known.handle = b"someone else"
    words.add(refused(house.sign_in, known.get(house.getting())))
    officers.disable(house.store, "ines.a", NOON)
    known.handle = None
    words.add(refused(house.sign_in, known.get(house.getting())))
    assert len(words) == 1


def test_a_counter_may_stay_at_zero_but_never_stand_still_or_go_back(house, known):
    known.step = 0
    assert house.sign_in(known.get(house.getting())) == INES
    assert house.sign_in(known.get(house.getting())) == INES
    known.sign_count = 7
    assert house.sign_in(known.get(house.getting())) == INES
    for count in (7, 6, 0):
        known.sign_count = count
        refused(house.sign_in, known.get(house.getting()))
    known.sign_count = 8
    assert house.sign_in(known.get(house.getting())) == INES


def test_a_passkey_belongs_to_one_officer(house, known):
    enrolled(house.store, officer_id="ben")
    copied = known.create(house.creating(officer_id="ben"))
    assert "registered already" in refused(house.keep, copied, officer_id="ben")


def test_a_removed_passkey_signs_nobody_in(house, known):
    enrolled(house.store, officer_id="ben")
    refused(passkeys.remove, house.store, "ben", known.credential_id)
    passkeys.remove(house.store, "ines.a", known.credential_id)
    refused(house.sign_in, known.get(house.getting()))


def test_an_attestation_nobody_asked_for_is_set_aside(house, device):
    house.keep(device.create(house.creating(), fmt="tpm"))
    assert house.sign_in(device.get(house.getting())) == INES


def test_a_malformed_key_is_refused_when_it_is_registered(house, device):
    for key in (
        7,
        "key",
        {},
        {1: 2, 3: -7},
        {1: 2, 3: -7, -1: 1, -2: "x", -3: "y"},
        {1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\2" * 32},
        {1: 2, 3: -7, -1: [], -2: b"\1" * 32, -3: b"\2" * 32},
        {1: 1, 3: -8, -1: 6, -2: b"short"},
        {1: 3, 3: -257, -1: b"\3", -2: b"\1"},
        {1: 7, 3: -48, -1: b"k" * 1312},
        {1: 99, 3: -7},
    ):
        refused(house.keep, device.create(house.creating(), public_key=key))


def test_too_large_or_badly_named_passkeys_are_refused(house, device):
    refused(house.keep, device.create(house.creating()), name="a\nb")
    refused(house.keep, device.create(house.creating()), name="n" * 101)
    device.credential_id = b"c" * 1_024
    refused(house.keep, device.create(house.creating()))
    device.credential_id = b"c" * 20_000
    refused(house.keep, device.create(house.creating()))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("W" * 4_000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
hostile = st.fixed_dictionaries(
    {},
    optional={
        "id": anything | st.just("AAAA"),
        "rawId": anything | st.just("AAAA"),
        "type": anything | st.just("public-key"),
        "response": anything
        | st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, anything | st.just("e30"))),
    },
)


@given(hostile)
def test_whatever_is_sent_instead_of_an_answer_is_refused(response):
    # No store: all of this must be turned away before the database is asked.
    house = House(None, None)
    refused(house.sign_in, response)
    refused(house.keep, response)


@pytest.mark.parametrize(
    "client_data",
    [b"[" * 9_000, b"\xff", b"1", b"{}", b'{"type":1,"challenge":[1],"origin":2}', b""],
)
def test_client_data_of_any_kind_is_refused(client_data):
    answer = Authenticator(origin="").get({"rpId": "", "challenge": ""})
    answer["response"]["clientDataJSON"] = base64url(client_data)
    refused(House(None, None).sign_in, answer)


@pytest.mark.parametrize(
    ("base_url", "rp_id", "origin", "usable"),
    [
        ("https://warn.example.org", "warn.example.org", "https://warn.example.org", True),
        ("https://Warn.example.org:443", "warn.example.org", "https://warn.example.org", True),
        ("https://warn.example:8443/t", "warn.example", "https://warn.example:8443", True),
        ("https://bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example", True),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://warn.example.org", "warn.example.org", "http://warn.example.org", False),
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000", False),
        ("https://[::1]:8000", "::1", "https://[::1]:8000", False),
    ],
)
def test_the_relying_party_is_what_a_browser_makes_of_the_address(base_url, rp_id, origin, usable):
    party = relying_party(base_url)
    assert party == RelyingParty(rp_id=rp_id, origin=origin)
    assert party.usable is usable


@pytest.mark.parametrize(
    "wrong", ["", "warn.example", "ftp://a.example", "https://", "https://a:b"]
)
def test_an_address_that_is_none_is_refused(wrong):
    with pytest.raises(Refusal) as caught:
        relying_party(wrong)
    assert caught.value.code is Code.SETTINGS_INVALID
