"""Who signs a checkpoint, and how it is checked: Ed25519 and ML-DSA-44.

A log signs with `ED25519` and `ML_DSA_44`, a witness with `ED25519_COSIGNATURE` and
`ML_DSA_44`. ML-DSA-44 says nothing about extension lines, so here it neither signs
nor verifies a checkpoint that has any. Its signatures are hedged with randomness
of the library's own: two over the same bytes differ, and both verify.
Source: C2SP signed-note, tlog-checkpoint, tlog-cosignature; RFC 8032; FIPS 204.
"""

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from tocsin.record.note import KeyType, SignatureLine, VerifierKey

if TYPE_CHECKING:
    from tocsin.record.checkpoint import Checkpoint

SECRET_BYTES = 32
MAX_TIME_S = 2**63 - 1

_SIGNATURE_BYTES = {
    KeyType.ED25519: 64,
    KeyType.ED25519_COSIGNATURE: 64,
    KeyType.ML_DSA_44: 2420,
}
_TIME = struct.Struct(">Q")
_TREE = struct.Struct(">QQ32s")
_COSIGNED = b"subtree/v1\n\0"
# No note holds a NUL, nor this label a newline: no such message can pass for a checkpoint.
_LABEL = re.compile(rb"[!-~]{1,64}\0")

_Private: TypeAlias = Ed25519PrivateKey | MLDSA44PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key under a name: an Ed25519 key or an ML-DSA-44 seed of 32 bytes.

    Raises ValueError for a name that no key can have and any other length.
    """

    name: str
    type: KeyType
    secret: bytes = field(repr=False)
    verifier_key: VerifierKey = field(init=False, repr=False, compare=False)
    _private: _Private = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        private: _Private
        if self.type is KeyType.ML_DSA_44:
            private = MLDSA44PrivateKey.from_seed_bytes(self.secret)
        else:
            private = Ed25519PrivateKey.from_private_bytes(self.secret)
        key = private.public_key().public_bytes_raw()
        object.__setattr__(self, "_private", private)
        object.__setattr__(
            self, "verifier_key", VerifierKey(name=self.name, type=self.type, key=key)
        )

    def sign(self, checkpoint: "Checkpoint", at_s: int) -> SignatureLine:
        """This key's line under `checkpoint`, at `at_s` seconds since 1970 UTC.

        `ED25519` states no time. Raises ValueError for a time below 0 or beyond
        `MAX_TIME_S`, and for what ML-DSA-44 cannot sign.
        """
        if not 0 <= at_s <= MAX_TIME_S:
            raise ValueError("a time that no cosignature can state")
        message = _message(self.verifier_key, checkpoint, at_s)
        if message is None:
            raise ValueError("ML-DSA-44 signs no extension lines")
        time = b"" if self.type is KeyType.ED25519 else _TIME.pack(at_s)
        return SignatureLine(
            name=self.name,
            key_id=self.verifier_key.id,
            signature=time + self._private.sign(message),
        )

    def sign_bytes(self, message: bytes) -> bytes:
        """The signature of a statement that is no checkpoint, for `verify_bytes`.

        Raises ValueError unless `message` starts with its own label: 1 to 64 visible
        ASCII characters and a NUL.
        """
        if not _LABEL.match(message):
            raise ValueError("a statement starts with its label")
        return self._private.sign(message)


def signs(key: VerifierKey, line: SignatureLine, checkpoint: "Checkpoint") -> bool:
    """Whether `line` is by `key` and signs `checkpoint`."""
    stated = _stated(key, line)
    if stated is None:
        return False
    at_s, signature = stated
    message = _message(key, checkpoint, at_s)
    return message is not None and _is_signed(key, message, signature)


def signed_at(key: VerifierKey, line: SignatureLine) -> int | None:
    """When `key` says that it signed, in seconds since 1970 UTC; believe it after `signs`.

    None where it states no time: `ED25519`, ML-DSA-44 with a time of 0, and a line
    that cannot be by `key`.
    """
    stated = _stated(key, line)
    if stated is None or key.type is KeyType.ED25519:
        return None
    at_s, _ = stated
    return None if key.type is KeyType.ML_DSA_44 and at_s == 0 else at_s


def verify_bytes(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is by `key` over `message`, a statement that starts with its label."""
    return bool(_LABEL.match(message)) and _is_signed(key, message, signature)


def _stated(key: VerifierKey, line: SignatureLine) -> tuple[int, bytes] | None:
    # The time, 0 where there is none, and the bare signature.
    if (line.name, line.key_id) != (key.name, key.id):
        return None
    at = 0 if key.type is KeyType.ED25519 else _TIME.size
    if len(line.signature) != at + _SIGNATURE_BYTES[key.type]:
        return None
    at_s = int.from_bytes(line.signature[:at])
    return (at_s, line.signature[at:]) if at_s <= MAX_TIME_S else None


def _message(key: VerifierKey, checkpoint: "Checkpoint", at_s: int) -> bytes | None:
    match key.type:
        case KeyType.ED25519:
            return checkpoint.text.encode()
        case KeyType.ED25519_COSIGNATURE:
            return f"cosignature/v1\ntime {at_s}\n{checkpoint.text}".encode()
        case KeyType.ML_DSA_44:
            name, origin = key.name.encode(), checkpoint.origin.encode()
            if checkpoint.extensions:
                return None
            return b"".join(
                (
                    _COSIGNED,
                    bytes([len(name)]) + name,
                    _TIME.pack(at_s),
                    bytes([len(origin)]) + origin,
                    _TREE.pack(0, checkpoint.size, checkpoint.root),
                )
            )


def _is_signed(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    try:
        _public(key.type is KeyType.ML_DSA_44, key.key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _public(post_quantum: bool, key: bytes) -> Ed25519PublicKey | MLDSA44PublicKey:
    if post_quantum:
        return MLDSA44PublicKey.from_public_bytes(key)
    return Ed25519PublicKey.from_public_bytes(key)
