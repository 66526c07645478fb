"""Subjects on watch: put there, renewed, and ended by two; and where they were named since."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tocsin.domain import commands as c
from tocsin.domain.deciding.context import the_watch
from tocsin.domain.inbound import BirthDate, Confidence
from tocsin.web.pages.case_steps import At, step
from tocsin.web.pages.case_triage import told_in, zones
from tocsin.web.pages.forms import Form


def births_in(form: Form, name: str = "births") -> tuple[BirthDate, ...]:
    return tuple(_born(form, name, form.lines(name, most=50, longest=100)))


def _born(form: Form, name: str, lines: tuple[str, ...]) -> Iterator[BirthDate]:
    """Each line a date and how sure it is: "1986-10-22 low"."""
    for line in lines:
        born, _, confidence = re.sub(r"[\s,;]+", " ", line).partition(" ")
        try:
            yield BirthDate(born=born, confidence=Confidence(confidence.casefold()))
        except ValueError:
            form.wrong(name, "Enter each as 1986-10-22 low, with low, moderate or high")


def _review(form: Form) -> datetime | None:
    """When to look again, where somebody said so."""
    if not form.text("review_at", longest=100):
        form.text("zone", longest=100)
        return None
    return form.instant("review_at", form.zone("zone"))


def _zone_shown(at: At) -> Form:
    return Form.showing(zone=told_in(at), inbound_id=at.query.get("inbound", ""))


def _warnings(at: At) -> Mapping[str, Any]:
    return {"inbound": list(at.case.inbound.values()), **zones(at)}


@step(
    "/watches/new",
    c.PutOnWatch,
    title="Put somebody on watch",
    button="Put on watch",
    show=_zone_shown,
    more=_warnings,
)
def put_on_watch(form: Form, at: At) -> c.PutOnWatch:
    names = form.lines("names", most=100, longest=200)
    if not names:
        form.wrong("names", "Enter at least one name, as it was written")
    births = births_in(form)
    identifiers = form.lines("identifiers", most=100, longest=200)
    reason = form.text("reason", "Say why they are watched")
    inbound_id = form.text("inbound_id", longest=100)
    review_at = _review(form)
    form.done()
    return c.PutOnWatch(
        case_id=at.case_id,
        names=names,
        births=births,
        identifiers=identifiers,
        reason=reason,
        inbound_id=inbound_id,
        review_at=review_at,
    )


def _watch(at: At) -> Mapping[str, Any]:
    watch = the_watch(at.case, at.ids["watch_id"])
    return {"watch": watch, **zones(at)}


@step(
    "/watches/{watch_id}/widen",
    c.WidenWatch,
    title="Another name, date or identifier",
    button="Add to the watch",
    more=_watch,
)
def widen_watch(form: Form, at: At) -> c.WidenWatch:
    names = form.lines("names", most=100, longest=200)
    births = births_in(form)
    identifiers = form.lines("identifiers", most=100, longest=200)
    reason = form.text("reason", "Say where this comes from")
    if not (names or births or identifiers):
        form.wrong("names", "Enter a name, a date of birth or an identifier")
    form.done()
    return c.WidenWatch(
        case_id=at.case_id,
        watch_id=the_watch(at.case, at.ids["watch_id"]).watch_id,
        names=names,
        births=births,
        identifiers=identifiers,
        reason=reason,
    )


@step(
    "/watches/{watch_id}/renew",
    c.RenewWatch,
    title="Review the watch",
    button="Renew the watch",
    show=_zone_shown,
    more=_watch,
)
def renew_watch(form: Form, at: At) -> c.RenewWatch:
    reason = form.text("reason", "Say what you looked at, and why the watch goes on")
    review_at = _review(form)
    form.done()
    watch_id = the_watch(at.case, at.ids["watch_id"]).watch_id
    return c.RenewWatch(case_id=at.case_id, watch_id=watch_id, reason=reason, review_at=review_at)


@step(
    "/watches/{watch_id}/end",
    c.ProposeWatchEnd,
    title="End a watch",
    button="Propose to end it",
    more=_watch,
    danger=True,
)
def propose_watch_end(form: Form, at: At) -> c.ProposeWatchEnd:
    reason = form.text("reason", "Give your reason")
    form.done()
    watch_id = the_watch(at.case, at.ids["watch_id"]).watch_id
    return c.ProposeWatchEnd(case_id=at.case_id, watch_id=watch_id, reason=reason)
