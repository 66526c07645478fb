"""One small case, built without any randomness of its own."""

from hashlib import sha256

from tocsin.record import keys
from tocsin.record.canonical import Value
from tocsin.record.chain import Entry, next_entry
from tocsin.record.export import build
from tocsin.record.leaf import ZERO, case_pseudonym, leaf_hash

HOUSE_KEY = bytes(range(32))
LOG_KEY = keys.generate(bytes(range(1, 33)))
PUBLIC_KEY = keys.public_key(LOG_KEY)
PACK = sha256(b"pack").digest()
EVENTS = 6


def a_case(case_id: str = "7F3K", events: int = EVENTS) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, events + 1):
        fields: dict[str, Value] = {
            "kind": "FindingsProposed",
            "actor": "officer-12",
            "basis": f'Report {number} says: "tonight" \N{EM DASH} at the hall\n\x00',
            "findings": [{"credible": "yes", "impending": None, "count": number}],
        }
        entries.append(
            next_entry(
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
        )
    return entries


def an_export(entries: list[Entry] | None = None, private_key: bytes = LOG_KEY) -> bytes:
    entries = a_case() if entries is None else entries
    return build(
        entries,
        case_pseudonym=case_pseudonym(HOUSE_KEY, entries[0].case_id),
        policy_packs=[PACK],
        exported_at_us=1_710_000_100_000_000,
        private_key=private_key,
    )
