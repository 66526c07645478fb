"""Sources, not documents: printings of one story are one voice, and chance is not copying."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.stories import PRINTED, REPRINTED, UNRELATED, WIRE
from tests.reading.test_normal import SECONDS_A_MEGABYTE, TEXTS
from tocsin.reading.grams import SIZE, Grams, Passages, grams
from tocsin.reading.normal import normalise
from tocsin.reading.sources import Link, Relation, Sources, passages
from tocsin.reading.sources_groups import Group, groups
from tocsin.reading.sources_memory import MemoryIndex

WORDS = st.lists(st.sampled_from("abcdef"), max_size=60)


def read(*texts: str) -> tuple[list[str], list[Link]]:
    sources = Sources(MemoryIndex(), Grams())
    named = {str(place): text for place, text in enumerate(texts)}
    return [*named], [link for one, text in named.items() for link in sources.add(one, text)]


def related(one: str, other: str) -> Relation:
    _, links = read(one, other)
    return links[0].relation if links else Relation.INDEPENDENT


def test_two_printings_of_a_wire_story_are_one_source():
    assert related(WIRE, PRINTED) is Relation.DERIVED
    assert related(WIRE, REPRINTED) is Relation.SAME
    assert groups(*read(WIRE, PRINTED, UNRELATED)) == (
        Group(reports=("0", "1")),
        Group(reports=("2",)),
    )


def test_the_same_links_below_make_no_source():
    assert related(REPRINTED, UNRELATED) is Relation.INDEPENDENT


def test_a_stock_phrase_weighs_less_the_more_sources_have_it():
    stock = "a breakaway faction of the northern front claimed responsibility for it in a statement"
    incidents = [
        f"{' '.join(f'{word}{place}' for word in WIRE.split()[: 24 + place])} {stock}"
        for place in range(8)
    ]
    assert read(*incidents)[1] == []


def test_passages_are_shown_where_they_stand_in_both_texts():
    found = passages(PRINTED, WIRE, Grams())
    shown = [(PRINTED[p.start : p.end], WIRE[p.other_start : p.other_end]) for p in found]
    ((mine, theirs),) = shown
    assert mine.startswith("after an unsigned letter said")
    assert mine.endswith("the coming week")
    assert "“We take every such letter seri-\nously," in mine
    assert '"We take every such letter seriously,' in theirs


def test_a_report_put_together_from_two_makes_them_no_single_source():
    half = UNRELATED.split("\n\n")[0] + " " + " ".join(f"acre{n} of{n} reeds{n}" for n in range(20))
    mixed = half[: len(half) // 2] + " Meanwhile: " + WIRE[: len(WIRE) // 2]
    assert groups(*read(WIRE, half, mixed)) == (
        Group(reports=("0",), drawn_on_by=("2",)),
        Group(reports=("1",), drawn_on_by=("2",)),
    )


def test_pieces_of_one_report_are_one_source_whichever_came_first():
    middle = WIRE.index("The letter, typed")
    front, back = WIRE[:middle], WIRE[middle:]
    assert len(groups(*read(WIRE, front, back))) == 1
    assert len(groups(*read(front, back, WIRE))) == 1


def test_nobody_is_grouped_by_nothing():
    assert groups((), ()) == ()
    assert groups(*read("", "", "Bomb at noon.", "Bomb at noon.")) == tuple(
        Group(reports=(str(place),)) for place in range(4)
    )


@pytest.mark.parametrize("mark", ["\u200b", "\xad", "\u202e", "\u0338"])
def test_what_shows_nothing_does_not_make_a_copy_look_new(mark):
    hidden = mark.join(WIRE)
    assert related(WIRE, hidden) is Relation.SAME
    assert related(WIRE, WIRE.replace("o", "о").replace("a", "а")) is Relation.SAME


def test_numbers_are_the_same_in_every_process_and_others_under_another_secret():
    code = (
        "from tocsin.reading.grams import Grams\ng = Grams(b's')\n"
        "print(g.sample(g.words('the bomb will go off at noon in the square').numbers).runs)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    mine = Grams(b"s", one_in=1).words(WIRE).numbers
    assert len(told) == 1
    assert mine[:9] != Grams(b"t", one_in=1).words(WIRE).numbers[:9]


@given(TEXTS)
def test_words_are_the_same_fast_and_with_their_places(text):
    plain, placed = Grams().words(text).numbers, Grams().placed_words(text)
    assert placed.numbers == plain == Grams().words(normalise(text).text).numbers
    assert len(placed.spans) == len(placed.numbers)
    assert all(0 <= start < end <= len(text) for start, end in placed.spans)


@given(WORDS, WORDS)
def test_every_shared_run_of_four_is_covered_and_nothing_else(one, other):
    known = Grams()
    mine, theirs = known.words(" ".join(one)).numbers, known.words(" ".join(other)).numbers
    covered = set()
    for run in Passages(mine).shared(theirs):
        assert run.size >= SIZE
        assert mine[run.at : run.at + run.size] == theirs[run.other_at : run.other_at + run.size]
        assert covered.isdisjoint(range(run.at, run.at + run.size))
        covered |= set(range(run.at, run.at + run.size))
    also = set(grams(theirs))
    assert {at for at, run in enumerate(grams(mine)) if run in also} <= covered


@pytest.mark.parametrize("different", [1, 4, 50_000])
def test_a_megabyte_on_one_line_is_compared_in_bounded_time(different):
    text = " ".join(f"kill{place % different}" for place in range(120_000))
    began = time.process_time()
    assert related(text, text) is (Relation.SAME if different > SIZE else Relation.INDEPENDENT)
    assert time.process_time() - began < SECONDS_A_MEGABYTE
