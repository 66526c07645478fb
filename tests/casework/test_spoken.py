"""What is said on the telephone, and what stands in a text message."""

import pytest

from tests.builders import words
from tests.casework.test_sheet import a_block
from tocsin.casework.spoken import LONGEST_TEXT, script, short_text, spelled
from tocsin.domain.phrases import CATALOGUES

CODE, LINK = "AB7D-XY0Z", "https://house.example/w/x"


def test_a_code_is_spelled_for_the_ear() -> None:
    assert spelled("ab7d-XY0Z") == "Alfa, Bravo, 7, Delta; X-ray, Yankee, 0, Zulu"


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_nothing_of_the_warning_is_said_before_the_person_is_known(language: str) -> None:
    block = a_block(language=language)
    lines = script(block, CODE, house="the duty desk", name="Jo Doe", exercise=True)
    told = lines.index(block.headline)
    assert "Jo Doe" in lines[0]
    assert lines[1].startswith("[")
    before = "".join(lines[:told])
    for said in (words().what, words().where, words().do, CODE, spelled(CODE)):
        assert said not in before
    assert CATALOGUES[language].exercise in before
    after = lines[told:]
    for line in filter(None, block.text.split("\n")):
        assert line in after
    assert CATALOGUES[language].spoken_back in after
    assert spelled(CODE) in "".join(after)


def test_a_text_message_says_what_to_do_before_the_link_and_the_code() -> None:
    assert short_text(a_block(), LINK, CODE, exercise=True).split("\n") == [
        "EXERCISE",
        "WARNING",
        "What: An armed attack on a concert is being prepared.",
        "Where: Large halls in the city",
        f"When: {words().window.told()}",
        "What to do: Stay away from large gatherings.",
        "Whom to call: The duty desk, +1 555 0100, day and night",
        LINK,
        f"Your code: {CODE}",
    ]


@pytest.mark.parametrize("what", ["x" * 3_000, "a\n" * 1_500 + "a"])
def test_what_does_not_fit_is_left_out_whole_and_that_shows(what: str) -> None:
    text = short_text(a_block(what=what), LINK, CODE)
    assert len(text) <= LONGEST_TEXT
    assert text.split("\n")[:3] == ["WARNING", "…", "Where: Large halls in the city"]
    assert text.endswith(f"{LINK}\nYour code: {CODE}")


def test_an_exercise_is_marked_in_both_languages() -> None:
    assert short_text(a_block(language="ru"), LINK, CODE, exercise=True).startswith(
        "УЧЕНИЕ - EXERCISE\n"
    )
