"""An address counts as verified when a code came back from it, or an officer says how."""

import re
from dataclasses import replace

import pytest

from tests.builders import ANNA, DAY, FINN, HOUR, MINUTE, NOW
from tests.casework.test_directory import EMAIL, HALL, PHONE, refused
from tocsin.casework import directory, directory_ways
from tocsin.channels import FailureReason, HandedOver, OutcomeUnknown, Permanent
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code

BEGIN, FINISH = directory_ways.begin_verifying, directory_ways.finish_verifying
ATTEST = directory_ways.attest_way


class Box:
    """A channel that keeps what it is given, or raises what it is told to."""

    name = "box"

    def __init__(self):
        self.sent, self.raises = [], None

    def send(self, message):
        self.sent.append(message)
        if self.raises:
            raise self.raises
        return HandedOver(provider_id="1", detail="")

    @property
    def code(self):
        return re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", self.sent[-1].body)[0]


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def app(opens, box):
    app = opens()
    app.channels = {Method.EMAIL: box}
    return app


@pytest.fixture
def one(app):
    return directory.put(app, HALL, FINN, "EXAMPLE").contact.contact_id


def way(app, one, number=1):
    return directory.contact(app, one, FINN).ways[number - 1]


def test_a_code_that_comes_back_verifies_the_address(app, one, box, clock):
    sent = BEGIN(app, one, 1, FINN)
    assert (sent.certain, sent.good_until) == (True, NOW + DAY)
    (message,) = box.sent
    assert message.to_address == "desk@hall.example"
    assert "no warning" in message.subject
    assert "no warning" in message.body
    assert directory_ways.is_pending(app, one, 1)
    clock.advance(HOUR)
    FINISH(app, one, 1, f" {box.code.lower().replace('-', ' ')} ", FINN)
    assert way(app, one).verified_at == NOW + HOUR
    assert way(app, one).verified_how == "a code sent by email came back"
    assert way(app, one, 2).verified_at is None
    assert not directory_ways.is_pending(app, one, 1)
    assert refused(FINISH, app, one, 1, box.code, FINN) is Code.CODE_WRONG
    assert directory.history(app, one, FINN)[0].changed == ("ways",)


def test_wrong_codes_are_limited_and_the_right_one_comes_too_late_then(app, one, box):
    BEGIN(app, one, 1, FINN)
    for _ in range(directory_ways.MOST_TRIES):
        assert refused(FINISH, app, one, 1, "0000-0000", FINN) is Code.CODE_WRONG
    assert refused(FINISH, app, one, 1, box.code, FINN) is Code.TOO_MANY_TRIES
    assert way(app, one).verified_at is None


def test_a_code_is_good_for_a_day_and_for_the_address_it_was_sent_to(app, one, box, clock):
    BEGIN(app, one, 1, FINN)
    other = replace(directory.contact(app, one, FINN), ways=(PHONE, EMAIL))
    directory.put(app, other, FINN, "EXAMPLE order")
    assert refused(FINISH, app, one, 2, box.code, FINN) is Code.CODE_WRONG
    BEGIN(app, one, 2, FINN)
    clock.advance(DAY)
    assert refused(FINISH, app, one, 2, box.code, FINN) is Code.CODE_WRONG
    assert refused(FINISH, app, one, 1, box.code, FINN) is Code.CODE_WRONG


def test_nobody_is_flooded_with_checks(app, one, box, clock):
    BEGIN(app, one, 1, FINN)
    assert refused(BEGIN, app, one, 1, FINN) is Code.TOO_MANY_TRIES
    clock.advance(MINUTE)
    BEGIN(app, one, 1, FINN)
    assert len({message.key for message in box.sent}) == 2


def test_a_check_that_was_not_handed_over_is_no_check_and_an_unknown_one_may_be(app, one, box):
    box.raises = Permanent(FailureReason.RECIPIENT_REFUSED)
    assert refused(BEGIN, app, one, 1, FINN) is Code.DELIVERY_NOT_MADE
    assert not directory_ways.is_pending(app, one, 1)
    box.raises = OutcomeUnknown(FailureReason.DISCONNECTED)
    assert not BEGIN(app, one, 1, FINN).certain
    FINISH(app, one, 1, box.code, FINN)
    assert way(app, one).verified_at == NOW


def test_an_officer_s_word_verifies_what_no_channel_reaches(app, one, clock):
    assert refused(BEGIN, app, one, 2, FINN) is Code.DELIVERY_NOT_MADE
    clock.advance(DAY)
    ATTEST(app, one, 2, "called back,  she answered", FINN, at=NOW)
    assert way(app, one, 2).verified_at == NOW
    assert way(app, one, 2).verified_how == "called back, she answered"
    changed = replace(directory.contact(app, one, FINN), ways=(EMAIL, replace(PHONE, label="x")))
    directory.put(app, changed, FINN, "EXAMPLE label")
    assert way(app, one, 2).verified_at == NOW  # the address is the same
    moved = replace(changed, ways=(EMAIL, replace(PHONE, address="+44 20 7946 0001")))
    directory.put(app, moved, FINN, "EXAMPLE number")
    assert way(app, one, 2).verified_at is None


def test_what_cannot_be_attested_is_refused(app, one):
    assert refused(ATTEST, app, one, 1, " ", FINN) is Code.BAD_VALUE
    assert refused(ATTEST, app, one, 1, "met", FINN, at=NOW + HOUR) is Code.TIME_IN_FUTURE
    naive = NOW.replace(tzinfo=None)
    assert refused(ATTEST, app, one, 1, "met", FINN, at=naive) is Code.TIME_WITHOUT_ZONE
    for number in (0, 3, -1):
        assert refused(ATTEST, app, one, number, "met", FINN) is Code.NO_SUCH_WAY
    for act in (lambda: ATTEST(app, one, 1, "met", ANNA), lambda: BEGIN(app, one, 1, ANNA)):
        assert refused(act) is Code.NOT_ALLOWED
