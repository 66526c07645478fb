"""A published log, file by file; only its ML-DSA signatures differ from run to run."""

import json
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any

from tocsin.record import leaf as leaves
from tocsin.record import merkle, trust
from tocsin.record.canonical import Value, canonical
from tocsin.record.chain import next_entry
from tocsin.record.checkpoint import Checkpoint, issue, with_lines
from tocsin.record.disclosure import Disclosure
from tocsin.record.log_faults import LogFaultCode, LogReport
from tocsin.record.log_keys import SHOWN
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import Signer, verify_bytes
from tocsin.record.tiles import WIDTH, new_tiles, spell_entries
from tocsin.record.tlog_proof import TlogProof
from tocsin.record.verify_log import verify_log
from tocsin.record.verify_proof import extra_of

ORIGIN = "tocsin/example"
HOUSE_KEY = sha256(b"house").digest()
PACK = sha256(b"pack").digest()
START_S = 1_710_000_000


def a_signer(name: str, kind: KeyType, what: object = "") -> Signer:
    return Signer(name=name, type=kind, secret=sha256(f"{name} {kind} {what}".encode()).digest())


@cache
def pseudonym(case_id: str) -> bytes:
    return leaves.case_pseudonym(HOUSE_KEY, case_id)


def log_signers(generation: int = 1, origin: str = ORIGIN) -> tuple[Signer, ...]:
    kinds = (KeyType.ED25519, KeyType.ML_DSA_44)
    return tuple(a_signer(origin, kind, generation) for kind in kinds)


def keys_of(signers: Iterable[Signer]) -> tuple[VerifierKey, ...]:
    return tuple(signer.verifier_key for signer in signers)


KEYS = keys_of(log_signers())
WITNESSES = (
    a_signer("north.example/w", KeyType.ED25519_COSIGNATURE),
    a_signer("south.example/w", KeyType.ML_DSA_44),
)
POLICY_TEXT = (
    "".join(f"witness {one.name} {one.verifier_key.text}\n" for one in WITNESSES)
    + f"group both all {' '.join(one.name for one in WITNESSES)}\nquorum both\n"
)
POLICY = trust.parse(POLICY_TEXT.encode())
AUTHORITY = a_signer("time.example", KeyType.ED25519)


@dataclass(slots=True, kw_only=True)
class Published:
    """What is under the log's prefix; `files` may be tampered with."""

    files: dict[str, bytes]

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def names(self, folder: str) -> list[str]:
        under = [path.removeprefix(f"{folder}/") for path in self.files if path.startswith(folder)]
        return [name for name in under if "/" not in name]

    def without(self, *paths: str) -> "Published":
        return Published(files={p: data for p, data in self.files.items() if p not in paths})

    def replacing(self, path: str, data: bytes) -> "Published":
        return Published(files={**self.files, path: data})

    def flipped(self, path: str, bit: int) -> "Published":
        data = bytearray(self.files[path])
        data[bit // 8] ^= 1 << bit % 8
        return self.replacing(path, bytes(data))


@dataclass(slots=True, kw_only=True)
class LogBuilder:
    """Writes a log as the house does: leaves, tiles, checkpoints, in their order.

    A second passes with each leaf; every field may be set to something wrong in between.
    """

    signers: tuple[Signer, ...] = field(default_factory=log_signers)
    witnesses: tuple[Signer, ...] = WITNESSES
    now_s: int = START_S
    newest: bytes = leaves.ZERO  # digest of the newest witnessed checkpoint
    leaves: list[bytes] = field(default_factory=list)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)  # and seeds; "" where made up
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    generation: int = 1
    _levels: list[list[bytes]] = field(default_factory=lambda: [[] for _ in range(5)])
    _published: int = 0

    def append(self, case_id: str, **fields: Value) -> int:
        """One event, in words; its index."""
        seq, previous = self.heads.get(case_id, (1, leaves.ZERO))
        self.now_s += 1
        entry = next_entry(
            position=len(self.leaves),
            case_id=case_id,
            case_pseudonym=pseudonym(case_id),
            case_seq=seq,
            previous=previous,
            at_us=self.now_s * 1_000_000,
            fields={"kind": "Cover", "case_id": case_id, **fields},
            seed=sha256(f"seed {len(self.leaves)}".encode()).digest(),
            policy_pack=PACK,
            checkpoint=self.newest,
        )
        return self.put(case_id, seq, entry.leaf, (entry.body, entry.seed))

    def fill(self, number: int, cases: int = 7) -> None:
        """Many leaves that commit to nothing in particular, quickly."""
        for at in range(number):
            index, case_id = len(self.leaves), f"case {at % cases}"
            seq, previous = self.heads.get(case_id, (1, leaves.ZERO))
            self.now_s += 1
            made_up = leaves.Leaf(
                case_seq=seq,
                at_us=self.now_s * 1_000_000,
                case_pseudonym=pseudonym(case_id),
                previous=previous,
                body=sha256(b"body %d" % index).digest(),
                policy=sha256(b"policy %d" % index).digest(),
                checkpoint=self.newest,
            )
            self.put(case_id, seq, leaves.encode(made_up))

    def put(
        self, case_id: str, seq: int, leaf: bytes, opened: tuple[str, bytes] = ("", b"")
    ) -> int:
        """Exactly this leaf, whatever it says."""
        self.heads[case_id] = (seq + 1, leaves.leaf_hash(leaf))
        self.leaves.append(leaf)
        self.bodies.append(opened)
        return len(self.leaves) - 1

    def wrong(self, case_id: str = "case 0", **changes: object) -> int:
        """A leaf that is right but for `changes`; its index."""
        index = self.append(case_id)
        right = leaves.decode(self.leaves.pop())
        self.bodies.pop()
        leaf = leaves.encode(replace(right, **changes))  # type: ignore[arg-type]
        self.put(case_id, right.case_seq, leaf)
        return index

    def checkpoint(self, *, witnessed: bool = True, at_s: int | None = None) -> Checkpoint:
        """Sign and publish what there is; witnessed, later leaves point at it."""
        self._write_tiles()
        at_s = self.now_s if at_s is None else at_s
        made = Checkpoint(origin=ORIGIN, size=len(self.leaves), root=self.root)
        note = issue(made, self.signers, at_s=at_s)
        if witnessed:
            note = with_lines(note, [one.sign(made, at_s) for one in self.witnesses])
            self.files[f"witnessed/{made.size}"] = note.encode()
            self.newest = made.digest
        self.files["checkpoint"] = note.encode()
        return made

    def anchor(self) -> None:
        """An authority's word for the size there is; its token is not RFC 3161's."""
        made = Checkpoint(origin=ORIGIN, size=len(self.leaves), root=self.root)
        note = issue(made, self.signers, at_s=self.now_s)
        self.files[f"anchors/{made.size}"] = note.encode()
        self.files[f"anchors/{made.size}.tsr"] = a_token(made.text.encode(), self.now_s)

    def rotate(self, *, by: Sequence[Signer] | None = None, **changes: Value) -> int:
        """Hand over to the next generation of keys; `by` may be others than the old ones."""
        old, new = self.signers, log_signers(self.generation + 1)
        body = rotation_body(old, new, self.generation + 1, by or old)
        index = self.append("~house", **{**body, **changes})
        text, seed = self.bodies[index]
        shown = SHOWN & json.loads(text).keys()
        opened = Disclosure.of(self.leaves[index], text, seed, shown)
        self.files[f"rotations/{index}.json"] = canonical(opened.to_value())
        self.signers, self.generation = new, self.generation + 1
        return index

    @property
    def root(self) -> bytes:
        return merkle.root([leaves.leaf_hash(leaf) for leaf in self.leaves])

    def published(self) -> Published:
        return Published(files=dict(self.files))

    def _write_tiles(self) -> None:
        self._levels[0] += map(leaves.leaf_hash, self.leaves[self._published :])
        for level in range(4):
            below, above = self._levels[level], self._levels[level + 1]
            full = range(len(above) * WIDTH, len(below) // WIDTH * WIDTH, WIDTH)
            above += [merkle.root(below[at : at + WIDTH]) for at in full]
        for tile in new_tiles(self._published, len(self.leaves)):
            part = slice(tile.index * WIDTH, tile.index * WIDTH + tile.width)
            self.files[tile.path] = b"".join(self._levels[tile.level][part])
            if tile.level == 0:
                self.files[tile.entries_path] = spell_entries(self.leaves[part])
        self._published = len(self.leaves)


def rotation_body(
    old: Sequence[Signer], new: Sequence[Signer], generation: int, by: Sequence[Signer]
) -> Mapping[str, Value]:
    stated: dict[str, Value] = {
        "generation": generation,
        "new": [signer.verifier_key.text for signer in new],
        "old": [signer.verifier_key.text for signer in old],
    }
    message = b"tocsin/key-rotation/1\0" + canonical({**stated, "origin": ORIGIN})
    signed = {
        name: [b64encode(signer.sign_bytes(message)).decode() for signer in signers]
        for name, signers in (("signed_by_old", by), ("signed_by_new", new))
    }
    return {"kind": "KeyRotated", "by": "somebody", "reason": "yearly", **stated, **signed}


def anchor_time(token: bytes, message: bytes) -> datetime:
    at = token[:8]
    said = b"time\0" + at + sha256(message).digest()
    if not verify_bytes(AUTHORITY.verifier_key, said, token[8:]):
        raise ValueError("not by the authority")
    return datetime.fromtimestamp(int.from_bytes(at), UTC)


def a_token(message: bytes, at_s: int) -> bytes:
    at = at_s.to_bytes(8)
    return at + AUTHORITY.sign_bytes(b"time\0" + at + sha256(message).digest())


def a_log(size: int = 600, *, every: int = 170, rotated: bool = True) -> LogBuilder:
    """A log of several cases, witnessed and anchored now and then, its keys rotated once."""
    log, halfway = LogBuilder(), size // 2
    for index in count():
        if index >= halfway and rotated and log.generation == 1 and size > 1:
            log.rotate()
        if len(log.leaves) >= size:
            break
        log.fill(1, cases=1) if index % 3 else log.append(f"7F3{index % 4}", place="a bridge")
        if len(log.leaves) % every == 0 and len(log.leaves) < size:
            log.checkpoint()
            log.anchor()
    log.checkpoint()
    return log


def a_proof(
    log: LogBuilder, index: int, names: Collection[str] = ("kind", "intended_victim")
) -> TlogProof:
    """One event in words, under the newest checkpoint, with these of its fields shown."""
    body, seed = log.bodies[index]
    hashes = [leaves.leaf_hash(leaf) for leaf in log.leaves]
    return TlogProof(
        index=index,
        proof=tuple(merkle.prove_inclusion(hashes, index)),
        checkpoint=log.files["checkpoint"].decode(),
        extra=extra_of(Disclosure.of(log.leaves[index], body, seed, names)),
    )


def check(published: Published, **more: Any) -> LogReport:
    given = {"keys": KEYS, "policy": POLICY, "anchor_time": anchor_time, **more}
    return verify_log(published.read, published.names, **given)


def named(published: Published, **more: Any) -> list[tuple[LogFaultCode, int | None]]:
    return [(fault.code, fault.leaf) for fault in check(published, **more).faults]


def closed(log: LogBuilder) -> Published:
    """The log with all that was appended since, under a checkpoint that covers it."""
    log.checkpoint()
    return log.published()
