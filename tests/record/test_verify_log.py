"""A published log holds what was signed, or the first leaf that it does not is named."""

import os
import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.logs import (
    KEYS,
    ORIGIN,
    START_S,
    LogBuilder,
    Published,
    a_log,
    check,
    closed,
    named,
)
from tocsin.record.checkpoint import Checkpoint, read
from tocsin.record.leaf import LEAF_BYTES, ZERO
from tocsin.record.log_faults import MOST_FAULTS, Dated, LogFaultCode, Quorum
from tocsin.record.log_keys import ENTRY_BYTES
from tocsin.record.tiles import ENTRIES, WIDTH, parse_path

FLIPS = int(os.environ.get("TOCSIN_FLIPS", "150"))
HOUR = 3_600

LOG = a_log()
PUBLISHED = LOG.published()


def saved(published, path="checkpoint"):
    checkpoint, _ = read(published.files[path])
    return checkpoint


def test_an_untouched_log_verifies_and_is_described():
    report = check(PUBLISHED)
    assert (report.faults, report.unlisted) == ((), 0)
    assert (report.origin, report.size, report.leaves, report.cases) == (ORIGIN, 600, 600, 6)
    assert report.root == LOG.root.hex()
    assert (len(report.signed_by), len(report.cosigned_by), report.unknown) == (2, 2, ())
    assert report.quorum is Quorum.MET
    assert (report.witnessed, report.rotations) == (4, 1)
    assert [anchor.size for anchor in report.anchors] == [170, 340, 510]
    assert report.newest_at_us == LOG.now_s * 1_000_000


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513])
def test_a_log_of_any_size_verifies(size):
    done = []
    report = check(a_log(size, every=100).published(), progress=done.append)
    assert (report.faults, report.leaves, sum(done)) == ((), size, size)


def test_a_log_of_three_levels_verifies_and_names_what_is_wrong_at_each():
    log = LogBuilder()
    log.fill(65_536 + 300)
    log.checkpoint()
    published = log.published()
    assert check(published).faults == ()
    assert named(published.flipped("tile/1/000", 32 * 8 * 7)) == [
        (LogFaultCode.TILE_CHANGED, 7 * 256)
    ]
    assert named(published.flipped("tile/2/000.p/1", 9)) == [(LogFaultCode.TILE_CHANGED, 0)]
    assert named(published.flipped("tile/entries/200", 8 * 5 * ENTRY_BYTES + 99)) == [
        (LogFaultCode.LEAF_CHANGED, 200 * 256 + 5)
    ]


def leaf_at(path: str, bit: int) -> int:
    """The first leaf that this bit of a tile or bundle is about."""
    tile = parse_path(path)
    if tile.level == ENTRIES:
        return tile.index * WIDTH + bit // 8 // ENTRY_BYTES
    return tile.index * WIDTH + bit // 256 << 8 * tile.level


def test_every_flipped_bit_is_caught_and_the_leaf_is_named():
    chance = random.Random(FLIPS)  # noqa: S311 - no secret hangs on which bits
    paths = sorted(PUBLISHED.files)
    for _ in range(FLIPS):
        path = chance.choice(paths)
        bit = chance.randrange(8 * len(PUBLISHED.files[path]))
        report = check(PUBLISHED.flipped(path, bit))
        assert report.faults, (path, bit)
        if path.startswith("tile/"):
            assert report.faults[0].leaf == leaf_at(path, bit), (path, bit)
        else:
            assert any(path in fault.sentence for fault in report.faults), (path, bit)


# Only the newest narrow tiles must be there, and a checkpoint that a leaf points at.
NEEDED = [
    path for path in sorted(PUBLISHED.files)
    if path != "witnessed/600"
    and not (".p/" in path and not path.endswith(("/88", "tile/1/000.p/2")))
]  # fmt: skip


@pytest.mark.parametrize("path", NEEDED)
def test_a_missing_file_is_named(path):
    codes = [code for code, _ in named(PUBLISHED.without(path))]
    expected = {
        "witnessed": LogFaultCode.CHECKPOINT_UNKNOWN,
        "rotations": LogFaultCode.SIGNATURE_WRONG,
    }.get(path.partition("/")[0], LogFaultCode.MISSING)
    assert codes[0] == expected


@pytest.mark.parametrize("path", [path for path in NEEDED if path.startswith("tile")])
def test_a_file_cut_short_or_grown_is_named(path):
    data = PUBLISHED.files[path]
    for other in (data[:-1], data + b"\0", b""):
        assert any(leaf is not None for _, leaf in named(PUBLISHED.replacing(path, other)))


def test_a_leaf_and_its_tile_changed_together_are_found_by_the_tile_above():
    entries = PUBLISHED.files["tile/entries/001"]
    at = 7 * ENTRY_BYTES + 2
    leaf = bytearray(entries[at : at + LEAF_BYTES])
    leaf[100] ^= 1
    hashes = bytearray(PUBLISHED.files["tile/0/001"])
    hashes[7 * 32 : 8 * 32] = sha256(b"\0" + leaf).digest()
    changed = PUBLISHED.replacing(
        "tile/entries/001", entries[:at] + leaf + entries[at + LEAF_BYTES :]
    ).replacing("tile/0/001", bytes(hashes))
    found = named(changed)
    assert LogFaultCode.CHAIN_BROKEN in {code for code, _ in found}
    assert all(256 <= leaf < 512 for _, leaf in found)


def test_the_leaf_of_a_rotation_is_named_although_its_keys_are_lost_with_it():
    bit = 8 * ((300 - WIDTH) * ENTRY_BYTES + 100)
    found = named(PUBLISHED.flipped("tile/entries/001", bit))
    assert found[:2] == [(LogFaultCode.ROTATION_WRONG, 300), (LogFaultCode.LEAF_CHANGED, 300)]


def rewritten(leaf: int) -> LogBuilder:
    """The same log, but for one leaf: signed anew by whoever holds its keys."""
    log = LogBuilder()
    log.fill(leaf)
    log.fill(1, cases=1) if leaf % 2 else log.append("another case")
    log.fill(500 - leaf - 1)
    return log


def test_history_rewritten_by_whoever_holds_the_keys_is_found_by_a_saved_checkpoint():
    log = LogBuilder()
    log.fill(300)
    before = log.checkpoint(witnessed=False)
    log.fill(200)
    log.checkpoint(witnessed=False)
    assert check(log.published(), policy=None, since=[before]).prefixes == 1
    other = rewritten(200)
    other.checkpoint(witnessed=False)
    found = check(other.published(), policy=None, since=[before])
    assert [(fault.code, fault.leaf) for fault in found.faults] == [(LogFaultCode.REWRITTEN, 0)]
    assert "rewritten before leaf 300" in found.faults[0].sentence
    assert found.prefixes == 0


def test_history_rewritten_is_found_by_a_witnessed_checkpoint_that_was_left():
    log = LogBuilder()
    log.fill(100)
    first = log.checkpoint()
    log.fill(100)
    log.checkpoint()
    other = LogBuilder()
    other.fill(150)
    other.append("another case")
    other.fill(60)
    kept = {path: data for path, data in log.files.items() if path.startswith("witnessed")}
    other.files |= kept
    other.checkpoint(witnessed=False)
    found = named(other.published(), policy=None, since=[first])
    assert found[0] == (LogFaultCode.REWRITTEN, 100)


def test_leaves_and_tiles_rewritten_under_an_old_signature_are_bounded_by_the_roots():
    other = rewritten(200)
    other.checkpoint(witnessed=False)
    log = LogBuilder()
    log.fill(150)
    log.checkpoint()
    log.leaves[150:], log.newest = [], ZERO
    log.fill(350)
    log.checkpoint()
    files = {**log.files, **{p: d for p, d in other.files.items() if p.startswith("tile/")}}
    assert named(Published(files=files)) == [(LogFaultCode.ROOT_WRONG, 150)]


def test_a_log_cut_back_is_found():
    short = a_log(300, rotated=False).published()
    longer = a_log(600, rotated=False).published()
    found = check(short, since=[saved(longer)])
    assert [(fault.code, fault.leaf) for fault in found.faults] == [(LogFaultCode.REWRITTEN, 300)]
    left = short.replacing("witnessed/510", longer.files["witnessed/510"])
    assert (LogFaultCode.REWRITTEN, 300) in named(left)


def test_two_saved_checkpoints_are_held_against_the_log_and_so_against_each_other():
    one, other = saved(PUBLISHED, "witnessed/170"), saved(PUBLISHED, "witnessed/510")
    assert check(PUBLISHED, since=[one, other]).prefixes == 2
    split = Checkpoint(origin=ORIGIN, size=510, root=one.root)
    assert named(PUBLISHED, since=[one, split]) == [(LogFaultCode.REWRITTEN, 340)]
    elsewhere = Checkpoint(origin="another", size=510, root=other.root)
    assert named(PUBLISHED, since=[elsewhere]) == [(LogFaultCode.KEY_UNKNOWN, None)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"case_seq": 9}, LogFaultCode.NUMBER_WRONG),
        ({"case_seq": 2}, LogFaultCode.NUMBER_WRONG),
        ({"case_seq": 1, "previous": ZERO}, LogFaultCode.NUMBER_WRONG),
        ({"previous": bytes([7]) * 32}, LogFaultCode.CHAIN_BROKEN),
        ({"checkpoint": bytes([7]) * 32}, LogFaultCode.CHECKPOINT_UNKNOWN),
        ({"checkpoint": ZERO}, LogFaultCode.CHECKPOINT_OLDER),
    ],
)
def test_a_leaf_that_does_not_follow_its_case_or_the_log_is_named(change, code):
    log = a_log(300, rotated=False)
    index = log.wrong("case 0", **change)
    log.fill(20)
    assert (code, index) in named(closed(log))


def test_a_leaf_may_not_point_at_a_checkpoint_that_covers_it():
    log = LogBuilder()
    log.fill(10)
    log.newest = sha256(b"to come").digest()
    log.append("case 0")
    assert named(closed(log))[0] == (LogFaultCode.CHECKPOINT_UNKNOWN, 10)


@pytest.mark.parametrize(
    ("hours", "codes"),
    [
        (-24 * 365, [LogFaultCode.CLOCK, LogFaultCode.CLOCK]),
        (-2, [LogFaultCode.CLOCK, LogFaultCode.CLOCK]),
        (-0.5, []),
        (0.5, []),
        (2, [LogFaultCode.CLOCK]),
        (24 * 365, [LogFaultCode.CLOCK]),
    ],
)
def test_a_claimed_time_must_fit_between_what_others_saw(hours, codes):
    log = a_log(300, rotated=False)
    index = log.wrong("7F30", at_us=(log.now_s + int(hours * HOUR)) * 1_000_000)
    log.append("another case")
    assert named(closed(log)) == [(code, index) for code in codes]


def a_house_that_points_at_nothing() -> LogBuilder:
    """It has its log witnessed every 30 days, and no leaf of it says so."""
    log = LogBuilder()
    for _ in range(3):
        log.fill(10)
        log.checkpoint()
        log.newest = ZERO
        log.now_s += 24 * 30 * HOUR
    return log


def test_a_leaf_that_points_at_no_checkpoint_cannot_be_back_dated_either():
    log = a_house_that_points_at_nothing()
    index = log.wrong("a waiver", at_us=START_S * 1_000_000)
    assert named(closed(log)) == [(LogFaultCode.CLOCK, index)]


def test_it_is_told_between_which_times_of_others_the_claimed_ones_lie():
    log = a_house_that_points_at_nothing()
    report = check(log.published())
    assert report.faults == ()
    assert report.dated == Dated(first=10, until=30, apart_s=24 * 30 * HOUR + 10)
    assert check(log.published(), policy=None, keys=KEYS).dated is None
    unwitnessed = LogBuilder()
    unwitnessed.fill(3)
    assert check(closed(unwitnessed)).dated is None


def test_it_is_told_when_witnesses_saw_the_newest_checkpoint():
    assert check(PUBLISHED).cosigned_at_s == LOG.now_s
    assert check(PUBLISHED, policy=None).cosigned_at_s is None


def test_a_claimed_time_is_held_against_an_anchor_too():
    log = LogBuilder()
    log.fill(3)
    log.now_s += 5 * HOUR
    log.append("late")
    log.now_s -= 5 * HOUR
    log.checkpoint(witnessed=False)
    log.anchor()
    published = log.published()
    assert named(published, policy=None) == [(LogFaultCode.CLOCK, 3)]
    unasked = check(published, policy=None, anchor_time=None)
    assert (unasked.faults, unasked.anchors[0].at) == ((), None)


def test_within_a_case_time_may_step_back_a_little_and_no_more():
    log = LogBuilder()
    log.append("7F3K")
    log.now_s -= HOUR // 2
    log.append("7F3K")
    log.now_s -= 2 * HOUR
    index = log.append("7F3K")
    log.checkpoint(witnessed=False)
    assert named(log.published(), policy=None) == [(LogFaultCode.CLOCK, index)]


def test_faults_beyond_the_first_hundred_are_counted_and_end_the_check():
    log = LogBuilder()
    log.fill(15_000)
    log.checkpoint()
    files = {p: d for p, d in log.files.items() if not p.startswith("tile/")}
    report = check(Published(files=files))
    assert len(report.faults) == MOST_FAULTS
    assert report.leaves < 15_000


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(PUBLISHED.files)), st.binary(max_size=2_000), st.integers(0, 9_999))
def test_nothing_in_the_directory_raises(path, data, at):
    assert check(PUBLISHED.replacing(path, data)).faults
    whole = PUBLISHED.files[path]
    at = at % len(whole)
    patched = whole[:at] + data + whole[at + len(data) :]
    assert bool(check(PUBLISHED.replacing(path, patched)).faults) is (patched != whole)
