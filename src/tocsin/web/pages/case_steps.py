"""A step of a case: one command, one form, one page; the same for every command.

A step's page shows its form. Sent, it goes through `handle`; a refusal shows the
form again with what was typed, anything else leads back to the page of the case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from tocsin.app import App
from tocsin.casework.access import action_of, allows
from tocsin.casework.act import act
from tocsin.casework.reads import read_case
from tocsin.domain.actor import Actor
from tocsin.domain.case import Case, Delivery, Proposal, Victim
from tocsin.domain.commands import Command
from tocsin.domain.deciding.context import the_delivery, the_open_proposal, the_victim
from tocsin.domain.deciding.intake import the_report
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.duty import Policy
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.domain.report import Report
from tocsin.domain.warning import ThreatWarning
from tocsin.store import people
from tocsin.web import doors
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.forms import Form, Typed

cases = doors.router("/cases/{case_id}")

OTHERS = {"system": "Tocsin, by its clock", "recipient": "The recipient"}


@dataclass(kw_only=True)
class At:
    """Where in a case somebody stands: the case as it is now, who they are, and the address."""

    app: App
    officer: Actor
    case: Case
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, officer_id: str) -> str:
        """How people know whoever the record names."""
        if not self.names:
            with self.app.store.read() as db:
                self.names |= {one.officer_id: one.name for one in people.officers(db)}
            self.names |= OTHERS
        return self.names.get(officer_id, officer_id)

    def there(self, ids: Mapping[str, str], query: str = "") -> "At":
        """The same officer elsewhere in the same case."""
        return At(
            app=self.app,
            officer=self.officer,
            case=self.case,
            ids=ids,
            query=dict(parse_qsl(query)),
            names=self.names,
        )

    @property
    def case_id(self) -> str:
        return self.case.case_id

    @property
    def url(self) -> str:
        return f"/cases/{self.case.case_id}"

    @property
    def policy(self) -> Policy:
        return self.app.policy_for(self.case)

    @cached_property
    def victim(self) -> Victim:
        return the_victim(self.case, self.ids["victim_id"])

    @cached_property
    def report(self) -> Report:
        return the_report(self.case, self.ids["report_id"])

    @cached_property
    def proposal(self) -> Proposal:
        return the_open_proposal(self.case, self.ids["proposal_id"])

    @cached_property
    def warning(self) -> ThreatWarning:
        return the_warning(self.case, self.ids["warning_id"])

    @cached_property
    def delivery(self) -> Delivery:
        return the_delivery(self.case, self.ids["delivery_id"])

    def may(self, action: str) -> bool:
        return allows(self.app, self.officer, action, self.case)


Read = Callable[[Form, At], Command]


def _blank(_: At) -> Form:
    return Form()


def _nothing(_: At) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command as people meet it.

    `fields` names the template of its fields, `words` stand on the link, `title` over the
    form and `button` under it. `show` fills the form at first, `more` gives what the fields
    are chosen from. A `danger` cannot be taken back.
    """

    name: str
    path: str
    command: Callable[[At], type[Command]]
    fields: str
    title: str
    button: str
    read: Read
    show: Callable[[At], Form]
    more: Callable[[At], Mapping[str, Any]]
    danger: bool

    def url(self, at: At) -> str:
        return at.url + self.path.format(**at.ids)

    def action(self, at: At) -> str:
        """What the policies call it."""
        return action_of(self.command(at).__name__)

    def may(self, at: At) -> bool:
        """Whether a role of theirs allows it here; the case itself may still refuse."""
        return at.may(self.action(at))

    def form(self, at: At, form: Form | None = None) -> Mapping[str, Any]:
        """What the template of the fields is given."""
        return {"step": self, "at": at, "form": form or self.show(at), "more": self.more(at)}


STEPS: dict[str, Step] = {}


def step(
    path: str,
    command: type[Command] | Callable[[At], type[Command]],
    *,
    title: str,
    button: str,
    fields: str = "",
    show: Callable[[At], Form] = _blank,
    more: Callable[[At], Mapping[str, Any]] = _nothing,
    danger: bool = False,
) -> Callable[[Read], Read]:
    """Make a form's reader a step, with its page at `path` within the case."""

    def register(read: Read) -> Read:
        name = read.__name__
        made = Step(
            name=name,
            path=path,
            command=(lambda _: command) if isinstance(command, type) else command,
            fields=f"case/fields/{fields or name}.html",
            title=title,
            button=button,
            read=read,
            show=show,
            more=more,
            danger=danger,
        )
        STEPS[name] = made
        _routes(made)
        return read

    return register


def _routes(made: Step) -> None:
    @cases.get(made.path, name=f"case:{made.name}", dependencies=[officer()])
    def ask(request: Request, app: House, by: Officer) -> Response:
        at = standing(request, app, by)
        if not made.may(at):
            _not_yours()
        return _asked(request, made, at, made.show(at))

    @cases.post(made.path, name=f"case:{made.name}:do", dependencies=[officer()])
    def do(request: Request, app: House, by: Officer, form: Typed) -> Response:
        at = standing(request, app, by)
        if not made.may(at):
            _not_yours()
        try:
            command = made.read(form, at)
            act(app, command, by)
        except Refusal as refusal:
            return _asked(request, made, standing(request, app, by), form, refusal)
        return RedirectResponse(f"{at.url}?since={at.case.seq}#done", 303)


def standing(request: Request, app: App, by: Actor) -> At:
    """Where the request's address leads. Refuses CASE_UNKNOWN to whoever may not see the case."""
    ids = dict(request.path_params)
    case = read_case(app, ids.pop("case_id"), by)
    return At(app=app, officer=by, case=case, ids=ids, query=dict(request.query_params))


def _asked(
    request: Request, made: Step, at: At, form: Form, refusal: Refusal | None = None
) -> Response:
    try:
        fields = made.form(at, form)
    except Refusal as gone:
        # What the form is about is there no more; nothing is left to show it on.
        raise refusal or gone from gone
    return page(
        request,
        "case/form.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="queue",
        problems=form.problems(refusal),
        **fields,
    )


def _not_yours() -> None:
    refuse(
        Code.NOT_ALLOWED,
        "Nothing was done: none of your roles allows this here.",
        "Ask an officer whose role it is, or to be admitted to the case.",
    )
