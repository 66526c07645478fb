"""Areas as officers type or draw them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.areas import Area
from tocsin.web.pages.areas_form import MOST_AREAS, read_areas, show_areas
from tocsin.web.pages.forms import Form

TWO = Area(
    description="Two squares and a circle",
    polygons=("1,1 1,2 2,2 2,1 1,1", "5,5 5,6 6,6 6,5 5,5"),
    circles=("55.8256,37.3903 30",),
)


def form(**fields):
    return Form.showing(**{name.replace("_", "-"): value for name, value in fields.items()})


def test_what_is_shown_is_read_again_as_it_was():
    shown = Form.showing(**show_areas([TWO, TWO]))
    assert read_areas(shown) == (TWO, TWO)
    assert not shown.errors
    shown.done()


def test_a_polygon_is_closed_and_spaces_are_forgiven():
    typed = form(area_0_description="A", area_0_polygon=" 1 , 1\r\n1,2\r\n2,2 \r\n")
    assert read_areas(typed)[0].polygons == ("1,1 1,2 2,2 1,1",)


def test_a_polygon_drawn_on_over_the_180th_meridian_is_made_two():
    typed = form(area_0_description="Fiji", area_0_polygon="-16,177\n-16,181.5\n-19,181.5\n-19,177")
    west, east = sorted(read_areas(typed)[0].polygons)
    assert set(west.split()) == {"-16,-180", "-16,-178.5", "-19,-178.5", "-19,-180"}
    assert set(east.split()) == {"-16,177", "-16,180", "-19,180", "-19,177"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("polygon", "1,1\n2,2", "Polygon 1: a polygon has at least four points"),
     ("polygon", "1,1\n2,2\nhere\n3,1", "Polygon 1: a point is written"),
     ("polygon", "0,0\n2,2\n0,2\n2,0", "Polygon 1: a polygon does not touch or cross itself"),
     ("polygon", "10,170\n10,-170\n20,-170", "Polygon 1: a polygon over the 180th meridian"),
     ("circle", "1,1 2\n1,1 9000", "Circle 2: a circle's radius is above 0 and at most 5,000 km"),
     ("circle", "1;1 2", "Circle 1: a point is written")],
)  # fmt: skip
def test_a_mistake_is_told_beside_its_field(field, value, said):
    typed = form(**{"area_1_description": "A", f"area_1_{field}": value})
    assert read_areas(typed) == ()
    assert typed.errors[f"area-1-{field}"].startswith(said)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({}, "area-0-polygon"), ({"area_2_description": "A"}, "area-2-polygon"),
     ({"area_0_circle": "1,1 2"}, "area-0-description")],
)  # fmt: skip
def test_an_area_has_a_name_and_a_shape(fields, wrong):
    typed = form(**fields)
    assert read_areas(typed) == ()
    assert list(typed.errors) == [wrong]


@given(st.dictionaries(
    st.sampled_from([f"area-{n}-{part}" for n in range(MOST_AREAS)
                     for part in ("description", "polygon", "circle")]),
    st.text("0123456789.,- \n+eE٣x", max_size=60),
))  # fmt: skip
def test_whatever_is_typed_gives_areas_or_mistakes_by_field(fields):
    typed = Form.showing(**fields)
    assert bool(read_areas(typed)) or typed.errors
