"""Who is named in a report: whether we have met the name, and who of them goes on watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from tocsin.casework import comparing, met
from tocsin.casework.act import act
from tocsin.casework.named import Named, births_beside, named_in
from tocsin.casework.reads import report_text
from tocsin.domain import commands as c
from tocsin.domain.folding import words as folded
from tocsin.domain.inbound import Inbound, Watch
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.web.answers import page, status_of
from tocsin.web.doors import House, Officer, officer
from tocsin.web.pages.case_steps import STEPS, At, cases, standing
from tocsin.web.pages.case_watch import births_in
from tocsin.web.pages.forms import Form, Typed

if TYPE_CHECKING:
    from tocsin.names.matching import Matcher

SECONDS, GLIMPSE_S = 3.0, 0.5
"""For all names of their own page together, and of the page of the case."""
MOST_NUMBERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Spellings taken for one person's, as what they are named, and who of them was met."""

    number: int
    spellings: tuple[Named, ...]
    watch: Watch | None
    found: met.Met | None
    births: tuple[str, ...]

    @property
    def field(self) -> str:
        return f"names.{self.number}"

    @property
    def sure(self) -> bool:
        return any(one.sure for one in self.spellings)

    @property
    def names(self) -> str:
        return "\n".join(one.name for one in self.spellings)


def rows_of(
    at: At, *, seconds: float = SECONDS, patience_s: float = comparing.PATIENCE_S
) -> list[Row]:
    """A row a person; nothing met where what is known of names is still loading."""
    report = at.report
    text = report_text(at.app, at.case_id, report.report_id, at.officer)
    matcher = comparing.matcher(patience_s)
    people = _people(named_in(at.case, report, text), matcher)
    return [
        Row(
            number=number,
            spellings=tuple(spellings),
            watch=_watched(at, spellings),
            births=_births(text, spellings),
            found=None
            if matcher is None
            else met.met(
                *(at.app, at.officer, matcher, spellings[0].name),
                seconds=seconds / len(people),
                but=at.case_id,
                exercise=at.case.exercise,
            ),
        )
        for number, spellings in enumerate(people, 1)
    ]


def _people(named: Sequence[Named], matcher: "Matcher | None") -> list[list[Named]]:
    """Spellings that count as one person's stand together."""
    people: list[list[Named]] = []
    for one in named:
        same = (
            person
            for person in people
            if matcher and comparing.compared(matcher, person[0].name, one.name).same
        )
        if (person := next(same, None)) is None:
            people.append([one])
        else:
            person.append(one)
    return people


def _births(text: str, spellings: Sequence[Named]) -> tuple[str, ...]:
    """As the report gives them; how sure they are is for the officer to raise."""
    found = (birth for one in spellings for birth in births_beside(one.name, text))
    return tuple(dict.fromkeys(found))


def _watched(at: At, spellings: Sequence[Named]) -> Watch | None:
    """The live watch of this case that has one of the names already."""
    said = {tuple(folded(one.name)) for one in spellings}
    live = (at.case.watches[one] for one in at.case.live_watches)
    return next((w for w in live if said & {tuple(folded(name)) for name in w.names}), None)


@cases.get("/reports/{report_id}/names", name="case:names", dependencies=[officer()])
def ask(request: Request, app: House, by: Officer) -> Response:
    return _asked(request, standing(request, app, by))


@cases.post("/reports/{report_id}/names", name="case:names:do", dependencies=[officer()])
def put_on_watch(request: Request, app: House, by: Officer, form: Typed) -> Response:
    """A watch for each person ticked, under all the spellings that stand with it."""
    at = standing(request, app, by)
    try:
        wanted = _read(form, at)
        for command in wanted:
            act(app, command, by)
    except Refusal as refusal:
        return _asked(request, standing(request, app, by), form, refusal)
    return RedirectResponse(f"{at.url}?since={at.case.seq}#done", 303)


def _read(form: Form, at: At) -> list[c.PutOnWatch]:
    if not STEPS["put_on_watch"].may(at):
        refuse(
            Code.NOT_ALLOWED,
            "Nothing was done: none of your roles allows this here.",
            "Ask an officer whose role it is, or to be admitted to the case.",
        )
    ticked = form.many("pick")
    typed = {
        f"names.{name}": form.lines(f"names.{name}", most=100, longest=200)
        for name in _numbers(form)
    }
    reason = form.text("reason", "Say why they are watched")
    if not ticked:
        form.wrong("pick", "Tick whoever is to be watched")
    births = {name: births_in(form, f"births.{name}"[:100]) for name in _numbers(form)}
    for name in ticked:
        if not typed.get(f"names.{name}"):
            form.wrong(f"names.{name}"[:100], "Enter at least one name, as it was written")
    form.done()
    inbound = _inbound(at)
    return [
        c.PutOnWatch(
            case_id=at.case_id,
            names=typed.get(f"names.{name}", ()),
            births=births.get(name, ()),
            reason=reason,
            inbound_id=inbound.inbound_id if inbound else "",
        )
        for name in dict.fromkeys(ticked)
    ]


def _inbound(at: At) -> Inbound | None:
    """The warning given to us that the report is, if it is one."""
    found = (one for one in at.case.inbound.values() if one.report_id == at.report.report_id)
    return next(found, None)


def _numbers(form: Form) -> list[str]:
    """Of the persons that the form shows."""
    sides = (name.split(".") for name in form.typed)
    numbers = {side[1] for side in sides if len(side) == 2 and side[0] in ("names", "births")}
    return sorted(numbers | set(form.typed.get("pick", ())))[:MOST_NUMBERS]


def _asked(
    request: Request, at: At, form: Form | None = None, refusal: Refusal | None = None
) -> Response:
    rows = rows_of(at)
    answer = page(
        request,
        "case/names.html",
        status=status_of(refusal.code) if refusal else 200,
        nav="queue",
        at=at,
        rows=rows,
        may=STEPS["put_on_watch"].may(at),
        form=form or _prefilled(at, rows),
        problems=form.problems(refusal) if form else [],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _prefilled(at: At, rows: Sequence[Row]) -> Form:
    """Everybody ticked who is not on watch here already."""
    inbound = _inbound(at)
    what, who = "report", at.report.received_from
    if inbound:
        what, who = f"warning {inbound.inbound_id}, report", inbound.sender
    return Form.showing(
        pick=tuple(str(row.number) for row in rows if row.sure and not row.watch),
        reason=f"Named in {what} {at.report.report_id}, from {who}",
        **{row.field: row.names for row in rows},
        **{f"births.{row.number}": "\n".join(f"{one} low" for one in row.births) for row in rows},
    )
