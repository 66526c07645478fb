"""Ascending numbers in few letters: "1-97 99" names ninety-eight of them."""

from collections.abc import Iterable
from functools import lru_cache


def spelled(numbers: Iterable[int]) -> str:
    """Numbers, in any order and each once, as ranges with blanks between; "" for none."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


@lru_cache(maxsize=64)
def numbers_in(ranges: str) -> tuple[int, ...]:
    """The numbers that `spelled` wrote, ascending. Raises ValueError for anything else."""
    found: list[int] = []
    for run in ranges.split():
        first, _, last = run.partition("-")
        found += range(int(first), int(last or first) + 1)
    if spelled(found) != ranges:
        raise ValueError("numbers are ascending ranges such as 1-97 99")
    return tuple(found)


def counted(ranges: str) -> int:
    """How many numbers `spelled` wrote."""
    return len(numbers_in(ranges))
