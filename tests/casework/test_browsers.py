"""A browser added by a link is one more way, on the record as the contact's own, and untried."""

import json
from dataclasses import replace

import pytest

from tests.builders import ANNA, DAY, DMITRI, FINN, MINUTE, NOW
from tests.casework.test_directory import EMAIL, HALL, PHONE, refused
from tests.support.ringing import PushBox, a_subscription
from tocsin.casework import browsers, directory, directory_ways
from tocsin.casework.browsers import Outcome
from tocsin.channels import FailureReason, OutcomeUnknown, Permanent
from tocsin.domain.directory import Trouble, Way, troubles
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code
from tocsin.identity.browser_links import browser_token


@pytest.fixture
def box():
    return PushBox()


@pytest.fixture
def app(opens, box):
    app = opens()
    app.channels = {Method.WEB_PUSH: box}
    return app


@pytest.fixture
def one(app):
    return directory.put(app, HALL, FINN, "EXAMPLE").contact.contact_id


def token(app, one, by=FINN):
    link = browsers.link(app, one, by)
    assert link.startswith(f"{app.settings.base_url}/browser/")
    return link.rpartition("/")[2]


def add(app, token, endpoint="https://push.example/1", label="", **changes):
    given = json.dumps(a_subscription(endpoint) | changes)
    return browsers.add(app, token, given, label)


def ways(app, one):
    return directory.contact(app, one, FINN).ways


def test_a_browser_is_the_last_way_unverified_and_on_the_record_as_the_contacts_own(app, one, box):
    assert add(app, token(app, one), label="  Browser on\u202e a\nphone ") is Outcome.TESTED
    first, second, browser = ways(app, one)
    assert (first.address, second.address) == ("desk@hall.example", "+442079460000")
    assert (browser.method, browser.label) == (Method.WEB_PUSH, "Browser on a phone")
    assert troubles(browser, NOW) == (Trouble.NEVER_VERIFIED,)
    said = directory.history(app, one, FINN)[0]
    assert (said.by, said.changed) == ("recipient", ("ways",))
    assert said.reason == "A browser was added by the link that is good until 2024-03-14 09:00 UTC"
    assert box.sent[-1].to_address == browser.address
    assert "no warning" in box.sent[-1].short


def test_its_code_comes_back_through_an_officer_also_after_another_was_added(app, one, box, clock):
    here = token(app, one)
    add(app, here)
    code = box.code
    add(app, here, "https://push.example/2")
    directory_ways.finish_verifying(app, one, 3, code, FINN)
    assert [bool(way.verified_at) for way in ways(app, one)] == [False, False, True, False]
    assert ways(app, one)[2].verified_how == "a code sent by web push came back"


def test_the_same_browser_again_changes_nothing_and_rings_nobody(app, one, box):
    here = token(app, one)
    add(app, here)
    assert add(app, here) is Outcome.ALREADY  # though with other keys
    assert (len(ways(app, one)), len(box.sent)) == (3, 1)
    assert len(directory.history(app, one, FINN)) == 2


def test_there_are_at_most_five_browsers_and_six_ways(app, box):
    def added(ways, most):
        kept = directory.put(app, replace(HALL, ways=ways), FINN, "EXAMPLE").contact
        here = token(app, kept.contact_id)
        for number in range(most):
            add(app, here, f"https://push.example/{number}")
        assert not browsers.has_room(directory.contact(app, kept.contact_id, FINN))
        return refused(add, app, here, "https://push.example/more")

    assert added((), browsers.MOST_BROWSERS) is Code.BAD_VALUE
    sent = len(box.sent)
    assert added((EMAIL, PHONE), 4) is Code.BAD_VALUE
    assert len(box.sent) == sent + 4


@pytest.mark.parametrize("failure", [Permanent, OutcomeUnknown])
def test_a_test_that_did_not_surely_leave_is_told_and_the_way_stands_untried(
    app, one, box, failure
):
    box.raises = failure(FailureReason.RECIPIENT_REFUSED)
    assert add(app, token(app, one)) is Outcome.UNTESTED
    assert ways(app, one)[2].verified_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "http://push.example/1"},
        {"endpoint": "http://localhost/1"},
        {"endpoint": "https://localhost:8443/1"},
        {"endpoint": "https://10.0.0.1/1"},
        {"endpoint": "https://[::1]/1"},
        {"endpoint": "https://[::ffff:10.0.0.1]/1"},
        {"endpoint": "https://169.254.169.254/1"},
        {"endpoint": "https://a:b@push.example/1"},
        {"endpoint": "https://push.ex\u0430mple/1"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": "https://push.example/" + "a" * 2_000},
        {"keys": {"p256dh": "BA" + "A" * 85, "auth": "A" * 22}},
        {"keys": {"p256dh": "A", "auth": "A"}},
    ],
)
def test_what_is_no_place_outside_or_no_key_is_not_kept(app, one, box, changes):
    assert refused(add, app, token(app, one), **changes) is Code.ADDRESS_INVALID
    assert (len(ways(app, one)), box.sent) == (2, [])


def test_every_link_that_is_not_good_is_refused_alike(app, one, box, clock):
    good = token(app, one)
    key, until = app.keys.links, NOW + browsers.GOOD_FOR
    wrong = (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        browser_token(b"another house" * 3, one, until),
        browser_token(key, "K-0000-0000", until),
    )
    words = set()
    for one_more in wrong:
        with pytest.raises(browsers.Refusal) as why:
            add(app, one_more)
        words.add((why.value.code, str(why.value)))
    clock.advance(browsers.GOOD_FOR)
    with pytest.raises(browsers.Refusal) as why:
        add(app, good)
    assert words == {(Code.LINK_UNKNOWN, str(why.value))}
    clock.advance(-DAY)
    directory.remove(app, one, FINN, "EXAMPLE gone")
    assert refused(add, app, good) is Code.LINK_UNKNOWN
    assert box.sent == []


def test_only_who_may_manage_the_contact_makes_a_link_and_only_where_a_push_can_leave(app, one):
    assert refused(browsers.link, app, one, ANNA) is Code.NOT_ALLOWED
    assert refused(browsers.link, app, one, DMITRI) is Code.RECIPIENT_UNKNOWN
    good = token(app, one)
    app.channels = {}
    assert not browsers.rings(app)
    assert refused(browsers.link, app, one, FINN) is Code.DELIVERY_NOT_MADE
    assert refused(add, app, good) is Code.LINK_UNKNOWN


def test_a_change_meanwhile_wins_over_the_browser(app, one, monkeypatch, clock):
    here, guest = token(app, one), browsers.invited
    before = guest(app, here)
    clock.advance(MINUTE)
    changed = replace(directory.contact(app, one, FINN), ways=(EMAIL,))
    directory.put(app, changed, FINN, "EXAMPLE")
    monkeypatch.setattr(browsers, "invited", lambda *_: before)
    assert refused(add, app, here) is Code.CHANGED_MEANWHILE
    assert [way.method for way in ways(app, one)] == [Method.EMAIL]


def test_a_way_that_an_officer_typed_is_known_again(app, one):
    given = json.dumps(a_subscription())
    typed = replace(
        directory.contact(app, one, FINN),
        ways=(Way(method=Method.WEB_PUSH, address=given),),
    )
    directory.put(app, typed, FINN, "EXAMPLE")
    assert browsers.add(app, token(app, one), given, "") is Outcome.ALREADY
