"""What reading makes of a case's reports: read once, and proposed for the victim it names."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Barrier, BrokenBarrierError

import pytest

from tests.builders import NOW
from tocsin.casework import understanding
from tocsin.domain.case import Victim
from tocsin.domain.correcting import PassageRole
from tocsin.domain.kinds import VictimKind
from tocsin.reading.understood import Role


@dataclass
class Said:
    """A reading and its proposal in one, as far as is looked at here."""

    intended_victim: str
    confidence: float = 0.9

    @property
    def proposals(self):
        return (self,)


def proposed(name, *intended_victims, known_as=(), alone=True):
    victim = Victim(
        victim_id="v1",
        name=name,
        kind=VictimKind.PERSON,
        known_as=known_as,
        place="",
        protector="",
        clock_from=NOW,
    )
    found = understanding.proposed_for(victim, [Said(one) for one in intended_victims], alone=alone)
    return found and found.intended_victim


@pytest.mark.parametrize(
    ("name", "intended_victim"),
    [
        ("Ilda Norr", "Norr"),
        ("Norr", "Senator Ilda NORR"),
        ("the mayor of Lindau", "mayor"),
        ("O'Brell", "Ana O'Brell"),
        ("王法官", "法官"),
    ],
)
def test_a_victim_is_known_by_any_whole_part_of_the_name(name, intended_victim):
    assert proposed(name, "somebody else", intended_victim) == intended_victim


def test_the_only_proposal_is_not_taken_for_one_of_several_victims_when_it_names_another():
    assert proposed("Ilda Norr", "Pavo Renn") == "Pavo Renn"
    assert proposed("Ilda Norr", "Pavo Renn", alone=False) is None
    assert proposed("Ilda Norr", "", alone=False) == ""


@pytest.mark.parametrize(
    ("name", "other"), [("Joanna Norr", "Ann"), ("Al", "Walter"), ("Norr", "")]
)
def test_letters_within_a_word_are_no_name(name, other):
    assert proposed(name, "somebody else", other) is None


def test_a_victim_goes_by_other_names_too_and_by_the_only_proposal_there_is():
    assert proposed("Ilda Norr", "the mayor", "a guard", known_as=("the mayor",)) == "the mayor"
    assert proposed("Ilda Norr", "whoever opens the door") == "whoever opens the door"
    assert proposed("Ilda Norr") is None


def test_every_role_that_is_read_can_be_corrected():
    assert {*map(str, Role)} == {*map(str, PassageRole)} - {PassageRole.NONE}


def test_the_models_are_loaded_once_however_many_ask_at_once(monkeypatch):
    loads, second = [], Barrier(2)

    def load():
        loads.append(1)
        with suppress(BrokenBarrierError):
            second.wait(0.2)
        return object()

    monkeypatch.setattr(understanding, "_loaded", cache(load))
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: understanding.reader(), range(2))
    assert one is other
    assert loads == [1]
