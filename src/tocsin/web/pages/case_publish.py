"""A released warning made public: prepared, looked at as everybody will, confirmed, cancelled."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response

from tocsin.casework import publications
from tocsin.domain import commands as c
from tocsin.domain.areas import Area
from tocsin.domain.case import Case
from tocsin.domain.deciding import publishing
from tocsin.domain.findings import Urgency
from tocsin.domain.phrases import phrases_for
from tocsin.domain.public import (
    Category,
    Certainty,
    Nearness,
    Publication,
    PublicationState,
    PublicNotice,
    PublishedNotice,
    Severity,
    Status,
)
from tocsin.domain.public import (
    Response as Advice,
)
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.warning import ThreatWarning, WarningWords
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.areas_form import read_areas, show_areas
from tocsin.web.pages.case_publish_words import NO_LONGER
from tocsin.web.pages.case_steps import At, cases, standing, step
from tocsin.web.pages.case_view import View
from tocsin.web.pages.forms import Form
from tocsin.web.pages.public import house_name
from tocsin.web.public_shown import view_of

NEAR = {
    Urgency.IMMINENT: Nearness.IMMEDIATE,
    Urgency.NEAR: Nearness.EXPECTED,
    Urgency.LATER: Nearness.FUTURE,
}
PARTS = {
    "what": "Say what no longer holds",
    "where": "Say where",
    "do": "Say what people may do again",
    "call": "Say whom to call",
    "basis": "Say why it is taken back",
}


def _spoken(warning: ThreatWarning) -> tuple[WarningWords, ...]:
    return (warning.draft.words, *warning.draft.translations)


def _standing(case: Case, warning_id: str) -> PublishedNotice | None:
    """What stands in public already, of whichever status."""
    found = (publishing.standing(case, warning_id, status) for status in Status)
    return next((one for one in found if one), None)


def _cancelling(warning: ThreatWarning) -> dict[str, str]:
    """What takes the warning back, in each of its languages, as far as we have sentences."""
    shown: dict[str, str] = {}
    released = warning.release.released_at if warning.release else None
    for number, words in enumerate(_spoken(warning)):
        say = phrases_for(words.language)
        is_ours = say.language == words.language.partition("-")[0].lower()
        about = say.follows.format(at=f"{released:%Y-%m-%d %H:%M}") if released else ""
        shown |= {
            f"cancel.{number}.what": say.was_cancelled if is_ours else "",
            f"cancel.{number}.where": words.where,
            f"cancel.{number}.do": NO_LONGER.get(say.language, "") if is_ours else "",
            f"cancel.{number}.call": words.call,
            f"cancel.{number}.basis": about if is_ours else "",
        }
    return shown


def _filled(at: At) -> Form:
    """As what stands already; else what the case itself says."""
    live = _standing(at.case, at.ids["warning_id"])
    shown = _cancelling(at.warning)
    if live is None:
        return Form.showing(
            category=Category.SECURITY.value, nearness=NEAR[at.case.clock_urgency].value, **shown
        )
    notice = live.notice
    return Form.showing(
        event=notice.event,
        category=notice.category.value,
        nearness=notice.nearness.value,
        severity=notice.severity.value,
        certainty=notice.certainty.value,
        response=notice.response.value,
        web=notice.web,
        public_status=live.status.value,
        list=live.lists,
        **show_areas(notice.areas),
        **shown,
    )


def _choices(at: At) -> Mapping[str, Any]:
    return {
        "warning": at.warning,
        "spoken": _spoken(at.warning),
        "live": _standing(at.case, at.ids["warning_id"]),
        "statuses": (Status.EXERCISE, Status.TEST) if at.case.exercise else (Status.ACTUAL,),
        "saved": _saved(at.case),
        "lists": publications.lists_of(at.app, at.case, at.officer),
        "languages": {one.language: phrases_for(one.language).name for one in _spoken(at.warning)},
    }


def _saved(case: Case) -> Sequence[Area]:
    known = {
        area.description: area for one in case.publications.values() for area in one.notice.areas
    }
    return [area for area in known.values() if area.polygons or area.circles]


@step(
    "/warnings/{warning_id}/publish",
    c.PreparePublication,
    title="Prepare a warning to the public",
    button="Save it for a second officer",
    show=_filled,
    more=_choices,
)
def prepare_publication(form: Form, at: At) -> c.PreparePublication:
    status = (
        form.choice("public_status", Status, "Choose what it is")
        if at.case.exercise
        else Status.ACTUAL
    )
    chosen = form.many("list")
    cancellation = _cancellation(form, at.warning)
    notice = _notice(form)
    form.done()
    live = publishing.standing(at.case, at.warning.warning_id, status)
    return c.PreparePublication(
        case_id=at.case_id,
        warning_id=at.warning.warning_id,
        notice=notice,
        status=status,
        cancellation=cancellation,
        lists=tuple(dict.fromkeys(chosen)),
        follows=live.publication_id if live else "",
    )


def _notice(form: Form) -> PublicNotice:
    event = form.text("event", "Say in one line what it is about", longest=100)
    web = form.text("web", longest=500)
    if event and not event.isprintable():
        form.wrong("event", "Say it in one line")
    if web and not web.startswith("https://"):
        form.wrong("web", "Enter an address that begins with https://")
    category = form.choice("category", Category, "Choose a category")
    nearness = form.choice("nearness", Nearness, "Choose how soon people must act")
    severity = form.choice("severity", Severity, "Choose how severe it is")
    certainty = form.choice("certainty", Certainty, "Choose how certain it is")
    response = form.choice("response", Advice, "Choose what people are to do")
    areas = read_areas(form)
    form.done()
    return PublicNotice(
        event=event,
        category=category,
        nearness=nearness,
        severity=severity,
        certainty=certainty,
        response=response,
        areas=areas,
        web=web,
    )


def _cancellation(form: Form, warning: ThreatWarning) -> tuple[WarningWords, ...]:
    found = []
    for number, words in enumerate(_spoken(warning)):
        told = {
            part: form.text(f"cancel.{number}.{part}", ask, longest=1_500)
            for part, ask in PARTS.items()
        }
        if all(told.values()):
            said = WarningWords(window=words.window, language=words.language, **told)
            found.append(said)
    return tuple(found)


def the_publication(at: At) -> PublishedNotice:
    return publishing.the_publication(at.case, at.ids["publication_id"])


def _looked_at(at: At) -> dict[str, Any]:
    """What a publication says, and to whom it goes."""
    one = the_publication(at)
    lists = publications.lists_of(at.app, at.case, at.officer) if one.lists else []
    chosen = [found for found in lists if found.list_id in one.lists]
    return {
        "publication": one,
        "view": _seen(at, publications.preview(at.app, at.case, one)),
        "lists": chosen,
        "subscribers": sum(found.total for found in chosen),
        "phrase": publishing.phrase(at.case_id),
        "cancelling": _seen(at, publications.preview(at.app, at.case, one, cancels=True)),
        "set_up": at.app.settings.public is not None and at.app.settings.public.enabled,
    }


def _seen(at: At, one: Publication) -> Any:
    return view_of([one], 0, now=at.app.clock(), house=house_name(at.app))


def _only(at: At, *, actual: bool) -> Mapping[str, Any]:
    """Each has a screen of its own, which shows nothing of the other kind."""
    if (the_publication(at).status is Status.ACTUAL) is not actual:
        refuse(
            Code.NOT_PREPARED,
            "Nothing was shown: this is confirmed on another page.",
            "Open it from the page of the case.",
        )
    return _looked_at(at)


@step(
    "/publications/{publication_id}/live",
    c.ConfirmPublication,
    title="Publish a LIVE warning to everybody",
    button="Publish LIVE to everybody, now",
    more=lambda at: _only(at, actual=True),
    danger=True,
)
def confirm_live(form: Form, at: At) -> c.ConfirmPublication:
    typed = form.text("typed", "Type the phrase", longest=200, strip=False)
    form.ticked("confirmed", "Tick that you have read it as everybody will")
    form.done()
    publication_id = the_publication(at).publication_id
    return c.ConfirmPublication(case_id=at.case_id, publication_id=publication_id, typed=typed)


@step(
    "/publications/{publication_id}/exercise",
    c.ConfirmPublication,
    title="Publish an exercise or a test",
    button="Publish it marked as not real",
    more=lambda at: _only(at, actual=False),
)
def confirm_sham(form: Form, at: At) -> c.ConfirmPublication:
    form.ticked("confirmed", "Tick that you have read it")
    form.done()
    return c.ConfirmPublication(
        case_id=at.case_id, publication_id=the_publication(at).publication_id
    )


@step(
    "/publications/{publication_id}/cancel",
    c.CancelPublication,
    title="Cancel a public warning, at once",
    button="Cancel it in public, now",
    more=_looked_at,
    danger=True,
)
def cancel_publication(form: Form, at: At) -> c.CancelPublication:
    reason = form.text("reason", "Give your reason")
    form.done()
    publication_id = the_publication(at).publication_id
    return c.CancelPublication(case_id=at.case_id, publication_id=publication_id, reason=reason)


@cases.get("/publications/{publication_id}", name="case:publication", dependencies=[officer()])
def publication(request: Request, app: House, by: Officer) -> Response:
    """How one stands, and its CAP messages."""
    at = standing(request, app, by)
    found = _looked_at(at)
    return page(
        request,
        "case/publication.html",
        nav="queue",
        at=at,
        officers_view=View(at=at),
        texts=_texts(at, found["publication"]),
        **found,
    )


@cases.get("/publications/{publication_id}/page", name="case:preview", dependencies=[officer()])
def preview(
    request: Request, app: House, by: Officer, cancels: Annotated[bool, Query()] = False
) -> Response:
    """Exactly the page that everybody will see."""
    at = standing(request, app, by)
    found = publications.preview(app, at.case, the_publication(at), cancels=cancels)
    return page(request, "public/warning.html", view=_seen(at, found))


def _texts(at: At, one: PublishedNotice) -> list[tuple[str, str]]:
    """The CAP messages: signed where they went out, else as they would go out now."""
    found = []
    for words, message, cancels in (
        ("The warning", one.sent_as, False),
        ("The cancellation", one.cancelled_as, True),
    ):
        if message:
            text = publications.signed(at.app, message.identifier).decode()
            found.append((f"{words}, as it went out", text))
        elif not (cancels and one.state is PublicationState.REPLACED):
            found.append((f"{words}, not sent", _unsent(at, one, cancels=cancels)))
    return found


def _unsent(at: At, one: PublishedNotice, *, cancels: bool) -> str:
    try:
        return publications.cap_text(publications.preview(at.app, at.case, one, cancels=cancels))
    except Refusal as refusal:
        return str(refusal)
