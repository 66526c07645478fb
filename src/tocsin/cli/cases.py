"""Looking: the queue, one case, its history, and what a draft gives away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.types import PositiveInt

from tocsin.casework import reads, sources
from tocsin.casework.release import leaks_of
from tocsin.cli.output import SIGNED, Signed, is_narrow, left, table, when
from tocsin.cli.session import signed_in
from tocsin.domain.case import Case
from tocsin.domain.deciding.follow_up import blanks
from tocsin.domain.deciding.release import the_warning
from tocsin.domain.plans import WAITED_FOR
from tocsin.domain.serial import to_plain
from tocsin.domain.stage import duty_of, stage
from tocsin.store.instants import from_us
from tocsin.store.views import CaseRow

CaseId = Annotated[str, Parameter(name="CASE", help="The case, such as C-7F3K-9QWM.")]


def queue(
    *,
    state: Annotated[Literal["open", "closed"], Parameter(help="Which cases.")] = "open",
    text: Annotated[str, Parameter(help="Words of the title or the case's number.")] = "",
    limit: Annotated[PositiveInt, Parameter(help="At most so many.")] = 50,
    signed: Signed = SIGNED,
) -> None:
    """List cases, the least time left first.

    Only those that you may see; above them the calls on you that nobody has answered.
    """
    with signed_in(signed) as (app, by):
        rows = reads.queue(app, by, state=state, text=text, limit=min(limit, 500))
        notices, now = reads.notices(app, by), app.clock()
    calls = (f"Call: case {notice.case_id}: {notice.text}" for notice in notices)
    signed.show({"cases": rows, "calls": notices}, *calls, *([] if rows else ["No cases."]))
    if signed.json or not rows:
        return
    cells = [_cells(row, now) for row in rows]
    shown = [name for name in cells[0] if not (is_narrow() and name in _WIDE)]
    table(shown, ([one[name] for name in shown] for one in cells))


_WIDE = ("Waits for", "Urgency")


def _cells(row: CaseRow, now: datetime) -> dict[str, str]:
    due = from_us(row.next_due_us) if row.next_due_us is not None else None
    return {
        "Case": row.case_id,
        "Left": left(due, now),
        "Waits for": _words(row.next_clock or ""),
        "Stage": _words(row.stage),
        "Duty": _words(row.duty),
        "Urgency": row.urgency,
        "Title": ("RESTRICTED " if row.restricted else "") + row.title,
    }


def case(case_id: CaseId, /, *, signed: Signed = SIGNED) -> None:
    """Show one case: victims, warnings, deliveries, clocks.

    The numbers that the acts of `tocsin do` ask for stand here: v1, p1, w1, r1, d1.
    """
    with signed_in(signed) as (app, by):
        found, now = reads.read_case(app, case_id, by), app.clock()
        voices = sources.sources_of(app, case_id, by)
    plain = {**to_plain(found), "stage": stage(found), "duty": duty_of(found)}
    lines = [*_head(found), *_reports(found), *_sources(found, voices), *_victims(found)]
    lines += _warnings(found)
    lines += [*_deliveries(found), *_inbound(found), "", "Clocks"]
    for deadline in sorted(found.deadlines.values(), key=lambda one: one.due_at):
        about = "" if deadline.subject == "case" else f" ({deadline.subject})"
        due = f"{when(deadline.due_at)}, {left(deadline.due_at, now)}"
        lines.append(f"  {WAITED_FOR[deadline.clock]}{about}: {due}")
    lines += [f"  Blank: {blank}" for blank in (blanks(found) if found.is_open else [])]
    signed.show({"case": plain, "blanks": blanks(found), "sources": voices}, *lines)


def _head(case: Case) -> Iterator[str]:
    flags = " RESTRICTED" * case.restricted + " EXERCISE" * case.exercise
    yield f"{case.case_id}{flags}  {case.title}"
    yield (
        f"{case.state}, stage {_words(stage(case))}, duty {_words(duty_of(case))}, urgency "
        f"{case.clock_urgency}{'' if case.urgency else ' (nobody has said)'}, unit {case.unit}"
    )
    if case.follow_up_owner:
        yield f"Follow-up: {case.follow_up_owner}"
    for outcome in case.outcomes:
        yield f"Outcome {outcome.outcome}: {outcome.claims} ({outcome.source})"


def _reports(case: Case) -> Iterator[str]:
    yield "\nReports"
    for report in case.reports.values():
        control = f", {' '.join(report.originator_controls)}" if report.needs_originator else ""
        yield (
            f"  {report.report_id}  {report.reliability}{report.credibility}{control}, acquired "
            f"{when(report.acquired_at)}: {report.title}"
        )
        yield from (f"    Defect: {defect}" for defect in report.defects)
        if query := case.queries.get(report.report_id):
            yield f"    Originator: {query.reply or 'not answered'} {query.words}".rstrip()


def _sources(case: Case, voices: sources.CaseSources) -> Iterator[str]:
    """Which reports are one source, and where else their story is told."""
    if len(case.reports) > 1:
        count = voices.count
        yield f"  {len(case.reports)} reports, {count} {'source' if count == 1 else 'sources'}"
    for one in voices.likenesses:
        there = "" if one.case_id == case.case_id else f" of case {one.case_id}"
        are = "are in part one source" if one.draws else "are one source"
        yield f"  {one.report_id} and {one.other_id}{there} {are}: {one.words_shared}"
    for report_id in voices.elsewhere:
        yield f"  A case that you may not see has the story of {report_id} too."


def _inbound(case: Case) -> Iterator[str]:
    """What is owed to whoever warned us, and who is on watch."""
    if case.inbound:
        yield "\nWarnings given to us"
    for one in case.inbound.values():
        owes = ["receipt"] * one.owes_receipt + ["answer"] * one.owes_answer
        owed = f"; owed: {' and '.join(owes)}" if owes else ""
        yield f"  {one.inbound_id}  {one.sender}; owner {one.owner or 'nobody yet'}{owed}"
        for claim in case.claims.values():
            if claim.inbound_id == one.inbound_id:
                result = f", {_words(claim.tests[-1].result)}" if claim.tests else ""
                yield f"    {claim.claim_id}  {claim.state}{result}: {claim.words}"
        for asked in case.questions.values():
            if asked.inbound_id == one.inbound_id:
                silent = f", silent {asked.silences} times" * bool(asked.silences)
                state = "waits" if asked.waits else "settled"
                yield f"    {asked.question_id}  {state}{silent}: {asked.question}"
    if case.watches:
        yield "\nOn watch"
    for watch in case.watches.values():
        yield f"  {watch.watch_id}  {'on' if watch.is_live else 'ended'}: {watch.names[0]}"
        for seen in watch.waiting:
            where = seen.report_id or f"row {seen.row} of list {seen.list_id}"
            names = [
                f"{pair.found or pair.watched} ({pair.probability:.0%})" for pair in seen.found
            ]
            told = "; ".join((*names, *seen.identifiers))
            yield f"    {seen.sighting_id}  waits, {where}: {told}"


def _victims(case: Case) -> Iterator[str]:
    yield "\nIntended victims"
    for victim in case.victims.values():
        yield f"  {victim.victim_id}  {victim.name} ({victim.kind})"
        if victim.findings:
            answers = ", ".join(f"{name} {one}" for name, one in victim.findings.answers().items())
            yield f"    Findings: {answers}; duty {_words(victim.duty or '')}"
            yield from (f"    Clause {one.rule}: {one.clause}" for one in victim.clauses)
        if standing := victim.determination:
            second = standing.confirmed_by or standing.reviewed_by or "nobody yet"
            yield f"    Determined: {_words(standing.matter)}, by {standing.by} and {second}"
    for proposal in case.proposals.values():
        about = f" for {proposal.victim_id}" if proposal.victim_id else ""
        yield (
            f"  {proposal.proposal_id}  {_words(proposal.matter)}{about}, {proposal.state}, "
            f"by {proposal.by}: {proposal.reason}"
        )


def _warnings(case: Case) -> Iterator[str]:
    yield "\nWarnings"
    for warning in case.warnings.values():
        draft, release = warning.draft, warning.release
        state = f"released by {release.released_by}" if release else "not released"
        state = f"returned: {draft.returned}" if draft.returned and not release else state
        yield f"  {warning.warning_id}  {warning.kind}, version {draft.version}, {state}"
        yield f"    SHA-256 {draft.text_sha256}"
        yield from (f"    | {line}" for line in draft.text.splitlines())


def _deliveries(case: Case) -> Iterator[str]:
    yield "\nRecipients and deliveries"
    for recipient in case.recipients.values():
        how = _words(recipient.method)
        yield f"  {recipient.recipient_id}  {recipient.name} ({recipient.relation}), {how}"
    for delivery in case.deliveries.values():
        yield (
            f"  {delivery.delivery_id}  {delivery.warning_id} to {delivery.recipient_id}: "
            f"{_words(delivery.state)}, {delivery.attempts} attempts {delivery.detail}".rstrip()
        )
        for reaction in delivery.reactions:
            yield f"    {_words(reaction.kind)}: {reaction.words}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def history(
    case_id: CaseId,
    /,
    *,
    raw: Annotated[
        bool, Parameter(negative="", help="The events themselves, as the record keeps them.")
    ] = False,
    signed: Signed = SIGNED,
) -> None:
    """Tell everything that happened in a case, in plain words.

    Oldest first, clocks and silences included.
    """
    told: list[Any]
    with signed_in(signed) as (app, by):
        if raw:
            told = reads.raw_events(app, case_id, by)
            signed.show({"events": told}, *(str(to_plain(event)) for event in told))
            return
        told = reads.history(app, case_id, by)
    lines = (f"{one.case_seq:>4}  {when(one.at)}  {one.by}: {one.words}" for one in told)
    signed.show({"history": told}, *lines)


def leaks(
    case_id: CaseId,
    warning_id: Annotated[str, Parameter(name="WARNING", help="The warning, such as w1.")],
    /,
    *,
    signed: Signed = SIGNED,
) -> int:
    """Name what a draft shares with what may not leave.

    Phrases, names and numbers that stand only in what may not leave, and names of sources.
    The exit status is 1 where there are any. Guard the output: it repeats them.
    """
    with signed_in(signed) as (app, by):
        found = reads.read_case(app, case_id, by)
        leaking = leaks_of(app, found, the_warning(found, warning_id))
    lines = [f"{leak.kind}: {leak.words} (report {leak.report_id})" for leak in leaking]
    signed.show({"leaks": leaking}, *(lines or ["Nothing."]))
    return int(bool(leaking))
