"""An answer is every record under a name, or it is refused."""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.asking import (
    DATE,
    QUESTION,
    Asked,
    a_book,
    checked,
    dated,
    refused,
)
from tests.record.logbook import (
    HOUSE,
    LOG,
    ORIGIN,
    POLICY,
    START_S,
    Logbook,
)
from tocsin.record.answer import Before, Question
from tocsin.record.canonical import canonical, parse
from tocsin.record.tags import CASE, PLACE, SUBJECT
from tocsin.record.trust import NONE


def test_an_answer_lists_every_record_about_the_name_and_of_its_cases() -> None:
    asked = Asked(a_book())
    report = checked(asked.answer())
    assert report.faults == ()
    assert list(report.records) == [0, 1, 4, 5, 6]
    assert list(report.records.values()) == [asked.book.hashes(7)[at] for at in report.records]
    assert (report.size, report.covered, report.searched) == (10, 8, 7)
    assert (report.tags_checked, report.witnessed, report.before) == (True, True, None)
    assert report.question == QUESTION
    assert report.origin == ORIGIN
    assert report.at_us == (START_S + 60 * asked.rooted) * 1_000_000


def test_a_policy_that_asks_no_witness_vouches_for_nothing() -> None:
    report = checked(Asked(a_book()).answer(), policy=replace(POLICY, groups=(), quorum=NONE))
    assert (report.faults, report.witnessed) == ((), False)


def test_without_the_tag_key_or_a_policy_the_report_says_so() -> None:
    report = checked(Asked(a_book()).answer(), tag_key=None, policy=None)
    assert (report.faults, report.tags_checked, report.witnessed) == ((), False, False)
    assert len(report.records) == 5


@pytest.mark.parametrize(
    ("kind", "variants", "found"),
    [
        (SUBJECT, ("Nobody at all",), []),
        (SUBJECT, ("LIND Anna",), [2, 3]),
        (PLACE, ("boston!",), [2, 3, 5, 6]),
        (CASE, ("A1",), [0, 1, 4]),
        (CASE, ("Z9", "C3"), [5, 6]),
    ],
)
def test_a_name_a_place_or_a_case_can_be_asked_for_even_in_vain(kind, variants, found) -> None:
    asked = Asked(a_book(), Question(kind=kind, variants=variants))
    report = checked(asked.answer())
    assert (report.faults, list(report.records)) == ((), found)


def test_of_an_empty_record_there_is_an_answer_too() -> None:
    assert checked(Asked(Logbook()).answer()).faults == ()


# Before a date


def test_records_under_a_checkpoint_witnessed_before_the_date_are_from_before_it() -> None:
    asked = Asked(a_book(), DATE)
    report = checked(asked.answer(before=dated(asked, 4)))
    assert (report.faults, report.before, len(report.records)) == ((), 2, 5)


def test_before_the_first_checkpoint_nothing_is_shown_to_be() -> None:
    assert checked(Asked(a_book(), DATE).answer()).before == 0


def test_a_checkpoint_from_after_the_date_shows_nothing_about_it() -> None:
    asked = Asked(a_book(), DATE)
    refused(asked.answer(before=dated(asked, 5)), "too few")
    refused(asked.answer(before=dated(asked, 5)), "by then", policy=None)
    log_alone = dated(asked, 4, signers=LOG)
    refused(asked.answer(before=log_alone), "too few")
    assert checked(asked.answer(before=log_alone), policy=None).before == 2


def test_a_checkpoint_of_another_history_is_none_of_this_log() -> None:
    asked, other = Asked(a_book(), DATE), Logbook()
    for _ in range(4):
        other.write(HOUSE, "Cover")
    fork = Before(checkpoint=other.checkpoint(), proof=asked.book.grown(4))
    refused(asked.answer(before=fork), "not one of this log")
    refused(
        asked.answer(before=Before(checkpoint=asked.book.checkpoint(4), proof=())),
        "not one of this log",
    )
    refused(Asked(a_book()).answer(before=dated(asked, 4)), "nobody asked for")


# Parsing


def test_an_answer_is_read_in_one_spelling_only() -> None:
    data = Asked(a_book()).answer()
    value = parse(data)
    assert canonical(value) == data
    for name in value:
        refused(canonical({k: v for k, v in value.items() if k != name}), "not an answer")
    refused(canonical({**value, "format": "tocsin-answer-2"}), "not an answer")
    refused(data + b"\n", "not an answer")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"pairs": [[-1, "00" * 32]]}, "counted from 0"),
        ({"pairs": [[1]]}, "a leaf's index and its hash"),
        ({"pairs": [[1, "00"]]}, "hexadecimal"),
        ({"of": {"kind": "class", "text": "a"}}, "kind of tag"),
        ({"proof": "A" * 100_000}, "too long"),
        ({"proof": "AB=="}, "base64"),
        ({"tag": "00"}, "hexadecimal"),
    ],
)
def test_a_listing_of_another_shape_is_not_read(changes: dict[str, Any], fault: str) -> None:
    listing = {**WHOLE["tags"][0], **changes}
    refused(canonical({**WHOLE, "tags": [listing]}), fault)


def test_a_file_may_not_bring_more_than_anybody_could_ask_for() -> None:
    listing = {"of": {"kind": CASE, "text": ""}, "pairs": [], "proof": "", "tag": "00" * 32}
    refused(canonical({**WHOLE, "cases": [listing] * 4097}), "too many tags")


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else []
    for key, one in enumerate(value) if isinstance(value, list) else inner:
        yield from _places(one, (*path, key))


WHOLE: Any = parse(Asked(a_book(), DATE).answer(before=dated(Asked(a_book(), DATE), 4)))
PLACES = list(_places(WHOLE))


@contextmanager
def _set(path: tuple[Any, ...], new: Any) -> Iterator[Any]:
    """`WHOLE` with one value replaced, for a while."""
    at: Any = WHOLE
    for key in path[:-1]:
        at = at[key]
    old, at[path[-1]] = at[path[-1]], new
    try:
        yield old
    finally:
        at[path[-1]] = old


@given(
    st.sampled_from([path for path in PLACES if path]),
    st.none() | st.booleans() | st.integers(-1, 2**53 - 1) | st.text() | st.just([]) | st.just({}),
)
def test_no_value_of_an_answer_can_be_replaced(path: tuple[Any, ...], new: Any) -> None:
    with _set(path, new) as old:
        report = checked(canonical(WHOLE))
        weaker = path in (("before",), ("search",)) and new is None
        assert report.faults or weaker or (type(old) is type(new) and old == new)


@given(st.data())
def test_no_byte_of_an_answer_can_be_flipped(data: st.DataObject) -> None:
    whole = bytearray(canonical(WHOLE))
    at = data.draw(st.integers(0, 8 * len(whole) - 1))
    whole[at // 8] ^= 1 << at % 8
    assert checked(bytes(whole)).faults


def a_forgery(random: Random) -> bytes:
    """`WHOLE` with one list of records omitting, adding, altering or denying something."""
    value = deepcopy(WHOLE)
    listings = [*value["tags"], *value["cases"]]
    one, other = random.sample(listings, 2)
    pairs = one["pairs"]
    match random.randrange(8):
        case 0 if pairs:
            del pairs[random.randrange(len(pairs))]
        case 1:
            free = sorted(set(range(12)) - {index for index, _ in pairs})
            pairs.append([random.choice(free), random.randbytes(32).hex()])
            pairs.sort()
        case 2:
            one["pairs"], one["proof"] = [], random.choice(["", other["proof"]])
        case 3 if pairs:
            random.choice(pairs)[1] = random.randbytes(32).hex()
        case 4:
            one["pairs"] = other["pairs"]
        case 5:
            one["tag"] = random.choice([other["tag"], random.randbytes(32).hex()])
        case 6:
            del random.choice([value["tags"], value["cases"]])[0]
        case _:
            proof = bytearray(b64decode(one["proof"]))
            proof[random.randrange(len(proof))] ^= 1 << random.randrange(8)
            one["proof"] = b64encode(proof).decode()
    return canonical(value)


def test_no_forged_answer_is_accepted() -> None:
    """TOCSIN_FORGERIES says how many are tried, from one seed."""
    random, genuine = Random(1), canonical(WHOLE)  # noqa: S311  # the same forgeries each time
    for _ in range(int(os.environ.get("TOCSIN_FORGERIES", "300"))):
        data = a_forgery(random)
        assert data == genuine or checked(data).faults


@pytest.mark.parametrize(
    "parts",
    [
        {"kind": "class", "variants": ("a",)},
        {"kind": SUBJECT, "variants": ()},
        {"kind": SUBJECT, "variants": ("a", " ")},
        {"kind": CASE, "variants": ("",)},
        {"kind": SUBJECT, "variants": ("a",) * 257},
        {"kind": SUBJECT, "variants": ("a", "\N{COMBINING ACUTE ACCENT}" * 2**16)},
        {"kind": SUBJECT, "variants": ("a",), "before_us": -1},
        {"kind": SUBJECT, "variants": ("a",), "before_us": 2**53},
    ],
)
def test_a_question_that_no_tag_answers_cannot_be_asked(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"question|variant|date"):
        Question(**parts)
