"""The scorers of reading give what a person reckons by hand."""

import pytest

from benchmarks.reading_scores import (
    Counts,
    Template,
    binary,
    calibration_error,
    fillers,
    interval,
    templates,
    total,
)

FMLN = ["farabundo marti national liberation front", "fmln"]


def score(read, told):
    counts = total([*fillers(read, told).values()])
    return counts.precision, counts.recall


def test_any_mention_of_an_entity_will_do_and_articles_do_not_count():
    assert score({"PerpOrg": [["The FMLN"]]}, {"PerpOrg": [FMLN]}) == (1, 1)


def test_a_second_mention_of_the_same_entity_counts_against_precision():
    assert score({"PerpOrg": [["fmln"], [FMLN[0]]]}, {"PerpOrg": [FMLN]}) == (0.5, 1)


def test_one_wrong_mention_spoils_the_entity():
    assert score({"PerpOrg": [["fmln", "army"]]}, {"PerpOrg": [FMLN]}) == (0, 0)


def test_entities_are_paired_so_that_the_most_are_right():
    told = {"Victim": [["priest", "ellacuria"], ["priest"]]}
    assert score({"Victim": [["priest"], ["ellacuria"]]}, told) == (1, 1)


def test_the_right_words_in_another_role_are_wrong():
    assert score({"Victim": [["mayor"]]}, {"Target": [["mayor"]]}) == (0, 0)


def test_the_same_incident_of_another_type_is_spurious_and_missed():
    read = [Template(kind="arson", roles={"Target": [["bus"]]})]
    told = [Template(kind="attack", roles={"Target": [["bus"]]})]
    assert total([*templates(read, told).values()]) == Counts(0, 2, 0, 2)


def test_a_key_that_leaves_the_type_open_takes_either():
    told = [Template(kind="bombing / attack", roles={"Target": [["bus"], ["bank"]]})]
    read = [Template(kind="attack", roles={"Target": [["bus"]]})]
    assert total([*templates(read, told).values()]) == Counts(2, 2, 2, 3)


def test_incidents_are_paired_in_the_way_that_gives_the_report_most():
    told = [
        Template(kind="attack", roles={"Victim": [["judge"]], "Weapon": [["rifle"]]}),
        Template(kind="attack", roles={"Victim": [["mayor"]]}),
    ]
    read = [Template(kind="attack", roles={"Victim": [["mayor"]]})]
    counts = templates(read, told)
    assert counts["Victim"] == Counts(1, 1, 1, 2)
    assert counts["incident_type"] == Counts(1, 1, 1, 2)


def test_a_report_without_incidents_costs_only_what_is_read_into_it():
    assert total([*templates([], []).values()]) == Counts()
    spurious = templates([Template(kind="attack", roles={})], [])
    assert total([*spurious.values()]) == Counts(0, 1, 0, 0)


def test_f1_is_the_harmonic_mean():
    counts = binary([True, True, True, False], [True, False, True, True])
    assert (counts.precision, counts.recall, counts.f1) == (2 / 3, 2 / 3, pytest.approx(2 / 3))


def test_calibration_error_is_how_far_chance_and_truth_lie_apart():
    assert calibration_error([0.9, 0.9, 0.1, 0.1], [True, True, False, False]) == pytest.approx(0.1)
    assert calibration_error([0.95] * 2, [True, False]) == pytest.approx(0.45)


def test_an_interval_is_the_same_each_time_and_holds_what_it_is_about():
    truths = [True] * 30 + [False] * 10
    low, high = interval(40, lambda drawn: sum(truths[at] for at in drawn) / len(drawn))
    assert 0.55 < low < 0.75 < high < 0.95
    assert (low, high) == interval(40, lambda drawn: sum(truths[at] for at in drawn) / len(drawn))
