"""What a pack does, in plain words and as plain data: for a terminal, a page or a print."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tocsin.domain.duty import Clock, Duty
from tocsin.domain.findings import Urgency
from tocsin.policy.examples import WAIVED, run
from tocsin.policy.form import Sourced, WaiverTable
from tocsin.policy.grouping import answer, conditions, diagram, groups, listed, mermaid
from tocsin.policy.pack import Pack
from tocsin.policy.soundness import CHOICES, Truth

ENDS = {
    Duty.OWED: "A warning is owed",
    Duty.NOT_OWED: "No warning is owed",
    Duty.UNDECIDED: "It stays undecided and escalates",
}
CLOCKS = {
    Clock.TRIAGE: "Make the five findings",
    Clock.DECISION: "Decide whether to warn",
    Clock.ORIGINATOR_REPLY: "An originator's answer",
    Clock.FIRST_ATTEMPT: "First attempt to deliver",
    Clock.RECEIPT: "A receipt, or the next way",
    Clock.ACTION_CHECK: "Ask what was done",
    Clock.ONWARD_PASSAGE: "Ask whether it was passed on",
    Clock.REVIEW: "Review of the open case",
    Clock.WAIVER_EXPIRY: "A waiver ends by itself",
    Clock.BREAK_GLASS_REVIEW: "Review of a warning by one alone",
    Clock.WINDOW_END: "Decide after the window's end, again",
    Clock.INBOUND_RECEIPT: "A receipt to whoever warned us",
    Clock.INBOUND_OWNER: "An owner for a warning given to us",
    Clock.SENDER_REPLY: "Silence of the sender, after an answer was due",
    Clock.WATCH_REVIEW: "Review of a subject on watch",
    Clock.SIGHTING: "Look at a report that names one on watch",
}
_NEARNESS = {Urgency.IMMINENT: "Imminent", Urgency.NEAR: "Near", Urgency.LATER: "Later"}
CONTENT = {
    "what": "what may happen",
    "where": "where",
    "window": "between when and when",
    "do": "what to do",
    "call": "whom to call",
    "basis": "its basis as far as that may be told",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement: in our words, then the pack's own clause, then `more` that belongs to it.

    `status` and `source` are the clause's, and empty where the statement follows from others.
    """

    words: str
    clause: str = ""
    more: str = ""
    status: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the explanation: statements, then a table where `headings` are given."""

    key: str
    title: str
    said: tuple[Said, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A pack in plain words. `unverified` are the clauses that a person must still check."""

    name: str
    title: str
    version: str
    jurisdiction: str
    pack_hash: str
    extends: tuple[str, ...]
    sections: tuple[Section, ...]
    unverified: tuple[Said, ...]


def explain(pack: Pack) -> Explained:
    """All that a pack states and does, section by section."""
    sections = tuple(section for section in _sections(pack) if section.said or section.rows)
    about = pack.about
    return Explained(
        name=pack.name,
        title=about.title,
        version=about.version,
        jurisdiction=about.jurisdiction,
        pack_hash=pack.pack_hash,
        extends=tuple(source.name for source in pack.whole.sources[1:]),
        sections=sections,
        unverified=tuple(
            dict.fromkeys(
                one for section in sections for one in section.said if one.status == "unverified"
            )
        ),
    )


def decision_table(truth: Truth) -> Section:
    """The threshold as rows: the first row that fits decides."""
    rows = []
    for rule, holds in zip(truth.rules, truth.holds, strict=True):
        for group in groups(holds):
            cells = (
                "any" if len(values) == len(choices) else listed([answer(one) for one in values])
                for values, choices in zip(group, CHOICES, strict=True)
            )
            rows.append((*cells, answer(rule.outcome.value), rule.name))
    headings = ("Harm", "Directed", "Credible", "Specific", "Impending", "Kind of harm",
                "Corroboration tried", "Warning", "Rule")  # fmt: skip
    return Section(key="table", title="The first row that fits decides", headings=headings,
                   rows=tuple(rows))  # fmt: skip


def decision_diagram(truth: Truth) -> str:
    """The threshold as a flowchart in Mermaid."""
    return "\n".join(mermaid(diagram(truth), lambda duty: ENDS[duty]))


def span(length: timedelta) -> str:
    """A length of time: "15 min", "4 h" or "14 days"."""
    if length % timedelta(days=1) == timedelta(0) and length > timedelta(days=3):
        return f"{length // timedelta(days=1)} days"
    if length % timedelta(hours=1) == timedelta(0):
        return f"{length // timedelta(hours=1)} h"
    return f"{length // timedelta(minutes=1)} min"


def _sections(pack: Pack) -> Iterator[Section]:
    form = pack.form
    yield Section(key="threshold", title="When a warning is owed", said=tuple(_threshold(pack)))
    meanings = (_of(word.capitalize(), one, one.rationale) for word, one in pack.meanings.items())
    yield Section(key="meanings", title="What the words mean", said=tuple(meanings))
    coverage = "are covered" if pack.own_state_threats else "are not covered"
    own = _of(f"Threats from the operator's own state {coverage}", form.coverage)
    yield Section(key="coverage", title="Threats from one's own state", said=(own,))
    if form.victims:
        kinds = f"A {listed(form.victims.kinds)}"
        yield Section(key="victims", title="Who may be a victim", said=(_of(kinds, form.victims),))
    yield Section(key="recipients", title="Whom to tell", said=tuple(_recipients(pack)))
    yield _states(pack)
    yield Section(key="grounds", title="When a warning may be waived", said=tuple(_grounds(pack)))
    yield _clocks(pack)
    content = f"At least: {listed([CONTENT[one] for one in pack.minimum_content], 'and')}"
    yield Section(key="warning", title="What a warning says", said=(_of(content, form.warning),))
    roles = (_of(f"{_name(one.name)}: {one.does}", one, _apart(one.not_also)) for one in form.role)
    yield Section(key="roles", title="Who does what", said=tuple(roles))
    apart = (_of(_name(one.name), one) for one in form.separation)
    yield Section(key="separation", title="What nobody does alone", said=tuple(apart))
    if form.escalation:
        steps = (
            Said(words=f"{CLOCKS[Clock(one.after)]}, in vain: {one.step}")
            for one in form.escalation.steps
        )
        said = (_of("When a clock runs out", form.escalation), *steps)
        yield Section(key="escalation", title="When nobody acts", said=said)
    if form.records:
        kept = f"{'; '.join(form.records.keep)}. How long: {form.records.how_long}"
        yield Section(key="records", title="What is kept", said=(_of("Kept", form.records, kept),))
    yield _examples(pack)


def _threshold(pack: Pack) -> Iterator[Said]:
    yield Said(words="The rules are read in this order; the first that holds decides.")
    tables = pack.form.threshold.rule
    for table, holds in zip(tables, pack.truth.holds, strict=True):
        when = "; or when ".join(conditions(holds)) if holds else "never"
        yield _of(f"{ENDS[table.duty]} when {when}", table)


def _recipients(pack: Pack) -> Iterator[Said]:
    for one in pack.form.recipient:
        does = "discharges" if one.discharges else "does not discharge"
        must = "must be told in any case; " if one.required else ""
        yield _of(f"{one.who}: {must}telling them {does} the duty", one)


def _grounds(pack: Pack) -> Iterator[Said]:
    for ground in pack.grounds:
        yield _ground(pack.form.waiver[ground])
    if pack.form.no_waiver:
        yield _of("Never: this pack has no ground to waive", pack.form.no_waiver)
    for one in pack.form.never_a_ground:
        yield _of(f"Never a ground: {_name(one.name).lower()}", one)


def _ground(table: WaiverTable) -> Said:
    who = "two people from different units" if table.two_units else "two people"
    asked = "; ".join(need.label.rstrip("?.") for need in table.needs)
    checked = " ".join(check.otherwise for check in table.checks)
    return _of(
        f"{table.number}. {table.title}, by {who}", table, f"To be stated: {asked}. {checked}"
    )


def _clocks(pack: Pack) -> Section:
    clocks, urgency = pack.form.clocks, pack.form.urgency
    told = (
        f"Imminent is up to {span(urgency.imminent_within)} away, near up to "
        f"{span(urgency.near_within)}; a threat whose time is unknown counts as imminent. "
        "A clock that runs out is written down, escalates and runs again; nothing is closed by it."
    )
    rows = tuple(
        (
            CLOCKS[clock],
            *(span(pack.interval(clock, one)) for one in Urgency),
            table.why if (table := getattr(clocks, clock.value)) else clocks.action_check.why,
        )
        for clock in Clock
    )
    return Section(
        key="clocks",
        title="Clocks",
        said=(Said(words=told, status=clocks.status, source=clocks.source),),
        headings=("Clock", *(_NEARNESS[one] for one in Urgency), "Why"),
        rows=rows,
    )


def _states(pack: Pack) -> Section:
    rows = tuple(
        (
            f"{one.name} ({code})",
            "mandatory" if one.is_mandatory else "permissive",
            listed(one.must_tell, "and") or "nobody",
            listed(one.may_tell, "and") or "nobody named",
            "yes" if one.verified else "no",
        )
        for code, one in pack.form.states.items()
    )
    said = tuple(_of(f"{one.name}", one) for one in pack.form.states.values())
    headings = ("State", "Duty", "Must be told", "May be told", "Statute read")
    return Section(key="states", title="State by state", said=said, headings=headings, rows=rows)


def _examples(pack: Pack) -> Section:
    rows = []
    for one in run(pack):
        waiver = ""
        if given := one.example.waiver:
            ground = pack.grounds.get(given.ground)
            waiver = f"{WAIVED[one.allowed]}: {ground.title if ground else given.ground}"
        rows.append((one.example.story, answer(one.duty.value), waiver, one.example.source))
    headings = ("Case", "Warning", "Waiver tried", "Source")
    return Section(key="examples", title="Examples", headings=headings, rows=tuple(rows))


def _of(words: str, table: Sourced, more: str = "") -> Said:
    return Said(
        words=words, clause=table.clause, more=more, status=table.status, source=table.source
    )


def _apart(names: Iterable[str]) -> str:
    apart = listed([_name(name).lower() for name in names])
    return f"Not the same person as: {apart}." if apart else ""


def _name(name: str) -> str:
    return name.replace("_", " ").capitalize()
