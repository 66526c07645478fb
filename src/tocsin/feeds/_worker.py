"""Reads one report in a process of its own: a job on standard input, an extract on output.

The input is a line of JSON (media_type, charset, limits) and then the bytes.
"""

import json
import math
import resource
import sys
from dataclasses import asdict

from tocsin.domain.refusal import Refusal
from tocsin.feeds.extract import Reading
from tocsin.feeds.model import Extract, Limits

_MEMORY_BYTES = 1_500_000_000


def main() -> None:
    """Read, with the kernel holding memory, processor time, files and core dumps to the limits."""
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    job = json.loads(line)
    limits = Limits(**job["limits"])
    seconds = math.ceil(limits.read_seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        answer = _plain(Reading(limits).read(data, job["media_type"], job["charset"]))
    except Refusal as refusal:
        answer = {"refusal": (refusal.code, refusal.what, refusal.remedy)}
    sys.stdout.write(json.dumps(answer))


def _plain(found: Extract) -> dict[str, object]:
    defects = [(defect.code, defect.what) for defect in found.defects]
    return asdict(found) | {"defects": defects}


if __name__ == "__main__":
    main()
