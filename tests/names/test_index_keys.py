"""Keys: what sounds alike shares them; compiled and plain they are the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.names.answers import answers
from tocsin.names.forms import read_name
from tocsin.names.keys import keys_of, packed, sorted_keys
from tocsin.names.lists import listed
from tocsin.names.native_keys import COARSE, COARSE_PAIR, HASH_BITS, ROW_BITS
from tocsin.names.native_lists import expand_lists


def shared(one: str, other: str, kind: int) -> int:
    made = [keys_of(packed([read_name(raw)])) for raw in (one, other)]
    first, second = ({int(key[0]) for key in keys if key[1] == kind} for keys in made)
    return len(first & second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zarnajew", "Tsarnaev"),
        ("Dschochar", "Dzhokhar"),
        ("Schtscherbakow", "Shcherbakov"),
        ("Gamal", "Jamal"),
        ("Qaddafi", "Khadafy"),
        ("Yeltsin", "Jelzin"),
        ("Mohamed", "محمد"),
        ("Iwanow", "Иванова"),
        ("Walid", "Oualid"),
    ],
)
def test_spellings_of_one_sound_share_a_coarse_key_or_nearly(one: str, other: str) -> None:
    assert shared(one, other, COARSE) or shared(one, other, COARSE + 1)


def test_the_order_and_the_joining_of_parts_do_not_matter() -> None:
    assert shared("Omar Haddad", "Haddad, Omar", COARSE_PAIR)
    assert shared("Abdul Rahman Khan", "Khan Abdulrahman", COARSE_PAIR)


def test_a_run_gives_its_keys_back() -> None:
    keys = np.unique(sorted_keys(packed(map(read_name, ("Anna Ivanova", "Li Wei", "Ann Ivanov")))))
    lists = listed(keys)
    back = np.zeros(len(keys), np.int64)
    assert expand_lists(*lists, np.arange(3, dtype=np.int32), back) == len(keys)
    assert np.array_equal(np.sort(back), keys)
    assert keys.min() >= 0
    assert int(keys.max()) < 1 << HASH_BITS + ROW_BITS


def test_lists_laid_over_their_keys_are_the_same_lists() -> None:
    keys = sorted_keys(packed(map(read_name, ("Anna Ivanova", "Li Wei", "Anna Ivanov"))))
    kept = listed(keys)
    for one, other in zip(kept, listed(keys, spent=True), strict=True):
        assert np.array_equal(one, other)


def test_compiled_and_plain_give_the_same_keys_and_answers(tmp_path: Path) -> None:
    plain = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.names.answers", tmp_path / "plain"],
        env={**os.environ, "TOCSIN_NUMBA": "0"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert plain == answers(tmp_path / "compiled") + "\n"
    assert "Zarnajew" in plain
