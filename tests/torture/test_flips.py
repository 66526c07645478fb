"""A bit turned anywhere in the log that a house published is found, and the leaf is named."""

import os
import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import Certificate

from tests.builders import ADAM
from tests.casework.road import Road
from tests.record.logs import Published
from tests.support.house import Hands, a_house
from tests.support.timestamp_authority import TimestampAuthority
from tests.support.witnesses import Seat, a_witness, keys_of
from tests.torture import work
from tests.torture.conftest import Tell
from tocsin.app import App
from tocsin.casework import completeness
from tocsin.casework.log_keys import rotate
from tocsin.casework.publishing import publish
from tocsin.casework.witnessing import anchor, ask_all
from tocsin.record import trust
from tocsin.record.checkpoint import read
from tocsin.record.log_faults import LogReport, Quorum
from tocsin.record.log_keys import ENTRY_BYTES
from tocsin.record.note import VerifierKey
from tocsin.record.tiles import ENTRIES, WIDTH, parse_path
from tocsin.record.timestamps import verify_token
from tocsin.record.trust import TrustPolicy
from tocsin.record.verify_log import verify_log
from tocsin.store import events

FLIPS = int(os.environ.get("TOCSIN_FLIPS", "60"))
SIZES = (90, 255, 256, 330)
"""At each the log is cosigned, timestamped and published; its keys change after the second."""
ABOUT_LINES: dict[str, Any] = {"signed_by": (), "unknown": ()}


@dataclass(frozen=True, kw_only=True)
class Held:
    """What somebody holds of a log: its files, and from elsewhere whatever judges them."""

    app: App
    published: Published
    keys: Sequence[VerifierKey]
    policy: TrustPolicy
    root: Certificate

    def check(self, published: Published) -> LogReport:
        return verify_log(
            published.read,
            published.names,
            keys=self.keys,
            policy=self.policy,
            anchor_time=lambda token, message: verify_token(token, message, [self.root]),
        )


def files_in(folder: Path) -> Published:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return Published(files={str(path.relative_to(folder)): path.read_bytes() for path in paths})


def every_key_of(seat: Seat) -> TrustPolicy:
    """The policy that wants each of a witness's lines: where one is enough, one may be spoiled."""
    keys = [f"witness w{n} {key.text} {seat.url}" for n, key in enumerate(seat.witness.keys)]
    return trust.parse("\n".join([*keys, "group all all w0 w1", "quorum all"]).encode())


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Held:
    """A house of one case that published again and again, cosigned, timestamped, its keys new."""
    folder, clock = tmp_path_factory.mktemp("published"), Hands()
    url = f"sqlite:///{folder / 'tocsin.db'}"
    with TimestampAuthority() as authority:
        app = a_house(url, folder, clock=clock, timestamp_url=authority.url)
        with closing(app), a_witness(folder / "w", "court.example/w", app, clock) as seat:
            app.trust, keys = every_key_of(seat), keys_of(app, 1)
            Road(app=app, clock=clock).planned()
            for size in SIZES:
                with app.store.write() as db:
                    completeness.root_now(app, db)
                    work.covers(app, db, size - events.last_position(db))
                assert ask_all(app).is_met
                anchor(app)
                publish(app, folder / "log")
                if size == SIZES[1]:
                    rotate(app, ADAM, "yearly")
                    seat.knows([*keys, *keys_of(app)])
    return Held(
        app=app,
        published=files_in(folder / "log"),
        keys=keys,
        policy=app.trust,
        root=authority.root,
    )


def leaf_at(path: str, bit: int) -> int:
    """The first leaf that this bit of a tile or bundle is about."""
    tile = parse_path(path)
    if tile.level == ENTRIES:
        return tile.index * WIDTH + bit // 8 // ENTRY_BYTES
    return tile.index * WIDTH + (bit // 256 << 8 * tile.level)


def test_what_was_published_verifies(held):
    report = held.check(held.published)
    assert (report.faults, report.unknown, report.quorum) == ((), (), Quorum.MET)
    assert (report.size, report.leaves) == (SIZES[-1], SIZES[-1])
    assert (report.rotations, report.witnessed, len(report.anchors)) == (1, 4, 4)


def test_every_flipped_bit_is_caught_and_the_leaf_is_named(held, tell: Tell):
    """But for bits that nobody signs and nothing rests on: then nothing else is believed.

    Such are the key that a line says it is of, where others are enough, for lines of strangers
    are passed over; and in a timestamp what its signature does not cover.
    """
    chance = random.Random(FLIPS)  # noqa: S311 - no secret hangs on which bits
    files, honest = held.published.files, held.check(held.published)
    paths, passed = sorted(files), 0
    weights = [1 / len(paths) + len(files[path]) / sum(map(len, files.values())) for path in paths]
    for number in range(1, FLIPS + 1):
        (path,) = chance.choices(paths, weights)
        bit = chance.randrange(8 * len(files[path]))
        flipped = held.published.flipped(path, bit)
        report = held.check(flipped)
        if path.startswith("tile/"):
            assert report.faults[0].leaf == leaf_at(path, bit), (path, bit)
        elif not report.faults:
            passed += 1
            assert is_of_a_stranger(held, flipped.files[path], path), (path, bit)
            assert replace(report, **ABOUT_LINES) == replace(honest, **ABOUT_LINES), (path, bit)
        else:
            assert any(path in fault.sentence for fault in report.faults), (path, bit)
        tell(f"{number} of {FLIPS} flips, {number - passed} caught, {passed} where nothing rests")


def is_of_a_stranger(held: Held, data: bytes, path: str) -> bool:
    """Whether one line is now said to be of a key nobody knows, or it is a timestamp."""
    if path.endswith(".tsr"):
        return True
    was = {line.signature: line for line in read(held.published.files[path])[1].signatures}
    (other,) = [line for line in read(data)[1].signatures if line not in was.values()]
    honest = was[other.signature]
    return (other.name, other.key_id) != (honest.name, honest.key_id)


@pytest.mark.parametrize(
    ("table", "column", "where", "leaf"),
    [
        ("event", "leaf", "position = 8", 7),
        ("event", "leaf", "position = 301", 300),
        ("event", "leaf_hash", "position = 301", 300),
        ("tile", "hashes", "number = 0", 0),
    ],
)
def test_a_bit_turned_in_the_database_is_found_in_what_it_publishes(
    held, tmp_path, table, column, where, leaf
):
    trigger = f"{table}_append_only_UPDATE"
    with held.app.store.write() as db:
        made = db.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{trigger}'")
        trigger_sql = made.scalar_one()
        db.exec_driver_sql(f"DROP TRIGGER {trigger}")
        before = db.exec_driver_sql(f"SELECT {column} FROM {table} WHERE {where}").scalar_one()
        turned = bytes([before[0] ^ 1]) + before[1:]
        db.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE {where}", (turned,))
    try:
        publish(held.app, tmp_path / "log")
    finally:
        with held.app.store.write() as db:
            db.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE {where}", (before,))
            db.exec_driver_sql(trigger_sql)
    faults = held.check(files_in(tmp_path / "log")).faults
    assert faults[0].leaf == leaf
