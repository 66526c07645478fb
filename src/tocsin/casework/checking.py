"""Whether the record is what its leaves commit to: every leaf, body, report, tag and root.

Nothing here is told by what was kept beside the record: what can be made again from the
bodies is made again and compared.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from tocsin.casework import records
from tocsin.casework.doctor import misfits_of
from tocsin.casework.house import App
from tocsin.casework.records import Record
from tocsin.domain.ledger import HOUSE
from tocsin.domain.refusal import Refusal
from tocsin.record.commitments import commit_policy
from tocsin.record.frontier import EMPTY, Frontier
from tocsin.record.leaf import ZERO, Leaf, case_pseudonym, decode
from tocsin.record.prefix_map import Pair, root
from tocsin.record.tags import commit_tags, tags_of
from tocsin.store import bodies, events, packs, tagged, walks
from tocsin.store.engine import Connection

BATCH, REPORTS = 500, 16
MOST_LISTED = 1_000
Progress = Callable[[int], None]
Kept = Mapping[int, Mapping[bytes, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as the record says; `index` is the leaf's, where it has one."""

    index: int | None
    what: str  # without a name or a text from any body


@dataclass(slots=True, kw_only=True)
class Checked:
    """What was checked, and the first thousand faults of all that were found."""

    covered: int = 0  # leaves
    opened: int = 0
    destroyed: int = 0
    reports: int = 0
    pairs: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, index: int | None, what: str) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < MOST_LISTED:
            self.faults.append(Fault(index=index, what=what))


def check(app: App, db: Connection, progress: Progress) -> Checked:
    """Open and check everything that `db` sees. `progress` is told how many leaves are done."""
    checking = _Checking(app=app, db=db)
    checking.read_reports()
    checking.read_records(progress)
    checking.compare_tree()
    checking.compare_map()
    return checking.found


@dataclass(slots=True, kw_only=True)
class _Checking:
    """One pass over the record; what it remembers of a stream or a report is a few bytes."""

    app: App
    db: Connection
    found: Checked = field(default_factory=Checked)
    tails: dict[str, bytes] = field(default_factory=dict)
    packs: tuple[bytes, ...] = ()
    kept_reports: set[str] = field(default_factory=set)
    unopened: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    rooted: tuple[int, Mapping[str, Any]] | None = None
    is_tagged: bool = False  # whether any leaf so far commits to tags, be it to none
    log: Frontier = EMPTY

    def read_reports(self) -> None:
        """Every report that is kept is the one of its hash."""
        after = ""
        while rows := walks.sealed_reports(self.db, after, REPORTS):
            after = rows[-1][0]
            for digest, sealed, wrapped in rows:
                self.kept_reports.add(digest)
                self.found.reports += 1
                try:
                    content = bodies.opened(self.app.vault, digest, sealed, wrapped).bytes
                except ValueError:
                    content = b""
                if sha256(content).hexdigest() != digest:
                    self.found.wrong(None, f"The report with SHA-256 {digest} was changed.")

    def read_records(self, progress: Progress) -> None:
        """Every record, in its order."""
        self.packs = tuple(map(bytes.fromhex, packs.hashes(self.db)))
        position = 0
        while rows := events.all_events(self.db, position, BATCH):
            kept = self._kept(position, rows[-1].position)
            self.log = self.log.extended(bytes(row.leaf_hash) for row in rows)
            for row in rows:
                if row.position != position + 1:
                    self.found.wrong(position, f"Leaves {position} to {row.position - 2} are gone.")
                position = row.position
                self._take(row, kept.get(position, {}))
            progress(position)
        self.found.covered = position
        for index, _ in (one for some in self.unopened.values() for one in some):
            self.found.wrong(
                index, f"Leaf {index} or its report is lost, and no destruction says so."
            )
        if position != events.last_position(self.db):
            self.found.wrong(None, "The head of the record is not at its last leaf.")

    def _kept(self, after: int, last: int) -> Kept:
        """The map's pairs of some positions: leaf hash by tag."""
        kept: dict[int, dict[bytes, bytes]] = defaultdict(dict)
        for key, value, position in walks.pairs_of(self.db, after, last):
            index = int.from_bytes(key[-8:])
            self.found.pairs += 1
            if index + 1 == position:
                kept[position][bytes(key[:-8])] = bytes(value)
            else:
                self.found.wrong(position - 1, f"A pair of leaf {position - 1} names another leaf.")
        return kept

    def _take(self, row: events.EventRow, kept: Mapping[bytes, bytes]) -> None:
        index, previous = row.position - 1, self.tails.get(row.case_id, ZERO)
        self.tails[row.case_id] = bytes(row.leaf_hash)
        try:
            record = records.opened(self.app, row)
        except Refusal:
            self.found.wrong(index, f"What leaf {index} sealed was changed.")
            return
        misfits = list(misfits_of(record, previous))
        for what in misfits:
            self.found.wrong(index, what)
        if any(value != record.leaf_hash for value in kept.values()):
            self.found.wrong(index, f"The map has leaf {index} with another hash.")
        if misfits:
            return
        leaf = decode(record.leaf)
        pseudonym = case_pseudonym(self.app.keys.pseudonym, record.case_id)
        if (leaf.case_pseudonym, leaf.at_us) != (pseudonym, record.at_us):
            self.found.wrong(
                index, f"Leaf {index} is of another case or time than it is kept with."
            )
        if record.body is None:
            self.found.destroyed += 1
            self.unopened.setdefault(record.case_id, []).append((index, record.case_seq))
        else:
            self.found.opened += 1
            for what in self._wrong_within(record, leaf, kept):
                self.found.wrong(index, what)

    def _wrong_within(
        self, record: Record, leaf: Leaf, kept: Mapping[bytes, bytes]
    ) -> Iterator[str]:
        """What of an opened record does not bear out its leaf, or what is kept beside it."""
        fields, seed, index = record.fields, record.seed or b"", record.index
        try:
            tags = tags_of(self.app.keys.tags, record.case_id, record.kind, fields)
        except ValueError:
            yield f"Leaf {index} names somebody in a form that is not known."
            return
        self.is_tagged = self.is_tagged or leaf.tags != ZERO
        if self.is_tagged and commit_tags(tags, seed) != leaf.tags:
            yield f"Leaf {index} commits to other tags than it says."
        if kept.keys() != set(tags):
            yield f"Leaf {index} stands in the map under other tags than it says."
        if not any(commit_policy(pack, seed) == leaf.policy for pack in self.packs):
            yield f"Leaf {index} commits to rules that are not kept here."
        if record.kind == "ReportReceived":
            if fields["report"]["sha256"] not in self.kept_reports:
                self.unopened.setdefault(record.case_id, []).append((index, record.case_seq))
        elif record.kind == "CaseDestroyed":
            last = fields["last_seq_destroyed"]
            waiting = self.unopened.pop(record.case_id, [])
            if left := [one for one in waiting if one[1] > last]:
                self.unopened[record.case_id] = left
        elif record.kind == "MapRooted" and record.case_id == HOUSE:
            self.rooted = index, fields

    def compare_tree(self) -> None:
        """The log's tree is the one over the leaves."""
        if self.log != events.read_head(self.db).tree:
            self.found.wrong(None, "The tree of the log is not the one over its leaves.")

    def compare_map(self) -> None:
        """The newest root on the record is the one over the pairs that are kept."""
        mapped = events.read_head(self.db).mapped
        if self.rooted is None:
            if mapped:
                self.found.wrong(None, "The map is said to have a root, and none is on the record.")
            return
        index, said = self.rooted
        if mapped != said["covered"]:
            self.found.wrong(index, "The newest root of the map is not the one that is used.")
        try:
            made = root(self._pairs(said["covered"])).hex()
        except ValueError:
            made = ""
        if made != said["root"]:
            self.found.wrong(index, f"The map is not the one whose root is leaf {index}.")

    def _pairs(self, covered: int) -> Iterator[Pair]:
        stored = tagged.StoredBlocks(self.db, covered)
        for first in range(256):
            yield from stored.pairs(bytes([first]))
