"""The desk's side of delivery in a real browser: at 320 pixels, without scripts, by keyboard."""

from playwright.sync_api import expect

from tests.builders import ANNA, BEN, EVA, FINN, GRETA
from tests.support.axe import violations
from tests.web.pages.case_desk import WORDS, CaseDesk
from tests.web.pages.test_case_delivery import HALL, confirmed, delivered
from tocsin.casework import directory
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.delivering import Receipt

ARABIC = {
    "language_2": "ar",
    "what_2": "قد يقع هجوم على الحفل",
    "where_2": "القاعة الكبرى",
    "do_2": "ابقوا بعيدا عن القاعة",
    "call_2": "+44 7700 900123",
    "basis_2": "معلومات نصدقها",
}
SIZES = ({"width": 320, "height": 640}, {"width": 1280, "height": 900})
NAMES = ("The hall's manager", "Head of security", "City police desk", "Choir", "Organisers")


def told(app):
    """A case in which everybody stands differently, and the contact it was chosen from."""
    desk = CaseDesk.with_report(app)
    desk.determined()
    desk.sends(ANNA, "/warnings/new", **WORDS | ARABIC)
    one = directory.put(app, HALL, FINN, "on their word").contact
    desk.sends(BEN, "/follow-up", officer_id=GRETA.actor_id)
    for name in NAMES:
        desk.recipient(name=name, method_2="voice", address_2="+447700900123")
    desk.recipient("in_person", name="The night porter", inside="yes")
    desk.recipient("sms", name="The conductor", passes_on="yes")
    return desk, one


def sent(desk):
    said = {"parity": "told_already", "who_inside": "the porter", "who_outside": "the others"}
    desk.sends(EVA, "/warnings/w1/release", **desk.release_form(**said))
    to = tuple(f"r{n}" for n in range(1, 7))
    desk.sends(FINN, "/deliveries/together", warning="w1", to=to, rule="each", next_1="r7")
    ids = list(desk.case.deliveries)
    for delivery_id in ids[:4]:
        delivered(desk, delivery_id)
    delivered(desk, ids[4], "permanent")
    desk.does(SYSTEM, c.RecordReceipt, delivery_id=ids[1], receipt=Receipt.DELIVERED)
    desk.does(SYSTEM, c.RecordReceipt, delivery_id=ids[2], receipt=Receipt.DISPLAYED)
    confirmed(desk, ids[0], person="M. Duarte")
    words = "Who says so?\nWe have heard this before."
    desk.sends(GRETA, f"/deliveries/{ids[3]}/reaction", kind="disbelieved", words=words)
    return ids


def look(page, url, faults):
    page.goto(url)
    for size in SIZES:
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > size["width"]:
            faults.append(f"{url} is {wide} wide on {size['width']}")
    faults += [f"{url}: {one}" for one in violations(page)]


def test_every_page_of_delivery_fits_a_telephone_and_breaks_no_rule(site, room):
    desk, one = told(site.app)
    url, faults = f"{site.url}/cases/{desk.case_id}", []
    officers = room()
    look(officers.page(ANNA), f"{url}/warnings/w1/edit", faults)
    look(officers.page(EVA), f"{url}/warnings/w1/release", faults)
    finn = officers.page(FINN)
    for path in ("/recipients/new", f"/recipients/from/{one.contact_id}"):
        look(finn, url + path, faults)
    ids = sent(desk)
    for path in (
        "",
        "/deliveries/together",
        f"/deliveries/{ids[5]}/attest",
        f"/deliveries/{ids[5]}/script",
        f"/deliveries/{ids[1]}/reaction",
    ):
        look(finn, url + path, faults)
    assert faults == []


def test_a_delivery_is_paused_by_keyboard_alone_and_without_scripts(site, room):
    desk, _ = told(site.app)
    ids = sent(desk)
    page = room(False).page(FINN)
    page.goto(f"{site.url}/cases/{desk.case_id}#{ids[1]}")
    page.locator(f"[id='{ids[1]}']").get_by_role("link", name="Pause").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label("Reason").focus()
    page.keyboard.type("They are in the air.")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="On the record")).to_be_visible()
    assert desk.case.deliveries[ids[1]].paused_until
