"""The log: appending, proofs, verifying, searching, opening; each part can be named alone.

`python -m benchmarks log` fills one large house for all that need it; `log.proofs` and the
like fill one each. Beside every figure stands what the same run gave for SHA-256 alone
(`hashlib` in a loop), or for bringing 4 KiB to the disk with nothing around it. What waits
for the disk is timed by the clock, everything else in seconds of one core.
"""

from collections.abc import Iterator

from benchmarks.log import append, bodies, proofs, search, verify
from benchmarks.log.ground import a_full_house
from benchmarks.scale import Scale
from benchmarks.table import Row

PARTS = ("append", "proofs", "verify", "search", "bodies")


def measure(scale: Scale) -> Iterator[Row]:
    """Every part; what each measures stands in its own module."""
    yield from append.measure(scale)
    with a_full_house(scale.leaves) as app:
        for part in (proofs, verify, search, bodies):
            yield from part.measure(scale, app)
