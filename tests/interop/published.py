"""A log that a house wrote and published, and one that somebody with its keys wrote anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.builders import NOW
from tests.support.house import a_house
from tocsin.app import App
from tocsin.casework import ledger, log_keys, logbook
from tocsin.casework.publishing import publish
from tocsin.domain.ledger import Cover
from tocsin.record import merkle, tlog_proof
from tocsin.record.checkpoint import Checkpoint, issue
from tocsin.record.leaf import leaf_hash
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import Signer
from tocsin.record.tiles import WIDTH, spell_entries, tiles_of
from tocsin.record.tlog_proof import TlogProof
from tocsin.store import events, log

OLD_SIZE, SIZE = 300, 700
"""Full and partial tiles, and a level above them, in both trees."""
KEPT = (1, 255, 256, OLD_SIZE)
"""Sizes at which somebody kept the published checkpoint."""
COSIGNED = SIZE - 50
"""Where a witness cosigned and nothing was published; so it did at SIZE, and there it was."""
SAMPLED = (0, 1, 255, 256, OLD_SIZE - 1, OLD_SIZE, 511, 512, 640, SIZE - 1)
"""Leaves on either side of every seam: between tiles, between trees, at both ends."""
AT_S = int(NOW.timestamp())
WITNESS = Signer(name="overseer.example", type=KeyType.ED25519_COSIGNATURE, secret=b"w" * 32)
STRANGER = b"s" * 32


@dataclass(frozen=True, kw_only=True)
class PublishedLog:
    """`kept` are signed notes of older sizes, `growth` the log's proofs from there to SIZE."""

    folder: Path
    signers: tuple[Signer, ...]
    leaves: tuple[bytes, ...]
    proofs: Mapping[int, str]  # of the sampled leaves, as `.tlog-proof`
    kept: Mapping[int, str]
    growth: Mapping[int, tuple[bytes, ...]]

    @property
    def origin(self) -> str:
        return self.signers[0].name

    @property
    def key(self) -> VerifierKey:
        """The Ed25519 key, the one that older tools know."""
        return self.signers[0].verifier_key

    @cached_property
    def hashes(self) -> list[bytes]:
        return list(map(leaf_hash, self.leaves))

    @cached_property
    def newest(self) -> str:
        return (self.folder / "checkpoint").read_text("utf-8")

    def signed(self, size: int, root: bytes) -> str:
        """Whatever whoever holds the log's keys wants to sign."""
        return issue(Checkpoint(origin=self.origin, size=size, root=root), self.signers, at_s=AT_S)

    def claim(self, index: int) -> "Claim":
        parsed = tlog_proof.parse(self.proofs[index].encode())
        return Claim(leaf=self.leaves[index], proof=parsed, key=self.key)

    def write_anew(self, folder: Path, leaves: Sequence[bytes]) -> list[bytes]:
        """Publish other leaves as this log, signed with its own keys; their hashes."""
        level = hashes = list(map(leaf_hash, leaves))
        levels = [level]
        while len(level) >= WIDTH:
            full = range(0, len(level) // WIDTH * WIDTH, WIDTH)
            level = [merkle.root(level[at : at + WIDTH]) for at in full]
            levels.append(level)
        for tile in tiles_of(len(leaves)):
            part = slice(tile.index * WIDTH, tile.index * WIDTH + tile.width)
            _write(folder / tile.path, b"".join(levels[tile.level][part]))
            if tile.level == 0:
                _write(folder / tile.entries_path, spell_entries(leaves[part]))
        _write(folder / "checkpoint", self.signed(len(leaves), merkle.root(hashes)).encode())
        return hashes


@dataclass(frozen=True, kw_only=True)
class Claim:
    """That the log with this key has this leaf where the proof says."""

    leaf: bytes
    proof: TlogProof
    key: VerifierKey


def written_and_published(folder: Path) -> PublishedLog:
    """A house that records and publishes again and again, and is cosigned at the end."""
    app = a_house(f"sqlite:///{folder / 'tocsin.db'}", folder)
    published, kept = folder / "published", {}
    for size in KEPT:
        _record(app, size)
        publish(app, published)
        kept[size] = (published / "checkpoint").read_text("utf-8")
    for size in (COSIGNED, SIZE):
        _record(app, size)
        _cosign(app)
    publish(app, published)
    with app.store.read() as db:
        tree = logbook.tree(app, db, SIZE)
        made = PublishedLog(
            folder=published,
            signers=log_keys.current(app, db).signers,
            leaves=tuple(events.leaves(db, 0, SIZE)),
            proofs={index: logbook.proof_of(app, index) for index in SAMPLED},
            kept=kept,
            growth={size: tuple(tree.consistency(size)) for size in KEPT},
        )
    app.close()
    return made


def _record(app: App, size: int) -> None:
    with app.store.write() as db:
        while events.last_position(db) < size:
            ledger.record(app, db, Cover(by="system", at=NOW), stream="~cover.000000000001")


def _cosign(app: App) -> None:
    checkpoint = logbook.sign(app)
    line = WITNESS.sign(checkpoint, AT_S)
    row = log.CosignatureRow(
        size=checkpoint.size,
        name=line.name,
        key_id=line.key_id.hex(),
        line=line.text,
        at_us=AT_S * 1_000_000,
    )
    with app.store.write() as db:
        log.put_cosignature(db, row)
        log.put_witnessed(db, row.size, row.at_us)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
