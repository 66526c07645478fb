"""Two duties at once: packs beside each other, the stricter of which decides.

The bytes of a combination hold those of every pack in it, each after a line that names it; the
SHA-256 over all of them is the hash that decisions record, and the bytes load alone. Each part
may itself hold the packs that it extends.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from tocsin.domain.duty import (
    Clause,
    Clock,
    Duty,
    Ground,
    GroundRuling,
    PackRuling,
    Particular,
    Requirement,
    Ruling,
    requirements,
)
from tocsin.domain.findings import Findings, Urgency
from tocsin.domain.refusal import Code, refuse
from tocsin.policy import pack as packs
from tocsin.policy.pack import Pack

MOST_PACKS = 4
MOST_BYTES = MOST_PACKS * (packs.MOST_BYTES + 200)
AND = "+"
_LINE = "# ======== beside each other: the pack {name} ========\n"
_BEGINS = re.compile(
    rb"^# ={8} beside each other: the pack ([a-z0-9_]{1,64}) ={8}\r?(?:\n|\Z)", re.MULTILINE
)
_GRAVEST = (Duty.OWED, Duty.UNDECIDED, Duty.NOT_OWED)
_NEAREST = tuple(Urgency)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beside:
    """Packs that apply together; implements `tocsin.domain.duty.Policy`. Load with `load`.

    What any of them owes is owed, and what any demands is demanded: clocks are the shortest, the
    urgency the nearer. A ground is one that every pack has, with the particulars of all; so a
    pack without grounds leaves none.
    """

    name: str
    pack_hash: str
    text: str
    packs: tuple[Pack, ...]
    grounds: Mapping[str, Ground]

    def assess(self, findings: Findings) -> Ruling:
        """The gravest of the rulings, with the clauses of all and what each pack said."""
        ruled = [(one.name, one.assess(findings)) for one in self.packs]
        return Ruling(
            duty=gravest(ruling.duty for _, ruling in ruled),
            clauses=tuple(_of(name, one) for name, ruling in ruled for one in ruling.clauses),
            error="; ".join(f"{name}: {ruling.error}" for name, ruling in ruled if ruling.error),
            each=tuple(
                PackRuling(pack=name, duty=ruling.duty, error=ruling.error)
                for name, ruling in ruled
            ),
        )

    def waive(self, code: str, particulars: Mapping[str, str]) -> GroundRuling:
        """Is the ground met under every pack? Each is given the particulars that it asks for."""
        ground = self.grounds.get(code)
        if ground is None:
            return GroundRuling(allowed=False, why="Not every pack in force has such a ground.")
        if particulars.keys() - {need.name for need in ground.needs}:
            why = "Particulars were given that no pack in force asks for."
            return GroundRuling(allowed=False, why=why)
        ruled = [
            (one.name, one.waive(code, _asked(one.grounds[code], particulars)))
            for one in self.packs
        ]
        allowed = all(ruling.allowed for _, ruling in ruled)
        return GroundRuling(
            allowed=allowed,
            why=" ".join(f"{name}: {one.why}" for name, one in ruled if one.allowed is allowed),
            error="; ".join(f"{name}: {one.error}" for name, one in ruled if one.error),
        )

    def interval(self, clock: Clock, urgency: Urgency) -> timedelta:
        """How long a clock runs: the shortest."""
        return min(one.interval(clock, urgency) for one in self.packs)

    def urgency(self, until_harm: timedelta | None) -> Urgency:
        """The class of a threat: the nearest of those that the packs give."""
        return min((one.urgency(until_harm) for one in self.packs), key=_NEAREST.index)

    @property
    def minimum_content(self) -> tuple[str, ...]:
        """What any of the packs demands of a warning."""
        return tuple(dict.fromkeys(part for one in self.packs for part in one.minimum_content))

    @property
    def recipients(self) -> tuple[Requirement, ...]:
        """Whom any of the packs says to tell."""
        found: dict[str, list[Requirement]] = {}
        for one in self.packs:
            for told in requirements(one):
                found.setdefault(told.name, []).append(_told(one.name, told))
        return tuple(_one_of(same) for same in found.values())


InForce = Pack | Beside


def gravest(duties: Iterable[Duty]) -> Duty:
    """Owed if any is, undecided if any is; not owed only if all are."""
    return min(duties, key=_GRAVEST.index)


def parts(policy: InForce) -> tuple[Pack, ...]:
    """The packs of which a policy consists."""
    return policy.packs if isinstance(policy, Beside) else (policy,)


def join(named: Sequence[tuple[str, bytes]]) -> bytes:
    """Packs by name as one byte string: one alone as it is. Refuses BAD_VALUE and PACK_INVALID."""
    names = [name for name, _ in named]
    if not 0 < len(set(names)) == len(names) <= MOST_PACKS:
        refuse(
            Code.BAD_VALUE,
            "No packs were put together: none is named, or one twice, or too many.",
            f"Name one to {MOST_PACKS} packs, each once.",
        )
    if len(named) == 1:
        return named[0][1]
    if any(_BEGINS.search(data) for _, data in named):
        refuse(
            Code.PACK_INVALID,
            "No packs were put together: one of them is several already.",
            "Name each pack by itself.",
        )
    return b"".join(_LINE.format(name=name).encode() + _whole_lines(data) for name, data in named)


def name_of(names: Iterable[str]) -> str:
    """What packs beside each other are called."""
    return AND.join(names)


@lru_cache(maxsize=16)
def load(data: bytes, *, name: str) -> InForce:
    """The pack in `data`, or the packs where it holds several. Refuses PACK_INVALID.

    Of several the names stand in the bytes, and `name` is passed over.
    """
    if not _BEGINS.match(data):
        return packs.load(data, name=name)
    found = list(_BEGINS.finditer(data))
    ends = [*(one.start() for one in found[1:]), len(data)]
    named = [(one[1].decode(), data[one.end() : end]) for one, end in zip(found, ends, strict=True)]
    names = [one for one, _ in named]
    if len(data) > MOST_BYTES or not 1 < len(set(names)) == len(names) <= MOST_PACKS:
        refuse(
            Code.PACK_INVALID,
            "The policy packs were not loaded: they are too large, too many or one stands twice.",
            f"Put two to {MOST_PACKS} different packs beside each other, and load them again.",
        )
    loaded = tuple(packs.load(part, name=one) for one, part in named)
    return Beside(
        name=name_of(names),
        pack_hash=hashlib.sha256(data).hexdigest(),
        text=data.decode(),
        packs=loaded,
        grounds=MappingProxyType(_common(loaded)),
    )


def gather(names: Iterable[str]) -> bytes:
    """The bytes of packs that come with Tocsin or lie in files, beside each other.

    Refuses PACK_UNKNOWN for a name that is neither, and what `join` refuses.
    """
    return join([found(name) for name in names])


@cache
def known() -> Mapping[str, str]:
    """The titles of the packs that come with Tocsin, by name."""
    shipped = ((name, packs.load(packs.shipped(name), name=name)) for name in packs.shipped_names())
    return {name: f"{one.about.title}: {one.about.jurisdiction}" for name, one in shipped}


def found(name: str) -> tuple[str, bytes]:
    """A pack's name and bytes: one that comes with Tocsin, or the file of that path.

    Refuses PACK_UNKNOWN.
    """
    path = Path(name)
    if path.suffix == ".toml" and path.is_file():
        return path.stem, packs.read(path)
    return name, packs.shipped(name)


def _whole_lines(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


def _of(pack: str, clause: Clause) -> Clause:
    return replace(clause, pack=pack)


def _asked(ground: Ground, particulars: Mapping[str, str]) -> dict[str, str]:
    wanted = {need.name for need in ground.needs}
    return {name: words for name, words in particulars.items() if name in wanted}


def _common(loaded: Sequence[Pack]) -> dict[str, Ground]:
    """The grounds of all packs, but those for which one particular would be of two kinds."""
    first, *others = loaded
    shared = [code for code in first.grounds if all(code in one.grounds for one in others)]
    made = {code: [(one.name, one.grounds[code]) for one in loaded] for code in shared}
    return {code: _ground(same) for code, same in made.items() if _agree(same)}


def _agree(same: Sequence[tuple[str, Ground]]) -> bool:
    asked = {(need.name, need.kind) for _, ground in same for need in ground.needs}
    return len(asked) == len({name for name, _ in asked})


def _ground(same: Sequence[tuple[str, Ground]]) -> Ground:
    """One ground of several packs: what any of them asks is asked."""
    needs: dict[str, list[Particular]] = {}
    for _, ground in same:
        for need in ground.needs:
            needs.setdefault(need.name, []).append(need)
    return Ground(
        code=same[0][1].code,
        title=_together(ground.title for _, ground in same),
        clause=_clause([_of(name, ground.clause) for name, ground in same]),
        needs=tuple(
            replace(asked[0], label=_together(one.label for one in asked))
            for asked in needs.values()
        ),
        two_units=any(ground.two_units for _, ground in same),
    )


def _told(pack: str, told: Requirement) -> Requirement:
    return replace(told, clause=_of(pack, told.clause))


def _one_of(same: Sequence[Requirement]) -> Requirement:
    return Requirement(
        name=same[0].name,
        who=same[0].who,
        discharges=all(one.discharges for one in same),
        required=any(one.required for one in same),
        clause=_clause([one.clause for one in same]),
    )


def _clause(same: Sequence[Clause]) -> Clause:
    """Several clauses as one, each part named with its pack."""
    if len(same) == 1:
        return same[0]

    def told(part: Callable[[Clause], str]) -> str:
        return " / ".join(f"{one.pack}: {part(one)}" for one in same)

    return Clause(
        rule=same[0].rule,
        clause=told(lambda one: one.clause),
        status=told(lambda one: one.status),
        source=told(lambda one: one.source),
        pack=name_of(one.pack for one in same),
    )


def _together(words: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(words))
