"""A policy that says whom to tell, beside what the shipped pack says."""

from dataclasses import dataclass, field
from typing import Any

from tests.builders import PACK
from tocsin.domain.duty import Clause, Requirement

CLAUSE = Clause(rule="police", clause="EXAMPLE: tell them.", status="design", source="EXAMPLE")
POLICE, VICTIM = (
    Requirement(name=name, who=who, discharges=True, required=required, clause=CLAUSE)
    for name, who, required in (("police", "EXAMPLE Police", True), ("victim", "The victim", False))
)


@dataclass(frozen=True, eq=False)
class Telling:
    """The shipped pack, which beside that says whom to tell."""

    recipients: tuple[Requirement, ...] = field(default=(POLICE, VICTIM))

    def __getattr__(self, name: str) -> Any:
        return getattr(PACK, name)
