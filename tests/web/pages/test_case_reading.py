"""What reading understood of a report, corrected by its form."""

from types import SimpleNamespace

import pytest

from tests.builders import ANNA, BEN, EVA, INES
from tests.web.pages.case_desk import CaseDesk
from tocsin.casework import understanding
from tocsin.domain.correcting import Correction, HarmStage, PassageRole
from tocsin.web.pages import case_reading

TEXT = (
    b"Two men will attack the spring\nconcert at the hall. Nobody <b>is</b> at risk.\n"
    b"Viktor Mraz heard it."
)
THREAT, DENIAL = (0, 51), (52, 77)


@pytest.fixture
def desk(house, monkeypatch):
    """A report of which reading made a threat, a denial and a victim."""
    read = [(*THREAT, HarmStage.THREATENED), (*DENIAL, HarmStage.DENIED), (78, 99, HarmStage.NONE)]
    monkeypatch.setattr(case_reading, "sentences_read", lambda _: read)
    victim = (20, 38, PassageRole.VICTIM)
    monkeypatch.setattr(case_reading, "mentions_read", lambda _: [victim])
    return CaseDesk.with_report(house, TEXT)


def path(desk):
    return f"/reports/{desk.report_id}/reading"


def standing(desk):
    return [one.correction for one in desk.case.corrected.get(desk.report_id, ())]


def test_what_was_read_is_listed_with_what_reading_said_and_can_be_answered(desk):
    report = desk.asks(ANNA, f"/reports/{desk.report_id}")
    assert f"/cases/{desk.case_id}{path(desk)}" in report.goes_to()
    page = desk.asks(ANNA, path(desk))
    fields = [one["name"] for one in page.soup.select("form[data-guard] select")]
    assert fields[:3] == ["p1.0.51", "p2.52.77", "p3.20.38"]
    for one in page.soup.select("form[data-guard] :is(select, textarea)"):
        assert page.soup.select_one(f'label[for="{one["id"]}"]').get_text(strip=True)
    assert "Nobody <b>is</b> at risk." in page.text
    assert "Reading said: Denied or withdrawn" in page.text
    said = {"p1.0.51": "stage.threatened", "p2.52.77": "stage.none", "p3.20.38": "role.none"}
    done = desk.sends(ANNA, path(desk), **said)
    assert "passages were labelled: 3, 1 of them as reading" in done.text
    assert standing(desk) == [
        Correction(start=0, end=51, stage=HarmStage.THREATENED, was="threatened"),
        Correction(start=52, end=77, stage=HarmStage.NONE, was="denied"),
        Correction(start=20, end=38, role=PassageRole.NONE, was="victim"),
    ]
    assert "Said so far: 3" in desk.asks(BEN, path(desk)).text


def test_what_reading_missed_is_added_by_pasting_it_and_a_stage_is_of_its_sentence(desk):
    added = {
        "words.1": "heard it", "label.1": "stage.hypothetical",
        "words.2": "spring  concert", "label.2": "role.event_or_site",
    }  # fmt: skip
    desk.sends(BEN, path(desk), **added)
    assert standing(desk) == [
        Correction(start=78, end=99, stage=HarmStage.HYPOTHETICAL, was="none"),
        Correction(start=24, end=38, role=PassageRole.EVENT_OR_SITE),
    ]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Say of at least one passage what it is"),
        ({"words.1": "a bomb", "label.1": "role.weapon"}, "The report does not say this"),
        ({"label.1": "role.weapon"}, "The report does not say this"),
        ({"words.1": "the hall"}, "Choose what these words are"),
        ({"p1.0.51": "stage.victim"}, "Choose one of these"),
        ({"p1.0.51": "harm.victim"}, "Choose one of these"),
        ({"p1.0.50": "stage.none", "p1.0.51": "stage.none"}, "[unknown-field]"),
    ],
)
def test_what_labels_nothing_of_the_report_is_a_mistake(desk, sent, error):
    page = desk.sends(ANNA, path(desk), status=422, **sent)
    assert any(error in one for one in page.errors)
    assert not standing(desk)


def test_only_those_correct_it_who_analyse_or_determine(desk):
    for other in (EVA, INES):
        desk.asks(other, path(desk), status=403)
        assert path(desk) not in str(desk.asks(other, f"/reports/{desk.report_id}").goes_to())


def test_a_report_is_corrected_as_its_own_page_shows_it_and_read_once(house, monkeypatch):
    reader, read = understanding.reader(), []
    counted = SimpleNamespace(read=lambda *a, **k: read.append(a) or reader.read(*a, **k))
    monkeypatch.setattr(understanding, "reader", lambda: counted)
    desk = CaseDesk.with_report(house, b"We will kill the baker of Lindau.", language="en-GB")
    desk.asks(ANNA, f"/reports/{desk.report_id}")
    assert "A threat" in desk.asks(ANNA, path(desk)).text
    assert len(read) == 1


def test_where_nothing_was_read_the_page_says_so(house):
    desk = CaseDesk.with_report(house, b"All is well, and the weather is fine.")
    assert "Reading found nothing" in desk.asks(ANNA, path(desk)).text
