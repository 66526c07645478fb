"""From what was understood to five findings: yes or unknown, with the very words, never no."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.understood_by_hand import proposals, understood
from tocsin.domain.findings import Answer, FindingName, Harm, Urgency
from tocsin.reading.proposing import propose
from tocsin.reading.understood import Role, Stage

WARNED = datetime(2024, 3, 7, 9, tzinfo=UTC)
CONCERT = (
    ("The embassy passed on a report.", Stage.NONE),
    ("The group plans to attack the concert hall with rifles.", Stage.THREATENED),
    ("It is to happen over the next 48 hours.", Stage.NONE),
)
ROLES = ((Role.TARGET, "the concert hall"), (Role.WEAPON, "rifles"))


def answers(proposal):
    return {one.name: one.answer for one in proposal.findings}


def words_of(text, finding):
    return [text[span.start : span.end] for span in finding.evidence]


def test_a_plan_with_a_place_a_way_and_a_time_is_harm_directed_specific_and_impending():
    (one,) = proposals(*CONCERT, roles=ROLES, known_at=WARNED)
    assert one.intended_victim == "the concert hall"
    assert answers(one) == {
        FindingName.HARM: Answer.YES,
        FindingName.DIRECTED: Answer.YES,
        FindingName.CREDIBLE: Answer.UNKNOWN,
        FindingName.SPECIFIC: Answer.YES,
        FindingName.IMPENDING: Answer.YES,
    }


def test_the_window_is_what_the_words_tell_and_chooses_the_clock():
    (one,) = proposals(*CONCERT, roles=ROLES, known_at=WARNED)
    assert one.urgency is Urgency.IMMINENT
    assert one.opens.date() == WARNED.date()
    assert (one.closes - one.opens).total_seconds() >= 48 * 3600


def test_every_yes_has_the_very_words_that_carry_it():
    found = understood(*CONCERT, roles=ROLES, known_at=WARNED)
    for finding in propose(found)[0].findings:
        if finding.answer is Answer.YES:
            assert all(words_of(found.text, finding))
            assert finding.evidence
    directed = propose(found)[0].findings[1]
    assert words_of(found.text, directed) == ["the concert hall"]


def test_a_time_that_had_passed_when_the_report_came_is_not_impending():
    told = (("They planned to kill the mayor on 1 March 2024.", Stage.THREATENED),)
    (one,) = proposals(*told, roles=((Role.VICTIM, "the mayor"),), known_at=WARNED)
    assert answers(one)[FindingName.IMPENDING] is Answer.UNKNOWN
    assert one.opens is None


def test_the_time_in_the_words_of_the_threat_goes_before_one_beside_it():
    told = (
        ("The hall opens again on 12 March 2024.", Stage.NONE),
        ("They will kill the mayor on 9 March 2024.", Stage.THREATENED),
    )
    (one,) = proposals(*told, roles=((Role.VICTIM, "the mayor"),), known_at=WARNED)
    assert (one.opens.date(), one.closes.date()) == (date(2024, 3, 9), date(2024, 3, 10))


def test_each_intended_victim_has_a_proposal_of_their_own():
    told = (
        ("They will kill Ilda Norr.", Stage.THREATENED),
        ("They will also kill Pavo Renn.", Stage.THREATENED),
    )
    found = proposals(*told, roles=((Role.VICTIM, "Ilda Norr"), (Role.VICTIM, "Pavo Renn")))
    assert [one.intended_victim for one in found] == ["Ilda Norr", "Pavo Renn"]


def test_a_person_who_is_not_threatened_is_no_intended_victim():
    told = (
        ("Ana Brell was buried on Monday.", Stage.DONE),
        ("They will kill Ilda Norr.", Stage.THREATENED),
    )
    found = proposals(*told, roles=((Role.VICTIM, "Ana Brell"), (Role.VICTIM, "Ilda Norr")))
    assert [one.intended_victim for one in found] == ["Ilda Norr"]


def test_a_threat_to_nobody_named_is_proposed_all_the_same():
    (one,) = proposals(("Somebody will be shot.", Stage.THREATENED))
    assert one.intended_victim == ""
    assert answers(one)[FindingName.DIRECTED] is Answer.UNKNOWN


def test_a_harm_nobody_names_is_unknown():
    (one,) = proposals(("You will pay.", Stage.THREATENED), harm="unknown")
    assert one.harm is Harm.UNKNOWN
    assert answers(one)[FindingName.HARM] is Answer.UNKNOWN


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.DENIED, Stage.HYPOTHETICAL, Stage.NONE])
def test_what_does_not_lie_ahead_is_not_proposed(stage):
    assert proposals(("They killed the mayor.", stage), roles=((Role.VICTIM, "the mayor"),)) == ()


@given(st.lists(st.sampled_from(Stage), min_size=1, max_size=5), st.sampled_from(["killing", "x"]))
def test_reading_never_answers_no_and_never_vouches_for_a_source(stages, harm):
    said = [(f"Sentence {number} about Ilda Norr.", stage) for number, stage in enumerate(stages)]
    for one in proposals(*said, roles=((Role.VICTIM, "Ilda Norr"),), harm=harm):
        assert Answer.NO not in answers(one).values()
        assert answers(one)[FindingName.CREDIBLE] is Answer.UNKNOWN
