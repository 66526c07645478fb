"""What a log says it holds: its origin, its size and the root of its tree, signed.

Source: C2SP tlog-checkpoint. Stricter than it in two places: an origin is at most
255 bytes, which is all that an ML-DSA-44 cosignature can name, and an empty tree
has its one root.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tocsin.record import note as notes
from tocsin.record.merkle import EMPTY_ROOT
from tocsin.record.note import KeyType, Note, SignatureLine, VerifierKey, line_bytes
from tocsin.record.signing import Signer, signed_at, signs

MAX_ORIGIN_BYTES = 255
MAX_SIZE = 2**63 - 1

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One state of one log."""

    origin: str
    size: int  # leaves, at most `MAX_SIZE`
    root: bytes  # 32 bytes
    extensions: tuple[str, ...] = ()  # lines that nobody audits; ours have none

    def __post_init__(self) -> None:
        if len(line_bytes(self.origin)) > MAX_ORIGIN_BYTES:
            raise ValueError("an origin is at most 255 bytes")
        for extension in self.extensions:
            line_bytes(extension)
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != 32:
            raise ValueError("a size is below 2**63 and a root is 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise ValueError("an empty tree has the root of nothing")

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "\n".join(lines) + "\n"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text: what a leaf holds of the newest witnessed checkpoint."""
        return sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A key whose line was checked, and when it says that it signed (seconds since 1970 UTC)."""

    key: VerifierKey
    at_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint, the note it came in, and each known key that signed it, once."""

    checkpoint: Checkpoint
    note: Note
    verified: tuple[Verified, ...]  # in the order of their lines


def parse_text(text: str) -> Checkpoint:
    """The checkpoint whose text is exactly `text`. Raises ValueError if there is none."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not _NUMBER.fullmatch(lines[1]):
        raise ValueError("a checkpoint is an origin, a size and a root")
    checkpoint = Checkpoint(
        origin=lines[0],
        size=int(lines[1]),
        root=b64decode(lines[2], validate=True),
        extensions=tuple(lines[3:]),
    )
    if checkpoint.text != text:
        raise ValueError("not the one spelling of a checkpoint")
    return checkpoint


def issue(checkpoint: Checkpoint, signers: Sequence[Signer], *, at_s: int) -> str:
    """The whole note, signed by each of `signers` at `at_s` seconds since 1970 UTC.

    Raises ValueError for no signer, and as `Signer.sign` does.
    """
    lines = tuple(signer.sign(checkpoint, at_s) for signer in signers)
    return Note(text=checkpoint.text, signatures=lines).spelled


def read(data: bytes) -> tuple[Checkpoint, Note]:
    """A checkpoint and its note. Nothing in them is verified. Raises ValueError if malformed."""
    note = notes.parse(data)
    return parse_text(note.text), note


def verified(data: bytes, keys: Collection[VerifierKey]) -> SignedCheckpoint:
    """A checkpoint that at least one of `keys` signed, and every one of them that did.

    Lines of other keys are ignored, even under the name of a known one. Raises
    ValueError if the note is malformed, if no line is by a known key, or if any that
    claims to be is not. The same line again adds nothing; two different lines of one
    key are refused, because they leave open which time it stated.
    """
    checkpoint, note = read(data)
    known = {(key.name, key.id): key for key in keys}
    if any(known[key.name, key.id] != key for key in keys):
        raise ValueError("two keys that a signature line cannot tell apart")
    found: dict[VerifierKey, SignatureLine] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None or found.get(key) == line:
            continue
        if key in found:
            raise ValueError("one key signed twice")
        if not signs(key, line, checkpoint):
            raise ValueError("a signature that its key did not make")
        found[key] = line
    if not found:
        raise ValueError("no known key signed")
    return SignedCheckpoint(
        checkpoint=checkpoint,
        note=note,
        verified=tuple(Verified(key=key, at_s=signed_at(key, line)) for key, line in found.items()),
    )


def by_log(signed: SignedCheckpoint) -> tuple[Verified, ...]:
    """The log's own: keys that carry its origin as their name and are no witness's kind."""
    return tuple(
        each
        for each in signed.verified
        if each.key.name == signed.checkpoint.origin
        and each.key.type is not KeyType.ED25519_COSIGNATURE
    )


def with_lines(note: str, lines: Iterable[SignatureLine]) -> str:
    """`note` with `lines` below its own: the first of each name and key id.

    Nothing is verified. Raises ValueError for what is no note, or becomes too large.
    """
    old = notes.parse(note.encode())
    by_key: dict[tuple[str, bytes], SignatureLine] = {}
    for line in (*old.signatures, *lines):
        by_key.setdefault((line.name, line.key_id), line)
    return Note(text=old.text, signatures=tuple(by_key.values())).spelled
