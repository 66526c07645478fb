"""One small case in a small log. Only ML-DSA-44 brings randomness of its own."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from tocsin.record import merkle
from tocsin.record.canonical import Value, canonical
from tocsin.record.chain import Entry, next_entry
from tocsin.record.checkpoint import Checkpoint, issue
from tocsin.record.export import Opened, build
from tocsin.record.leaf import ZERO, case_pseudonym, leaf_hash
from tocsin.record.note import KeyType
from tocsin.record.signing import Signer
from tocsin.record.trust import TrustPolicy, Witness

HOUSE_KEY = bytes(range(32))
PACK = sha256(b"pack").digest()
EVENTS = 6
ORIGIN = "tocsin/3f2a"
LOG = Signer(name=ORIGIN, type=KeyType.ED25519, secret=bytes(range(1, 33)))
LOG_PQ = Signer(name=ORIGIN, type=KeyType.ML_DSA_44, secret=bytes(range(2, 34)))
WITNESS = Signer(
    name="witness.example/w1", type=KeyType.ED25519_COSIGNATURE, secret=bytes(range(3, 35))
)
KEYS = [LOG.verifier_key, LOG_PQ.verifier_key]
POLICY = TrustPolicy(
    logs=(), witnesses=(Witness(name="w1", key=WITNESS.verifier_key),), groups=(), quorum="w1"
)
AT_S = 1_710_000_090


def a_case(case_id: str = "7F3K", events: int = EVENTS) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, events + 1):
        fields: dict[str, Value] = {
            "kind": "FindingsProposed",
            "actor": "officer-12",
            "basis": f'Report {number} says: "tonight" \N{EM DASH} at the hall\n\x00',
            "findings": [{"credible": "yes", "impending": None, "count": number}],
        }
        entries.append(the_next(entries, case_id, fields))
    return entries


def the_next(entries: Sequence[Entry], case_id: str, fields: dict[str, Value]) -> Entry:
    number = len(entries) + 1
    return next_entry(
        position=number * 3,
        case_id=case_id,
        case_pseudonym=case_pseudonym(HOUSE_KEY, case_id),
        case_seq=number,
        previous=leaf_hash(entries[-1].leaf) if entries else ZERO,
        at_us=1_710_000_000_000_000 + number,
        fields=fields,
        seed=sha256(f"{case_id} {number}".encode()).digest(),
        policy_pack=PACK,
    )


def as_opened(entry: Entry) -> Opened:
    return Opened(
        position=entry.position,
        case_seq=entry.case_seq,
        leaf=entry.leaf,
        body=entry.body,
        seed=entry.seed,
    )


def gone(entry: Entry) -> Opened:
    return replace(as_opened(entry), body=None, seed=None)


def hashes_of(entries: Sequence[Entry | Opened]) -> list[bytes]:
    """A log that holds these entries, and other leaves between and after them."""
    size = max(entry.position for entry in entries) + 3
    hashes = [sha256(b"other %d" % index).digest() for index in range(size)]
    for entry in entries:
        hashes[entry.position] = leaf_hash(entry.leaf)
    return hashes


def a_checkpoint(hashes: list[bytes], signers: Sequence[Signer] = (LOG, LOG_PQ, WITNESS)) -> str:
    tree = Checkpoint(origin=ORIGIN, size=len(hashes), root=merkle.root(hashes))
    return issue(tree, signers, at_s=AT_S)


def an_export(
    entries: Sequence[Entry | Opened] | None = None,
    *,
    case_id: str = "7F3K",
    signer: Signer = LOG,
    signers: Sequence[Signer] = (LOG, LOG_PQ, WITNESS),
    show: frozenset[str] | None = None,
    packs: Sequence[bytes] = (PACK,),
    checkpoint: str | None = None,
) -> bytes:
    shown = [
        entry if isinstance(entry, Opened) else as_opened(entry)
        for entry in (a_case() if entries is None else entries)
    ]
    hashes = hashes_of(shown)
    return build(
        shown,
        case_id=case_id,
        case_pseudonym=case_pseudonym(HOUSE_KEY, case_id),
        policy_packs=packs,
        exported_at_us=1_710_000_100_000_000,
        signer=signer,
        checkpoint=checkpoint or a_checkpoint(hashes, signers),
        proofs=[merkle.prove_inclusion(hashes, entry.position) for entry in shown],
        show=show,
    )


def an_export_1(entries: Sequence[Entry] | None = None) -> bytes:
    """A file of format 1, as the house wrote it before it kept a log."""
    entries = a_case() if entries is None else entries
    head: dict[str, Value] = {
        "case_id": entries[0].case_id,
        "case_pseudonym": case_pseudonym(HOUSE_KEY, entries[0].case_id).hex(),
        "events": [
            {
                "case_seq": entry.case_seq,
                "leaf_hash": leaf_hash(entry.leaf).hex(),
                "position": entry.position,
            }
            for entry in entries
        ],
        "exported_at_us": 1_710_000_100_000_000,
        "policy_packs": [PACK.hex()],
    }
    signature = LOG.sign_bytes(b"tocsin/case-export/1\0" + canonical(head))
    return canonical(
        {
            "entries": [
                {
                    "body": entry.body,
                    "case_seq": entry.case_seq,
                    "leaf": b64encode(entry.leaf).decode(),
                    "position": entry.position,
                    "seed": entry.seed.hex(),
                }
                for entry in entries
            ],
            "format": "tocsin-case-export-1",
            "head": head,
            "signature": {
                "algorithm": "ed25519",
                "key_id": replace(LOG.verifier_key, name="tocsin-log-key").id.hex(),
                "signature": b64encode(signature).decode(),
            },
        }
    )
