"""Which reports are worth reading for a name, by how both sound, in any script."""

import pytest

from tocsin.casework import sounding

TEXT = (
    "Der Mann heißt Timur Karelin. Вчера Тимур Рустамович Карелин уехал. 据说习近平昨天到达。 "
    "وقال محمد رضا احمدی انه سافر"
)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("Karelin, Timur", True),
        ("Тимур Карелин", True),
        ("Xi Jinping", True),
        ("Mohammed Reza Ahmadi", True),
        ("Ilda Norr", False),
        ("Zebulon Quirke", False),
    ],
)
def test_a_report_is_read_for_a_name_where_two_of_its_parts_sound_so(name, fits):
    assert sounding.Ear(name).fits(sounding.vocabulary(TEXT)) is fits


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("SRNP", "SRNP", True), ("SRNP", "SRN", True), ("SRNP", "SLNP", True), ("SR", "SL", False),
     ("SRNP", "SNRP", False), ("MT", "MTR", True)],
)  # fmt: skip
def test_sounds_are_alike_but_for_one_consonant_of_three(one, other, alike):
    assert sounding.alike(one, other) is sounding.alike(other, one) is alike
