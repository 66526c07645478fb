"""Passkeys: WebAuthn credentials that verify their user, so that no name is typed to sign in.

Source: Web Authentication Level 2, sections 7.1 (registering) and 7.2 (signing in)
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, NoReturn
from urllib.parse import urlsplit

import idna
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn import helpers as parts
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tocsin.domain.refusal import Code, refuse
from tocsin.identity import sessions
from tocsin.identity.officers import able, require_able
from tocsin.identity.secret import SECRET_BYTES, Randomness, hashed, text
from tocsin.store import people
from tocsin.store.engine import Store
from tocsin.store.instants import to_us

CHALLENGE_LIVES = timedelta(minutes=5)
MOST_PART = 16_384  # characters of each text in a response; real ones stay under 2,000
MOST_NAME, MOST_CREDENTIAL_ID, MOST_PUBLIC_KEY = 100, 1_023, 4_096

_REGISTER, _SIGN_IN = "register", "sign-in"
_REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """This house, as authenticators know it: the host name and the origin of its pages."""

    rp_id: str
    origin: str
    name: str = "Tocsin"

    @property
    def usable(self) -> bool:
        """Whether browsers offer passkeys here: over https or on localhost, never by IP number."""
        try:
            ip_address(self.rp_id)
        except ValueError:
            local = self.rp_id == "localhost" or self.rp_id.endswith(".localhost")
            return local or self.origin.startswith("https:")
        return False


def relying_party(base_url: str) -> RelyingParty:
    """From "https://warn.example.org": the origin as a browser writes it, without default port.

    Refuses SETTINGS_INVALID for what is no such address.
    """
    try:
        url = urlsplit(base_url)
        scheme, host, port = url.scheme, url.hostname or "", url.port
        if not host.isascii():
            host = idna.encode(host, uts46=True).decode("ascii")
    except ValueError:
        scheme = host = ""
        port = None
    if scheme not in {"http", "https"} or not host:
        refuse(
            Code.SETTINGS_INVALID,
            "Passkeys cannot be used: the public address of this house is not a web address.",
            "Set public_url, for example to https://warn.example.org.",
        )
    default = {"http": 80, "https": 443}[scheme]
    shown = f"[{host}]" if ":" in host else host
    origin = f"{scheme}://{shown}" + ("" if port in {None, default} else f":{port}")
    return RelyingParty(rp_id=host, origin=origin)


def registration_options(
    store: Store, party: RelyingParty, *, officer_id: str, now: datetime, randomness: Randomness
) -> dict[str, Any]:
    """Options in JSON form for `navigator.credentials.create`, good for five minutes.

    The authenticator must verify its user and should keep the key, so that it can offer it
    without being told a name. Refuses OFFICER_UNKNOWN.
    """
    challenge = randomness(SECRET_BYTES)
    with store.write() as db:
        officer = require_able(db, officer_id)
        known = people.passkeys(db, officer_id)
        _keep(db, challenge, _REGISTER, now, officer_id)
    return parts.options_to_json_dict(
        generate_registration_options(
            rp_id=party.rp_id,
            rp_name=party.name,
            user_id=_handle(officer_id),
            user_name=officer_id,
            user_display_name=officer.name,
            challenge=challenge,
            timeout=_milliseconds(CHALLENGE_LIVES),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=k.credential_id) for k in known],
        )
    )


def register(
    store: Store,
    party: RelyingParty,
    *,
    officer_id: str,
    response: dict[str, Any],
    name: str,
    now: datetime,
) -> people.Passkey:
    """Keep the passkey that the signed-in officer's browser made; `response` in JSON form.

    Refuses PASSKEY_REFUSED.
    """
    if len(name) > MOST_NAME or not name.isprintable():
        _refused("its name is too long or holds control characters")
    with _understood():
        credential = parts.parse_registration_credential_json(_bounded(response))
        challenge = _challenge_in(credential)
    _take(store, challenge, _REGISTER, now, officer_id)
    with _understood():
        verified = verify_registration_response(
            credential=_without_attestation(credential),
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        # The library reads a key's numbers at the first sign-in only: too late to be told.
        key = parts.decode_credential_public_key(verified.credential_public_key)
        parts.decoded_public_key_to_cryptography(key)
    if (
        len(verified.credential_id) > MOST_CREDENTIAL_ID
        or len(verified.credential_public_key) > MOST_PUBLIC_KEY
    ):
        _refused("it is too large")
    new = people.Passkey(
        credential_id=verified.credential_id,
        officer_id=officer_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name.strip(),
        created_at_us=to_us(now),
    )
    try:
        with store.write() as db:
            require_able(db, officer_id)
            people.add_passkey(db, new)
    except IntegrityError:
        _refused("it is registered already")
    return new


def sign_in_options(
    store: Store, party: RelyingParty, *, now: datetime, randomness: Randomness
) -> dict[str, Any]:
    """Options in JSON form for `navigator.credentials.get`, the same whoever asks."""
    challenge = randomness(SECRET_BYTES)
    with store.write() as db:
        _keep(db, challenge, _SIGN_IN, now)
    return parts.options_to_json_dict(
        generate_authentication_options(
            rp_id=party.rp_id,
            challenge=challenge,
            timeout=_milliseconds(CHALLENGE_LIVES),
            user_verification=_REQUIRED,
        )
    )


def sign_in(
    store: Store,
    party: RelyingParty,
    *,
    response: dict[str, Any],
    now: datetime,
    lifetime: timedelta,
    randomness: Randomness,
) -> str:
    """A session token for the officer whose passkey answered; `response` in JSON form.

    Refuses PASSKEY_REFUSED, in the same words for an unknown passkey, a false one and a
    disabled officer's.
    """
    with _understood():
        credential = parts.parse_authentication_credential_json(_bounded(response))
        challenge = _challenge_in(credential)
    _take(store, challenge, _SIGN_IN, now)
    with store.read() as db:
        known = people.passkey(db, credential.raw_id)
    handle = credential.response.user_handle
    if known is None or (handle and handle != _handle(known.officer_id)):
        _refused()
    with _understood():
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    with store.write() as db:
        # Asked again where it counts: two copies may have answered at the same time.
        if not people.passkey_used(db, known.credential_id, verified.new_sign_count, now):
            _refused()
        if able(db, known.officer_id) is None:
            _refused()
        return sessions.begin(db, known.officer_id, now, lifetime, randomness)


def remove(store: Store, officer_id: str, credential_id: bytes) -> None:
    """Forget a passkey of this officer, lost or replaced. Refuses PASSKEY_REFUSED for no such."""
    with store.write() as db:
        if not people.remove_passkey(db, credential_id, officer_id):
            _refused("there is none like this to remove")


def _keep(
    db: Connection, challenge: bytes, purpose: str, now: datetime, officer: str | None = None
) -> None:
    kept = people.Challenge(
        challenge_hash=hashed(text(challenge)),
        officer_id=officer,
        purpose=purpose,
        expires_us=to_us(now + CHALLENGE_LIVES),
    )
    people.add_challenge(db, kept, now)


def _take(
    store: Store, challenge: bytes, purpose: str, now: datetime, officer: str | None = None
) -> None:
    # In a transaction of its own: a refusal later on must not bring the challenge back.
    with store.write() as db:
        found = people.take_challenge(db, hashed(text(challenge)), purpose=purpose, now=now)
    if found is None or found.officer_id != officer:
        _refused("it took longer than five minutes, or was sent twice")


def _challenge_in(credential: RegistrationCredential | AuthenticationCredential) -> bytes:
    said = parts.parse_client_data_json(credential.response.client_data_json)
    if said.cross_origin:
        _refused("the page was shown inside another site")
    return said.challenge


def _bounded(response: dict[str, Any]) -> dict[str, Any]:
    inner = response.get("response")
    texts = [*response.values(), *(inner.values() if isinstance(inner, dict) else ())]
    if any(isinstance(value, str) and len(value) > MOST_PART for value in texts):
        _refused("the answer is too large")
    return response


def _without_attestation(credential: RegistrationCredential) -> RegistrationCredential:
    """We ask for no attestation; one that comes all the same is set aside, its certificates unread.

    Allowed by section 7.1, steps 18 to 21: what is acceptable is ours to say.
    """
    sent = parts.parse_cbor(credential.response.attestation_object)
    plain = {"fmt": "none", "attStmt": {}, "authData": sent["authData"]}
    credential.response.attestation_object = parts.encode_cbor(plain)
    return credential


def _handle(officer_id: str) -> bytes:
    """The user handle: authenticators show it to anybody, so it must not name the officer."""
    return hashlib.sha256(f"tocsin/user-handle/{officer_id}".encode()).digest()


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


@contextmanager
def _understood() -> Iterator[None]:
    """What the library trips over is the answer's fault, for nothing of ours runs in here.

    Beside its own errors it lets through those of base64 and of malformed keys.
    """
    try:
        yield
    except (WebAuthnException, ValueError, TypeError, LookupError, RecursionError):
        _refused()


def _refused(why: str = "it is not known here, or its answer cannot be trusted") -> NoReturn:
    refuse(
        Code.PASSKEY_REFUSED,
        f"Nothing was done with the passkey: {why}.",
        "Try again, or ask an administrator for a sign-in link.",
    )
