"""The directory in a browser without scripts, by its keys, and on a small screen."""

from dataclasses import replace

from tests.builders import DAY, FINN, NOW
from tests.support.axe import violations
from tocsin.casework import directory
from tocsin.domain.directory import Contact, ContactKind, EncryptionKey, KeyKind, QuietHours, Way
from tocsin.domain.kinds import Method

KEY = EncryptionKey(
    key_kind=KeyKind.AGE, text="age1dj3v47zpzlrv4trmjplccr276shp96julcqpmf2h399z59umhvjsc47um8"
)
HALL = Contact(
    contact_id="",
    contact_kind=ContactKind.PROTECTOR,
    name="EXAMPLE Security desk of the hall",
    unit="",
    ways=(
        Way(method=Method.EMAIL, address="desk@hall.example", label="Duty desk", key=KEY),
        Way(method=Method.VOICE, address="+44 20 7946 0000"),
        Way(method=Method.WEBHOOK, address="https://partner.example/" + "long" * 30),
    ),
    languages=("fr", "en"),
    zone="Europe/Paris",
    quiet=QuietHours(begins="22:00", ends="07:00"),
    protects=("Krokus City Hall",),
)


def test_a_contact_is_entered_ordered_and_found_by_the_keys_alone(site, room):
    page = room(False).page(FINN)
    page.goto(site.url + "/directory")
    page.get_by_role("button", name="Enter a contact").press("Enter")
    page.get_by_label("What it is", exact=True).select_option("office")
    page.get_by_label("Name", exact=True).fill("EXAMPLE Night office")
    one, two = (page.get_by_role("group", name=f"Way {row}") for row in (1, 2))
    one.get_by_label("Method").select_option("email")
    one.get_by_label("Address").fill("night@office.example")
    two.get_by_label("Method").select_option("voice")
    two.get_by_label("Address").fill("+44 20 7946 0000")
    with page.expect_navigation():
        page.get_by_role("button", name="Move way 2 up").press("Enter")
    one = page.get_by_role("group", name="Way 1")
    assert one.get_by_label("Address").input_value() == "+44 20 7946 0000"
    page.get_by_label("Why, and on whose word").fill("EXAMPLE")
    page.get_by_label("Why, and on whose word").press("Enter")  # saves, and moves nothing
    page.get_by_role("heading", name="1. Telephone call").wait_for()
    page.get_by_role("link", name="Verify way 1").press("Enter")
    page.get_by_label("How it was tried").fill("called back, they answered")
    page.get_by_label("When").fill("2024-03-07T08:00")
    page.get_by_role("button", name="Verify by my word").press("Enter")
    page.get_by_text("called back, they answered").first.wait_for()


def test_its_pages_break_no_rule_of_accessibility_or_of_a_small_screen(site, room):
    soon = replace(HALL.ways[0], key=replace(KEY, expires_at=NOW + 9 * DAY))
    kept = directory.put(
        site.app, replace(HALL, ways=(soon, *HALL.ways[1:])), FINN, "EXAMPLE"
    ).contact
    page, here = room().page(FINN), f"/directory/{kept.contact_id}"
    page.set_viewport_size({"width": 320, "height": 800})
    for path in ("/directory", here, here + "/edit", here + "/ways/1"):
        page.goto(site.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
    page.get_by_role("button", name="Verify by my word").click()
    page.get_by_role("alert").get_by_role("link", name="Enter how it was tried").wait_for()
