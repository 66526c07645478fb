"""Bringing a warning by hand: what is said, what is printed, who was told, or that nobody was."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from tocsin.casework.release import code_for, link_for
from tocsin.casework.sheet import is_printable, sheet
from tocsin.casework.spoken import script
from tocsin.domain import commands as c
from tocsin.domain.refusal import Code, refuse
from tocsin.web.answers import page
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.case_deliver import about
from tocsin.web.pages.case_steps import At, cases, standing, step
from tocsin.web.pages.case_triage import local, told_in, zones
from tocsin.web.pages.forms import Form


def _meeting(at: At) -> Mapping[str, Any]:
    found = about(at)
    draft = found["warning"].draft
    mine = draft.block_for(found["recipient"].language)
    return {
        **found,
        "mine": mine,
        "blocks": [one for one in draft.blocks if one != mine],
        "printable": is_printable(mine),
        **zones(at),
    }


def _now(at: At) -> Form:
    now, zone = local(at.app.clock(), told_in(at)), told_in(at)
    return Form.showing(told_at=now, tried_at=now, zone=zone, again="yes")


@step(
    "/deliveries/{delivery_id}/attest",
    c.AttestDelivery,
    title="Attest that it was told",
    button="Attest",
    show=_now,
    more=_meeting,
)
def attest(form: Form, at: At) -> c.AttestDelivery:
    to_whom = form.text("to_whom", "Enter whom you told", longest=500)
    told_at = form.instant("told_at", form.zone("zone"), "Enter when you told them")
    identity_check = form.text("identity_check", "Say how you knew who it was")
    understood = form.yes_no("understood", "Choose whether they understood")
    read_back = form.text("read_back")
    if understood and not read_back:
        form.wrong("read_back", "Enter what they said back to you")
    text_sha256 = form.text("text_sha256", longest=64)
    form.done()
    return c.AttestDelivery(
        case_id=at.case_id,
        delivery_id=at.delivery.delivery_id,
        to_whom=to_whom,
        told_at=told_at,
        text_sha256=text_sha256,
        identity_check=identity_check,
        understood=understood,
        read_back=read_back,
    )


@step(
    "/deliveries/{delivery_id}/not-met",
    c.RecordHandAttempt,
    title="Nobody was there to be told",
    button="Record the attempt",
    show=_now,
    more=_meeting,
)
def record_hand_attempt(form: Form, at: At) -> c.RecordHandAttempt:
    tried_at = form.instant("tried_at", form.zone("zone"), "Enter when you tried")
    words = form.text("words", "Say what happened")
    again = form.yes_no("again", "Choose whether this way is tried again")
    form.done()
    return c.RecordHandAttempt(
        case_id=at.case_id,
        delivery_id=at.delivery.delivery_id,
        tried_at=tried_at,
        words=words,
        again=again,
    )


@cases.get("/deliveries/{delivery_id}/script", name="case:script", dependencies=[officer()])
def spoken(request: Request, app: House, by: Officer) -> Response:
    """What the caller says, word for word, with the code spelled for the ear."""
    at = _bringing(request, app, by)
    found = _meeting(at)
    lines = script(
        found["mine"],
        code_for(app, at.delivery),
        house=app.settings.house,
        name=found["recipient"].name,
        exercise=at.case.exercise,
    )
    return page(request, "case/script.html", nav="queue", at=at, lines=lines, **found)


@cases.get("/deliveries/{delivery_id}/sheet", name="case:sheet", dependencies=[officer()])
def printed(request: Request, app: House, by: Officer) -> Response:
    """One page of paper in the recipient's language, to be handed over. It bears no code."""
    at = _bringing(request, app, by)
    pdf = sheet(
        _meeting(at)["mine"],
        exercise=at.case.exercise,
        house=app.settings.house,
        reference="",
        link=link_for(app, at.delivery),
        fingerprint=at.delivery.text_sha256,
        at=app.clock(),
    )
    named = {"Content-Disposition": f'inline; filename="{at.delivery.delivery_id}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=named)


def _bringing(request: Request, app: House, by: Officer) -> At:
    """Only for whoever may attest what they bring: the page bears the link or the code."""
    at = standing(request, app, by)
    if not (at.may("attest_delivery") and at.delivery.method.by_hand):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was shown: you do not bring this warning by hand.",
            "Ask a deliverer.",
        )
    return at
