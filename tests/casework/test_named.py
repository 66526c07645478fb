"""Whom a report names."""

from time import process_time

import pytest

from tocsin.casework.named import _runs


@pytest.mark.parametrize("piece", ["A-", "A'", "Abc ", "Al al-"])
def test_a_text_made_to_be_tried_over_and_over_is_read_in_bounded_time(piece):
    begun = process_time()
    list(_runs(piece * 10_000, []))
    assert process_time() - begun < 2


def test_words_written_large_are_a_name_with_the_particles_between_them():
    said = "Then Abd-al-Rahman O'Neill met T. van der Berg, who left."
    assert list(_runs(said, [])) == ["Then Abd-al-Rahman O'Neill", "T. van der Berg"]
