"""A published log verified from nothing: every leaf, chain, tile and signature.

What `tocsin verify DIR` does once it has its key, over the files that `tocsin log publish`
wrote. Beside it: the hashes that no verifier can do without, one a leaf and one a node.
"""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.ground import folder
from benchmarks.log.ground import NODE_BYTES, core_s, hashing_s, house_for, row, took_s
from benchmarks.scale import Scale
from benchmarks.table import Row
from tocsin.app import App
from tocsin.casework import log_keys
from tocsin.casework.publishing import publish
from tocsin.record.leaf import LEAF_BYTES
from tocsin.record.verify_log import verify_log

MOST_FLOORS = 4


def measure(scale: Scale, app: App | None = None) -> Iterator[Row]:
    """Seconds for the whole log, beside its hashes alone."""
    with house_for(scale.leaves, app) as house, folder() as place:
        publishing_s = took_s(lambda: publish(house, place))
        with house.store.read() as db:
            keys = log_keys.verifier_keys(db)

        def verify() -> None:
            files = Files(place)
            report = verify_log(files.read, files.names, keys=keys)
            if report.faults or report.leaves != scale.leaves:
                raise RuntimeError("the log that was just published does not verify")

        floor_s = hashing_s({1 + LEAF_BYTES: scale.leaves, NODE_BYTES: scale.leaves - 1})
        value_s = core_s(verify)
    what = f"{scale.leaves:,} leaves verified from nothing"
    yield row(what, value_s, "s", "their hashes alone", floor_s, most_ratio=MOST_FLOORS)
    yield row(f"publishing {scale.leaves:,} leaves", publishing_s, "s")


class Files:
    """A published log that nobody attacks."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """A file's bytes, None where there is none."""
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder."""
        try:
            return [one.name for one in (self._root / folder).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
