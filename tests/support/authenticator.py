"""A passkey in software: it answers as a browser with one EC P-256 authenticator would."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unbase64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


@dataclass(kw_only=True)
class Authenticator:
    """`origin` is that of the page; every answer but with `step` 0 raises the counter."""

    origin: str
    credential_id: bytes = b"credential of an example"
    sign_count: int = 0
    step: int = 1
    flags: int = PRESENT | VERIFIED
    handle: bytes | None = None
    said: dict[str, Any] = field(default_factory=dict)
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(
        self, options: dict[str, Any], *, fmt: str = "none", public_key: Any = None
    ) -> dict[str, Any]:
        """What `navigator.credentials.create(options)` gives, as JSON."""
        self.handle = unbase64url(options["user"]["id"])
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        attested += cbor2.dumps(self.public_key() if public_key is None else public_key)
        data = self._data(options["rp"]["id"], self.flags | ATTESTED) + attested
        sent = cbor2.dumps({"fmt": fmt, "attStmt": {}, "authData": data})
        answer = {
            "clientDataJSON": base64url(self._client_data("webauthn.create", options)),
            "attestationObject": base64url(sent),
        }
        return self._answer(answer)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get(options)` gives, as JSON."""
        self.sign_count += self.step
        data = self._data(options["rpId"], self.flags)
        client_data = self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(client_data).digest()
        answer = {
            "clientDataJSON": base64url(client_data),
            "authenticatorData": base64url(data),
            "signature": base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": None if self.handle is None else base64url(self.handle),
        }
        return self._answer(answer)

    def public_key(self) -> dict[int, Any]:
        """In COSE form: key type EC2, algorithm ES256, curve P-256."""
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        shown = base64url(self.credential_id)
        return {"id": shown, "rawId": shown, "type": "public-key", "response": response}

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False} | self.said).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return (
            hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4)
        )
