"""What is wrong with a pack: where it stands, what it is, and what to do about it."""

from dataclasses import dataclass

CORRECT = "Correct it there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `file` is empty for the pack's own text; lines count from 1."""

    what: str
    remedy: str = CORRECT
    file: str = ""
    line: int | None = None
    key: str = ""

    def __str__(self) -> str:
        place = [self.file, f"line {self.line}" if self.line else "", self.key]
        return ": ".join(filter(None, [", ".join(filter(None, place)), self.what]))


class Faulty(Exception):
    """The pack may not be used; every fault that was found, in the order of its text."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults
