"""How long `tocsin --help` takes, beside a Python that does nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.scale import Scale
from benchmarks.table import Row, median

AIM_S = 0.3
HEAVY = ("alembic", "fastapi", "jinja2", "psycopg", "sqlalchemy", "sqlite3", "starlette", "uvicorn")
HELP = [
    sys.executable,
    "-c",
    "import sys; sys.argv = ['tocsin', '--help']; from tocsin.cli import main; main()",
]
NOTHING = [sys.executable, "-c", "pass"]
LOADED = "import json, sys, tocsin.cli; tocsin.cli.commands(); print(json.dumps(list(sys.modules)))"


def measure(scale: Scale) -> Iterator[Row]:
    """Milliseconds of wall time, and which web or database packages the CLI loads."""
    took: dict[str, list[float]] = {"help": [], "nothing": []}
    for _ in range(scale.starts):
        took["nothing"].append(_wall_s(NOTHING))
        took["help"].append(_wall_s(HELP))
    value, baseline = median(took["help"]), median(took["nothing"])
    yield Row(
        benchmark="startup",
        what="tocsin --help",
        value=value * 1_000,
        unit="ms",
        beside="python -c pass",
        baseline=baseline * 1_000,
        aim="under 300 ms",
        met=value < AIM_S,
    )
    loaded = heavy()
    yield Row(
        benchmark="startup",
        what=f"web and database packages loaded by tocsin.cli{': ' if loaded else ''}"
        f"{', '.join(loaded)}",
        value=len(loaded),
        unit="of " + str(len(HEAVY)),
        aim="none",
        met=not loaded,
    )


def heavy() -> list[str]:
    """The packages that help has no use for and that are loaded all the same."""
    told = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True)
    return sorted(set(HEAVY) & {name.partition(".")[0] for name in json.loads(told.stdout)})


def _wall_s(program: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
