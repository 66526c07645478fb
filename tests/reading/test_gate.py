"""The gate: what it must let pass, what it need not, and what it cannot judge."""

import subprocess
import sys
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.reading.gate import FEWEST, Gate, features
from tocsin.reading.normal import normalise

ORDINARY = (
    "The bakery in the old town will sell rye bread, cheese and honey from June. Its owner said "
    "that the new oven is larger and needs less wood. Visitors may see how the dough is made and "
    "how the loaves are cut. Sales of bicycles rose again this year, the trade association said, "
    "as more people ride to work. Prices went up slightly because of higher costs for shipping. "
)
VIOLENT = (
    "Gunmen shot dead a judge outside her house and kidnapped her son, the police said; the group "
    "threatened to kill him unless its leaders are released from prison."
)


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load()


def test_ordinary_news_stays_outside(gate: Gate) -> None:
    result = gate.judge(ORDINARY * 2, "en")
    assert not result.passes
    assert result.why == "probability"
    assert result.probability < gate.threshold


def test_violence_passes_however_much_ordinary_text_is_around_it(gate: Gate) -> None:
    alone = gate.judge(VIOLENT * 4, "en")
    buried = gate.judge(ORDINARY * 300 + VIOLENT + ORDINARY * 300, "en")
    assert (alone.passes, alone.why) == (buried.passes, buried.why) == (True, "probability")


def test_capitals_accents_and_look_alike_letters_change_nothing(gate: Gate) -> None:
    plain = gate.probability(VIOLENT)
    assert gate.probability(VIOLENT.upper()) == plain
    assert gate.probability(VIOLENT.replace("o", "о")) == plain
    assert gate.probability(normalise(VIOLENT.replace("k", "k\u200b")).text) == plain


def test_what_it_cannot_judge_passes_and_says_why(gate: Gate) -> None:
    foreign = "Kunta avasi uuden kirjaston keskustaan, ja lapset lauloivat avajaisissa. " * 15
    assert gate.judge("The library opens at noon.", "en").why == "too short"
    assert gate.judge("", "en").passes
    assert gate.judge(foreign, "fi").why == "language not taught"
    assert gate.judge(foreign).why == "unknown words"
    assert gate.judge("城里新开了一座图书馆，孩子们唱了歌。" * 20, "zh").passes


def test_a_short_text_always_passes(gate: Gate) -> None:
    words = ORDINARY.split()
    assert len(words) < FEWEST
    assert gate.passes(" ".join(words), "en")


def test_places_are_the_same_in_every_process() -> None:
    program = "from tocsin.reading.gate import features; print(features('A bomb')[0].tolist())"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == str(features("A bomb")[0].tolist())


def test_words_are_told_apart_wherever_they_stand() -> None:
    (alone,), (later,) = features("bomb"), features("the quiet bomb")
    assert (alone[[0, 2], 0] == later[[0, 2], 2]).all()
    assert alone[1, 0] != later[1, 2]


@given(st.text(max_size=80))
@settings(max_examples=40)
def test_any_text_has_a_probability(text: str) -> None:
    assert 0 <= Gate.load().probability(text) <= 1


@pytest.mark.parametrize("text", ["a" * 10**6, "a " * 500_000, "\ud800" * 10**5, "中" * 10**6])
def test_a_megabyte_takes_a_bounded_time(gate: Gate, text: str) -> None:
    began = process_time()
    gate.judge(text)
    assert process_time() - began < 3
