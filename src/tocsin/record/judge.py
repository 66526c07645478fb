"""Each event of a case export, judged; `tocsin.record.verify` judges the file around them.

An event is recognised by its leaf's hash, which the signed head lists. So an entry
that claims another place or number is still known for what it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.record import shape
from tocsin.record.canonical import Value, parse
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.commitments import commit_body, commit_policy, salts_from
from tocsin.record.disclosure import check
from tocsin.record.export import (
    DESTROYED_TO,
    Closed,
    Export,
    Head,
    Listed,
    Partly,
    Shown,
    Whole,
    read_entry,
)
from tocsin.record.faults import Fault, FaultCode
from tocsin.record.leaf import Leaf, decode, leaf_hash
from tocsin.record.merkle import is_included


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The events that the head lists and the file shows, and what is wrong with the rest."""

    met: Mapping[int, Shown]  # in the order in which the file shows them
    faults: tuple[Fault, ...]


def judge(export: Export, tree: Checkpoint | None) -> Judged:
    """Every event against the head, its leaf, the event before it, and `tree` if there is one."""
    met: dict[int, Shown] = {}
    faults = tuple(_judge(export, tree, met))
    return Judged(met=met, faults=faults)


def _judge(export: Export, tree: Checkpoint | None, met: dict[int, Shown]) -> Iterator[Fault]:
    head = export.head
    numbers = {event.leaf_hash: event.case_seq for event in head.events}
    strangers: list[Shown] = []
    unreadable: set[int] = set()
    for place, value in enumerate(export.entries, 1):
        try:
            shown = read_entry(value, export.format)
        except ValueError:
            fault = _unreadable_entry(place, value)
            unreadable.add(fault.case_seq or 0)
            yield fault
            continue
        number = numbers.get(leaf_hash(shown.leaf))
        if number is None:
            strangers.append(shown)
        elif number in met:
            yield _fault(FaultCode.DUPLICATED, number, shown, "stands in the file twice")
        else:
            met[number] = shown
    yield from _compare(head, met, tree)
    yield from _moved(list(met))
    free = set(numbers.values()) - met.keys() - unreadable
    for stranger in strangers:
        yield _stranger(stranger, head, takes_a_place=stranger.case_seq in free)
        free.discard(stranger.case_seq)
    for number in sorted(free):
        yield Fault(code=FaultCode.MISSING, sentence=f"Event {number} is missing.", case_seq=number)
    yield from _gaps(head)


def _compare(head: Head, met: Mapping[int, Shown], tree: Checkpoint | None) -> Iterator[Fault]:
    """Each recognised event against everything that it must agree with."""
    listed = {event.case_seq: event for event in head.events}
    destroyed_to = 0  # every event up to here was destroyed by a later one that is shown
    for number, shown in met.items():
        try:
            leaf = decode(shown.leaf)
        except ValueError as error:
            yield _fault(FaultCode.LEAF_CHANGED, number, shown, f"has no valid leaf: {error}")
            continue
        yield from _placed(listed[number], shown, leaf, tree)
        if leaf.case_pseudonym != head.case_pseudonym:
            yield _fault(FaultCode.OTHER_CASE, number, shown, "belongs to another case")
        before = listed.get(number - 1)
        if before and leaf.previous != before.leaf_hash:
            yield _fault(
                FaultCode.CHAIN_BROKEN,
                number - 1,
                met.get(number - 1),
                f"is not the one that event {number} follows: one of the two was changed",
            )
        try:
            fields = _fields(shown, leaf)
        except ValueError:
            reason = "was changed: what is shown of it does not match its commitment"
            yield _fault(FaultCode.BODY_CHANGED, number, shown, reason)
            continue
        yield from _told(head, number, shown, leaf, fields)
        last = fields.get(DESTROYED_TO)
        if fields.get("kind") == "CaseDestroyed" and type(last) is int:
            destroyed_to = max(destroyed_to, min(last, number - 1))
    for number, shown in met.items():
        if shown.opened is Closed.DESTROYED and number > destroyed_to:
            reason = "is said to be destroyed, but no later event that is shown destroyed it"
            yield _fault(FaultCode.DESTRUCTION_UNPROVEN, number, shown, reason)


def _placed(listed: Listed, shown: Shown, leaf: Leaf, tree: Checkpoint | None) -> Iterator[Fault]:
    """Whether the entry claims the number and place that it has, and has it in the log too."""
    number, position = listed.case_seq, listed.position
    if not number == shown.case_seq == leaf.case_seq:
        yield _fault(FaultCode.NUMBER_CHANGED, number, shown, "was given another number")
    if shown.position != position:
        reason = f"was given position {shown.position}; the head lists it at {position}"
        yield _fault(FaultCode.POSITION_CHANGED, number, shown, reason)
    if tree and not is_included(listed.leaf_hash, position, tree.size, shown.proof, tree.root):
        reason = "is not in the log: its proof does not lead to the checkpoint"
        yield _fault(FaultCode.NOT_IN_LOG, number, shown, reason)


def _fields(shown: Shown, leaf: Leaf) -> Mapping[str, Value]:
    """What is shown of the body. Raises ValueError unless the leaf commits to it."""
    match shown.opened:
        case Closed():
            return {}
        case Partly() as partly:
            shown_of_it = check(partly.read())
            if "kind" not in shown_of_it:
                raise ValueError("of what kind an event is, is never hidden")
            return shown_of_it
        case Whole(body=body, seed=seed):
            fields = shape.mapping(parse(body.encode()))
            if commit_body(fields, salts_from(seed, fields)) != leaf.body:
                raise ValueError("body and seed do not match the leaf")
            return fields


def _told(
    head: Head, number: int, shown: Shown, leaf: Leaf, fields: Mapping[str, Value]
) -> Iterator[Fault]:
    """What an opened event says of its own case, and of the policy that it was decided under."""
    if fields.get("case_id", head.case_id) != head.case_id:
        yield _fault(FaultCode.OTHER_CASE, number, shown, "says that it is of another case")
    if isinstance(shown.opened, Whole) and leaf.policy not in (
        commit_policy(pack, shown.opened.seed) for pack in head.policy_packs
    ):
        reason = "was decided under a policy pack that the head does not list"
        yield _fault(FaultCode.POLICY_UNKNOWN, number, shown, reason)


def _moved(order: Sequence[int]) -> Iterator[Fault]:
    for found, right in zip(order, sorted(order), strict=True):
        if found != right:
            reason = f"was moved: it stands where event {right} belongs"
            yield _fault(FaultCode.MOVED, found, None, reason)


def _stranger(shown: Shown, head: Head, *, takes_a_place: bool) -> Fault:
    """An entry whose leaf the head does not list."""
    number = shown.case_seq
    try:
        same_case = decode(shown.leaf).case_pseudonym == head.case_pseudonym
    except ValueError:
        same_case = True
    if not same_case:
        return _fault(FaultCode.OTHER_CASE, number, shown, "is an entry of another case")
    if takes_a_place:
        reason = "was changed: its leaf is not the one that the head lists"
        return _fault(FaultCode.LEAF_CHANGED, number, shown, reason)
    return _fault(FaultCode.ADDED, number, shown, "was added: the head does not list its leaf")


def _unreadable_entry(place: int, value: Value) -> Fault:
    claimed = value.get("case_seq") if isinstance(value, dict) else None
    number = claimed if type(claimed) is int and claimed > 0 else None
    name = f"Event {number}" if number else "An event"
    sentence = f"{name} was changed: entry {place} of the file does not have the form of an entry."
    return Fault(code=FaultCode.ENTRY_UNREADABLE, sentence=sentence, case_seq=number)


def _gaps(head: Head) -> Iterator[Fault]:
    """What the head itself lacks: numbers it skips, and positions that go backwards."""
    last, position = 0, -1
    for event in head.events:
        if event.case_seq != last + 1:
            # One fault a gap: a hostile head could skip 2**53 numbers.
            first, until = last + 1, event.case_seq - 1
            name = f"Event {first} is" if first == until else f"Events {first} to {until} are"
            yield Fault(
                code=FaultCode.MISSING,
                sentence=f"{name} missing: the head does not list what was recorded there.",
                case_seq=first,
            )
        if event.position <= position:
            yield Fault(
                code=FaultCode.POSITION_CHANGED,
                sentence=f"Event {event.case_seq} is listed before the event that it follows.",
                case_seq=event.case_seq,
                position=event.position,
            )
        last, position = event.case_seq, event.position


def _fault(code: FaultCode, number: int, shown: Shown | None, reason: str) -> Fault:
    return Fault(
        code=code,
        sentence=f"Event {number} {reason}.",
        case_seq=number,
        position=shown.position if shown else None,
    )
