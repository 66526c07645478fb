"""A record's contents at rest: each under a key of its own, and that key wrapped.

Destroying the wrapped key destroys the contents for good and leaves the leaf, which
says nothing of them, in its place. docs/record-format.md has the layout.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12
RANDOMNESS_BYTES = KEY_BYTES + NONCE_BYTES

_PURPOSE = b"tocsin/record-key/1\0"
# Each key seals one content once, so its nonce need not differ from another's.
_ONLY_NONCE = bytes(NONCE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Contents that nobody reads without `wrapped` and the house's wrapping key."""

    sealed: bytes
    wrapped: bytes  # 60 bytes: nonce, encrypted key, tag


class Vault:
    """Seals and opens under one 32-byte wrapping key. Source: NIST SP 800-38D (AES-256-GCM)."""

    def __init__(self, wrapping_key: bytes) -> None:
        if len(wrapping_key) != KEY_BYTES:
            raise ValueError("a wrapping key is 32 bytes")
        self._wrapping = AESGCM(wrapping_key)

    def seal(self, content: bytes, *, bound_to: bytes, randomness: bytes) -> Sealed:
        """Seal `content`; it opens only beside `bound_to` (a leaf hash, or a report's hash).

        `randomness` is 44 fresh bytes, never used twice.
        """
        if len(randomness) != RANDOMNESS_BYTES:
            raise ValueError("sealing takes 44 random bytes")
        key, nonce = randomness[:KEY_BYTES], randomness[KEY_BYTES:]
        return Sealed(
            sealed=AESGCM(key).encrypt(_ONLY_NONCE, content, bound_to),
            wrapped=nonce + self._wrapping.encrypt(nonce, key, _PURPOSE + bound_to),
        )

    def open(self, sealed: bytes, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """What was sealed. Raises ValueError where any of it was changed or exchanged."""
        nonce, inner = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            key = self._wrapping.decrypt(nonce, inner, _PURPOSE + bound_to)
            return AESGCM(key).decrypt(_ONLY_NONCE, sealed, bound_to)
        except (InvalidTag, ValueError):
            raise ValueError("sealed contents were changed, or are another record's") from None
