"""What a verification found, in words and as JSON. Each returns the exit status: 1 for faults."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.cli.output import Offline, when
from tocsin.domain.serial import to_plain
from tocsin.record.log_faults import LogFault, LogReport, Quorum

if TYPE_CHECKING:
    from tocsin.record.answer import AnswerReport
    from tocsin.record.tally import TallyReport
    from tocsin.record.verify import Report
    from tocsin.record.verify_proof import ProofReport

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def export(report: "Report", offline: Offline) -> int:
    signature = {
        "checked": "The signature is the house's.",
        "wrong": "The signature is not by the key given.",
        "not-checked": "The signature was not checked: give --key.",
    }[report.signature.value]
    offline.show(
        {"kind": "export", **_verdict(report.faults), **to_plain(report)},
        *(f"{fault.sentence} [{fault.code}]" for fault in report.faults),
        f"{len(report.faults)} faults in {report.events} events. {signature}"
        if report.faults
        else f"Verified: case {report.case_id}, {report.events} events, none changed, missing, "
        f"moved or added. {signature}",
        *_export_in_log(report),
    )
    return int(bool(report.faults))


def _export_in_log(report: "Report") -> Iterator[str]:
    if report.log == "checked":
        yield f"All of them stand in the log of {report.log_size} records."
    if report.quorum is Quorum.MET:
        yield "The witnesses that the policy wants have seen that log."
    for number, how in (
        (report.destroyed, "were destroyed by order: only their leaves are left"),
        (report.withheld, "are withheld: the file shows only their leaves"),
        (report.partly_shown, "are shown in part"),
    ):
        if number:
            yield f"Of the events {number} {how}."


def log(report: LogReport, offline: Offline) -> int:
    offline.show(
        {"kind": "log", **_verdict(report.faults), **to_plain(report)},
        *_log_faults(report.faults, report.unlisted),
        f"{len(report.faults) + report.unlisted} faults; {report.leaves} of {report.size} leaves "
        "were read."
        if report.faults
        else f"Verified: log {report.origin}, {report.leaves} leaves in {report.cases} cases, "
        "none changed, missing, moved or added.",
        *_signed(report),
        *_beside(report),
    )
    return int(bool(report.faults))


def checkpoint(report: LogReport, offline: Offline) -> int:
    names = ("origin", "size", "root", "signed_by", "cosigned_by", "unknown", "quorum", "faults")
    plain = {name: to_plain(getattr(report, name)) for name in names}
    offline.show(
        {"kind": "checkpoint", **_verdict(report.faults), **plain},
        *_log_faults(report.faults),
        f"{len(report.faults)} faults."
        if report.faults
        else f"Verified: log {report.origin}, {report.size} leaves, root {report.root}. The "
        "leaves themselves are in its folder.",
        *_signed(report),
    )
    return int(bool(report.faults))


def proof(report: "ProofReport", offline: Offline) -> int:
    offline.show(
        {"kind": "record", **_verdict(report.faults), **to_plain(report)},
        *_log_faults(report.faults),
        f"{len(report.faults)} faults."
        if report.faults
        else f"Verified: leaf {report.index} of log {report.origin}, event {report.case_seq} of "
        f"its case, recorded {_when(report.at_us)} as it claims.",
        *([] if report.faults else _fields(report)),
        *_signed(report),
    )
    return int(bool(report.faults))


def _fields(report: "ProofReport") -> Iterator[str]:
    from tocsin.record.canonical import canonical

    for name, value in report.shown.items():
        yield f"  {name}: {value if isinstance(value, str) else canonical(value).decode()}"
    yield f"{report.hidden} of its fields are not shown."
    if report.cosigned_at_s is not None:
        yield f"Witnesses saw the log with it {_when(report.cosigned_at_s * 1_000_000)}."


def answer(report: "AnswerReport", offline: Offline) -> int:
    asked = report.question
    plain = {
        "faults": list(report.faults),
        "question": asked and {"kind": asked.kind, "variants": list(asked.variants)},
        "before": asked and asked.before,
        "records": {str(index): one.hex() for index, one in report.records.items()},
        "records_before": report.before,
        "searched": report.searched,
        "size": report.size,
        "covered": report.covered,
        "tags_checked": report.tags_checked,
        "witnessed": report.witnessed,
    }
    offline.show(
        {"kind": "answer", **_verdict(report.faults), **plain},
        *report.faults,
        f"{len(report.faults)} faults: nothing in the file is to be believed."
        if report.faults
        else f"Verified: {len(report.records)} records, all that stand under the tags listed among "
        f"the first {report.covered} leaves.",
        *([] if report.faults else _answered(report)),
    )
    return int(bool(report.faults))


def _answered(report: "AnswerReport") -> Iterator[str]:
    if report.before is not None:
        yield f"Of them {report.before} are from before the date asked for."
    if not report.tags_checked:
        yield (
            "That these are the tags of what was asked was not checked: it takes the tag key, "
            "which a court may order."
        )
    if not report.witnessed:
        yield "Witnesses were not asked: give --policy."


def tally(report: "TallyReport", offline: Offline) -> int:
    plain = {
        "faults": list(report.faults),
        "period": report.period,
        "covered": report.covered,
        "owed": report.owed,
        "counts": dict(report.counts),
        "shown": sorted(report.shown),
        "parted": report.parted,
        "witnessed": report.witnessed,
    }
    counts = [] if report.faults else [f"  {name}: {n}" for name, n in report.counts.items()]
    offline.show(
        {"kind": "tally", **_verdict(report.faults), **plain},
        *report.faults,
        f"{len(report.faults)} faults: nothing in the file is to be believed."
        if report.faults
        else f"Verified: {report.owed} duties in {report.period}.",
        *counts,
        *([] if report.faults else [_parted(report)]),
    )
    return int(bool(report.faults))


def _parted(report: "TallyReport") -> str:
    if report.parted:
        return "Every class is shown, and each duty stands in exactly one of them."
    return "Not every class is shown: that they part the duties is only stated."


def _verdict(faults: Sequence[object]) -> dict[str, str]:
    return {"verdict": "faults" if faults else "verified"}


def _log_faults(faults: Sequence[LogFault], unlisted: int = 0) -> Iterator[str]:
    yield from (f"{fault.sentence} [{fault.code}]" for fault in faults)
    if unlisted:
        yield f"And {unlisted} more; the check was not taken to its end."


def _signed(report: "LogReport | ProofReport") -> Iterator[str]:
    if report.signed_by:
        yield f"Signed by {', '.join(report.signed_by)}."
    if report.cosigned_by:
        yield f"Cosigned by {', '.join(report.cosigned_by)}."
    yield {
        Quorum.MET: "The policy's quorum of witnesses is met.",
        Quorum.NOT_MET: "The policy's quorum of witnesses is not met.",
        Quorum.NOT_ASKED: "Witnesses were not asked: give --policy.",
    }[report.quorum]
    if report.unknown:
        yield f"Lines by keys that were not given, not judged: {', '.join(report.unknown)}."


def _beside(report: LogReport) -> Iterator[str]:
    if report.witnessed:
        yield f"{report.witnessed} witnessed checkpoints and {report.rotations} changes of keys."
    dated = [anchor for anchor in report.anchors if anchor.at]
    if dated and dated[-1].at:
        yield (
            f"{len(dated)} timestamps: the first {dated[-1].size} leaves were there by "
            f"{when(dated[-1].at)}."
        )
    if len(dated) < len(report.anchors):
        yield f"{len(report.anchors) - len(dated)} timestamps were not judged: give --tsa."
    if report.prefixes:
        yield f"The log only added to {report.prefixes} saved checkpoints."


def _when(at_us: int | None) -> str:
    try:
        return when(_EPOCH + timedelta(microseconds=at_us or 0))
    except OverflowError:
        return "at a time that no calendar holds"
