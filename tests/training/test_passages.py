"""The passages are what their guidelines say, and were read alike twice."""

import pytest

from training.check_passages import KINDS, LANGUAGES, agreement, checked, kappa, passages, span_f1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_passage_of_a_language_is_labelled_twice_without_a_fault(language: str) -> None:
    pairs, wrong = checked(language)
    assert wrong == []
    assert len(pairs) == len(passages(language)) >= 100
    assert {first["kind"] for first, _ in pairs} == KINDS


def test_the_readings_agree_as_the_readme_says() -> None:
    told = agreement([pair for language in LANGUAGES for pair in checked(language)[0]])
    assert {name: round(value, 3) for name, value in told.items()} == {
        "threat": 1.0,
        "kind": 0.963,
        "harm": 0.875,
        "stages": 0.928,
        "certainties": 0.811,
        "roles": 0.785,
    }


def test_agreement_is_counted_beyond_chance() -> None:
    assert kappa([(1, 1), (0, 0), (1, 1), (0, 0)]) == 1
    assert kappa([(1, 1), (1, 0), (0, 1), (0, 0)]) == 0
    first, other = (
        {"roles": [["victim", "Anna"], ["time", "Friday"]]},
        {"roles": [["victim", "Anna"]]},
    )
    assert span_f1([(first, other)]) == pytest.approx(2 / 3)
