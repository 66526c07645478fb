"""What can be wrong with a case export."""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong; stable, like every code that leaves the house."""

    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    SIGNATURE_WRONG = "signature-wrong"
    CHECKPOINT_WRONG = "checkpoint-wrong"
    QUORUM_NOT_MET = "quorum-not-met"
    ENTRY_UNREADABLE = "entry-unreadable"
    LEAF_CHANGED = "leaf-changed"
    BODY_CHANGED = "body-changed"
    NUMBER_CHANGED = "number-changed"
    POSITION_CHANGED = "position-changed"
    POLICY_UNKNOWN = "policy-unknown"
    CHAIN_BROKEN = "chain-broken"
    NOT_IN_LOG = "not-in-log"
    DESTRUCTION_UNPROVEN = "destruction-unproven"
    MISSING = "missing"
    MOVED = "moved"
    DUPLICATED = "duplicated"
    ADDED = "added"
    OTHER_CASE = "other-case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, in a sentence without anything from the record's texts."""

    code: FaultCode
    sentence: str
    case_seq: int | None = None
    position: int | None = None
