"""Addresses of a list at rest: one key a list, wrapped by the house's, and a nonce an address."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.record.sealing import KEY_BYTES, NONCE_BYTES

__all__ = ["KEY_BYTES", "NONCE_BYTES", "ListKey", "bound_to"]


class ListKey:
    """Seals and opens the addresses of one list under its 32-byte key.

    Source: NIST SP 800-38D (AES-256-GCM).
    """

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, address: str, number: int, nonce: bytes) -> bytes:
        """The address of subscriber `number`; `nonce` is 12 fresh random bytes."""
        return nonce + self._aead.encrypt(nonce, address.encode(), number.to_bytes(8))

    def address(self, sealed: bytes, number: int) -> str:
        """Raises ValueError where what was sealed is another subscriber's, or was changed."""
        try:
            nonce, inner = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            return self._aead.decrypt(nonce, inner, number.to_bytes(8)).decode()
        except (InvalidTag, ValueError):
            raise ValueError("a sealed address was changed, or is another subscriber's") from None


def bound_to(list_id: str) -> bytes:
    """What the vault seals a list's own key beside."""
    return b"tocsin/list/1\0" + list_id.encode()
