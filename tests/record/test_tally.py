"""A tally counts every duty in exactly one class, and shows it without naming any."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.logbook import HOUSE, KEYS, LOG, POLICY, TAG_KEY, Logbook, prove
from tocsin.domain.duties import ACKNOWLEDGED, CLASSES, LAPSED, NOT_OWED, WAIVED
from tocsin.domain.retention import DutyTold
from tocsin.record.canonical import canonical, parse
from tocsin.record.prefix_map import Pair, root
from tocsin.record.tally import (
    OWED,
    Tally,
    TallyReport,
    build,
    class_key,
    class_of,
    member,
    sample,
    samples_needed,
    verify_tally,
)

PERIOD, LATER = "2024Q1", datetime(2024, 5, 1, tzinfo=UTC)
TOLD = [ACKNOWLEDGED] * 4 + [WAIVED + "no_means"] * 2 + [LAPSED]


def a_duty(told: str, owed_at: datetime = datetime(2024, 2, 1, tzinfo=UTC)) -> DutyTold:
    return DutyTold(victim_id="v1", owed_at=owed_at, told=told)


def duties() -> list[tuple[str, DutyTold]]:
    counted = [(f"C{number}", a_duty(told)) for number, told in enumerate(TOLD)]
    return [*counted, ("C9", a_duty(LAPSED, LATER))]


TALLY = Tally.of(TAG_KEY, PERIOD, duties())


class Made:
    """A tally on the record, and a checkpoint after it."""

    def __init__(self, tally: Tally = TALLY, kind: str = "TallyMade", **changes: Any) -> None:
        self.tally, self.book = tally, Logbook()
        for number in range(3):
            self.book.write("A1", "Remark", number=number)
        stated = {
            "period": tally.period,
            "covered": 3,
            "owed": len(tally.owed),
            "classes": tally.counts,
            "root": tally.root.hex(),
        }
        house = changes.pop("case_id", HOUSE)
        self.index = self.book.write(house, kind, **{**stated, **changes})
        self.book.write(HOUSE, "Cover")

    def file(self, **changes: Any) -> bytes:
        opened = self.book.opened(self.index)
        note = self.book.checkpoint()
        return build(self.tally, **{"checkpoint": note, "tally_made": opened, **changes})


def checked(data: bytes, **changes: Any) -> TallyReport:
    return verify_tally(data, **{"keys": KEYS, "policy": POLICY, **changes})


def refused(data: bytes, fault: str, **changes: Any) -> None:
    report = checked(data, **changes)
    assert any(fault in one for one in report.faults), report.faults
    assert not report.parted
    assert not report.shown


def altered(changes: dict[str, Any], made: Made | None = None) -> bytes:
    """The genuine file, with what it shows of some classes replaced; None takes one out."""
    value: Any = parse((made or Made()).file())
    classes = {**value["classes"], **changes}
    shown = {name: one for name, one in classes.items() if one is not None}
    return canonical({**value, "classes": shown})


def the_class(name: str) -> Any:
    return TALLY.shown(name)


def test_a_whole_tally_parts_all_duties_of_its_period() -> None:
    report = checked(Made().file())
    assert report.faults == ()
    assert (report.parted, report.witnessed, report.covered) == (True, True, 3)
    assert (report.period, report.owed) == (PERIOD, 7)
    assert report.counts == {
        **dict.fromkeys(CLASSES, 0),
        ACKNOWLEDGED: 4,
        WAIVED + "no_means": 2,
        LAPSED: 1,
    }


def test_the_empty_classes_are_stated_and_shown_to_be_empty() -> None:
    report = checked(Made().file(only=[NOT_OWED]))
    assert (report.faults, report.shown, report.counts[NOT_OWED]) == ((), {NOT_OWED: ()}, 0)
    empty = Made(Tally.of(TAG_KEY, "2031", duties()))
    assert (checked(empty.file()).faults, checked(empty.file()).owed) == ((), 0)


def test_one_class_can_be_shown_without_the_others() -> None:
    data = Made().file(only=[LAPSED])
    report = checked(data)
    assert (report.faults, report.parted, len(report.shown[LAPSED])) == ((), False, 1)
    others = TALLY.owed - TALLY.classes[LAPSED]
    assert not any(one.hex().encode() in data for one in others)


def test_the_year_counts_what_its_quarters_do_under_other_names() -> None:
    year = Tally.of(TAG_KEY, "2024", duties())
    assert len(year.owed) == len(TALLY.owed) + 1
    assert year.owed.isdisjoint(TALLY.owed)


def test_golden_bytes_pin_members_classes_and_the_root() -> None:
    message = b"tocsin/tally-member/1\x002024Q1\0C6\0v1"
    (lapsed,) = TALLY.classes[LAPSED]
    assert member(TAG_KEY, PERIOD, "C6", "v1") == lapsed == hmac.digest(TAG_KEY, message, "sha256")
    key = sha256(b"tocsin/tally-class/1\x002024Q1\0lapsed").digest()
    assert class_key(PERIOD, LAPSED) == key
    assert Pair(key + lapsed, lapsed) in TALLY.pairs
    assert len(TALLY.pairs) == 2 * len(TOLD)
    assert root(TALLY.pairs) == TALLY.root
    assert TALLY.root.hex() == "0f2eb34a1a4287a86f9465bf444debc9108d8a59827c362d7f085163aac6b914"


# Cheating


def test_a_dropped_moved_or_invented_member_is_refused() -> None:
    lapsed, warned = the_class(LAPSED), the_class(ACKNOWLEDGED)
    one = lapsed["members"][0]
    for members in ([], sorted([*warned["members"], one])):
        refused(altered({LAPSED: {**lapsed, "members": members}}), "not all its members")
    refused(altered({LAPSED: {**lapsed, "proof": ""}}), "not all its members")
    refused(altered({LAPSED: the_class(NOT_OWED)}), "not all its members")
    dropped = {**warned, "members": warned["members"][1:]}
    refused(altered({ACKNOWLEDGED: dropped}), "states another number")


def test_a_class_cannot_be_passed_off_as_another() -> None:
    made = Made()
    refused(altered({LAPSED: the_class(ACKNOWLEDGED), ACKNOWLEDGED: None}, made), "not all")
    refused(altered({"no-such": the_class(NOT_OWED)}, made), "does not state")


def lying(
    classes: Mapping[str, frozenset[bytes]], owed: frozenset[bytes], /, **changes: Any
) -> bytes:
    """A house that builds its map over other pairs than it should, and says so in the log."""
    every = {**classes, OWED: owed}
    pairs = sorted(
        Pair(class_key(PERIOD, name) + one, one) for name in every for one in every[name]
    )
    counts = {name: len(members) for name, members in classes.items()}
    stated = {"classes": counts, "owed": sum(counts.values()), "root": root(pairs).hex()}
    shown = {
        name: {
            "members": sorted(one.hex() for one in members),
            "proof": b64encode(prove(pairs, class_key(PERIOD, name))[1]).decode(),
        }
        for name, members in every.items()
    }
    value: Any = parse(Made(**{**stated, **changes}).file(only=[]))
    return canonical({**value, "classes": shown})


def test_the_same_map_honestly_built_is_accepted() -> None:
    report = checked(lying(dict(TALLY.classes), TALLY.owed))
    assert (report.faults, report.parted) == ((), True)


def test_a_duty_counted_twice_is_refused_even_if_the_log_says_so() -> None:
    (lapsed,) = TALLY.classes[LAPSED]
    twice = {**TALLY.classes, NOT_OWED: frozenset({lapsed})}
    refused(lying(twice, TALLY.owed), "in two classes")
    with pytest.raises(ValueError, match="two classes"):
        Tally(period=PERIOD, classes=twice)


def test_a_duty_dropped_from_its_class_alone_is_refused_even_if_the_log_says_so() -> None:
    dropped = {**TALLY.classes, LAPSED: frozenset()}
    refused(lying(dropped, TALLY.owed), "states another number")
    refused(lying(dropped, TALLY.owed, owed=len(TALLY.owed)), "do not add up")


def test_a_duty_exchanged_for_an_invented_one_is_refused_even_if_the_log_says_so() -> None:
    exchanged = {**TALLY.classes, LAPSED: frozenset({bytes(32)})}
    refused(lying(exchanged, TALLY.owed), "do not part")


def test_a_class_kept_in_the_map_but_not_stated_is_refused() -> None:
    hidden = {**TALLY.classes, "hidden": frozenset({bytes(32)})}
    counts = TALLY.counts
    value: Any = parse(lying(hidden, TALLY.owed, classes=counts, owed=len(TALLY.owed)))
    classes = {name: one for name, one in value["classes"].items() if name != "hidden"}
    refused(canonical({**value, "classes": classes}), "holds more")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"owed": 8}, "do not add up"),
        ({"classes": {**TALLY.counts, LAPSED: 2}}, "do not add up"),
        ({"classes": {**TALLY.counts, LAPSED: 2, ACKNOWLEDGED: 3}}, "states another number"),
        ({"classes": {**TALLY.counts, LAPSED: -1, ACKNOWLEDGED: 6}}, "do not add up"),
        ({"classes": {**TALLY.counts, "owed": 0}}, "no such class"),
        ({"classes": {**TALLY.counts, "No Such": 0}}, "no such class"),
        ({"classes": []}, "not an object"),
        ({"period": "2024Q2"}, "not all its members"),
        ({"period": "2024Q5"}, "a period"),
        ({"period": None}, "not a text"),
        ({"covered": 4}, "after it"),
        ({"covered": True}, "not an integer"),
        ({"root": "00" * 32}, "not all its members"),
        ({"kind": "MapRooted"}, "is another"),
        ({"case_id": "A1"}, "is another"),
    ],
)
def test_what_the_record_states_must_hold(changes: dict[str, Any], fault: str) -> None:
    refused(Made(**changes).file(), fault)


def test_a_tally_needs_the_log_s_signatures_and_the_quorum() -> None:
    made = Made()
    note = made.book.checkpoint(signers=LOG)
    refused(made.file(checkpoint=note), "too few")
    assert checked(made.file(checkpoint=note), policy=None).faults == ()
    assert not checked(made.file(checkpoint=note), policy=None).witnessed
    refused(made.file(), "no known key", keys=[], policy=None)
    refused(made.file(checkpoint=made.book.checkpoint(3)), "does not hold")


@given(st.data())
def test_no_byte_of_a_tally_can_be_flipped(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    at = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[at // 8] ^= 1 << at % 8
    assert checked(bytes(whole)).faults


WHOLE = Made().file()


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "tocsin-tally-2"},
        {"classes": []},
        {"classes": {LAPSED: {"members": [], "proof": "", "more": 1}}},
        {"classes": {LAPSED: {"members": ["00" * 31], "proof": ""}}},
        {"classes": {LAPSED: {"members": ["11" * 32, "00" * 32], "proof": ""}}},
        {"classes": {LAPSED: {"members": ["00" * 32] * 2, "proof": ""}}},
        {"classes": {LAPSED: {"members": [], "proof": "A"}}},
        {"classes": {LAPSED: {"members": [], "proof": "A" * 100_000}}},
        {"classes": {f"c{number}": {"members": [], "proof": ""} for number in range(258)}},
    ],
)
def test_a_file_of_another_shape_is_refused(changes: dict[str, Any]) -> None:
    value: Any = parse(WHOLE)
    refused(canonical({**value, **changes}), "not a tally")


# Opening and sampling


def test_an_auditor_finds_each_duty_in_its_class() -> None:
    report = checked(WHOLE)
    found = [class_of(report, tag_key=TAG_KEY, case_id=f"C{n}", victim_id="v1") for n in range(7)]
    assert found == TOLD
    assert class_of(report, tag_key=TAG_KEY, case_id="C9", victim_id="v1") is None
    assert class_of(report, tag_key=bytes(32), case_id="C0", victim_id="v1") is None
    with pytest.raises(ValueError, match="does not hold"):
        class_of(checked(b""), tag_key=TAG_KEY, case_id="C0", victim_id="v1")


def test_samples_are_drawn_by_a_later_checkpoint_and_by_nobody() -> None:
    drawn = sample(b"\1" * 32, PERIOD, TALLY.owed, 3)
    assert drawn == sample(b"\1" * 32, PERIOD, sorted(TALLY.owed), 3)
    assert len(set(drawn)) == 3
    orders = {tuple(sample(bytes([n]) * 32, PERIOD, TALLY.owed, 99)) for n in range(20)}
    assert len(orders) == 20
    assert {frozenset(order) for order in orders} == {TALLY.owed}


@pytest.mark.parametrize(
    ("most_wrong", "confidence", "needed"),
    [(0.01, 0.95, 299), (0.005, 0.99, 919), (0.5, 0.5, 1), (0.05, 0.95, 59)],
)
def test_clean_samples_bound_how_many_can_be_in_a_wrong_class(
    most_wrong: float, confidence: float, needed: int
) -> None:
    assert samples_needed(most_wrong, confidence) == needed
    assert (1 - most_wrong) ** needed <= 1 - confidence < (1 - most_wrong) ** (needed - 1)


@pytest.mark.parametrize("parts", [(0, 0.9), (1, 0.9), (0.1, 0), (0.1, 1)])
def test_no_number_of_samples_shows_what_is_certain(parts: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="between"):
        samples_needed(*parts)


@pytest.mark.parametrize(
    "parts",
    [
        {"period": "24"},
        {"period": "2024Q1\n"},
        {"period": PERIOD, "classes": {OWED: frozenset()}},
        {"period": PERIOD, "classes": {"": frozenset()}},
        {"period": PERIOD, "classes": {f"c{n}": frozenset() for n in range(257)}},
    ],
)
def test_a_tally_that_cannot_be_cannot_be_made(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"period|class"):
        Tally(**{"classes": {}, **parts})
    with pytest.raises(ValueError, match="32 bytes"):
        member(b"", PERIOD, "C0", "v1")
