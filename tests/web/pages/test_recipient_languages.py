"""The recipient's page in the reader's language, with the others below, and on paper."""

import re
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from tests.builders import words
from tests.web.pages.road import warned
from tocsin.casework import acknowledge
from tocsin.domain.kinds import ReactionKind, Relation
from tocsin.domain.phrases import CATALOGUES, ENGLISH
from tocsin.domain.warning import Draft, WarningKind, compose_all
from tocsin.web.pages.recipient_view import CHOICES, shown

RU, AR = CATALOGUES["ru"], CATALOGUES["ar"]
SPOKEN = (
    words(),
    words(language="ar", call="المكتب، +1 555 0100 أو 112"),
    words(language="ckb"),
    words(language="ru"),
)


@pytest.fixture
def sent(house, monkeypatch):
    """A warning in four languages, of which the recipient reads Arabic."""
    sent = warned(house)
    texts = compose_all(SPOKEN[0], SPOKEN[1:], WarningKind.ALERT, None)
    draft = replace(
        sent.case.warnings["w1"].draft,
        words=SPOKEN[0],
        translations=SPOKEN[1:],
        texts=texts,
        text="\n".join(texts),
    )
    portal_of = acknowledge._portal
    monkeypatch.setattr(acknowledge, "_portal", lambda *of: in_arabic(portal_of(*of), draft))
    return sent


def in_arabic(portal: acknowledge.Portal, draft: Draft) -> acknowledge.Portal:
    released = replace(portal.released, block=draft.block_for("ar"), blocks=draft.blocks)
    return replace(portal, released=released, recipient=replace(portal.recipient, language="ar"))


@pytest.fixture
def visitor(visits):
    return visits()


def looked_at(visitor, path):
    return BeautifulSoup(visitor.get(path).text, "html.parser")


def test_everything_is_said_in_the_readers_language_and_direction(sent, visitor):
    page = looked_at(visitor, sent.path)
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    for name in ("for_you", "confirm_that", "understood", "will_act", "is_it_genuine", "danger"):
        assert getattr(AR, name) in page.get_text()
    first = page.select_one("section.words")
    assert (first["lang"], first["dir"]) == ("ar", "rtl")
    assert [one.get_text() for one in first("dt")] == [f"{label}:" for label in AR.labels]


def test_the_other_languages_stand_folded_below_each_with_its_own_direction(sent, visitor):
    page = looked_at(visitor, sent.path)
    others = page.select("details .words")
    assert [(one["lang"], one["dir"]) for one in others] == [
        ("en", "ltr"),
        ("ckb", "rtl"),
        ("ru", "ltr"),
    ]
    for one, text in zip(others, (SPOKEN[0], SPOKEN[2], SPOKEN[3]), strict=True):
        assert text.what in one.get_text()


def test_another_language_is_a_link_away_and_stays_without_a_cookie(sent, visitor):
    links = looked_at(visitor, sent.path).select(".tongues a")
    assert [(one["href"], one.get_text()) for one in links] == [
        ("?lang=en", ENGLISH.name),
        ("?lang=ckb", "ckb"),
        ("?lang=ru", RU.name),
    ]
    page = looked_at(visitor, f"{sent.path}?lang=ru")
    assert (page.html["lang"], page.select_one("section.words")["lang"]) == ("ru", "ru")
    assert {one["action"].partition("?")[2] for one in page("form")} == {"lang=ru"}
    confirmed = visitor.post(
        f"{sent.path}/confirm?lang=ru", data={"code": sent.code, "understood": "yes"}
    )
    assert confirmed.headers["location"] == f"{sent.path}?lang=ru"
    assert "set-cookie" not in confirmed.headers


def test_a_language_without_a_catalogue_gets_its_words_first_and_english_around(sent, visitor):
    page = looked_at(visitor, f"{sent.path}?lang=ckb")
    assert (page.html["lang"], page.select_one("section.words")["lang"]) == ("en", "ckb")


@pytest.mark.parametrize("lang", ["xx", "de", "../../etc", "r" * 500, "%00", '"><script>'])
def test_a_language_that_is_not_offered_changes_nothing(sent, visitor, lang):
    answer = visitor.get(sent.path, params={"lang": lang})
    assert answer.status_code == 200
    assert BeautifulSoup(answer.text, "html.parser").html["lang"] == "ar"
    assert "<script" not in answer.text


def test_mistakes_are_told_in_the_readers_language(sent, visitor):
    empty = visitor.post(f"{sent.path}/confirm?lang=ru", data={}).text
    assert RU.ask_code in empty
    wrong = visitor.post(f"{sent.path}/confirm", data={"code": "AAAA-AAAA", "understood": "yes"})
    assert AR.code_wrong in wrong.text
    foreign = visitor.post(f"{sent.path}/confirm", data={"code": sent.code, "understood": "no"})
    mistake = BeautifulSoup(foreign.text, "html.parser").select_one("[role=alert] li")
    assert (mistake["lang"], mistake["dir"]) == ("en", "ltr")


def test_whom_to_call_is_something_to_tap(sent, visitor):
    numbers = looked_at(visitor, sent.path).select("section.words a")
    assert [(one["href"], one["dir"]) for one in numbers] == [
        ("tel:+15550100", "ltr"),
        ("tel:112", "ltr"),
    ]


@pytest.mark.parametrize(
    ("call", "dialled"),
    [
        ("+49 (0)30 / 555-0100", ["+49305550100"]),
        ("(01) 555 0100, room 12", ["015550100"]),
        ("since 2024-03-07 at 18:00", []),
        ("nobody", []),
        ("<b>+1 555 0100</b>", ["+15550100"]),
    ],
)
def test_only_what_is_a_number_is_something_to_tap(call, dialled):
    said = words(call=call)
    (text,) = compose_all(said, (), WarningKind.ALERT, None)
    draft = Draft(version=1, words=said, text=text, author="a", drafted_at=said.window.opens)
    (_, told) = shown(draft.blocks[0]).parts[4]
    page = BeautifulSoup(told, "html.parser")
    assert [one["href"].removeprefix("tel:") for one in page("a")] == dialled
    assert page.get_text() == call


def test_every_answer_that_a_recipient_may_give_is_offered_and_no_other(sent, visitor):
    offered = [one["value"] for one in looked_at(visitor, sent.path).select("[type=radio]")]
    assert offered == [kind.value for kind in CHOICES]
    for kind in (ReactionKind.ADVICE_GIVEN, ReactionKind.REPLIED):
        fields = {"kind": kind.value, "words": "x", "code": sent.code}
        assert visitor.post(f"{sent.path}/answer", data=fields).status_code == 422
    assert not sent.delivery.reactions


def test_a_person_who_confirms_may_leave_a_name_and_so_may_the_next(sent, visitor):
    for person in ("Jo Doe", "Ann Other"):
        fields = {"code": sent.code, "understood": "yes", "person": person}
        assert visitor.post(f"{sent.path}/confirm", data=fields).status_code == 303
    assert sent.delivery.persons == ("Jo Doe", "Ann Other")
    assert "Jo Doe" not in visitor.get(sent.path).text


@pytest.fixture
def protected(sent, monkeypatch):
    """The recipient protects others, reads Ukrainian and lives by the clock of Kyiv."""
    portal_of = acknowledge._portal
    monkeypatch.setattr(acknowledge, "_portal", lambda *of: protecting(portal_of(*of)))
    return sent


def protecting(portal: acknowledge.Portal) -> SimpleNamespace:
    recipient = SimpleNamespace(relation=Relation.PROTECTOR, language="uk", zone="Europe/Kyiv")
    parts = {name: getattr(portal, name) for name in ("delivery", "released", "followed_by")}
    return SimpleNamespace(**parts, recipient=recipient)


def test_four_languages_and_every_form_still_weigh_little(protected, visitor):
    shown = visitor.get(protected.path).text
    style = visitor.get(re.search(r'/static/recipient[^"]+', shown)[0]).text
    assert len(shown.encode()) + len(style.encode()) < 20_000


def test_whoever_protects_others_is_asked_to_whom_they_passed_it_on(protected, sent, visitor):
    form = looked_at(visitor, sent.path).select_one("#passed form")
    fields = {one["name"]: one["value"] for one in form.select("[type=hidden]")}
    without = visitor.post(f"{sent.path}/answer", data=fields | {"words": "The night shift"})
    assert CATALOGUES["uk"].ask_code in without.text
    assert "The night shift" in looked_at_text(without).select_one("#passed textarea").get_text()
    given = fields | {"words": "The night shift", "code": sent.code}
    assert visitor.post(f"{sent.path}/answer", data=given).status_code == 303
    (reaction,) = sent.delivery.reactions
    assert (reaction.kind, reaction.words) == (ReactionKind.PASSED_ON, "The night shift")


def looked_at_text(answer):
    return BeautifulSoup(answer.text, "html.parser")


def test_a_reader_whose_language_the_words_lack_is_led_to_them_in_their_own(protected, visitor):
    page = looked_at(visitor, protected.path)
    assert (page.html["lang"], page.select_one("section.words")["lang"]) == ("uk", "en")
    assert CATALOGUES["uk"].confirm_that in page.get_text()


def test_the_paper_is_in_the_readers_language_and_leads_back_to_the_page(sent, visitor):
    answer = visitor.get(f"{sent.path}/sheet?lang=ru")
    assert answer.headers["content-type"] == "application/pdf"
    assert "noindex" in answer.headers["x-robots-tag"]
    (page,) = PdfReader(BytesIO(answer.content)).pages
    text = "".join(page.extract_text().split())
    assert "".join(RU.sheet_check.split()) in text
    assert sent.path in text
    assert sent.code not in text
    assert visitor.get("/w/x/sheet").status_code == 404


def test_a_stranger_is_told_in_their_browsers_language_that_there_is_no_page(visitor):
    asked = {"accept-language": "xx, ckb;q=0.9, fr-CH;q=0.8, en"}
    assert CATALOGUES["fr"].no_page in visitor.get("/w/x", headers=asked).text
    assert ENGLISH.no_page in visitor.get("/w/x", headers={"accept-language": ",;*" * 99}).text
