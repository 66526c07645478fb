"""How rare a part of a name is."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.names import rarity as module
from tocsin.names.rarity import STEPS, Rarity, fnv, hash_of, hashes_of, rarest, rarity, steps_at

LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", max_size=30)


def test_what_many_bear_is_common_and_what_was_never_met_is_rarest():
    assert rarity("muhammad") < rarity("tamerlan") < rarity("qqzzqq") == rarest()


def test_a_vowelless_arabic_form_is_as_common_as_its_romanisation():
    assert rarity("mhmd") < 7


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_text_has_a_rarity_between_nothing_and_the_rarest(forms):
    found = Rarity.load().nats([form.replace("\0", "") for form in forms])
    assert found.shape == (len(forms),)
    assert all(0 <= nats <= rarest() for nats in found)


@given(st.lists(LETTERS, max_size=8))
def test_one_form_and_many_get_the_same_answer(forms):
    assert Rarity.load().nats(forms).tolist() == [rarity(form) for form in forms]


@given(LETTERS, LETTERS)
def test_the_loop_that_is_compiled_hashes_as_the_rest_does(before, form):
    letters = np.frombuffer((before + form).encode(), np.uint8)
    hashed = hash_of(letters, len(before), letters.size)
    assert hashed == fnv(form.encode()) == hashes_of([form])[0]


def test_every_hash_of_the_table_is_found_where_it_is_looked_for():
    table = Rarity.load()
    for at in range(0, table.hashes.size, 1009):
        found = steps_at(int(table.hashes[at]), table.shelves, table.hashes, table.steps, table.top)
        assert found == table.steps[at]
    assert table.top / STEPS == rarest()


def test_a_table_that_was_altered_is_refused(monkeypatch, tmp_path):
    (tmp_path / "tables").mkdir()
    for name in ("rarity.toml", "rarity.bin"):
        held = (files("tocsin.names") / "tables" / name).read_bytes()
        (tmp_path / "tables" / name).write_bytes(held)
    with (tmp_path / "tables" / "rarity.bin").open("r+b") as table:
        table.write(b"\xff")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match="not the one that was published"):
        module._shipped.__wrapped__()
