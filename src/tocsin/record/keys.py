"""The house's log key: Ed25519, written as a C2SP signed-note verifier key.

`tocsin-log-key+<id>+<base64>`, where the base64 is the algorithm byte 0x01 and the
32-byte key, and the id the first four bytes of SHA-256(name, newline, those 33
bytes) in hexadecimal. Source: C2SP signed-note.
"""

from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "tocsin-log-key"
SIGNATURE_BYTES = 64

_ED25519 = b"\x01"


def generate(randomness: bytes) -> bytes:
    """A private key from 32 fresh random bytes; raises ValueError for any other number."""
    return Ed25519PrivateKey.from_private_bytes(randomness).private_bytes_raw()


def public_key(private_key: bytes) -> bytes:
    """The 32-byte public key of a private key."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def key_id(key: bytes) -> str:
    """Eight hexadecimal digits that name a public key. They identify; they prove nothing."""
    return sha256(NAME.encode() + b"\n" + _ED25519 + key).digest()[:4].hex()


def to_text(key: bytes) -> str:
    """The public key as one line that can be printed, mailed and read back."""
    return f"{NAME}+{key_id(key)}+{b64encode(_ED25519 + key).decode()}"


def from_text(text: str) -> bytes:
    """The 32-byte public key written in `text`. Raises ValueError for any other spelling."""
    try:
        # The base64 may hold a plus sign, so only the first two separate.
        key = b64decode(text.split("+", 2)[-1], validate=True)[1:]
    except ValueError:
        key = b""
    if len(key) != 32 or to_text(key) != text:
        raise ValueError("not a Tocsin log key")
    return key


def sign(private_key: bytes, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature of `message`."""
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(message)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` is by the holder of the public `key`."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
