"""A file that is not the index it should be is refused; many processes share the one that is."""

import multiprocessing
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.names.answers import best, reads
from tocsin.names import index_file
from tocsin.names.forms import read_name
from tocsin.names.index import Index, build
from tocsin.names.segment import HEAD, LONGEST_RECORD, Change, IndexUnusable, changes


def an_index(path: Path, names: tuple[str, ...] = ("Anna Ivanova", "Li Wei")) -> Path:
    build(path, ((name, [read_name(name)]) for name in names))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = an_index(tmp_path_factory.mktemp("whole") / "names")
    with Index(path) as index:
        index.put("new", ["Eva Novak"])
        index.remove("Li Wei")
    return path.read_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda told: told[:10],
        lambda told: b"SQLite f" + told[8:],
        lambda told: told[:8] + struct.pack("<I", 99) + told[12:],
        lambda told: told[:12] + b"\xff\xff\xff\xff" + told[16:],
        lambda told: told[: len(told) // 2],
        lambda told: told[:-1],
        lambda told: told + b"\x01",
        lambda told: told + HEAD.pack(2, zlib.crc32(b"[]")) + b"[]",
        lambda told: told + HEAD.pack(2, zlib.crc32(b"{{")) + b"{{",
        lambda told: told + HEAD.pack(1 << 31, 0),
    ],
)
def test_a_torn_or_foreign_file_is_refused_and_says_to_build_anew(
    tmp_path: Path, whole: bytes, spoil: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "names").write_bytes(spoil(whole))
    with pytest.raises(IndexUnusable, match="Build it anew"):
        Index(tmp_path / "names")


@settings(deadline=None, max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_single_bit_can_be_turned_without_being_noticed(
    tmp_path_factory: pytest.TempPathFactory, whole: bytes, place: float, bit: int
) -> None:
    path = tmp_path_factory.mktemp("turned") / "names"
    turned = bytearray(whole)
    turned[int(place * len(whole))] ^= 1 << bit
    path.write_bytes(turned)
    try:
        with Index(path) as index:  # between two arrays nothing is kept
            assert best(index, "Anna Ivanova") == "Anna Ivanova"
            assert turned.translate(None, b"\0") != whole.translate(None, b"\0")
    except IndexUnusable as refused:
        assert "Build it anew" in str(refused)  # noqa: PT017


def test_an_index_of_names_read_another_way_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = an_index(tmp_path / "names")
    monkeypatch.setattr(index_file, "fingerprint", lambda: 0)
    with pytest.raises(IndexUnusable, match="another way"):
        Index(path)


def test_a_log_torn_while_it_is_open_is_refused_every_time_and_changes_nothing(
    tmp_path: Path,
) -> None:
    path = an_index(tmp_path / "names")
    with Index(path) as index:
        record = Change(entry="new", names=("Eva Novak",), mark=1).record()
        with path.open("ab") as file:
            file.write(record + record[:-3])
        for _ in range(2):
            with pytest.raises(IndexUnusable, match="torn"):
                index.search(read_name("Eva Novak"))
        with path.open("ab") as file:
            file.write(record[-3:])
        assert best(index, "Eva Novak") == "new"
        assert len(index) == 3


def test_too_much_for_one_entry_is_refused_before_it_is_written(tmp_path: Path) -> None:
    path = an_index(tmp_path / "names")
    before = path.read_bytes()
    with Index(path) as index, pytest.raises(ValueError, match="too many"):
        index.put("new", ["x" * LONGEST_RECORD])
    assert path.read_bytes() == before


@settings(deadline=None, max_examples=40)
@given(st.text(), st.lists(st.text(), max_size=4), st.integers(0, 1 << 62))
def test_a_change_comes_back_from_its_record_as_it_was(
    entry: str, names: list[str], mark: int
) -> None:
    change = Change(entry=entry, names=tuple(names), mark=mark)
    assert list(changes(change.record() * 2)) == [change, change]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert an_index(tmp_path / "names").stat().st_mode & 0o077 == 0


def test_a_build_that_fails_leaves_the_old_index_as_it_was(tmp_path: Path) -> None:
    path = an_index(tmp_path / "names")

    def breaks() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        build(path, ((str(n), [read_name("Eva")]) for n in range(2) if n == 0 or breaks()))
    with Index(path) as index:
        assert best(index, "Anna Ivanova") == "Anna Ivanova"
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_read_find_at_once_what_another_adds_compacts_and_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_NUMBA", "0")  # the plain path starts sooner, and answers the same
    path = an_index(tmp_path / "names")
    spawn = multiprocessing.get_context("spawn")
    pipes = [spawn.Pipe() for _ in range(2)]
    readers = [spawn.Process(target=reads, args=(path, theirs)) for _, theirs in pipes]

    def all_find(raw: str) -> list[list[object]]:
        for ours, _ in pipes:
            ours.send(raw)
        assert all(ours.poll(30) for ours, _ in pipes)
        return [ours.recv() for ours, _ in pipes]

    for reader in readers:
        reader.start()
    try:
        with Index(path) as index:
            assert all_find("Anna Iwanowa") == [["Anna Ivanova", 2]] * 2
            index.put("new", ["Eva Novak"])
            assert all_find("Ewa Nowak") == [["new", 3]] * 2
            index.compact()
            assert all_find("Ewa Nowak") == [["new", 3]] * 2
            index.remove("new")
            assert all_find("Anna Ivanova") == [["Anna Ivanova", 2]] * 2
            an_index(path, ("Omar Haddad",))
            assert all_find("Umar Hadad") == [["Omar Haddad", 1]] * 2
            index.put("late", ["Rosa Silva"])  # goes into the file that is there now
            assert all_find("Rosa Silva") == [["late", 2]] * 2
    finally:
        for (ours, _), reader in zip(pipes, readers, strict=True):
            if reader.is_alive():
                ours.send(None)
            reader.join(20)
    assert [reader.exitcode for reader in readers] == [0, 0]
