"""What was measured, and the one table that shows it."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number beside its baseline, both in `unit`; `aim` says what was hoped for."""

    benchmark: str
    what: str
    value: float
    unit: str
    beside: str = ""
    baseline: float | None = None
    aim: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    def plain(self) -> dict[str, object]:
        return asdict(self) | {"ratio": self.ratio}


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` of a hundred lie; the largest where there are few."""
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def shown(rows: Sequence[Row]) -> str:
    """The rows as a table that is Markdown too."""
    head = ("benchmark", "what", "measured", "beside", "baseline", "ratio", "aim", "met")
    lines = [head, *map(_cells, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    lines.insert(1, tuple("-" * width for width in widths))
    padded = [map(str.ljust, line, widths) for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.benchmark,
        row.what,
        f"{number(row.value)} {row.unit}",
        row.beside,
        "" if row.baseline is None else f"{number(row.baseline)} {row.unit}",
        "" if row.ratio is None else number(row.ratio),
        row.aim,
        {True: "yes", False: "no", None: ""}[row.met],
    )


def number(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
