"""Bodies: what it takes to make a record of one, and to read all of them again.

Re-searching is what an audit does that trusts no index: open every body and look for a name,
folded as names are.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat

from benchmarks.log.ground import (
    BODY_BYTES,
    SHA256,
    a_body,
    core_s,
    hashes_a_second,
    hashing_s,
    house_for,
    rate,
    row,
    subject,
)
from benchmarks.scale import Scale
from benchmarks.table import Row
from tocsin.app import App
from tocsin.casework.auditing import seek
from tocsin.record.canonical import canonical
from tocsin.record.chain import next_entry
from tocsin.record.leaf import ZERO
from tocsin.record.tags import commit_tags, tags_of

SECONDS_A_MILLION = 15


def measure(scale: Scale, app: App | None = None) -> Iterator[Row]:
    """Records a second by what is done to one, then the seconds for reading all."""
    with house_for(scale.leaves, app) as house:
        for what, once in _steps(house):
            done = rate(once() for _ in repeat(None, scale.proofs))
            yield row(f"{what} a body of 1.5 kB", done, "/s", SHA256, hashes_a_second())
        value_s = core_s(partial(_search, house, subject(1, scale.leaves)))
        what = f"re-search of {scale.leaves:,} bodies of 1.5 kB"
        floor_s = hashing_s({BODY_BYTES: scale.leaves})
        most = SECONDS_A_MILLION * scale.leaves / 1_000_000
        yield row(what, value_s, "s", "SHA-256 of as many", floor_s, most=most)


def _search(house: App, name: str) -> None:
    with house.store.read() as db:
        if not seek(house, db, [name]).count:
            raise RuntimeError("the search missed what is there")


def _steps(house: App) -> Iterator[tuple[str, Callable[[], object]]]:
    case_id = "C000000000001"
    body, seed, bound_to = a_body(case_id, "Anna Example"), bytes(32), bytes(32)
    written = seed + canonical(body)
    policy_pack, fresh = bytes.fromhex(house.policy.pack_hash), house.randomness(44)
    sealed = house.vault.seal(written, bound_to=bound_to, randomness=fresh)

    def commit() -> object:
        return next_entry(
            position=0,
            case_id=case_id,
            case_pseudonym=bytes(32),
            case_seq=1,
            previous=ZERO,
            at_us=0,
            fields=body,
            seed=seed,
            policy_pack=policy_pack,
        )

    def find() -> object:
        return commit_tags(tags_of(house.keys.tags, case_id, "VictimNamed", body), seed)

    def seal() -> object:
        return house.vault.seal(written, bound_to=bound_to, randomness=fresh)

    def unseal() -> object:
        return house.vault.open(sealed.sealed, sealed.wrapped, bound_to=bound_to)

    yield "canonical form and commitments of", commit
    yield "tags of", find
    yield "sealing", seal
    yield "opening", unseal
