"""Officers draw areas on a map that asks nobody for it, or type them where no script runs."""

from pathlib import Path

from playwright.sync_api import expect

from tests.support.axe import violations
from tests.web.test_look import CONTEXT, POLICY
from tocsin.domain.areas import Area
from tocsin.web.pages.areas_form import read_areas
from tocsin.web.pages.forms import Form
from tocsin.web.templating import environment

STATIC = Path(__file__).parents[3] / "src/tocsin/web/static"
SITE = "http://localhost:9"
PAGE = """{% extends "base.html" %}{% from "components/areas.html" import areas_fields %}
{% block title %}Areas{% endblock %}{% block main %}<h1>Areas</h1>
<form method="post">{{ areas_fields(form, saved) }}<button>Go on</button></form>{% endblock %}"""
SAVED = [
    Area(description="Square", polygons=("55.7,37.5 55.7,37.7 55.8,37.7 55.8,37.5 55.7,37.5",))
]


def opened(page, width=1000):
    """The form in a page, under the policy that the server sends."""
    text = environment().from_string(PAGE).render(**CONTEXT, form=Form(), saved=SAVED)

    def answer(route):
        path, headers = route.request.url.removeprefix(SITE), {"Content-Security-Policy": POLICY}
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"), headers=headers)
        else:
            route.fulfill(body=text, headers=headers | {"Content-Type": "text/html; charset=utf-8"})

    page.route(f"{SITE}/**", answer)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{SITE}/")
    return page


def filled(page):
    """What the form would send."""
    names = page.locator("[data-area] [name]").evaluate_all(
        "all => all.map(o => [o.name, o.value])"
    )
    return Form.showing(**dict(names))


def test_points_and_circles_are_drawn_moved_undone_and_cleared(page):
    opened(page, 320).locator(".app-country").first.wait_for(state="attached")
    land, status = page.locator("[data-map]"), page.get_by_role("status")
    size = land.bounding_box()
    for across, down in ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7)):
        land.click(position={"x": size["width"] * across, "y": size["height"] * down})
    page.get_by_label("What people call it").first.fill("A triangle")
    page.get_by_label("Radius in km").fill("30")
    page.get_by_role("button", name="Put a circle at the cross").click()
    drawn = read_areas(filled(page))[0]
    assert len(drawn.polygons[0].split()) == 4
    assert drawn.circles[0].endswith(" 30")
    page.get_by_title("Point 1 of polygon 1, area 1").focus()
    page.keyboard.press("ArrowLeft")
    assert read_areas(filled(page))[0].polygons != drawn.polygons
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Undo").click()
    assert read_areas(filled(page))[0] == drawn
    page.get_by_title("Middle of circle 1, area 1").focus()
    page.keyboard.press("Delete")
    assert read_areas(filled(page))[0].circles == ()
    page.get_by_role("button", name="Clear this area").click()
    assert status.inner_text() == "The shapes of this area are cleared."


def test_a_point_is_dragged_and_a_saved_area_is_put_in(page):
    opened(page).locator(".app-country").first.wait_for(state="attached")
    page.get_by_label("Draw", exact=True).select_option("Area 2")
    page.get_by_label("Saved areas").select_option("Square")
    page.get_by_role("button", name="Use it").click()
    assert read_areas(filled(page)) == tuple(SAVED)
    point = page.get_by_title("Point 1 of polygon 1, area 2")
    point.drag_to(page.locator("[data-map]"), target_position={"x": 100, "y": 300})
    page.get_by_role("status").filter(has_text="Moved to").wait_for()
    moved = read_areas(filled(page))[0].polygons[0].split()
    assert moved[1:4] == SAVED[0].polygons[0].split()[1:4]
    assert moved[0] == moved[4] != "55.7,37.5"


def test_what_is_typed_is_drawn(page):
    opened(page).locator(".app-country").first.wait_for(state="attached")
    page.get_by_label("Corners").first.fill("1,1\n1,20\n20,20\n\n-5,5\n-5,9\n-9,9\nnot yet a poi")
    expect(page.locator(".app-point")).to_have_count(6)


def test_without_scripts_the_fields_stand_alone(page_without_javascript):
    page = opened(page_without_javascript)
    expect(page.locator("[data-map]")).to_be_hidden()
    page.get_by_label("Corners").first.fill("1,1\n1,2\n2,2")
    page.locator("summary", has_text="Area 3").click()
    expect(page.get_by_label("Corners").nth(2)).to_be_visible()
