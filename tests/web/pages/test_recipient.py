"""The recipient's page: words, a confirmation that no machine gives, and answers."""

import gzip
import re

import pytest
from bs4 import BeautifulSoup

from tests.builders import HOUR
from tests.web.pages.road import warned
from tocsin.domain.warning import WarningKind


def confirmed(visitor, sent, code, **fields):
    return visitor.post(f"{sent.path}/confirm", data={"code": code, **fields})


@pytest.fixture
def sent(house):
    return warned(house)


@pytest.fixture
def visitor(visits):
    return visits()


def test_the_page_says_the_exact_words_and_being_opened_is_noted_once(house, sent, visitor):
    shown = BeautifulSoup(visitor.get(sent.path).text, "html.parser").select_one(".words")
    text = sent.case.warnings["w1"].draft.text
    assert "".join(shown.get_text().split()) == "".join(text.split())
    opened_at = sent.delivery.opened_at
    seq = sent.case.seq
    visitor.get(sent.path)
    assert (opened_at, sent.delivery.acknowledged_at) == (house.clock(), None)
    assert sent.case.seq == seq


def test_the_code_and_the_tick_confirm_and_a_second_visit_says_so(sent, visitor):
    answer = confirmed(visitor, sent, sent.code.lower(), understood="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, sent.path)
    assert sent.delivery.acknowledged_at
    again = visitor.get(sent.path).text
    assert "You have confirmed. Thank you." in again
    assert "Opening this page confirms nothing" not in again


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"code": "AAAA-AAAA", "understood": "yes"}, "this is not the code in the message"),
        ({"code": "", "understood": "yes"}, "Type the code"),
        ({"code": "right"}, "Tick the box"),
        ({"code": "right", "understood": "x" * 50}, "Tick this or leave it"),
        ({"code": "right", "understood": "yes", "email": "a@b.example"}, "does not know"),
        ({}, "Type the code"),
    ],
)
def test_a_machine_that_fills_the_form_in_confirms_nothing(sent, visitor, fields, why):
    fields = fields | ({"code": sent.code} if fields.get("code") == "right" else {})
    answer = visitor.post(f"{sent.path}/confirm", data=fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert sent.delivery.acknowledged_at is None


def test_what_was_typed_stands_there_again_after_a_mistake(sent, visitor):
    answer = confirmed(visitor, sent, "WRNG-CODE", understood="yes").text
    assert 'value="WRNG-CODE"' in answer
    assert "checked" in answer


def test_after_too_many_wrong_codes_even_the_right_one_waits_and_then_counts(hands, sent, visitor):
    for _ in range(10):
        confirmed(visitor, sent, "AAAA-AAAA", understood="yes")
    limited = confirmed(visitor, sent, sent.code, understood="yes")
    assert limited.status_code == 429
    assert "Wait 15 minutes" in limited.text
    hands.advance(HOUR)
    assert confirmed(visitor, sent, sent.code, understood="yes").status_code == 303


def test_a_late_confirmation_counts_and_is_thanked(hands, sent, visitor):
    hands.advance(100 * HOUR)
    confirmed(visitor, sent, sent.code, understood="yes")
    assert sent.delivery.acknowledged_at == hands.now
    assert "Thank you" in visitor.get(sent.path).text


def test_answers_are_kept_word_for_word_and_never_shown_to_whoever_has_only_the_link(sent, visitor):
    fields = {"kind": "question", "words": "May we\nopen on Sunday?", "code": sent.code}
    answer = visitor.post(f"{sent.path}/answer", data=fields)
    assert answer.status_code == 303
    assert [one.words for one in sent.delivery.reactions] == ["May we\nopen on Sunday?"]
    shown = visitor.get(sent.path).text
    assert "Your last answer reached us" in shown
    assert "Sunday" not in shown


def test_an_answer_without_the_code_is_not_kept_and_is_shown_again(sent, visitor):
    fields = {"kind": "rejected", "words": "Nonsense <b>", "code": "AAAA-AAAA"}
    answer = visitor.post(f"{sent.path}/answer", data=fields)
    assert answer.status_code == 422
    assert "Nonsense &lt;b&gt;" in answer.text
    assert "checked" in answer.text
    assert not sent.delivery.reactions


@pytest.mark.parametrize("kind", [WarningKind.UPDATE, WarningKind.CANCEL])
def test_words_that_no_longer_stand_say_so_first(sent, visitor, kind):
    newer = sent.follows(kind)
    old, new = visitor.get(sent.path).text, visitor.get(newer.path).text
    said = "was cancelled" if kind is WarningKind.CANCEL else "was replaced by a newer one"
    assert f"This warning {said}" in old
    assert old.index(said) < old.index("The exact words")
    assert "This warning was" not in new
    assert ("A warning for you was cancelled" in new) is (kind is WarningKind.CANCEL)


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl"), ("ru", "ltr")]
)
def test_the_words_carry_their_language_and_their_direction(house, visitor, language, direction):
    shown = visitor.get(warned(house, language=language).path).text
    assert f'lang="{language}" dir="{direction}"' in shown


def test_an_exercise_is_called_one_before_anything_else(house, visitor):
    shown = visitor.get(warned(house, exercise=True).path).text
    assert "<title>EXERCISE: Warning" in shown
    assert shown.index("This is an exercise") < shown.index("<h1>")


def test_every_link_that_opens_nothing_gets_the_same_answer(sent, visitor):
    token = sent.path.removeprefix("/w/")
    wrong = [
        f"/w/{token[:-1]}",
        "/w/C-0000-0000-d1.AAAAAAAAAAAAAAAAAAAAAA",
        "/w/x",
        f"/w/{token}%00",
    ]
    answers = [visitor.get(path) for path in wrong]
    answers += [visitor.post(f"{path}/confirm", data={"code": "A"}) for path in wrong]
    answers += [visitor.post(f"{path}/answer", data={}) for path in wrong]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
    assert len({tuple(sorted(one.headers.items())) for one in answers}) == 1


def test_no_cookie_no_script_and_no_search_engine(sent, visitor):
    shown = visitor.get(sent.path)
    assert "set-cookie" not in shown.headers
    assert "noindex" in shown.headers["x-robots-tag"]
    assert "<script" not in shown.text
    assert "/cases" not in shown.text
    assert sent.case_id not in re.sub(re.escape(sent.path), "", shown.text)


def test_the_page_and_its_style_weigh_little_even_uncompressed(sent, visitor):
    shown = visitor.get(sent.path).text
    style = visitor.get(re.search(r'/static/recipient[^"]+', shown)[0]).text
    assert len(shown.encode()) + len(style.encode()) < 16_000
    assert len(gzip.compress((shown + style).encode())) < 6_000
