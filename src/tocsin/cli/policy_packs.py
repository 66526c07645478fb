"""Packs as they are named on the command line, and what is told of them in plain words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tocsin.cli.output import Common, paragraph, progress, table
from tocsin.cli.session import house
from tocsin.domain.case import Case
from tocsin.domain.kinds import Matter
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.policy import beside
from tocsin.policy.beside import InForce, parts
from tocsin.policy.check import check
from tocsin.policy.comparing import Difference
from tocsin.policy.explain import Explained, Said, Section
from tocsin.policy.faults import Fault, Faulty
from tocsin.policy.grouping import answer
from tocsin.policy.pack import Pack, load, read, refused, shipped

BATCH = 1_000
_STATUS = {"unverified": "UNVERIFIED", "design": "our design"}


def is_file(name: str) -> bool:
    """Whether a pack's name is that of a file; a shipped pack's is a word."""
    return name.endswith(".toml") or "/" in name


def file_of(name: str) -> str:
    return name if is_file(name) else f"{name}.toml"


def bytes_of(name: str) -> bytes:
    """A pack's bytes with all that it extends. Raises Faulty; refuses what cannot be read."""
    if not is_file(name):
        return shipped(name)
    try:
        return read(Path(name))
    except OSError as error:
        refuse(
            Code.BAD_VALUE,
            f"Nothing was done: the file cannot be read ({type(error).__name__}).",
            "Check its name and that you may read it.",
        )


def named(name: str, common: Common) -> InForce:
    """What is meant: a shipped pack, a file's, what is kept under its SHA-256, or the house's."""
    if not name:
        with house(common) as app:
            return app.policy
    if re.fullmatch(r"[0-9a-f]{64}", name):
        return _kept(name, common)
    called = Path(name).stem if is_file(name) else name
    try:
        return load(bytes_of(name), name=called)
    except Faulty as faulty:
        raise refused(called, faulty) from faulty


def alone(policy: InForce) -> Pack:
    """The one pack that a policy is. Refuses PACK_UNKNOWN where it is several."""
    several = parts(policy)
    if len(several) > 1:
        refuse(
            Code.PACK_UNKNOWN,
            "Nothing was done: several packs are meant, which apply beside each other.",
            f"Name one of them: {', '.join(one.name for one in several)}.",
        )
    return several[0]


def _kept(pack_hash: str, common: Common) -> InForce:
    from tocsin.store import packs

    with house(common) as app, app.store.read() as db:
        text = packs.pack_text(db, pack_hash)
    if text is None:
        refuse(
            Code.PACK_UNKNOWN,
            "Nothing was done: no pack with that SHA-256 was ever in force here.",
            "Name a shipped pack or a .toml file.",
        )
    return beside.load(text.encode(), name=pack_hash[:12])


def faults_of(name: str) -> tuple[list[Fault], Pack | None]:
    """A pack's faults, and the pack where it loads at all."""
    called = Path(name).stem if is_file(name) else name
    try:
        data = bytes_of(name)
    except Faulty as faulty:
        return list(faulty.faults), None
    faults = check(data, name=called)
    try:
        return faults, load(data, name=called)
    except Refusal:
        return faults, None


def tell(told: Explained) -> None:
    """An explanation, section by section, the unverified clauses once more at the end."""
    paragraph(told.title, "bold")
    paragraph(f"Version {told.version}, for {told.jurisdiction}. Pack {told.name}, "
              f"SHA-256 {told.pack_hash}.")  # fmt: skip
    if told.extends:
        paragraph(f"It extends {', '.join(told.extends)}.")
    for section in told.sections:
        print()
        paragraph(section.title, "bold")
        for one in section.said:
            _statement(one)
        rows_of(section)
    print()
    paragraph("Unverified clauses, to be checked against the text of the law", "bold")
    for one in told.unverified:
        paragraph(f"{one.clause or one.words} [{one.source}]", indent=2)
    if not told.unverified:
        paragraph("None.", indent=2)


def _statement(one: Said) -> None:
    paragraph(one.words.rstrip(".") + ".", indent=2)
    if words := " ".join(filter(None, (one.clause, one.more))):
        paragraph(words, "dim", indent=6)
    if one.source:
        paragraph(f"[{_STATUS.get(one.status, one.status)}] {one.source}", "dim", indent=6)


def rows_of(section: Section) -> None:
    """A section's table, where it has one."""
    if section.rows:
        table(section.headings, section.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A past case whose victim the two policies decide otherwise; never a name, never words."""

    case_id: str
    victim_id: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What two policies make of the record's cases as they stand."""

    cases: int
    victims: int
    otherwise: tuple[Otherwise, ...]


def past_cases(common: Common, first: InForce, second: InForce) -> Past:
    """Every case on the record decided by both policies; destroyed cases are no more."""
    from tocsin.casework import records
    from tocsin.store import events

    cases: dict[str, Case] = {}
    with house(common) as app, app.store.read() as db:
        position, last = 0, events.last_position(db)
        with progress("Deciding past cases", last) as bar:
            while found := records.everything(app, db, position, BATCH):
                for record in (one for one in found if one.is_of_a_case):
                    case = records.folded(cases.pop(record.case_id, None), [record])
                    if case is not None and not case.destroyed:
                        cases[case.case_id] = case
                position = found[-1].position
                bar.update(bar.task_ids[0], completed=position)
    judged = [one for case in cases.values() for one in _judged(case, first, second)]
    return Past(
        cases=len(cases),
        victims=len(judged),
        otherwise=tuple(one for one in judged if one.first != one.second),
    )


def _judged(case: Case, first: InForce, second: InForce) -> Iterator[Otherwise]:
    for victim in case.victims.values():
        if victim.findings is None:
            continue
        standing = victim.determination
        said = []
        for policy in (first, second):
            duty = answer(policy.assess(victim.findings).duty)
            if standing and standing.matter is Matter.WAIVE:
                met = policy.waive(standing.ground, standing.particulars).allowed
                duty += ", waiver holds" if met else ", waiver does not hold"
            said.append(duty)
        yield Otherwise(
            case_id=case.case_id, victim_id=victim.victim_id, first=said[0], second=said[1]
        )


def tell_changes(found: Difference) -> None:
    """What is decided or said otherwise, a line each; conditions stand below what they decide."""
    if found.is_none:
        paragraph(f"Nothing that decides: alike in all {found.combinations:,} combinations of "
                  "findings, and in every ground, clock and recipient.", indent=2)  # fmt: skip
    for one in found.decided:
        of = f"{one.count:,} of {found.combinations:,} combinations of findings"
        paragraph(f"{of}: {answer(one.before)} becomes {answer(one.after)}, when", indent=2)
        for when in one.when:
            paragraph(f"{when};", indent=6)
    for change in found.changes:
        was, now = change.before or "nothing", change.after or "nothing"
        paragraph(f"{change.what}: {was} becomes {now}", indent=2)


def tell_past(past: Past) -> None:
    """The past cases that would be decided otherwise, by number alone."""
    of = f"{past.victims:,} victims in {past.cases:,} past cases"
    paragraph(f"{len(past.otherwise):,} of {of} would be decided otherwise.", indent=2)
    for one in past.otherwise:
        case = f"Case {one.case_id}, {one.victim_id}"
        paragraph(f"{case}: {one.first} becomes {one.second}.", indent=6)
