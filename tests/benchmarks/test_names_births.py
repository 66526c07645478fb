"""The measure of names with dates of birth."""

import json

from benchmarks.names_births import FILE, Pair, best, measured, parts


def pair(kind: str, *, same: bool, date: str = "1980-05-14") -> Pair:
    return Pair(names=("a", "b"), dates=((date,), ()), same=same, kind=kind)


def test_the_threshold_is_the_one_of_the_greatest_f1():
    assert best([(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.1, False)]) == 0.6
    assert best([(0.9, True), (0.5, False), (0.5, True), (0.5, False), (0.5, False)]) == 0.9


def test_what_fires_is_told_kind_by_kind():
    pairs = [pair("pos", same=True), pair("neg", same=False), pair("neg", same=False)]
    found = measured(lambda one: float(one is not pairs[2]), 0.5, pairs)
    assert (found["F1"], found["finds pos"], found["fires on neg"]) == (2 / 3, 1.0, 0.5)


def test_no_pair_both_chooses_the_threshold_and_is_reported(tmp_path):
    rows = [
        {
            "a": {"name": "a", "dob": [f"19{n}"]},
            "b": {"name": "b", "dob": []},
            "label": 1,
            "kind": "k",
        }
        for n in range(10, 99)
    ]
    (tmp_path / FILE).write_text("\n".join(map(json.dumps, rows)))
    choosing, reported = parts(tmp_path)
    assert len(choosing) + len(reported) == len(rows)
    assert {one.dates for one in choosing}.isdisjoint(one.dates for one in reported)
    for part in ("dev", "heldout"):
        (tmp_path / part).mkdir()
        (tmp_path / part / FILE).write_text(json.dumps(rows[part == "dev"]))
    assert [one[0].dates[0] for one in parts(tmp_path)] == [("1911",), ("1910",)]
