"""One request, start to end: judged, kept, then answered. Never in another order."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tocsin.record.checkpoint import Checkpoint, SignedCheckpoint, with_lines
from tocsin.record.note import KeyType, SignatureLine, VerifierKey
from tocsin.record.signing import Signer
from tocsin.record.witnessing import Request
from tocsin.witness.judge import Finding, Unfit, admit, judge
from tocsin.witness.keep import Damaged, Keep, Kept

PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
EVIDENCE_FORMAT = "tocsin-witness-evidence-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Who cosigns, the keys of each log it knows by origin, and what it keeps."""

    name: str
    signers: tuple[Signer, ...]
    logs: Mapping[str, tuple[VerifierKey, ...]]
    keep: Keep

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return tuple(signer.verifier_key for signer in self.signers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: str
    media_type: str = PLAIN


def add_checkpoint(witness: Witness, body: bytes, clock: Callable[[], int]) -> Answer:
    """Answer an add-checkpoint request. `clock` tells the seconds since 1970 UTC.

    Beside C2SP's statuses, 503: this witness can say nothing now, because its clock is
    behind what it signed, its state is damaged, or its disk does not take another.
    """
    try:
        request, signed = admit(body, witness.logs)
        with witness.keep.held():
            return _weighed(witness, request, signed, clock)
    except Unfit as unfit:
        return Answer(status=unfit.status, body=f"Not cosigned: {unfit.why}.\n")
    except Damaged as damaged:
        return Answer(status=503, body=f"Not cosigned: {damaged}. The operator must look.\n")
    except OSError as error:
        why = f"it could not be kept ({type(error).__name__})"
        return Answer(status=503, body=f"Not cosigned: {why}. The operator must look.\n")


def _weighed(
    witness: Witness, request: Request, signed: SignedCheckpoint, clock: Callable[[], int]
) -> Answer:
    checkpoint, keep = signed.checkpoint, witness.keep
    latest = keep.latest(checkpoint.origin)
    ruling = judge(request, checkpoint, latest.checkpoint if latest else None)
    # Read while held: a request that waited must not look as if it came from the past.
    now_s = clock()
    if ruling.finding and latest:
        _accuse(keep, ruling.finding, request, checkpoint, latest, now_s)
    if ruling.status == 409:
        return Answer(status=409, body=f"{ruling.held_size}\n", media_type=SIZE)
    if ruling.status != 200:
        beyond = ruling.status == 400
        why = "the old size is beyond the checkpoint" if beyond else "the proof does not hold"
        return Answer(status=ruling.status, body=f"Not cosigned: {why}.\n")
    if now_s < keep.newest_s():
        why = "this witness's clock is behind what it has signed"
        return Answer(status=503, body=f"Not cosigned: {why}. The operator must look.\n")
    lines = _cosigned(witness, checkpoint, now_s)
    keep.put(checkpoint.origin, with_lines(request.note, lines))
    return Answer(status=200, body="".join(line.text for line in lines))


def _cosigned(witness: Witness, checkpoint: Checkpoint, now_s: int) -> list[SignatureLine]:
    # ML-DSA-44 would say nothing about extension lines, and our verifier takes none there.
    able = [
        signer
        for signer in witness.signers
        if not (checkpoint.extensions and signer.type is KeyType.ML_DSA_44)
    ]
    return [signer.sign(checkpoint, now_s) for signer in able]


def _accuse(
    keep: Keep,
    finding: Finding,
    request: Request,
    checkpoint: Checkpoint,
    latest: Kept,
    now_s: int,
) -> None:
    # One piece for each pair of texts: repeating a request must not fill the disk.
    keep.accuse(
        checkpoint.origin,
        checkpoint.digest + latest.checkpoint.digest,
        {
            "format": EVIDENCE_FORMAT,
            "finding": finding.value,
            "origin": checkpoint.origin,
            "seen_at_s": now_s,
            "cosigned": latest.note,
            "refused": request.note,
            "old_size": str(request.old_size),
            "proof": [b64encode(node).decode() for node in request.proof],
        },
        # Strangers can cause the other finding, and must not leave no room for what is proof.
        room=1 if finding is Finding.TWO_ROOTS else 0.5,
    )
