"""Rules and model side by side: either raises a threat, and where they differ it is seen."""

from dataclasses import replace

import pytest

from tests.reading.understood_by_hand import judged, modelled, ruled, weighed
from tocsin.reading.understood import Stage
from tocsin.reading.weighing import weigh


@pytest.mark.parametrize("stage", [Stage.THREATENED, Stage.ATTEMPTED])
def test_a_rule_alone_raises_a_threat_whatever_the_model_thinks(stage):
    one = weighed(stage, done=0.9)
    assert (one.stage, one.agreed) == (stage, False)


@pytest.mark.parametrize("rule", [None, Stage.DENIED, Stage.DONE, Stage.HYPOTHETICAL])
def test_a_model_alone_raises_a_threat_whatever_the_rules_say(rule):
    one = weighed(rule, threatened=0.8)
    assert (one.stage, one.agreed) == (Stage.THREATENED, False)


def test_two_that_agree_are_surer_than_two_that_differ():
    both = weighed(Stage.THREATENED, threatened=0.9)
    rule_alone = weighed(Stage.THREATENED, done=0.9)
    model_alone = weighed(None, threatened=0.9)
    contradicted = weighed(Stage.DENIED, threatened=0.9)
    assert both.agreed
    assert both.confidence > model_alone.confidence > contradicted.confidence
    assert both.confidence > rule_alone.confidence


def test_words_that_are_reason_enough_count_for_more_than_others():
    assert weighed(Stage.THREATENED, strong=True, none=0.9).confidence > (
        weighed(Stage.THREATENED, none=0.9).confidence
    )


def test_a_model_that_is_not_sure_raises_nothing():
    assert weighed(None, threatened=0.3, done=0.1).stage is Stage.NONE


def test_a_threat_and_an_attempt_together_are_harm_to_come():
    assert weighed(None, threatened=0.3, attempted=0.3).threat


def test_single_words_that_tell_of_nothing_are_no_reason_and_are_not_shown():
    words = replace(judged([(0, 10)], [Stage.THREATENED], harm="unknown")[0], why=("word:money",))
    (one,) = weigh([(0, 10)], ruled([words]), [modelled((0, 10), threatened=0.4)])
    assert (one.stage, one.agreed, one.judgement) == (Stage.NONE, True, None)


def test_a_phrase_that_the_model_doubts_is_no_threat_and_plain_words_remain_one():
    seen = [modelled((0, 10), threatened=0.05, none=0.9)]
    phrase = judged([(0, 10)], [Stage.THREATENED])
    plain = [replace(phrase[0], strong=True)]
    for rules, is_threat in ((phrase, False), (plain, True)):
        (one,) = weigh([(0, 10)], ruled(rules), seen, doubts=0.1)
        assert (one.threat, one.agreed, one.judgement) == (is_threat, False, rules[0])


def test_without_a_model_rules_stand_alone_and_nobody_agrees_or_differs():
    assert weighed(Stage.THREATENED).agreed is None
    assert weighed(None).stage is Stage.NONE
