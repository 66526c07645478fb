"""What a verification found, in words and as JSON. Each returns the exit status: 1 for faults."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.cli.output import Offline, when
from tocsin.domain.duties import EXERCISE
from tocsin.domain.serial import to_plain
from tocsin.record.log_faults import LogFault, LogReport, Quorum
from tocsin.record.note import VerifierKey

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
        else f"Verified: events 1 to {report.events} of case {one_line(report.case_id or '')}, "
        f"none changed, missing, moved or added. {signature}",
        *([] if report.faults else _export_in_log(report)),
    )
    return int(bool(report.faults))


def _export_in_log(report: "Report") -> Iterator[str]:
    if report.log == "checked":
        yield (
            f"All of them stand in the log {one_line(report.origin or '')} of {report.log_size} "
            "records. That the case has no later event there is the house's word alone; "
            "an answer about the case shows it."
        )
    else:
        yield "NOT SHOWN: that any of them stands in a log, or was not written anew for this file."
    if report.quorum is Quorum.MET:
        yield "The witnesses that the policy wants have seen that log."
    elif report.quorum is Quorum.NOT_ASKED:
        yield "Witnesses were not asked: give --policy."
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
        *([] if report.faults else _dated(report)),
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
        *([] if report.faults else _seen(report)),
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


def warning(
    report: "ProofReport", words: str | None, keys: Sequence[VerifierKey], offline: Offline
) -> int:
    """Whether somebody holds `words` that the proof's record released; None: it did not."""
    from tocsin.record.printed import fingerprints

    genuine = words is not None and not report.faults
    verdict = "genuine" if genuine else "faults" if report.faults else "other-words"
    compared = {kind: " ".join(lines) for kind, lines in fingerprints(keys)}
    offline.show(
        {"kind": "warning", "verdict": verdict, "keys": compared, **to_plain(report)},
        *_log_faults(report.faults),
        *_said(report, words),
        *_signed(report),
        *_seen(report),
        "Fingerprints of the keys given, to compare with the house by telephone:",
        *(f"  {kind}: {groups}" for kind, groups in compared.items()),
    )
    return int(not genuine)


def _said(report: "ProofReport", words: str | None) -> Iterator[str]:
    if report.faults:
        yield f"{len(report.faults)} faults: the proof is not to be believed."
    elif words is None:
        yield "NOT genuine: the proof is not that of a warning in these words."
    else:
        drill = report.shown.get("exercise") is True
        kind = "Genuine, and an EXERCISE" if drill else "Genuine"
        yield f"{kind}: released {_when(report.at_us)}, as the log {report.origin} claims."
        yield "These words, and nothing around them:\n"
        # Marked as quoted, so that no line of theirs passes for one of ours.
        yield "\n".join(f"> {line}" for line in words.splitlines())


def _seen(report: "ProofReport | LogReport") -> Iterator[str]:
    if report.cosigned_at_s is not None:
        yield f"Witnesses saw the log with it {_when(report.cosigned_at_s * 1_000_000)}."


def _fields(report: "ProofReport") -> Iterator[str]:
    from tocsin.record.canonical import canonical

    for name, value in report.shown.items():
        told = value if isinstance(value, str) else canonical(value).decode()
        # Words of the record must not pass for words of ours.
        yield f"  {one_line(name)}: " + told.replace("\n", "\n  | ")
    hidden = report.hidden
    yield (
        "None of its fields is shown."
        if hidden is None
        else f"{hidden} of its fields are not shown."
    )
    yield from _seen(report)


def answer(report: "AnswerReport", offline: Offline) -> int:
    asked = report.question
    plain = {
        "faults": list(report.faults),
        "question": asked and {"kind": asked.kind, "variants": list(asked.variants)},
        "before": asked and asked.before,
        "records": {str(index): one.hex() for index, one in report.records.items()},
        "records_before": report.before,
        "searched": report.searched,
        "origin": report.origin,
        "size": report.size,
        "covered": report.covered,
        "at_us": report.at_us,
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
    if asked := report.question:
        yield f"Asked was, as the file says, for each {asked.kind}:"
        for variant in asked.variants:
            spelled = "" if variant.isascii() else f", spelled {variant!a}"
            yield f'  "{one_line(variant)}"{spelled}'
    yield (
        f"Log {one_line(report.origin or '')} has {report.size} leaves. The index of the first "
        f"{report.covered} was made {_when(report.at_us)} as it claims: what came later is not "
        "in the answer."
    )
    if report.before is not None and asked:
        rest = len(report.records) - report.before
        yield (
            f"Shown to be from before {asked.before}: at least {report.before} of them. "
            f"Whether the other {rest} are, the file does not show."
        )
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
        "origin": report.origin,
        "size": report.size,
        "covered": report.covered,
        "at_us": report.at_us,
        "owed": report.owed,
        "counts": dict(report.counts),
        "shown": sorted(report.shown),
        "parted": report.parted,
        "witnessed": report.witnessed,
    }
    counts = [] if report.faults else [f"  {name}: {n}" for name, n in report.counts.items()]
    drills = report.counts.get(EXERCISE, 0)
    offline.show(
        {"kind": "tally", **_verdict(report.faults), **plain},
        *report.faults,
        f"{len(report.faults)} faults: nothing in the file is to be believed."
        if report.faults
        else f"Verified: {report.owed - drills} duties in {report.period}, "
        f"and {drills} in exercises.",
        *counts,
        *([] if report.faults else _counted(report)),
    )
    return int(bool(report.faults))


def _counted(report: "TallyReport") -> Iterator[str]:
    yield (
        f"Counted {_when(report.at_us)} as the record claims, over the first {report.covered} of "
        f"the {report.size} leaves of log {one_line(report.origin or '')}. There may be a later "
        "count of the same period."
    )
    yield _parted(report)
    if not report.witnessed:
        yield "Witnesses were not asked: give --policy."


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


def _dated(report: LogReport) -> Iterator[str]:
    """How old what is verified is, and whose word that is."""
    if report.cosigned_at_s is not None:
        yield (
            f"Witnesses saw all of it {_when(report.cosigned_at_s * 1_000_000)}; what was recorded "
            "later is not in it."
        )
    elif report.newest_at_us is not None:
        yield f"Its newest leaf claims {_when(report.newest_at_us)}; nobody else says so."
    if dated := report.dated:
        yield (
            f"Leaves {dated.first} to {dated.until - 1} were written between two times that others "
            f"vouch for, at most {_length(dated.apart_s)} apart. Other claimed "
            "times are the house's word."
        )
    elif report.leaves:
        yield "When each leaf was written is the house's word alone."


def _length(seconds: int) -> str:
    hours = -(-max(seconds, 0) // 3_600)
    if hours < 72:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{-(-hours // 24)} days"


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


def one_line(text: str) -> str:
    """Words of a file, so that none of them begins a line of its own."""
    return text.replace("\n", "\\n")


def _when(at_us: int | None) -> str:
    try:
        return when(_EPOCH + timedelta(microseconds=at_us or 0))
    except OverflowError:
        return "at a time that no calendar holds"
