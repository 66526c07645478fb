"""The folder that is a witness: made once, opened at every start.

`witness.key` (64 hexadecimal digits, for its owner alone), `name`, `logs` (C2SP
tlog-policy lines `log <vkey>`; several keys of one origin while a log rotates its
keys), `state/`, `evidence/`, `lock`.
"""

import hmac
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from tocsin.domain.refusal import Code, refuse
from tocsin.record import trust
from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.signing import Signer
from tocsin.witness.cosigning import Witness
from tocsin.witness.keep import EVIDENCE, STATE, Damaged, Keep, held, write

KEY, NAME, LOGS = "witness.key", "name", "logs"
SEED_BYTES = 32
MAX_FILE_BYTES = 2**20

_LABELS = {
    KeyType.ED25519_COSIGNATURE: b"tocsin/witness/ed25519/1\0",
    KeyType.ML_DSA_44: b"tocsin/witness/ml-dsa-44/1\0",
}
_EMPTY_LOGS = b"# The logs to witness, one line a key: log <vkey>\n"


def is_founded(folder: Path) -> bool:
    """Whether a witness lives in `folder`."""
    return (folder / KEY).exists()


def found(folder: Path, name: str, seed: bytes) -> None:
    """Make a witness called `name` in `folder`, from 32 fresh random bytes.

    What is there already is left alone. Refuses SETTINGS_INVALID.
    """
    try:
        _signers(name, seed)
    except ValueError as error:
        refuse(
            Code.SETTINGS_INVALID,
            f"The witness was not made: {error}.",
            "Give a name such as witness.example/overseer.",
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(folder):
        for one in (STATE, EVIDENCE):
            (folder / one).mkdir(exist_ok=True)
        write(folder / LOGS, _EMPTY_LOGS, over=False)
        write(folder / NAME, f"{name}\n".encode(), over=False)
        write(folder / KEY, f"{seed.hex()}\n".encode(), over=False)  # last: now the rest is there


def open_witness(folder: Path) -> Witness:
    """The witness in `folder`. Refuses SETTINGS_INVALID for whatever is not in order."""
    seed = _text(folder / KEY).strip()
    if (folder / KEY).stat().st_mode & 0o077:
        _not_started(f"{KEY} can be read by others", f"chmod 600 {KEY}")
    if not re.fullmatch(f"[0-9a-f]{{{2 * SEED_BYTES}}}", seed):
        _not_started(f"{KEY} does not hold a key", "Restore it from your copy.")
    name = _text(folder / NAME).strip()
    try:
        signers = _signers(name, bytes.fromhex(seed))
    except ValueError:
        _not_started(f"{NAME} does not hold a witness's name", "Restore it from your copy.")
    keep = Keep(folder, [signer.verifier_key for signer in signers])
    witness = Witness(name=name, signers=signers, logs=_logs(folder), keep=keep)
    try:
        keep.newest_s()
    except Damaged as damaged:
        _not_started(
            str(damaged),
            "Do not delete it: a witness that forgets can be made to cosign two histories. "
            "Keep the folder for examination and found a new witness under a new name.",
        )
    return witness


def _signers(name: str, seed: bytes) -> tuple[Signer, ...]:
    return tuple(
        Signer(name=name, type=kind, secret=hmac.digest(seed, label, "sha256"))
        for kind, label in _LABELS.items()
    )


def _logs(folder: Path) -> Mapping[str, tuple[VerifierKey, ...]]:
    try:
        policy = trust.parse(_text(folder / LOGS).encode() + b"\nquorum none\n")
    except ValueError as error:
        _not_started(f"{LOGS} is not in order: {error}", "Write one line a key: log <vkey>.")
    logs: dict[str, tuple[VerifierKey, ...]] = {}
    for log in policy.logs:
        logs[log.key.name] = (*logs.get(log.key.name, ()), log.key)
    return logs


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        _not_started(f"{path.name} cannot be read ({type(error).__name__})", "Restore it.")


def _not_started(why: str, remedy: str) -> NoReturn:
    refuse(Code.SETTINGS_INVALID, f"The witness did not start: {why}.", remedy)
