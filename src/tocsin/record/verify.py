"""Is a case export what the house recorded? Names every event that is not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from tocsin.record.checkpoint import Checkpoint
from tocsin.record.checkpoint import read as read_checkpoint
from tocsin.record.evidence import trusted
from tocsin.record.export import MAX_EXPORT_BYTES, Closed, Export, Log, Partly, read
from tocsin.record.faults import Fault, FaultCode
from tocsin.record.judge import judge
from tocsin.record.log_faults import Quorum
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import verify_bytes
from tocsin.record.trust import TrustPolicy

_NAME_1 = "tocsin-log-key"  # every house's log key had this name in format 1


class SignatureState(StrEnum):
    """Whether a key of the house, given by the caller, vouches for the head."""

    CHECKED = "checked"
    NOT_CHECKED = "not-checked"
    WRONG = "wrong"


class LogState(StrEnum):
    """Whether every event stands in a log whose checkpoint a key given by the caller signed."""

    CHECKED = "checked"
    NOT_CHECKED = "not-checked"  # the proofs lead to the checkpoint, but nobody vouches for it
    WRONG = "wrong"
    ABSENT = "absent"  # a file of format 1, or one that was not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found. Without a checked signature it shows only that the file agrees
    with itself: whoever can write the file can write all of it anew."""

    faults: tuple[Fault, ...]
    events: int  # entries in the file
    signature: SignatureState
    log: LogState = LogState.ABSENT
    origin: str | None = None  # the log's; among many keys, whose record it is
    log_size: int | None = None  # leaves in the tree of the checkpoint
    quorum: Quorum = Quorum.NOT_ASKED
    destroyed: int = 0  # events of which only the leaf is left
    withheld: int = 0  # events of which the file shows only the leaf
    partly_shown: int = 0
    case_id: str | None = None
    exported_at_us: int | None = None  # microseconds since 1970 UTC


def verify(
    data: bytes, *, keys: Collection[VerifierKey], policy: TrustPolicy | None = None
) -> Report:
    """Check an export against itself, the log's keys if given, and a policy's witnesses.

    Never raises for anything in `data`. Keys must come from elsewhere: one that travels
    with the file proves nothing.
    """
    if len(data) > MAX_EXPORT_BYTES:
        return _unreadable(FaultCode.TOO_LARGE, "The file is over 64 MiB and was not read.")
    try:
        export = read(data)
    except ValueError as error:
        return _unreadable(FaultCode.MALFORMED, f"The file is not a case export: {error}.")
    trusted = {*keys, *(policy.log_keys if policy else ())}
    signature = _signature(export, trusted)
    log = _log(export, keys, policy)
    judged = judge(export, log.tree)
    outside = any(fault.code is FaultCode.NOT_IN_LOG for fault in judged.faults)
    opened = [shown.opened for shown in judged.met.values()]
    unvouched = _unvouched(signature, log, is_named=bool(_named(export, trusted)))
    return Report(
        faults=(*unvouched, *judged.faults),
        events=len(export.entries),
        signature=signature,
        log=LogState.WRONG if outside else log.state,
        origin=log.tree.origin if log.tree else None,
        log_size=log.tree.size if log.tree else None,
        quorum=log.quorum,
        destroyed=opened.count(Closed.DESTROYED),
        withheld=opened.count(Closed.WITHHELD),
        partly_shown=sum(isinstance(one, Partly) for one in opened),
        case_id=export.head.case_id,
        exported_at_us=export.head.exported_at_us,
    )


def _unreadable(code: FaultCode, sentence: str) -> Report:
    return Report(
        faults=(Fault(code=code, sentence=sentence),),
        events=0,
        signature=SignatureState.NOT_CHECKED,
    )


def _signature(export: Export, keys: Collection[VerifierKey]) -> SignatureState:
    if not keys:
        return SignatureState.NOT_CHECKED
    signature = export.signature.signature
    if any(verify_bytes(key, export.signed, signature) for key in _named(export, keys)):
        return SignatureState.CHECKED
    return SignatureState.WRONG


def _named(export: Export, keys: Collection[VerifierKey]) -> list[VerifierKey]:
    """Those of `keys` that the file says it is signed with."""
    log = export.head.log
    return [
        known
        for known in (key if log else replace(key, name=_NAME_1) for key in keys)
        if known.type is KeyType.ED25519
        and (log is None or known.name == log.origin)
        and known.id.hex() == export.signature.key_id
    ]


def _unvouched(signature: SignatureState, log: "_Log", *, is_named: bool) -> Iterator[Fault]:
    """What is wrong with the file as a whole; `is_named` where its key is one of those given."""
    if signature is SignatureState.WRONG:
        sentence = (
            "The head is not signed with the key given: it was changed, or signed by another."
            if is_named
            else "The head names a key that was not given: another signed it, or the log has new "
            "keys since. The published log shows with the old ones whether it has."
        )
        yield Fault(code=FaultCode.SIGNATURE_WRONG, sentence=sentence)
    if log.wrong is not None:
        sentence = f"The checkpoint is not what it must be: {log.wrong}."
        yield Fault(code=FaultCode.CHECKPOINT_WRONG, sentence=sentence)
    if log.quorum is Quorum.NOT_MET:
        sentence = "No checkpoint of the file is cosigned by as many witnesses as the policy wants."
        yield Fault(code=FaultCode.QUORUM_NOT_MET, sentence=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    state: LogState
    quorum: Quorum
    tree: Checkpoint | None = None
    wrong: str | None = None


def _log(export: Export, keys: Collection[VerifierKey], policy: TrustPolicy | None) -> _Log:
    """The tree that the file's proofs must lead to, and who vouches for it."""
    quorum = Quorum.NOT_MET if policy else Quorum.NOT_ASKED
    if export.checkpoint is None:
        return _Log(state=LogState.ABSENT, quorum=quorum)
    logs = {*keys, *(policy.log_keys if policy else ())}
    try:
        tree = _tree(export.checkpoint, export.head.log, logs)
    except ValueError as error:
        return _Log(state=LogState.WRONG, quorum=quorum, wrong=str(error))
    if policy and _is_witnessed(export.checkpoint, logs, policy):
        quorum = Quorum.MET
    return _Log(state=LogState.CHECKED if logs else LogState.NOT_CHECKED, quorum=quorum, tree=tree)


def _tree(note: str, named: Log | None, logs: Collection[VerifierKey]) -> Checkpoint:
    tree, _ = read_checkpoint(note.encode())
    if named != Log(origin=tree.origin, size=tree.size):
        raise ValueError("the head names another")
    return trusted(note, logs) if logs else tree


def _is_witnessed(note: str, logs: Collection[VerifierKey], policy: TrustPolicy) -> bool:
    try:
        trusted(note, logs, policy)
    except ValueError:
        return False
    return True
