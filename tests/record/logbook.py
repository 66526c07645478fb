"""A small log in memory: a fictitious house, two witnesses, and what they sign."""

from collections.abc import Mapping
from hashlib import sha256

from tocsin.record import merkle
from tocsin.record.canonical import Value
from tocsin.record.chain import Entry, next_entry
from tocsin.record.checkpoint import Checkpoint, issue
from tocsin.record.evidence import OpenedLeaf
from tocsin.record.leaf import ZERO, case_pseudonym, leaf_hash
from tocsin.record.note import KeyType
from tocsin.record.prefix_map import Pair, PrefixTree, root, spell_proof
from tocsin.record.signing import Signer
from tocsin.record.tags import commit_tags, tags_of
from tocsin.record.trust import Group, TrustPolicy, Witness

ORIGIN = "tocsin/3f2a"
TAG_KEY = bytes(range(32))
HOUSE = "~house"
START_S = 1_710_000_000  # 9 March 2024, 16:00 UTC
ED25519, COSIGNATURE, ML_DSA = KeyType.ED25519, KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44


def a_signer(name: str, kind: KeyType, secret: int) -> Signer:
    return Signer(name=name, type=kind, secret=bytes([secret]) * 32)


LOG = (a_signer(ORIGIN, ED25519, 1), a_signer(ORIGIN, ML_DSA, 2))
WITNESSES = (
    a_signer("overseer.example", COSIGNATURE, 3),
    a_signer("court.example", COSIGNATURE, 4),
)
KEYS = tuple(signer.verifier_key for signer in LOG)
POLICY = TrustPolicy(
    logs=(),
    witnesses=tuple(Witness(name=one.name, key=one.verifier_key) for one in WITNESSES),
    groups=(Group(name="both", threshold=2, members=tuple(one.name for one in WITNESSES)),),
    quorum="both",
)


class Logbook:
    """Every leaf is written a minute after the one before it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.pairs: list[Pair] = []
        self._tails: dict[str, tuple[int, bytes]] = {}

    @property
    def size(self) -> int:
        return len(self.entries)

    def write(self, case_id: str, kind: str, **fields: Value) -> int:
        """The index of a new record."""
        index, (seq, previous) = self.size, self._tails.get(case_id, (0, ZERO))
        seed = sha256(f"{case_id} {index}".encode()).digest()
        body: Mapping[str, Value] = {**fields, "kind": kind, "case_id": case_id, "by": "system"}
        tags = tags_of(TAG_KEY, case_id, kind, body)
        entry = next_entry(
            position=index,
            case_id=case_id,
            case_pseudonym=case_pseudonym(bytes(32), case_id),
            case_seq=seq + 1,
            previous=previous,
            at_us=(START_S + 60 * index) * 1_000_000,
            fields=body,
            seed=seed,
            policy_pack=bytes(32),
            tags=commit_tags(tags, seed),
        )
        self.entries.append(entry)
        self._tails[case_id] = seq + 1, leaf_hash(entry.leaf)
        pairs = [Pair(tag + index.to_bytes(8), leaf_hash(entry.leaf)) for tag in tags]
        self.pairs = sorted([*self.pairs, *pairs])
        return index

    def name(self, case_id: str, name: str, *known_as: str, place: str = "") -> int:
        return self.write(case_id, "VictimNamed", name=name, known_as=known_as, place=place)

    def map_rooted(self, covered: int | None = None, /, **changes: Value) -> int:
        covered = self.size if covered is None else covered
        pairs = self.covered(covered)
        said = {"root": root(pairs).hex(), "covered": covered, "pairs": len(pairs)}
        return self.write(HOUSE, "MapRooted", **{"map_function": 1, **said, **changes})

    def covered(self, covered: int) -> list[Pair]:
        return [one for one in self.pairs if int.from_bytes(one.key[-8:]) < covered]

    def hashes(self, size: int) -> list[bytes]:
        return [leaf_hash(entry.leaf) for entry in self.entries[:size]]

    def checkpoint(
        self,
        size: int | None = None,
        *,
        at_s: int | None = None,
        signers: tuple[Signer, ...] = LOG + WITNESSES,
    ) -> str:
        """The signed note, cosigned as soon as its last leaf was written unless said otherwise."""
        size = self.size if size is None else size
        at_s = START_S + 60 * size if at_s is None else at_s
        state = Checkpoint(origin=ORIGIN, size=size, root=merkle.root(self.hashes(size)))
        return issue(state, signers, at_s=at_s)

    def opened(self, index: int, size: int | None = None) -> OpenedLeaf:
        entry = self.entries[index]
        hashes = self.hashes(self.size if size is None else size)
        return OpenedLeaf(
            index=index,
            leaf=entry.leaf,
            body=entry.body,
            seed=entry.seed,
            proof=tuple(merkle.prove_inclusion(hashes, index)),
        )

    def grown(self, old_size: int) -> tuple[bytes, ...]:
        return tuple(merkle.prove_consistency(self.hashes(self.size), old_size))


def prove(pairs: list[Pair], prefix: bytes) -> tuple[list[Pair], bytes]:
    """All pairs under `prefix`, and the map's proof of it."""
    if not pairs:
        return [], b""
    found, steps = PrefixTree(pairs).search(prefix)
    if found[0].key.startswith(prefix):
        return list(found), spell_proof(steps)
    return [], spell_proof(steps, found[0])
