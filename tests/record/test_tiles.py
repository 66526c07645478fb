"""Tiles are named, cut and read as C2SP tlog-tiles has them."""

import contextlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.merkle import root
from tocsin.record.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    new_tiles,
    parse_path,
    read_entries,
    spell_entries,
    tile_hashes,
    tile_root,
    tiles_of,
)

TILES = st.builds(
    Tile,
    level=st.integers(ENTRIES, 63),
    index=st.integers(0, 999) | st.integers(0, 2**63 - 1),
    width=st.integers(1, WIDTH),
)
PATHS = {
    "tile/0/x001/x234/067": Tile(level=0, index=1234067),
    "tile/0/x001/067.p/3": Tile(level=0, index=1067, width=3),
    "tile/63/000": Tile(level=63, index=0),
    "tile/1/999.p/255": Tile(level=1, index=999, width=255),
    "tile/entries/x273/000.p/112": Tile(level=ENTRIES, index=273000, width=112),
}


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_spelled_as_the_specification_has_them(path):
    assert PATHS[path].path == path
    assert parse_path(path) == PATHS[path]


@given(TILES)
def test_every_tile_is_found_again_by_its_path(tile):
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/67",
        "tile/0/0067",
        "tile/00/067",
        "tile/64/067",
        "tile/-1/067",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/067.p/0",
        "tile/0/067.p/03",
        "tile/0/067.p/256",
        "tile/0/067.p/",
        "tile/entry/067",
        "/tile/0/067",
        "tile/0/067\n",
        "tile/0/٠٦٧",
        "tile/0/../067",
        "tile/0/" + "x001/" * 7 + "067",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
    ],
)
def test_any_other_path_is_refused(path):
    with pytest.raises(ValueError, match="tile"):
        parse_path(path)


@given(st.text(max_size=60) | st.from_regex(r"tile/[0-9e]{1,3}/(x\d{3}/){0,8}\d{3}(\.p/\d+)?"))
def test_a_path_from_outside_is_a_tile_s_own_or_refused(path):
    with contextlib.suppress(ValueError):
        assert parse_path(path).path == path


def test_entries_lie_beside_the_lowest_tiles_only():
    assert Tile(level=0, index=1067, width=3).entries_path == "tile/entries/x001/067.p/3"
    assert Tile(level=ENTRIES, index=5).entries_path == "tile/entries/005"
    with pytest.raises(ValueError, match="lowest"):
        _ = Tile(level=1, index=0).entries_path


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": -2},
        {"level": 64},
        {"index": -1},
        {"index": 2**63},
        {"width": 0},
        {"width": 257},
    ],
)
def test_no_tile_exists_wrong(wrong):
    with pytest.raises(ValueError, match="tile"):
        Tile(**{"level": 0, "index": 0, **wrong})


def counted(size):
    """How many full tiles and which partial width each level has."""
    levels = {}
    for tile in tiles_of(size):
        full, _ = levels.get(tile.level, (0, 0))
        levels[tile.level] = (full + 1, 0) if tile.width == WIDTH else (full, tile.width)
    return levels


def test_a_tree_has_the_tiles_of_the_specification_s_examples():
    assert counted(70_000) == {0: (273, 112), 1: (1, 17), 2: (0, 1)}
    assert counted(256) == {0: (1, 0), 1: (0, 1)}
    assert counted(1) == {0: (0, 1)}
    assert counted(0) == {}


@given(st.integers(0, 70_000), st.integers(0, 1000))
def test_a_tree_that_grew_writes_what_it_had_not(old_size, more):
    old, new = list(tiles_of(old_size)), list(tiles_of(old_size + more))
    assert list(new_tiles(old_size, old_size + more)) == [tile for tile in new if tile not in old]


def test_a_log_never_shrinks():
    for old_size, size in ((-1, 5), (6, 5), (0, 2**63)):
        with pytest.raises(ValueError, match="grows"):
            new_tiles(old_size, size)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=WIDTH))
def test_entries_come_back_from_their_bundle(leaves):
    data = spell_entries(leaves)
    assert read_entries(data, len(leaves)) == leaves
    for wrong, count in (
        (data + b"\0", len(leaves)),
        (data[:-1], len(leaves)),
        (data, len(leaves) + 1),
        (data, len(leaves) - 1),
    ):
        with pytest.raises(ValueError, match="bundle"):
            read_entries(wrong, count)


def test_a_bundle_prefixes_each_entry_with_its_length():
    assert spell_entries([b"ab", b"", b"c" * 256]) == b"\0\2ab\0\0\1\0" + b"c" * 256


@given(st.binary(max_size=100), st.integers(-1, 300))
def test_a_bundle_from_outside_is_a_bundle_or_refused(data, count):
    with contextlib.suppress(ValueError):
        leaves = read_entries(data, count)
        assert len(leaves) == count
        assert spell_entries(leaves) == data


def test_what_no_bundle_holds_is_refused():
    for leaves in ([], [b""] * 257, [bytes(2**16)]):
        with pytest.raises(ValueError, match="no bundle"):
            spell_entries(leaves)
    assert len(spell_entries([bytes(2**16 - 1)])) == 2**16 + 1


def test_a_tile_is_read_at_its_width_and_no_other():
    hashes = [sha256(bytes([number])).digest() for number in range(3)]
    data = b"".join(hashes)
    assert tile_hashes(data, 3) == hashes
    for wrong, width in ((data, 2), (data, 4), (data[:-1], 3), (b"", 0), (data * 86, 258)):
        with pytest.raises(ValueError, match=r"tile|32 bytes"):
            tile_hashes(wrong, width)


@pytest.mark.parametrize("width", [1, 3, 255, 256])
def test_a_tile_s_root_is_the_tree_s_over_its_hashes(width):
    hashes = [sha256(bytes([number])).digest() for number in range(width)]
    assert tile_root(hashes) == root(hashes)
