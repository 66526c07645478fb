"""What an answer leaves out, adds, denies or takes from elsewhere is caught."""

from typing import Any

import pytest

from tests.record.asking import (
    DATE,
    VARIANTS,
    Asked,
    a_book,
    changed_listing,
    checked,
    dated,
    forged,
    refused,
)
from tests.record.logbook import (
    HOUSE,
    LOG,
    START_S,
    TAG_KEY,
    a_signer,
)
from tocsin.record.answer import Question
from tocsin.record.canonical import parse
from tocsin.record.tags import CASE, PLACE, SUBJECT, tag


@pytest.mark.parametrize("part", ["tags", "cases"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_record_left_out_added_changed_or_denied_is_caught(part: str, number: int) -> None:
    asked = Asked(a_book())
    listing = asked.parts()[part][number]
    first, *others = listing.pairs
    another = (2).to_bytes(8)
    for forgery in (
        others,
        [first, *others, first._replace(key=listing.tag + (99).to_bytes(8))],
        [first._replace(key=listing.tag + another), *others],
        [first._replace(value=bytes(32)), *others],
    ):
        data = forged(asked, part, number, pairs=tuple(forgery))
        refused(data, "not all records", tag_key=None)
    absent = asked.listing(SUBJECT, "nobody")
    data = forged(asked, part, number, pairs=(), proof=absent.proof)
    refused(data, "not all records", tag_key=None)


def test_the_tag_of_somebody_else_is_caught_by_the_tag_key_and_by_nothing_less() -> None:
    asked = Asked(a_book(), Question(kind=SUBJECT, variants=("Anna Lind",)))
    somebody = asked.listing(SUBJECT, "anna lind", of="nobody")
    denial = asked.answer(tags=[somebody], cases=[])
    refused(denial, "tag of something else")
    report = checked(denial, tag_key=None)
    assert (report.faults, report.tags_checked) == ((), False)


def test_each_variant_and_no_other_name_must_be_looked_up() -> None:
    asked = Asked(a_book())
    tags = asked.parts()["tags"]
    stranger = asked.listing(SUBJECT, "anna lind")
    for forgery in (tags[1:], [], [*tags, stranger], [*tags, tags[0]], [stranger, *tags[1:]]):
        refused(asked.answer(tags=forgery), "not those of the question", tag_key=None)
    as_place = [changed_listing(one, kind=PLACE) for one in tags]
    refused(asked.answer(tags=as_place), "not those of the question", tag_key=None)


def test_one_tag_cannot_stand_for_two_names() -> None:
    asked = Asked(a_book())
    tags = asked.parts()["tags"]
    double = [tags[0], *(changed_listing(tags[0], text=one.text) for one in tags[1:])]
    refused(asked.answer(tags=double), "listed twice", tag_key=None)


def test_every_case_in_which_something_was_found_is_listed_whole_and_no_other() -> None:
    asked = Asked(a_book())
    cases = asked.parts()["cases"]
    for forgery in (cases[1:], []):
        refused(asked.answer(cases=forgery), "stands in no case")
    refused(asked.answer(cases=[*cases, asked.listing(CASE, "B2")]), "nothing was found")
    refused(asked.answer(cases=[*cases, cases[0]]), "listed twice")
    place = asked.listing(PLACE, "C3", of="boston")
    refused(asked.answer(cases=[cases[0], place]), "is none", tag_key=None)
    of_a_case = Asked(a_book(), Question(kind=CASE, variants=("A1",)))
    refused(of_a_case.answer(cases=[of_a_case.listing(CASE, "C3")]), "nobody asked for")


def test_a_map_older_than_the_search_does_not_answer_it() -> None:
    book = a_book()
    stale = Asked(book)
    book.name("D4", "Tamerlan Tsarnaev")
    search = Asked(book).search
    refused(
        stale.answer(
            checkpoint=book.checkpoint(),
            map_rooted=book.opened(stale.rooted),
            search_made=book.opened(search),
        ),
        "older than the search",
    )


def test_without_a_search_something_else_must_show_that_the_map_is_recent() -> None:
    asked = Asked(a_book(), DATE)
    refused(Asked(a_book()).answer(search_made=None), "recent")
    data = asked.answer(search_made=None, before=dated(asked, 4))
    assert checked(data).searched is None
    assert (checked(data).faults, checked(data).before) == ((), 2)
    refused(data, "older than the answer needs", covering=9)
    assert checked(data, covering=8).faults == ()


def test_a_map_older_than_the_date_does_not_answer_about_it() -> None:
    book = a_book()
    old = Asked(book)
    for _ in range(4):
        book.write(HOUSE, "Cover")
    before_us = (START_S + 60 * book.size) * 1_000_000
    asked = Asked(book, Question(kind=SUBJECT, variants=VARIANTS, before_us=before_us))
    asked.covered = old.covered
    data = asked.answer(
        map_rooted=book.opened(old.rooted), search_made=None, before=dated(asked, old.rooted + 4)
    )
    refused(data, "older than the answer needs")


@pytest.mark.parametrize(
    "said",
    [
        {"variants": VARIANTS[:1]},
        {"sought": PLACE},
        {"before": "2024-03-09T16:00:00.000000Z"},
        {"kind": "AuditMade"},
    ],
)
def test_the_search_on_the_record_is_this_very_search(said: dict[str, Any]) -> None:
    kind = said.pop("kind", "SearchMade")
    book = a_book()
    asked = Asked(book, **said) if kind == "SearchMade" else Asked(book)
    if kind != "SearchMade":
        asked.search = asked.rooted + 1
    refused(asked.answer(), "search is another")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"covered": 99}, "after it"),
        ({"covered": -1}, "after it"),
        ({"covered": None}, "integer"),
        ({"map_function": 2}, "not known"),
        ({"map_function": True}, "integer"),
        ({"root": "00"}, "hexadecimal"),
        ({"root": "00" * 32}, "not all records"),
    ],
)
def test_a_map_that_the_log_states_otherwise_is_refused(said: dict[str, Any], fault: str) -> None:
    asked = Asked(a_book())
    asked.rooted = asked.book.map_rooted(asked.covered, **said)
    asked.note = asked.book.checkpoint()
    refused(asked.answer(), fault)


def test_only_the_house_s_own_record_roots_a_map() -> None:
    asked = Asked(a_book())
    root = parse(asked.book.entries[asked.rooted].body.encode())["root"]
    said = {"root": root, "covered": asked.covered, "map_function": 1}
    asked.rooted = asked.book.write("A1", "MapRooted", **said)
    asked.note = asked.book.checkpoint()
    refused(asked.answer(), "map is another")
    asked.rooted = asked.book.write(HOUSE, "Cover", **said)
    asked.note = asked.book.checkpoint()
    refused(asked.answer(), "map is another")


def test_a_record_that_the_map_does_not_cover_cannot_be_under_it() -> None:
    asked = Asked(a_book())
    asked.search = 0
    asked.rooted = asked.book.map_rooted(asked.covered, covered=6)
    asked.note = asked.book.checkpoint()
    data = asked.answer(search_made=None)
    refused(data, "cannot cover", covering=6)


def test_a_map_that_names_one_record_in_two_ways_is_refused() -> None:
    asked = Asked(a_book())
    asked.book.pairs = [
        one._replace(value=bytes(32)) if one.key.startswith(tag(TAG_KEY, CASE, "A1")) else one
        for one in asked.book.pairs
    ]
    asked.rooted = asked.book.map_rooted(asked.covered)
    asked.note = asked.book.checkpoint()
    refused(asked.answer(), "otherwise than another")


def test_an_answer_under_another_checkpoint_or_key_is_refused() -> None:
    asked = Asked(a_book())
    for _ in range(6):
        asked.book.write(HOUSE, "Cover")
    refused(asked.answer(), "does not hold")
    longer = asked.book.checkpoint()
    assert checked(asked.answer(checkpoint=longer)).faults == ()
    stranger = a_signer(LOG[0].name, LOG[0].type, 77).verifier_key
    refused(asked.answer(checkpoint=longer), "no known key", keys=[stranger], policy=None)
    refused(asked.answer(checkpoint=asked.book.checkpoint(signers=LOG)), "too few")
