"""Is one record in the log, and what does it say? From a single file, offline.

The file is a C2SP tlog-proof. Its extra data is a disclosure, which opens some fields of the
leaf, or the bare leaf; nobody signs it, so it counts only as far as the leaf commits to it.
Source: C2SP tlog-proof; docs/record-format.md.
"""

from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from tocsin.record import checkpoint as checkpoints
from tocsin.record import disclosure, shape, tlog_proof
from tocsin.record.canonical import Value, canonical, parse
from tocsin.record.checkpoint import Checkpoint
from tocsin.record.disclosure import Disclosure
from tocsin.record.leaf import LEAF_BYTES, decode, leaf_hash
from tocsin.record.log_faults import Faults, LogFault, LogFaultCode, Quorum, why
from tocsin.record.log_keys import cosigned_at, judge_newest, judge_quorum, names_of
from tocsin.record.log_leaves import TOLERANCE_US
from tocsin.record.merkle import is_included
from tocsin.record.note import Note, VerifierKey
from tocsin.record.tlog_proof import TlogProof
from tocsin.record.trust import TrustPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport:
    """What a check of one record found. Without a fault, everything below holds."""

    faults: tuple[LogFault, ...]
    origin: str | None = None
    index: int | None = None
    size: int = 0  # leaves of the log that the record is shown to be in
    signed_by: tuple[str, ...] = ()  # key name and id, as a signature line names them
    cosigned_by: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # whose lines nobody could judge: their keys were not given
    quorum: Quorum = Quorum.NOT_ASKED
    cosigned_at_s: int | None = None  # when the quorum was reached, seconds since 1970 UTC
    case_seq: int | None = None
    at_us: int | None = None  # claimed time, microseconds since 1970 UTC
    shown: Mapping[str, Value] = field(default_factory=dict)
    hidden: int | None = None  # fields that the file does not show; None: nor how many there are


def verify_proof(
    data: bytes, *, keys: Collection[VerifierKey], policy: TrustPolicy | None = None
) -> ProofReport:
    """Check a record's proof by `keys` from elsewhere, as `verify_log` takes them.

    Never raises for anything in `data`.
    """
    faults = Faults()
    try:
        proof = tlog_proof.parse(data)
        checkpoint, note = checkpoints.read(proof.checkpoint.encode())
    except ValueError as error:
        sentence = f"The file is not a proof of a record: {why(error)}."
        faults.add(LogFaultCode.MALFORMED, sentence)
        return ProofReport(faults=faults.all())
    report = _signed(checkpoint, note, keys, policy, faults)
    return _opened(replace(report, index=proof.index), proof, checkpoint, faults)


def extra_of(opened: Disclosure) -> bytes:
    """What a proof of this leaf carries, so that it can be checked from the one file."""
    return canonical(opened.to_value())


def extra_of_leaf(leaf: bytes) -> bytes:
    """The same without opening anything: how many fields there are tells of what kind it is."""
    return canonical({"leaf": b64encode(leaf).decode()})


def _signed(
    checkpoint: Checkpoint,
    note: Note,
    keys: Collection[VerifierKey],
    policy: TrustPolicy | None,
    faults: Faults,
) -> ProofReport:
    """Whether the log and its witnesses stand by the checkpoint."""
    ring, lines = judge_newest("The checkpoint", checkpoint, note, keys, policy, [], faults)
    return ProofReport(
        faults=(),
        origin=checkpoint.origin,
        size=checkpoint.size,
        signed_by=names_of(ring.newest & lines.good.keys()),
        cosigned_by=names_of(ring.cosigners & lines.good.keys()),
        unknown=lines.unknown,
        quorum=judge_quorum("The checkpoint", lines, ring, policy, faults),
        cosigned_at_s=cosigned_at(lines, ring, policy),
    )


def _opened(
    report: ProofReport, proof: TlogProof, checkpoint: Checkpoint, faults: Faults
) -> ProofReport:
    """Whether the leaf is where the file says, and says what the file shows."""
    try:
        data, opened = _read_extra(parse(proof.extra))
        leaf = decode(data)
    except ValueError as error:
        sentence = f"The file opens no record: {why(error)}."
        faults.add(LogFaultCode.LEAF_MALFORMED, sentence, proof.index)
        return replace(report, faults=faults.all())
    size, root = checkpoint.size, checkpoint.root
    if not is_included(leaf_hash(data), proof.index, size, proof.proof, root):
        sentence = f"The log does not hold this record as leaf {proof.index}."
        faults.add(LogFaultCode.LEAF_CHANGED, sentence, proof.index)
    if (seen := report.cosigned_at_s) and leaf.at_us > seen * 1_000_000 + TOLERANCE_US:
        sentence = (
            f"Leaf {proof.index} claims a time that does not fit: the log was seen to hold it "
            "before."
        )
        faults.add(LogFaultCode.CLOCK, sentence, proof.index)
    shown: Mapping[str, Value] = {}
    try:
        shown = disclosure.check(opened) if opened else {}
    except ValueError:
        sentence = f"Leaf {proof.index} does not commit to the fields that the file shows."
        faults.add(LogFaultCode.BODY_CHANGED, sentence, proof.index)
    return replace(
        report,
        faults=faults.all(),
        case_seq=leaf.case_seq,
        at_us=leaf.at_us,
        shown=shown,
        hidden=len(opened.hidden) if opened else None,
    )


def _read_extra(value: Value) -> tuple[bytes, Disclosure | None]:
    if isinstance(value, dict) and value.keys() == {"leaf"}:
        return shape.base64(value["leaf"], LEAF_BYTES), None
    opened = Disclosure.from_value(value)
    return opened.leaf, opened
