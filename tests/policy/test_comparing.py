"""What another pack would decide otherwise is told, and nothing else is."""

from tests.policy.small import SMALL, V1, changed, small
from tocsin.domain.duty import Duty
from tocsin.policy.comparing import compare
from tocsin.policy.pack import load, shipped
from tocsin.policy.soundness import ALL


def test_a_pack_decides_as_itself() -> None:
    found = compare(small(), small(name="again"))
    assert not found.differs
    assert found.examples_tried == 3


def test_a_rule_that_changed_is_told_by_inputs_in_words_and_by_example() -> None:
    stricter = small(
        changed('outcome = "not_owed"\nwhen', 'outcome = "undecided"\nwhen'), name="stricter"
    )
    found = compare(small(), stricter)
    (inputs,) = found.inputs
    assert (inputs.first, inputs.second, inputs.count) == (Duty.NOT_OWED, Duty.UNDECIDED, 810)
    assert inputs.when == ("“directed at somebody” is no",)
    assert [(one.name, one.first, one.second) for one in found.examples] == [
        ("shouting", Duty.NOT_OWED, Duty.UNDECIDED)
    ]


def test_clocks_grounds_and_recipients_that_changed_are_told() -> None:
    text = SMALL.replace("[waiver.no_means]", "[waiver.no_way]").replace("police", "guard")
    text = text.replace('"no_means"', '"no_way"') + '[clocks.review]\nimminent = "6h"\n'
    found = compare(small(), small(text, name="other"))
    assert (found.grounds_lost, found.grounds_gained) == (("no_means",), ("no_way",))
    assert found.recipients_lost == ("The police (required)",)
    assert [(one.clock.value, one.first_s, one.second_s) for one in found.clocks] == [
        ("review", 43_200, 21_600)
    ]
    assert [one.first_waives for one in found.examples] == [True, False]


def test_the_second_version_of_icd_191_decides_every_input_as_the_first() -> None:
    first = load(V1, name="us_ic_icd191")
    second = load(shipped("us_ic_icd191"), name="us_ic_icd191")
    found = compare(first, second)
    assert (first.about.version, second.about.version) == ("1", "2")
    assert (found.inputs, found.clocks) == ((), ())
    assert (found.grounds_lost, found.grounds_gained) == ((), ())
    for duty in Duty:
        assert first.truth.of(duty) == second.truth.of(duty)
    assert first.pack_hash == "1fbbadae2d80df04331aded587c8afb79b63a6959517d715c53f06397d0cec52"
    assert first.truth.of(Duty.OWED) | first.truth.of(Duty.NOT_OWED) != ALL
