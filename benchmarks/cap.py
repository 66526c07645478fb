"""`python -m benchmarks.cap DIR`: what becomes of other publishers' CAP files, folder by folder.

Every folder of DIR is a row; its `index.json`, if it has one, says what the schema thinks of each.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tocsin.domain.refusal import Refusal
from tocsin.feeds.cap.model import Alert, FaultCode
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.write import render

HEAD = ("folder", "files", "read", "refused", "schema as indexed", "written the same", "no fault")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    faults: Counter[FaultCode] = Counter()
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for folder in sorted(path for path in Path(arguments[0]).iterdir() if path.is_dir()):
        if row := list(_row(folder, faults)):
            print(f"| {folder.name} | {' | '.join(row)} |")
    commonest = (f"{code} {count}" for code, count in faults.most_common())
    print(f"\nAlerts with each fault: {', '.join(commonest)}.")
    return 0


def _row(folder: Path, faults: Counter[FaultCode]) -> Iterator[str]:
    files = [
        path for path in sorted(folder.iterdir()) if path.suffix not in {".json", ".xsd", ".rng"}
    ]
    index = folder / "index.json"
    known = json.loads(index.read_bytes()) if index.exists() else {}
    alerts: dict[str, Alert] = {}
    for path in files:
        try:
            alerts[path.name] = read(path.read_bytes())
        except Refusal:
            continue
    codes = {name: {fault.code for fault in alert.faults} for name, alert in alerts.items()}
    faults.update(code for found in codes.values() for code in found)
    judged = [name for name, one in alerts.items() if one.version == "1.2" and name in known]
    agreed = [name for name in judged if known[name]["xsd_valid"] == (_SCHEMA not in codes[name])]
    yield from map(str, (len(files), len(alerts), len(files) - len(alerts)))
    yield f"{len(agreed)} of {len(judged)}"
    yield f"{sum(map(_is_written_the_same, alerts.values()))} of {len(alerts)}"
    yield str(sum(not found for found in codes.values()))


_SCHEMA = FaultCode.SCHEMA


def _is_written_the_same(alert: Alert) -> bool:
    again = read(render(alert))
    return replace(again, faults=(), signed=False) == replace(
        alert, faults=(), signed=False, version="1.2"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
