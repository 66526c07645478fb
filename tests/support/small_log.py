"""A log of a few leaves, honest or rewritten by somebody who holds its keys."""

from dataclasses import dataclass
from hashlib import sha256

from tocsin.record import checkpoint as checkpoints
from tocsin.record import merkle
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import Signer
from tocsin.record.witnessing import Request

ORIGIN = "tocsin.example/log"
AT_S = 1_900_000_000


@dataclass(frozen=True, kw_only=True)
class SmallLog:
    """`rewritten_at` is the first leaf that is another than in the honest log."""

    origin: str = ORIGIN
    seed: bytes = b"the log"
    most: int = 64
    rewritten_at: int | None = None

    @property
    def signers(self) -> tuple[Signer, ...]:
        secret = sha256(self.seed).digest()
        kinds = (KeyType.ED25519, KeyType.ML_DSA_44)
        return tuple(Signer(name=self.origin, type=kind, secret=secret) for kind in kinds)

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return tuple(signer.verifier_key for signer in self.signers)

    @property
    def leaves(self) -> list[bytes]:
        turn = self.most if self.rewritten_at is None else self.rewritten_at
        return [sha256(b"%d %d" % (index, index >= turn)).digest() for index in range(self.most)]

    def checkpoint(self, size: int, *extensions: str) -> Checkpoint:
        root = merkle.root(self.leaves[:size])
        return Checkpoint(origin=self.origin, size=size, root=root, extensions=extensions)

    def note(self, size: int, *extensions: str) -> str:
        signers = self.signers[:1] if extensions else self.signers
        return checkpoints.issue(self.checkpoint(size, *extensions), signers, at_s=AT_S)

    def request(self, old_size: int, size: int) -> Request:
        """As an honest log asks: with the proof from its own old tree."""
        fits = old_size <= size
        proof = merkle.prove_consistency(self.leaves[:size], old_size) if fits else []
        return Request(old_size=old_size, proof=tuple(proof), note=self.note(size))

    def body(self, old_size: int, size: int) -> bytes:
        return self.request(old_size, size).spelled


def policy(*logs: SmallLog) -> str:
    """The lines by which a witness is told to know these logs."""
    return "".join(f"log {key.text}\n" for log in logs for key in log.keys)
