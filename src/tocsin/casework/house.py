"""The house: everything a use case needs, built once by `tocsin.app.build`."""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from tocsin.casework.glances import Glances
from tocsin.casework.heard import Heard
from tocsin.casework.list_names import ListNames
from tocsin.casework.watchlist import Watchlist
from tocsin.channels import Channel
from tocsin.domain.case import Case
from tocsin.domain.force import Force
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse
from tocsin.policy.access import Access
from tocsin.policy.beside import InForce, load
from tocsin.reading.grams import Grams
from tocsin.record.proofs import TileCache
from tocsin.record.sealing import Vault
from tocsin.record.signing import Signer
from tocsin.record.trust import TrustPolicy
from tocsin.settings import Settings
from tocsin.store import packs
from tocsin.store.engine import Store

Clock = Callable[[], datetime]
Randomness = Callable[[int], bytes]

MOST_CACHED_CASES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseKeys:
    """Keys derived from the one house key; each purpose has its own, 32 bytes.

    `signing` is the seed of the log's first keys; later generations have files of their own.
    """

    pseudonym: bytes = field(repr=False)
    signing: bytes = field(repr=False)
    links: bytes = field(repr=False)
    tags: bytes = field(repr=False)
    wrapping: bytes = field(repr=False)
    channels: bytes = field(repr=False)
    sources: bytes = field(repr=False)

    @classmethod
    def derive(cls, house_key: bytes) -> "HouseKeys":
        def purpose(label: str) -> bytes:
            return hmac.new(house_key, f"tocsin/{label}/v1".encode(), hashlib.sha256).digest()

        return cls(
            pseudonym=purpose("pseudonym"),
            signing=purpose("log"),
            links=purpose("links"),
            tags=purpose("tags"),
            wrapping=purpose("wrapping"),
            channels=purpose("channels"),
            sources=purpose("sources"),
        )


class CaseCache:
    """Cases as of a sequence number. A case is immutable, so a hit is right or is not a hit."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._lock = Lock()

    def get(self, case_id: str) -> Case | None:
        with self._lock:
            return self._cases.get(case_id)

    def put(self, case: Case) -> None:
        with self._lock:
            self._cases[case.case_id] = case
            self._cases.move_to_end(case.case_id)
            while len(self._cases) > MOST_CACHED_CASES:
                self._cases.popitem(last=False)


@dataclass(slots=True, kw_only=True)
class App:
    """Everything a use case needs. Built once; time and randomness are its own.

    `list_channels` have connections of their own, so that no warning to a person waits for a list.
    `outbox` keeps the mail of exercises where no mail server is set up. `policy` is the house's
    first, in force in every unit for which two people have not put another in force; `force` is
    what was last read of these. `grams` reads words under a secret; an exercise has its own.
    """

    settings: Settings
    store: Store
    access: Access
    policy: InForce
    keys: HouseKeys
    vault: Vault
    channels: Mapping[Method, Channel]
    clock: Clock
    randomness: Randomness
    outbox: Channel | None = None
    list_channels: Mapping[Method, Channel] = field(default_factory=dict)
    cache: CaseCache = field(default_factory=CaseCache)
    packs: dict[str, InForce] = field(default_factory=dict)
    force: Force = field(default_factory=Force)
    trust: TrustPolicy | None = None
    tile_cache: TileCache = field(default_factory=TileCache)
    log_signers: dict[bytes, tuple[Signer, Signer]] = field(default_factory=dict, repr=False)
    grams: dict[bool, Grams] = field(default_factory=dict, repr=False)
    glances: Glances = field(default_factory=Glances)
    heard: Heard = field(default_factory=Heard)
    watchlist: Watchlist = field(default_factory=Watchlist)
    list_names: ListNames = field(default_factory=ListNames)

    def policy_for(self, case: Case) -> InForce:
        """The policy a case was opened under: old cases keep theirs."""
        return self.policy_by(case.pack_hash, case.policy)

    def policy_by(self, pack_hash: str, name: str) -> InForce:
        """A policy that the record names. Refuses RECORD_DAMAGED where its bytes are not there."""
        if pack_hash not in self.packs:
            with self.store.read() as db:
                text = packs.pack_text(db, pack_hash)
            if text is None:
                refuse(
                    Code.RECORD_DAMAGED,
                    "Nothing was done: the policy pack that the record names is missing.",
                    "Restore the table policy_pack from a backup.",
                )
            found = load(text.encode(), name=name)
            if found.pack_hash != pack_hash:
                refuse(
                    Code.RECORD_DAMAGED,
                    "Nothing was done: the kept policy pack is not the one that was used.",
                    "Restore the table policy_pack from a backup.",
                )
            self.packs[pack_hash] = found
        return self.packs[pack_hash]

    def close(self) -> None:
        for channel in (*self.channels.values(), *self.list_channels.values()):
            if close := getattr(channel, "close", None):
                close()
        self.store.close()
