"""The public's page of a warning: nobody mistakes what is real, on a telephone or without eyes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.support.axe import violations
from tocsin.domain.areas import Area
from tocsin.domain.public import Status
from tocsin.domain.warning import WarningKind
from tocsin.web import maps
from tocsin.web.public_look import (
    Block,
    Chained,
    Links,
    PublicEntry,
    PublicView,
    State,
    state_at,
)
from tocsin.web.templating import environment

STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
SITE = "http://localhost:9"
NOW = datetime(2024, 3, 7, 15, tzinfo=UTC)
DAY = timedelta(days=1)
AREA = Area(description="Greater Moscow", circles=("55.8256,37.3903 30",))
ENGLISH = Block(
    language="en", direction="ltr", name="English", headline="Avoid large gatherings in Moscow",
    rows=(("What to do", "Avoid large gatherings.\nMonitor local media."),
          ("Whom to call", "+1 202 555 0143")),
)  # fmt: skip
ARABIC = Block(
    language="ar", direction="rtl", name="العربية", headline="تجنبوا التجمعات الكبيرة في موسكو",
    rows=(("ما العمل", "تجنبوا التجمعات الكبيرة."),),
)  # fmt: skip
WARNED = Chained(message=WarningKind.ALERT, sent=NOW, link="/public/1")
CANCELLED = Chained(message=WarningKind.CANCEL, sent=NOW + DAY, link="/public/2")
VIEW = PublicView(
    status=Status.ACTUAL, message=WarningKind.ALERT, house="Watch Office", sent=NOW,
    blocks=(ENGLISH, ARABIC), opens=NOW, closes=NOW + 2 * DAY, zone="Europe/Moscow",
    state=State.IN_FORCE, links=Links(cap="/1.xml", calendar="/1.ics", feed="/feed.atom"),
    map_svg=maps.svg([AREA], width=maps.WIDTH, height=maps.HEIGHT, title="Map", desc="Moscow"),
    map_words=maps.words([AREA]),
)  # fmt: skip
GONE = replace(
    VIEW, state=State.CANCELLED, follower=CANCELLED, chain=(WARNED, CANCELLED), map_svg=""
)
SHAM = [replace(VIEW, status=status, map_svg="") for status in (Status.EXERCISE, Status.TEST)]


def rendered(view):
    return environment().get_template("public/warning.html").render(view=view)


def listed():
    entries = [
        PublicEntry(
            status=view.status, message=view.message, state=view.state, link="/public/1",
            headline=view.blocks[0].headline, language="en", direction="ltr", where="Moscow",
            window=view.window,
        )
        for view in (VIEW, GONE, *SHAM)
    ]  # fmt: skip
    template = environment().get_template("public/list.html")
    return template.render(entries=entries, house="Watch Office", feed="/feed.atom")


@pytest.mark.parametrize("view", SHAM)
def test_an_exercise_and_a_test_say_so_three_times_above_and_below_and_first_in_the_title(view):
    page = BeautifulSoup(rendered(view), "html.parser")
    word = view.status.upper()
    bars = page.select(".bar")
    assert len(bars) == 2
    assert all([b.text for b in bar.find_all("b")] == [word] * 3 for bar in bars)
    assert page.title.text.startswith(f"{word} – ")
    assert not page.select(".bar--actual, .state--in_force")


def test_an_actual_warning_is_called_nothing_else_and_gives_every_language_its_direction():
    text = rendered(VIEW)
    page = BeautifulSoup(text, "html.parser")
    assert [bar.text.strip() for bar in page.select(".bar")] == ["WARNING"]
    assert "EXERCISE" not in text.upper()
    blocks = page.select("section.words")
    assert [(one["lang"], one["dir"]) for one in blocks] == [("en", "ltr"), ("ar", "rtl")]
    assert "In force now" in page.select_one(".window").text
    assert {"/1.xml", "/1.ics", "/feed.atom", "/genuine"} <= {a["href"] for a in page.find_all("a")}


def test_a_cancelled_warning_says_when_and_leads_on_to_the_cancellation():
    page = BeautifulSoup(rendered(GONE), "html.parser")
    told = page.select_one(".follower")
    assert "This was cancelled at 8 March 2024, 18:00 (MSK; 15:00 UTC)." in told.text
    assert told.a["href"] == "/public/2"
    assert page.select_one(".bar").text.strip() == "WARNING: CANCELLED"
    assert page.title.text.startswith("Cancelled: ")
    assert page.select_one(".chain [aria-current]").text.startswith("Warning: this message")


def test_the_page_is_small_and_carries_no_script_and_no_style_of_its_own():
    text = rendered(VIEW)
    page = BeautifulSoup(text, "html.parser")
    assert len(text.encode()) < 100_000
    assert not page.find_all(["script", "style"])
    assert not [one for one in page.find_all(True) if one.get("style")]


@pytest.mark.parametrize(
    ("after", "followed", "state"),
    [(-DAY, None, State.NOT_YET), (0 * DAY, None, State.IN_FORCE), (2 * DAY, None, State.OVER),
     (DAY, WarningKind.UPDATE, State.REPLACED), (-DAY, WarningKind.CANCEL, State.CANCELLED)],
)  # fmt: skip
def test_the_state_follows_from_the_time_and_from_what_came_after(after, followed, state):
    assert state_at(NOW + after, NOW, NOW + 2 * DAY, followed) is state


def test_the_pages_break_no_rule_of_accessibility_and_fit_a_telephone(page):
    pages = {"/1": rendered(VIEW), "/2": rendered(GONE), "/list": listed()}
    pages |= {f"/sham{n}": rendered(view) for n, view in enumerate(SHAM)}

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        else:
            route.fulfill(body=pages[path], content_type="text/html; charset=utf-8")

    page.route(f"{SITE}/**", answer)
    page.set_viewport_size({"width": 320, "height": 700})
    for path in pages:
        page.goto(SITE + path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
