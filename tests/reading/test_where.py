"""Places are exact names where a place stands; sites are named as the report names them."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.reading.where import Place, PlaceKind, read_places
from tocsin.reading.where_names import folded

PIECES = (
    "in at near the of Moscow MOSCOW Idaho , ( ) . Nice France Santiago Mr Perez Hall concert City "
    "в Москве театр 在 莫斯科 في موسكو Grand Mosque “ ” ' - -- 7 March St. U.S. Embassy São"
)
WORDS = st.sampled_from(PIECES.split(" "))


def told(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(p.words, p.what.value, p.country) for p in read_places(text, language=language)]


def town(text: str, words: str) -> Place:
    return next(p for p in read_places(text) if p.words == words and p.what is PlaceKind.TOWN)


def test_a_site_is_named_whole_and_no_town_is_found_in_it() -> None:
    assert told("An attack at Crocus City Hall in Krasnogorsk, Russia, was feared.") == [
        ("Crocus City Hall", "site", "RU"),
        ("Krasnogorsk", "town", "RU"),
        ("Russia", "country", "RU"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The hall named City was full. Nice people, mobile police and a reading room.",
        "Crocus is a flower; Moskow and Pariss are no names.",
        "Mr Santiago met Paris Hilton and Jordan Smith, and May came in March.",
        "A concert hall and the embassy stood beside a market.",
    ],
)
def test_words_that_are_no_place_here_are_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("He fled to Moscow.", "Moscow", "RU"),
        ("He fled to Moscow, Idaho.", "Moscow", "US"),
        ("He lives in Alexandria, Virginia.", "Alexandria", "US"),
        ("He lives in Alexandria.", "Alexandria", "EG"),
        ("Chile is calm. A bomb fell in Santiago.", "Santiago", "CL"),
        ("He was born in Vina del Mar.", "Vina del Mar", "CL"),
        ("LIMA, 5 MAR 24 (EXAMPLE) -- [TEXT] A BOMB FELL IN TRUJILLO.", "TRUJILLO", "PE"),
        ("They went from Lima, Cali and Quito.", "Cali", "CO"),
    ],
)
def test_the_context_chooses_among_towns_of_one_name(text: str, words: str, country: str) -> None:
    found = town(text, words)
    assert found.country == country
    assert found.why
    assert found.latitude is not None


def test_coordinates_and_number_are_those_of_geonames() -> None:
    moscow = town("The embassy in Moscow warned.", "Moscow")
    assert (moscow.latitude, moscow.longitude, moscow.geoname_id) == (55.75204, 37.61781, 524901)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ru", "Взрыв произошёл в Москве.", "Москве"),
        ("uk", "Вибух стався у Києві.", "Києві"),
        ("fr", "L'attentat a eu lieu à Marseille.", "Marseille"),
        ("es", "La bomba estalló en Medellín.", "Medellín"),
        ("ar", "وقع الانفجار في موسكو.", "موسكو"),
        ("fa", "انفجار در تهران بود.", "تهران"),
        ("zh", "爆炸发生在莫斯科。", "莫斯科"),
    ],
)
def test_towns_are_found_under_their_other_names(language: str, text: str, words: str) -> None:
    assert [(w, kind) for w, kind, _ in told(text, language)] == [(words, "town")]


def test_events_and_sites_in_capitals_are_cut_at_the_words_around_them() -> None:
    text = "SAN SALVADOR, 5 MAR 24 -- A BOMB FELL NEAR THE SHERATON HOTEL DURING THE JAZZ FESTIVAL."
    assert [w for w, kind, _ in told(text) if kind in {"site", "event"}] == [
        "SHERATON HOTEL",
        "JAZZ FESTIVAL",
    ]


def test_names_are_folded_without_loss_of_letters() -> None:
    assert folded("Viña-del-Mar") == folded("vina del mar") == "vina del mar"
    assert folded("St. Mary’s") == "st mary s"


@settings(deadline=None)
@given(st.lists(WORDS, max_size=30).map(" ".join) | st.text(), st.sampled_from(["en", "ru", "zh"]))
def test_any_text_is_read_and_every_span_is_exact(text: str, language: str) -> None:
    last = 0
    for found in read_places(text, language=language):
        assert last <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.words
        assert found.why
        last = found.end


@pytest.mark.parametrize(
    "unit", ["Moscow ", "in the ", "Hall ", "A of ", "A-", "莫斯科", "“A", "HOTEL ", "A "]
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    text = unit * (40_000 // len(unit))
    read_places("in Moscow")
    began = time.process_time()
    read_places(text)
    assert time.process_time() - began < 5
