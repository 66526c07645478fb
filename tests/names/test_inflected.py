"""Slavic names as sentences bend them."""

import pytest

from tocsin.names.inflected import first_form


@pytest.mark.parametrize(
    ("bent", "first"),
    [
        ("Тимура Рустамовича Карелина", "Тимур Рустамович Карелин"),
        ("Тимуром Рустамовичем Карелиным", "Тимур Рустамович Карелин"),
        ("Анне Петровне Сокольской", "Анн Петровна Сокольская"),
        ("Андрія Шевченка", "Андрій Шевченко"),
        ("Ігореві Мельнику", "Ігор Мельник"),
        ("Николаем Достоевским", "Николай Достоевский"),
    ],
)
def test_a_bent_name_is_brought_near_its_first_form(bent, first):
    assert first_form(bent) == first


@pytest.mark.parametrize("name", ["Timur Karelin", "تيمور كارلين", "Тимур Карелин", ""])
def test_what_is_no_bent_slavic_name_stays(name):
    assert first_form(name) == name
