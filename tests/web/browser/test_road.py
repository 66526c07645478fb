"""The whole road in real browsers: a report in, a warning received, the case closed.

Every officer has a browser of their own; nobody gets anywhere by an address that no page gave.
"""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.builders import ANNA, BEN, CARLA, DAY, EVA, FINN, GRETA, INES, MINUTE, words
from tests.casework.road import Post
from tests.support.axe import violations
from tests.web.pages.road import received
from tocsin.casework.reads import case_of
from tocsin.casework.worker import work_all
from tocsin.domain.case import CaseState, DeliveryState
from tocsin.domain.kinds import Method

REPORT = (
    "Two men will attack the spring concert this evening, says a guest.\n"
    "<script>alert('never')</script><img src=x onerror=alert(1)>"
)
# What axe-core could judge otherwise than before: an element's name, classes and attributes, where.
KINDS = """() => [...document.querySelectorAll("body *")].map(one => [
  one.parentElement.tagName, one.tagName, one.className,
  ...one.getAttributeNames().filter(name => !["id", "href", "value"].includes(name)).sort(),
].join(" "))"""
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@dataclass
class Walk:
    """One case walked through from page to page; each page is looked at on the way."""

    site: object
    room: object
    url: str = ""
    faults: list[str] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)

    @property
    def case(self):
        return case_of(self.site.app, self.url.rpartition("/")[2])

    def at(self, who, need=""):
        """The page of the case before an officer; `need` stands first on it."""
        page = self.room.page(who)
        page.goto(self.url)
        self.look(page)
        if need:
            first = page.locator(".app-next")
            expect(first.get_by_role("heading", name="You are needed")).to_be_visible()
            assert need in first.inner_text()
        return page

    def follow(self, page, name):
        self.go(page, page.locator(".app-next").get_by_role("button", name=name))

    def go(self, page, link):
        with page.expect_navigation():
            link.click()
        self.look(page)

    def send(self, page, button):
        """Press the button; the case then says what is on the record."""
        self.go(page, page.get_by_role("button", name=button))
        expect(page.get_by_role("heading", name="On the record")).to_be_visible()

    def look(self, page):
        for screen in (NARROW, WIDE):
            page.set_viewport_size(screen)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > screen["width"]:
                self.faults.append(f"{page.url} is {wide} wide on {screen['width']}")
        if self.room.javascript:  # without scripts the timers of axe-core stand still
            self.judge(page)

    def judge(self, page):
        """By axe-core, a page with elements of a kind not seen before; its colours, once."""
        there = set(page.evaluate(KINDS))
        if not there <= self.judged:
            place = re.sub(r"\d+", "", page.url.partition("?")[0])
            found = violations(page, colours=place not in self.judged)
            self.judged |= {place, *there}
            self.faults += [f"{page.url}: {one}" for one in found]

    def receive(self):
        page = self.room.page(ANNA)
        page.goto(self.site.url)
        page.get_by_role("link", name="Receive a report").first.click()
        page.get_by_label("Paste its words").fill(REPORT)
        page.get_by_label("When it was acquired").fill("2024-03-07T11:55")
        page.get_by_label("Time zone").fill("Europe/Moscow")
        page.get_by_label("By whom it was acquired").fill("hugo.berg")
        page.get_by_label("From whom it came").fill("desk south")
        page.get_by_label("B – Usually reliable").check()
        page.get_by_label("2 – Probably true").check()
        page.get_by_role("button", name="Receive").click()
        page.wait_for_url("**/cases/C-*")  # and until it has loaded
        self.url = page.url
        self.look(page)

    def triage(self):
        page = self.at(ANNA, "Name who is threatened")
        self.follow(page, "Name the intended victim")
        page.get_by_label("Name", exact=True).fill("Visitors of the spring concert")
        page.get_by_label("An event").check()
        page.get_by_label("Where they are").fill("Meridian hall")
        self.send(page, "Name the intended victim")
        self.follow(page, "Record the findings")
        for name in ("harm", "directed", "credible", "specific", "impending"):
            page.locator(f'input[name="{name}"][value="yes"]').check()
            page.locator(f'textarea[name="{name}.basis"]').fill("The report says so outright.")
        page.locator('textarea[name="harm.words"]').fill("will attack the spring concert")
        page.get_by_label("Killing").check()
        self.send(page, "Record the findings")
        expect(page.get_by_text("Duty owed").first).to_be_visible()

    def determine(self):
        page = self.at(BEN, "Propose what is to be done about Visitors of the spring concert")
        page.get_by_label("Reason").fill("It is owed.")
        self.send(page, "Propose to warn")
        expect(page.get_by_text("You proposed this yourself.")).to_be_visible()
        self.confirm("Confirm: warn")

    def confirm(self, button):
        """A second officer's part: on the page itself where it is what presses most."""
        page = self.at(CARLA)
        if not page.get_by_role("button", name=button).count():
            self.go(page, page.get_by_role("link", name=re.compile("Confirm or reject")))
        page.get_by_label("I have read the findings and the reports").check()
        self.send(page, button)

    def write_and_release(self):
        page = self.at(ANNA, "Write the warning")
        self.follow(page, "Save the draft")
        told = words()
        for label, said in (
            ("What may happen", told.what),
            ("What to do", told.do),
            ("Whom to call", told.call),
            ("On what basis", told.basis),
            ("From", "2024-03-07T18:00"),
            ("Until", "2024-03-08T18:00"),
            ("Time zone", "Europe/Moscow"),
        ):
            page.get_by_label(label, exact=True).fill(said)
        self.send(page, "Save the draft")
        page = self.at(EVA, "Release or return warning w1")
        self.follow(page, "Release these words")
        page.get_by_label("What risk remains").fill("Small; accepted by me.")
        page.get_by_label("No, nobody inside has been told").check()
        page.get_by_label("I have read these exact words").check()
        self.send(page, "Release these words")

    def deliver(self):
        page = self.at(BEN, "Name who follows up")
        page.get_by_label("Follow-up owner").select_option(label="Greta Moss, east")
        self.send(page, "Name the follow-up owner")
        for name, how, where in (
            ("The hall's manager", "By email", "manager@hall.example"),
            ("The night desk", "In person", "At the north gate"),
        ):
            page = self.at(FINN)
            page.get_by_role("link", name="Name a recipient").click()
            page.get_by_label("Name of the person or desk").fill(name)
            page.get_by_label("Somebody who protects the victim").check()
            page.get_by_label(how, exact=True).check()
            page.get_by_label("Address, number, or where to meet", exact=True).fill(where)
            self.send(page, "Name the recipient")
        page = self.at(FINN, "Send the released warning on its way")
        for name in ("The hall's manager", "The night desk"):
            expect(page.get_by_label(name)).to_be_checked()
        self.send(page, "Send it on its way")
        self.go(page, page.get_by_role("link", name="Attest").first)
        page.get_by_label("Whom you told").fill("The shift lead")
        page.get_by_label("How you knew").fill("Badge seen")
        page.get_by_label("Yes, they said it back").check()
        page.get_by_label("What they said back").fill("Nobody is let in tonight.")
        self.send(page, "Attest")

    def acknowledge(self, post):
        work_all(self.site.app, "worker")
        page = self.at(GRETA)
        expect(page.get_by_text("Handed over", exact=True)).to_be_visible()
        (message,) = (one.body for one in post.sent if one.to_address == "manager@hall.example")
        link = re.search(r"http\S+/w/\S+", message)[0]
        code = re.search(r"Your code: (\S+)", message)[1]
        recipient = self.room.page("the manager")
        recipient.goto(link)
        recipient.locator("#confirm").get_by_label("Your code").fill(code)
        recipient.locator("#confirm").get_by_label("I have read").check()
        recipient.locator("#confirm").get_by_role("button", name="Confirm").click()
        recipient.get_by_role("heading", name="You have confirmed").wait_for()
        states = [one.state for one in self.case.deliveries.values()]
        assert states == [DeliveryState.UNDERSTOOD] * 2

    def follow_up(self):
        for name in ("The hall's manager", "The night desk"):
            page = self.at(GRETA)
            row = page.get_by_role("row", name=re.compile(re.escape(name)))
            row.get_by_role("link", name="Record what was done").click()
            page.get_by_label("Yes", exact=True).check()
            page.get_by_label("What was or was not done").fill("The hall stays shut.")
            self.send(page, "Record it")
        self.site.hands.advance(2 * DAY)
        self.room.pages.clear()  # nobody's session lasts that long: they sign in again
        work_all(self.site.app, "worker")
        page = self.at(GRETA)
        assert "lapsed" in page.locator("main .app-signs").first.inner_text()
        page.get_by_role("link", name="Decide on the window").first.click()
        page.get_by_label("Stand down").check()
        page.get_by_label("Reason").fill("The men are held.")
        self.send(page, "Decide")
        self.confirm("Confirm: stand down")

    def close(self):
        page = self.at(GRETA)
        page.get_by_role("link", name="Record what came of it").click()
        page.get_by_label("Averted").check()
        page.get_by_label("What is claimed").fill("Two arrests.")
        page.get_by_label("By whom").fill("City police")
        self.send(page, "Record the outcome")
        page = self.at(BEN)
        page.get_by_role("link", name="Close the case", exact=True).click()
        page.get_by_label("Reason").fill("Nothing is left to do.")
        self.send(page, "Propose to close")
        self.confirm("Confirm: close the case")
        page = self.at(INES)
        expect(page.get_by_text("Nothing is waited for.")).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("link", name="Export the record").click()
        assert saved.value.suggested_filename == f"{self.case.case_id}.tocsin.json"


@pytest.mark.long
@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_warning_goes_the_whole_road_from_page_to_page(site, room, javascript):
    post = Post()
    site.app.channels = {Method.EMAIL: post}
    walk = Walk(site=site, room=room(javascript))
    walk.receive()
    walk.triage()
    walk.determine()
    walk.write_and_release()
    walk.deliver()
    walk.acknowledge(post)
    walk.follow_up()
    walk.close()
    assert walk.case.state is CaseState.CLOSED
    assert walk.faults == []


def test_a_finding_is_made_by_keyboard_alone(site, room):
    case_id = received(site.app, REPORT.encode())
    page = room().page(ANNA)
    page.goto(f"{site.url}/cases/{case_id}/victims/new")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("A journalist in exile")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="On the record").wait_for()
    (victim,) = case_of(site.app, case_id).victims.values()
    assert (victim.name, victim.kind) == ("A journalist in exile", "person")


def test_a_refusal_takes_the_focus_and_keeps_what_was_typed(site, room):
    case_id = received(site.app)
    page = room().page(ANNA)
    page.goto(f"{site.url}/cases/{case_id}/victims/new")
    page.get_by_label("Where they are").fill("Meridian hall")
    page.get_by_role("button", name="Name the intended victim").click()
    summary = page.locator(".govuk-error-summary")
    summary.wait_for()
    assert summary.evaluate("one => one === document.activeElement")
    assert violations(page) == []
    summary.get_by_role("link", name="Choose what the victim is").click()
    assert page.evaluate("document.activeElement.name") == "kind"
    expect(page.get_by_label("Where they are")).to_have_value("Meridian hall")


def test_a_page_left_open_says_that_the_case_has_changed(site, room):
    case_id = received(site.app)
    reader = room().page(BEN)
    reader.clock.install()
    reader.goto(f"{site.url}/cases/{case_id}")
    writer = room().page(ANNA)
    writer.goto(f"{site.url}/cases/{case_id}/remark")
    writer.get_by_label("Your words").fill("Look again.")
    writer.get_by_role("button", name="Put it on the record").click()
    writer.get_by_role("heading", name="On the record").wait_for()
    site.hands.advance(MINUTE)
    reader.clock.fast_forward(25_000)
    reader.get_by_role("link", name="Show it as it is now").click()
    reader.get_by_text("Remark: Look again.").wait_for()
