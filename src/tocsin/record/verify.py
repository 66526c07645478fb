"""Is a case export what the house recorded? Names every event that is not.

An event is recognised by its leaf's hash, which the signed head lists. So an entry
that claims another place or number is still known for what it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tocsin.record import keys
from tocsin.record.canonical import Value, parse
from tocsin.record.commitments import commit_body, commit_policy, salts_from
from tocsin.record.export import MAX_EXPORT_BYTES, Export, Head, Shown, read, read_entry
from tocsin.record.leaf import Leaf, decode, leaf_hash


class FaultCode(StrEnum):
    """What is wrong; stable, like every code that leaves the house."""

    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    SIGNATURE_WRONG = "signature-wrong"
    ENTRY_UNREADABLE = "entry-unreadable"
    LEAF_CHANGED = "leaf-changed"
    BODY_CHANGED = "body-changed"
    NUMBER_CHANGED = "number-changed"
    POSITION_CHANGED = "position-changed"
    POLICY_UNKNOWN = "policy-unknown"
    CHAIN_BROKEN = "chain-broken"
    MISSING = "missing"
    MOVED = "moved"
    DUPLICATED = "duplicated"
    ADDED = "added"
    OTHER_CASE = "other-case"


class SignatureState(StrEnum):
    """Whether the house's key, given by the caller, vouches for the head."""

    CHECKED = "checked"
    NOT_CHECKED = "not-checked"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, in a sentence without anything from the record's texts."""

    code: FaultCode
    sentence: str
    case_seq: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found. Without a checked signature it shows only that the file agrees
    with itself: whoever can write the file can write all of it anew."""

    faults: tuple[Fault, ...]
    events: int  # entries in the file
    signature: SignatureState
    case_id: str | None = None
    exported_at_us: int | None = None  # microseconds since 1970 UTC


def verify(data: bytes, *, public_key: bytes | None) -> Report:
    """Check an export against itself and, if given, the house's 32-byte public key.

    Never raises for anything in `data`. The key must come from elsewhere: one that
    travels with the file proves nothing.
    """
    if len(data) > MAX_EXPORT_BYTES:
        return _unreadable(FaultCode.TOO_LARGE, "The file is over 64 MiB and was not read.")
    try:
        export = read(data)
    except ValueError as error:
        return _unreadable(FaultCode.MALFORMED, f"The file is not a case export: {error}.")
    signature = _signature(export, public_key)
    faults = list(_judge(export))
    if signature is SignatureState.WRONG:
        sentence = (
            "The head is not signed with the key given: it was changed, or signed by another."
        )
        faults.insert(0, Fault(code=FaultCode.SIGNATURE_WRONG, sentence=sentence))
    return Report(
        faults=tuple(faults),
        events=len(export.entries),
        signature=signature,
        case_id=export.head.case_id,
        exported_at_us=export.head.exported_at_us,
    )


def _unreadable(code: FaultCode, sentence: str) -> Report:
    return Report(
        faults=(Fault(code=code, sentence=sentence),),
        events=0,
        signature=SignatureState.NOT_CHECKED,
    )


def _signature(export: Export, public_key: bytes | None) -> SignatureState:
    if public_key is None:
        return SignatureState.NOT_CHECKED
    claimed = export.signature
    if claimed.key_id == keys.key_id(public_key) and keys.is_signed(
        public_key, export.signed, claimed.signature
    ):
        return SignatureState.CHECKED
    return SignatureState.WRONG


def _judge(export: Export) -> Iterator[Fault]:
    head = export.head
    numbers = {event.leaf_hash: event.case_seq for event in head.events}
    met: dict[int, Shown] = {}  # in the order in which the file shows them
    strangers: list[Shown] = []
    unreadable: set[int] = set()
    for place, value in enumerate(export.entries, 1):
        try:
            shown = read_entry(value)
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
    yield from _compare(head, met)
    yield from _moved(list(met))
    free = set(numbers.values()) - met.keys() - unreadable
    for stranger in strangers:
        yield _stranger(stranger, head, takes_a_place=stranger.case_seq in free)
        free.discard(stranger.case_seq)
    for number in sorted(free):
        yield Fault(code=FaultCode.MISSING, sentence=f"Event {number} is missing.", case_seq=number)
    yield from _gaps(head)


def _compare(head: Head, met: Mapping[int, Shown]) -> Iterator[Fault]:
    """Each recognised event against the head, its own leaf and the event before it."""
    listed = {event.case_seq: event for event in head.events}
    for number, shown in met.items():
        try:
            leaf = decode(shown.leaf)
        except ValueError as error:
            yield _fault(FaultCode.LEAF_CHANGED, number, shown, f"has no valid leaf: {error}")
            continue
        if not number == shown.case_seq == leaf.case_seq:
            yield _fault(FaultCode.NUMBER_CHANGED, number, shown, "was given another number")
        if shown.position != listed[number].position:
            right = listed[number].position
            yield _fault(
                FaultCode.POSITION_CHANGED,
                number,
                shown,
                f"was given position {shown.position}; the head lists it at {right}",
            )
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
        yield from _opened(number, shown, leaf, head.policy_packs)


def _opened(number: int, shown: Shown, leaf: Leaf, packs: Sequence[bytes]) -> Iterator[Fault]:
    """Whether body and seed open what the leaf commits to."""
    try:
        fields = parse(shown.body.encode())
        commitment = (
            commit_body(fields, salts_from(shown.seed, fields))
            if isinstance(fields, dict)
            else None
        )
    except ValueError:
        commitment = None
    if commitment != leaf.body:
        reason = "was changed: its body and seed do not match its commitment"
        yield _fault(FaultCode.BODY_CHANGED, number, shown, reason)
    elif leaf.policy not in (commit_policy(pack, shown.seed) for pack in packs):
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
