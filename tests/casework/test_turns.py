"""A partner who is slow may have little under way; one who answers, much."""

from datetime import timedelta

from tests.builders import NOW
from tocsin.casework.turns import QUICK, REMEMBERED, SLOW, SLOW_AFTER, Turns

ONE, OTHER = "one.example", "other.example"


def room(turns: Turns, partner: str, now=NOW) -> int:
    """How many more may begin."""
    return next((more for more in range(100) if not turns.has_room(partner, more, now)), 100)


def test_a_partner_who_answers_has_room_and_one_who_does_not_has_little():
    turns, later = Turns(), NOW + SLOW_AFTER
    assert (room(turns, ONE), room(turns, "")) == (QUICK, 100)
    for _ in range(5):
        turns.begins(ONE, NOW)
    assert (room(turns, ONE), room(turns, OTHER)) == (QUICK - 5, QUICK)
    assert (room(turns, ONE, later), room(turns, OTHER, later)) == (0, QUICK)


def test_who_was_slow_is_remembered_until_a_quick_answer_or_for_a_while():
    turns, later = Turns(), NOW + SLOW_AFTER
    turns.begins(ONE, NOW)
    turns.ends(ONE, NOW, later)
    assert room(turns, ONE, later) == SLOW
    assert room(turns, ONE, later + REMEMBERED) == QUICK
    turns.begins(ONE, later)
    turns.ends(ONE, later, later + timedelta(seconds=1))
    assert room(turns, ONE, later + timedelta(seconds=1)) == QUICK
