"""Web Push: to a browser that asked for it, sealed so that its push service cannot read it.

Sources: RFC 8030 (push), RFC 8291 and 8188 (aes128gcm), RFC 8292 (VAPID). The package for it
brings two more HTTP clients; what is left without them is held to the RFC's own example.
"""

import hashlib
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.channels.addresses import address_for, checked_address
from tocsin.channels.base import FailureReason, HandedOver, Message, Passing, Permanent
from tocsin.channels.posting import Reply, Unreached, is_inside, refused, talk, unreached
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse

MOST_ANSWER_BYTES = 64 * 1024
MOST_BODY_BYTES = 4_096  # RFC 8030, 7.2: what every push service takes
LONGEST_TTL = timedelta(days=28)
TOKEN_LASTS = timedelta(hours=12)  # RFC 8292 allows 24 hours; clocks differ
PLAIN_BYTES = 3 * 1024
"""All are padded to this, so that a length tells nothing."""
# Of P-256 (SP 800-186, 3.2.1.3): so near to 2**256 that a remainder by it favours no key.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_MESSAGE = re.compile("[!-~]{1,300}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPushSettings:
    """Who sends. Raises `Refusal` (settings-invalid).

    `private_key` is the house's VAPID key as usual: 32 bytes in base64url. `contact` is a
    mailto: or https: address where a push service may complain. Hosts in `allow_private` may
    lead to addresses that are not public. `deadline_s` bounds one `send`.
    """

    private_key: str = field(repr=False)
    contact: str
    allow_private: tuple[str, ...] = ()
    deadline_s: float = 20

    def __post_init__(self) -> None:
        checks = {
            "private_key is 32 bytes in base64url": _is_key(self.private_key),
            "contact is a mailto: or https: address": _is_contact(self.contact),
            "the deadline is positive": self.deadline_s > 0,
        }
        for rule, is_kept in checks.items():
            if not is_kept:
                refuse(Code.SETTINGS_INVALID, f"Web push was not set up: {rule}.")

    @property
    def application_server_key(self) -> str:
        """The public key that a page names when it asks the browser for a subscription."""
        return _spelled(_raw(_key(self.private_key).public_key()))


def key_from(secret: bytes) -> str:
    """A private key as the settings have it, always the same from a secret of 32 random bytes.

    With another secret, every browser's subscription is void.
    """
    return _spelled((int.from_bytes(secret) % (_ORDER - 1) + 1).to_bytes(32))


def _is_key(text: str) -> bool:
    try:
        return len(_bytes(text)) == 32 and bool(_key(text))
    except ValueError:
        return False


def _is_contact(contact: str) -> bool:
    scheme, _, rest = contact.partition(":")
    try:
        if scheme == "mailto":
            return checked_address(rest) == rest
        return scheme == "https" and address_for(Method.WEBHOOK, contact) == contact
    except Refusal:
        return False


class WebPushChannel:
    """Pushes to one browser; a repeat of a key takes the place of the first, if still waiting.

    May be shared by threads.
    """

    name = "web_push"

    def __init__(
        self,
        settings: WebPushSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._settings, self._clock, self._randomness = settings, clock, randomness
        self._key = _key(settings.private_key)

    @property
    def application_server_key(self) -> str:
        """The public key that a page names when it asks the browser for a subscription."""
        return self._settings.application_server_key

    def accepts(self, subscription: str) -> bool:
        """Whether a subscription, in the form of `address_for`, can be pushed to as it is written.

        Names are looked up when something is sent: what they lead to changes.
        """
        given = json.loads(subscription)
        place = urlsplit(given["endpoint"])
        named = place.hostname in self._settings.allow_private
        if not named and (place.scheme != "https" or is_inside(place.hostname or "")):
            return False
        try:
            point = _bytes(given["keys"]["p256dh"])
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            return False
        return True

    def send(self, message: Message) -> HandedOver:
        """Hand the message over. Raises `Passing`, `Permanent` or `OutcomeUnknown`."""
        if message.method is not Method.WEB_PUSH:
            raise Permanent(FailureReason.ADDRESS_UNSUPPORTED)
        if message.encrypt_to:
            raise Permanent(FailureReason.KEY_UNUSABLE)
        subscription, now = json.loads(message.to_address), self._clock()
        if message.expires_at and message.expires_at <= now:
            raise Permanent(FailureReason.EXPIRED)
        keys = {name: _bytes(text) for name, text in subscription["keys"].items()}
        sealed = encrypt(
            padded(payload(message)),
            keys["p256dh"],
            keys["auth"],
            salt=self._randomness(16),
            key=ec.generate_private_key(ec.SECP256R1()),
        )
        try:
            reply = talk(
                "POST",
                subscription["endpoint"],
                sealed,
                headers=self._headers(message, subscription["endpoint"], now),
                timeout_s=self._settings.deadline_s,
                most_bytes=MOST_ANSWER_BYTES,
                may_be_inside=self._settings.allow_private,
            )
        except Unreached as error:
            raise unreached(error) from None
        if reply.status in (401, 403):  # our key, which an operator can mend
            raise Passing(FailureReason.SIGN_IN_REFUSED, str(reply.status))
        if not 200 <= reply.status < 300:
            raise refused(reply)
        return HandedOver(provider_id=_provider_id(reply), detail=str(reply.status))

    def _headers(self, message: Message, endpoint: str, now: datetime) -> dict[str, str]:
        left = message.expires_at - now if message.expires_at else LONGEST_TTL
        claims = {
            "aud": "{0.scheme}://{0.netloc}".format(urlsplit(endpoint)),
            "exp": int((now + TOKEN_LASTS).timestamp()),
            "sub": self._settings.contact,
        }
        public = self._settings.application_server_key
        return {
            "Authorization": f"vapid t={_token(claims, self._key)}, k={public}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(min(left, LONGEST_TTL).total_seconds())),
            "Topic": _spelled(hashlib.sha256(message.key.encode()).digest())[:32],
            "Urgency": "high" if message.imminent else "normal",
        }


def payload(message: Message) -> bytes:
    """The JSON that our service worker shows. Raises `Permanent` (too-long), never cuts."""
    prefix = "EXERCISE " if message.exercise and "EXERCISE" not in message.subject else ""
    told = {
        "key": message.key,
        "title": prefix + message.subject,
        "text": message.short or message.body,
        "link": message.link,
        "language": message.language,
        "exercise": message.exercise,
        "imminent": message.imminent,
    }
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > PLAIN_BYTES:
        raise Permanent(FailureReason.TOO_LONG)
    return plain


def padded(plain: bytes) -> bytes:
    """With the delimiter of a last record and zeros (RFC 8188, 2), to one size."""
    return plain + b"\x02" + bytes(PLAIN_BYTES - len(plain))


def encrypt(
    record: bytes, receiver: bytes, auth: bytes, *, salt: bytes, key: ec.EllipticCurvePrivateKey
) -> bytes:
    """The body of a push: header and one sealed record (RFC 8291, 3.4).

    `receiver` is the browser's point of 65 bytes and `auth` its secret of 16; `salt`, of 16,
    and `key` are never used twice. Raises `Permanent` (key-unusable) for a point that is none.
    """
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), receiver)
    except ValueError:
        raise Permanent(FailureReason.KEY_UNUSABLE) from None
    sender = _raw(key.public_key())
    shared = key.exchange(ec.ECDH(), point)
    secret = _derived(shared, auth, b"WebPush: info\0" + receiver + sender, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + MOST_BODY_BYTES.to_bytes(4) + bytes([len(sender)]) + sender
    return header + AESGCM(content_key).encrypt(nonce, record, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _token(claims: dict[str, object], key: ec.EllipticCurvePrivateKey) -> str:
    """A JSON Web Token signed with ES256 (RFC 7515, RFC 7518)."""
    parts = [json.dumps(part).encode() for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
    signed = ".".join(map(_spelled, parts))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{_spelled(r.to_bytes(32) + s.to_bytes(32))}"


def _provider_id(reply: Reply) -> str:
    """Where the push service keeps the message (RFC 8030, 5)."""
    location = reply.headers.get("location", "")
    return location if _MESSAGE.fullmatch(location) else ""


def _raw(point: ec.EllipticCurvePublicKey) -> bytes:
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_bytes(text)), ec.SECP256R1())


def _spelled(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
