"""Policy packs: a directive as data, loaded whole or not at all.

A pack is named by the SHA-256 of its bytes, so that a determination can say
exactly which words it was made under. The bytes of a pack that extends others
hold theirs too; see `tocsin.policy.bundle`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from tocsin.domain.duty import Clause, Clock, Ground, GroundRuling, Requirement, Ruling
from tocsin.domain.findings import Findings, Urgency
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.policy.building import Building
from tocsin.policy.bundle import Whole, bundled, whole
from tocsin.policy.faults import Fault, Faulty
from tocsin.policy.form import MeaningTable, PackForm, PackTable
from tocsin.policy.particulars import MOST_CHARACTERS, Checks, value
from tocsin.policy.rules import Kind, RuleFailed, Threshold, Value
from tocsin.policy.soundness import Truth

__all__ = ["MOST_BYTES", "MOST_CHARACTERS", "Pack", "load", "read", "shipped", "shipped_names"]

MOST_BYTES = 256 * 1024
_ERRORS_SHOWN = 5
_REMEDY = "Correct the pack there and load it again; the pack in force has not changed."
_TOO_LARGE = Fault(what=f"it is larger than {MOST_BYTES // 1024} KiB", remedy="Shorten it.")
_PACKS = files("tocsin.policy") / "packs"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """A loaded pack; implements `tocsin.domain.duty.Policy`. Load with `load`.

    `text` encodes to the bytes that were loaded, so that a pack can be kept
    beside the determinations made under it. `form` is everything it states,
    and `whole` tells where.
    """

    name: str
    pack_hash: str
    text: str
    form: PackForm
    whole: Whole
    threshold: Threshold
    truth: Truth
    grounds: Mapping[str, Ground]
    checks: Mapping[str, Checks]
    clocks: Mapping[Clock, Mapping[Urgency, timedelta]]
    coverage: Clause
    content: Clause
    separation: tuple[Clause, ...]

    @property
    def about(self) -> PackTable:
        return self.form.pack

    @property
    def own_state_threats(self) -> bool:
        return self.form.coverage.own_state_threats

    @property
    def meanings(self) -> Mapping[str, MeaningTable]:
        return MappingProxyType(self.form.threshold.meaning)

    @property
    def minimum_content(self) -> tuple[str, ...]:
        return tuple(self.form.warning.minimum_content)

    @property
    def recipients(self) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(
                name=one.name,
                who=one.who,
                discharges=one.discharges,
                required=one.required,
                clause=Clause(
                    rule=one.name, clause=one.clause, status=one.status, source=one.source
                ),
            )
            for one in self.form.recipient
        )

    def assess(self, findings: Findings) -> Ruling:
        """Is a warning owed? A rule that fails gives undecided, never not owed."""
        return self.threshold.assess(findings)

    def waive(self, code: str, particulars: Mapping[str, str]) -> GroundRuling:
        """Do these particulars meet the ground `code`? The answer repeats none of them."""
        ground = self.grounds.get(code)
        if ground is None:
            return GroundRuling(allowed=False, why="This pack has no such ground.")
        if set(particulars) - {need.name for need in ground.needs}:
            return _not_met(ground, "particulars were given that this ground does not ask for")
        values: dict[str, Value] = {}
        faults: list[str] = []
        for need in ground.needs:
            try:
                values[need.name] = value(Kind(need.kind), particulars.get(need.name, ""))
            except ValueError as error:
                faults.append(f"{need.label}: {error}")
        if faults:
            return _not_met(ground, "; ".join(faults))
        try:
            faults = self.checks[code].wanting(values)
        except RuleFailed:
            why = f"{_titled(ground)} is not met: its rule failed."
            return GroundRuling(allowed=False, why=why, error=code)
        if faults:
            return _not_met(ground, " ".join(faults))
        return GroundRuling(allowed=True, why=f"{_titled(ground)} is met.")

    def interval(self, clock: Clock, urgency: Urgency) -> timedelta:
        """How long a clock runs."""
        return self.clocks[clock][urgency]

    def urgency(self, until_harm: timedelta | None) -> Urgency:
        """The class of a threat expected in `until_harm`; unknown counts as imminent."""
        if until_harm is None or until_harm <= self.form.urgency.imminent_within:
            return Urgency.IMMINENT
        return Urgency.NEAR if until_harm <= self.form.urgency.near_within else Urgency.LATER


def shipped_names() -> list[str]:
    """The packs that come with Tocsin; what only serves to be extended is none."""
    return sorted(p.name[:-5] for p in _PACKS.iterdir() if p.name.endswith(".toml"))


def shipped(name: str) -> bytes:
    """The bytes of a pack that comes with Tocsin, such as "us_ic_icd191", with all it extends."""
    found = _own(name) if name in shipped_names() else None
    if found is None:
        known = ", ".join(shipped_names())
        refuse(
            Code.PACK_UNKNOWN, "No pack of that name comes with Tocsin.", f"Choose from: {known}."
        )
    return bundled(found, name, _own)


def read(path: Path) -> bytes:
    """The bytes of a pack in a file, with all it extends: shipped packs, or files beside it.

    Raises Faulty where it is too large or extends what is not there, OSError where it cannot
    be read.
    """

    def beside(name: str) -> bytes | None:
        near = path.with_name(f"{name}.toml")
        return _own(name) or (_bytes(near) if near.is_file() else None)

    return bundled(_bytes(path), path.stem, beside)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Faulty(_TOO_LARGE)
    return data


def whole_of(data: bytes, name: str) -> bytes:
    """`data` with all the shipped packs that it extends. Raises Faulty."""
    return bundled(data, name, _own)


@lru_cache(maxsize=64)
def load(data: bytes, *, name: str) -> Pack:
    """The pack in `data`, UTF-8 TOML of at most 256 KiB, or a refusal that says where it errs.

    Raises Refusal (PACK_INVALID) on anything malformed, unknown, untyped or
    unsound; see `tocsin.policy.soundness.prove` for the last. The same bytes
    under the same name give the same pack, which is proved only once.
    """
    try:
        return built(data, name=name)
    except Faulty as faulty:
        raise refused(name, faulty) from faulty


def refused(name: str, faulty: Faulty) -> Refusal:
    """The refusal that tells of the first faults."""
    told = [str(fault) for fault in faulty.faults]
    more = len(told) - _ERRORS_SHOWN
    why = "; ".join(told[:_ERRORS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    what = f"The policy pack {name} was not loaded: {why.rstrip('.')}."
    return Refusal(Code.PACK_INVALID, what, _REMEDY)


def built(data: bytes, *, name: str) -> Pack:
    """As `load`, but raises Faulty with every fault."""
    if len(data) > MOST_BYTES:
        raise Faulty(_TOO_LARGE)
    made = Building(whole(data, name))
    grounds, checks = made.grounds()
    threshold, truth = made.threshold()
    made.end()
    form = made.form
    return Pack(
        name=name,
        pack_hash=hashlib.sha256(data).hexdigest(),
        text=data.decode(),
        form=form,
        whole=made.whole,
        threshold=threshold,
        truth=truth,
        grounds=MappingProxyType(grounds),
        checks=MappingProxyType(checks),
        clocks=MappingProxyType(form.clocks.by_clock()),
        coverage=made.clause("coverage", form.coverage),
        content=made.clause("minimum_content", form.warning),
        separation=tuple(made.clause(row.name, row) for row in form.separation),
    )


def _own(name: str) -> bytes | None:
    """A shipped file's own bytes, one that only serves to be extended included."""
    if not re.fullmatch(r"[a-z0-9_]{1,64}", name):
        return None
    places = (_PACKS / f"{name}.toml", _PACKS / "bases" / f"{name}.toml")
    return next((place.read_bytes() for place in places if place.is_file()), None)


def _not_met(ground: Ground, why: str) -> GroundRuling:
    return GroundRuling(allowed=False, why=f"{_titled(ground)} is not met: {why.rstrip('.')}.")


def _titled(ground: Ground) -> str:
    return f"The ground “{ground.title}”"
