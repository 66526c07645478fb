"""`python -m benchmarks [NAME...]`: measure, then print one table (or JSON)."""

import argparse
import json
import sys
import time
from dataclasses import asdict, fields
from importlib import import_module

from benchmarks import log
from benchmarks.ground import machine
from benchmarks.scale import FULL, TINY, Scale
from benchmarks.table import Row, shown

NAMES = ("startup", "commands", "latency", "pages", "log", "dispatch", "deliveries", "sources")
PARTS = tuple(f"log.{part}" for part in log.PARTS)


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    scale = _scale(given)
    conditions = machine()
    rows: list[Row] = []
    for name in given.names or NAMES:
        print(f"Measuring {name} ...", file=sys.stderr, flush=True)
        began = time.monotonic()
        rows += import_module(f"benchmarks.{name}").measure(scale)
        print(f"  took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if given.json:
        told = {"machine": conditions, "scale": asdict(scale), "rows": [r.plain() for r in rows]}
        print(json.dumps(told, indent=2))
    else:
        print(f"{shown(rows)}\n\n{conditions}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[*NAMES, *PARTS, []],
        metavar="NAME",
        help=f"which to run: {', '.join(NAMES)}, or one of {', '.join(PARTS)}; all of the first "
        "when none is named",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--tiny", action="store_true", help="a few seconds: does it run at all?")
    for field in fields(Scale):
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=int, help=f"{getattr(FULL, field.name):,} unless given")
    return parser


def _scale(given: argparse.Namespace) -> Scale:
    usual = TINY if given.tiny else FULL
    asked = {field.name: getattr(given, field.name) for field in fields(Scale)}
    return Scale(**(asdict(usual) | {name: n for name, n in asked.items() if n is not None}))


if __name__ == "__main__":
    sys.exit(main())
