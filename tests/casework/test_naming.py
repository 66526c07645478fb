"""What a case takes from the directory is what stands there now, and nothing more."""

from dataclasses import replace

import pytest

from tests.builders import DMITRI, FINN, Desk, refused
from tests.casework.test_directory import HALL, put
from tocsin.casework.naming import from_directory, passes_on_usually
from tocsin.domain.kinds import Method, Relation, VictimKind
from tocsin.domain.refusal import Code

VICTIM, PROTECTOR = Relation


@pytest.fixture
def app(opens):
    return opens()


def named(app, contact_id, by=FINN, **more):
    case = Desk().named().case
    return from_directory(app, case, "v1", contact_id, PROTECTOR, False, True, by, **more)


def test_ways_language_zone_and_quiet_hours_are_copied_in_their_order(app):
    one = put(app)
    command = named(app, one.contact_id)
    assert (command.ways, command.quiet, command.zone) == (one.ways, HALL.quiet, HALL.zone)
    assert (command.language, command.method) == ("fr", Method.EMAIL)
    assert (command.inside, command.passes_on) == (False, True)


def test_a_way_left_out_is_not_the_first_one(app):
    command = named(app, put(app).contact_id, leave_out={0}, language="en")
    assert (command.method, len(command.ways), command.language) == (Method.VOICE, 1, "en")


def test_whoever_cannot_be_reached_or_is_anothers_is_not_named(app):
    one = put(app)
    with refused(Code.NO_SUCH_WAY):
        named(app, one.contact_id, leave_out={0, 1})
    with refused(Code.RECIPIENT_UNKNOWN):
        named(app, one.contact_id, by=DMITRI)


@pytest.mark.parametrize("kind", VictimKind)
def test_only_who_protects_a_person_or_a_group_is_asked_to_pass_it_on(kind):
    victim = replace(Desk().named().case.victims["v1"], kind=kind)
    asked = kind in (VictimKind.PERSON, VictimKind.GROUP)
    assert passes_on_usually(victim, PROTECTOR) is asked
    assert not passes_on_usually(victim, VICTIM)
