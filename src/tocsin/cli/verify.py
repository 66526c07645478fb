"""Verify what somebody else holds: a log, an export, one record, an answer, a tally."""

import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from cyclopts import Parameter

from tocsin.cli import verdicts
from tocsin.cli.output import OFFLINE, Offline, progress
from tocsin.domain.refusal import Code, refuse
from tocsin.record.export import MAX_EXPORT_BYTES
from tocsin.record.log_faults import LogReport
from tocsin.record.note import VerifierKey
from tocsin.record.tags import KEY_BYTES

if TYPE_CHECKING:
    from tocsin.record.checkpoint import Checkpoint
    from tocsin.record.log_notes import AnchorTime
    from tocsin.record.trust import TrustPolicy

_KEY_FILE_BYTES = 2**18
_MOST_FILE_BYTES = 2**20 + 1  # of a published log: a signed note may be the largest
_PROOF = b"c2sp.org/tlog-proof@v1\n"
MAX_TAG_KEY_BYTES = 200
_SIGNED_NOTE = "\n\n\N{EM DASH} ".encode()

Keys = Annotated[
    list[str] | None,
    Parameter(negative="", help="The log's public keys or a file with them, from `tocsin key`."),
]
Policy = Annotated[
    Path | None,
    Parameter(help="A trust policy (C2SP tlog-policy): whose cosignatures there must be."),
]
Since = Annotated[
    list[Path] | None,
    Parameter(negative="", help="A checkpoint saved earlier, to which the log only added."),
]
Authorities = Annotated[
    list[Path] | None,
    Parameter(negative="", help="A timestamp authority's root certificate, as PEM."),
]
Words = Annotated[
    Path | None,
    Parameter(help="A warning as it came: are these the words whose .tlog-proof this is?"),
]
TagKey = Annotated[
    Path | None,
    Parameter(help="For an answer: the file of `tocsin key --tags`, to check its tags by."),
]


def verify(
    path: Annotated[
        str,
        Parameter(
            allow_leading_hyphen=True,
            help="A published log's folder, or a file: an export, a .tlog-proof, a checkpoint, "
            "an answer, a tally; - is standard input.",
        ),
    ],
    /,
    *,
    key: Keys = None,
    policy: Policy = None,
    since: Since = None,
    tsa: Authorities = None,
    words: Words = None,
    tag_key: TagKey = None,
    offline: Offline = OFFLINE,
) -> int:
    """Verify a log, an export or one record, offline and without a database.

    Names every event that was changed, left out, moved or added, and the first leaf of a log
    that is not what was signed. Keys and policy must have come by another path than what they
    are to verify. Without --key an export is only shown to agree with itself; nothing else is
    verified without one. --key, --since and --tsa may be given more than once.
    """
    given, saved, roots = key or [], since or [], tsa or []
    if words:
        return _words(_read(path, MAX_EXPORT_BYTES + 1), words, _trust(given, policy), offline)
    if path != "-" and Path(path).is_dir():
        beside = [*map(Path, given), *saved, *roots, *([policy] if policy else [])]
        _elsewhere(Path(path), beside)
        return verdicts.log(_log(Path(path), _trust(given, policy), saved, roots), offline)
    if saved or roots:
        refuse(
            Code.BAD_VALUE,
            "Nothing was verified: --since and --tsa are for a log's folder.",
            "Name the folder that was published.",
        )
    trust = replace(_trust(given, policy), tag_key=_tag_key(tag_key))
    return _file(_read(path, MAX_EXPORT_BYTES + 1), trust, offline)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trust:
    """Whom the caller believes."""

    keys: tuple[VerifierKey, ...]
    policy: "TrustPolicy | None"
    tag_key: bytes | None = None

    def needed(self) -> None:
        if not self.keys and not (self.policy and self.policy.log_keys):
            refuse(
                Code.EXPORT_INVALID,
                "Nothing was verified: no key of the log was given.",
                "Add --key with the lines that `tocsin key` prints there, or a file that has them.",
            )


def _tag_key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        key = bytes.fromhex(_read(str(path), MAX_TAG_KEY_BYTES).decode("ascii", "replace").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        refuse(
            Code.EXPORT_INVALID,
            "Nothing was verified: that is not a tag key.",
            "Give the file that holds what `tocsin key --tags` printed.",
        )
    return key


def _file(data: bytes, trust: _Trust, offline: Offline) -> int:
    """What a file is stands in its first line, or in its member `format`."""
    if data.startswith(_PROOF):
        from tocsin.record.verify_proof import verify_proof

        trust.needed()
        return verdicts.proof(verify_proof(data, keys=trust.keys, policy=trust.policy), offline)
    if not data.startswith(b"{") and (note := _note(data)):
        from tocsin.record.verify_log import verify_checkpoint

        trust.needed()
        found = verify_checkpoint(note, keys=trust.keys, policy=trust.policy)
        return verdicts.checkpoint(found, offline)
    kind = _format(data)
    if kind.startswith("tocsin-answer-"):
        from tocsin.record.answer import verify_answer

        trust.needed()
        answer = verify_answer(data, keys=trust.keys, policy=trust.policy, tag_key=trust.tag_key)
        return verdicts.answer(answer, offline)
    if kind.startswith("tocsin-tally-"):
        from tocsin.record.tally import verify_tally

        trust.needed()
        return verdicts.tally(verify_tally(data, keys=trust.keys, policy=trust.policy), offline)
    from tocsin.record.verify import verify as judge

    return verdicts.export(judge(data, keys=trust.keys, policy=trust.policy), offline)


def _note(data: bytes) -> bytes | None:
    """The checkpoint that the file is, or that stands in it as it was mailed or printed."""
    from tocsin.record.printed import note_in

    return note_in(data) or (data if _SIGNED_NOTE in data else None)


def _words(data: bytes, words: Path, trust: _Trust, offline: Offline) -> int:
    from tocsin.domain.pasted import MAX_PASTED, words_in
    from tocsin.record.verify_proof import verify_proof

    if not data.startswith(_PROOF):
        refuse(
            Code.BAD_VALUE,
            "Nothing was verified: --words is for the .tlog-proof of a warning.",
            "Name the file that was kept with the warning.",
        )
    trust.needed()
    said = _read(str(words), 4 * MAX_PASTED).decode("utf-8", "replace")
    report = verify_proof(data, keys=trust.keys, policy=trust.policy)
    released = report.shown.get("text_sha256")
    is_release = report.shown.get("kind") == "WarningReleased" and isinstance(released, str)
    found = words_in(said, str(released)) if is_release else None
    return verdicts.warning(report, found, trust.keys, offline)


def _format(data: bytes) -> str:
    from tocsin.record.canonical import parse

    try:
        outer = parse(data, max_bytes=MAX_EXPORT_BYTES)
    except ValueError:
        return ""
    return str(outer.get("format")) if isinstance(outer, dict) else ""


def _log(folder: Path, trust: _Trust, since: Iterable[Path], tsa: Iterable[Path]) -> LogReport:
    from tocsin.record.verify_log import verify_log

    trust.needed()
    published = _Folder(folder)
    saved, anchor_time = [_saved(path) for path in since], _anchor_time(tsa)
    with progress("Verifying", published.size()) as bar:
        return verify_log(
            published.read,
            published.names,
            keys=trust.keys,
            policy=trust.policy,
            since=saved,
            anchor_time=anchor_time,
            progress=lambda done: bar.advance(bar.task_ids[0], done),
        )


class _Folder:
    """A published log on disk. Whoever filled the folder may be an enemy."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)

    def read(self, path: str) -> bytes | None:
        try:
            # A pipe among the files must not keep us waiting.
            opened = os.open(f"{self._root}/{path}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                os.close(opened)
                return None
            with open(opened, "rb") as file:  # noqa: PTH123 - an open file, not a path
                return file.read(_MOST_FILE_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return _unreadable("a file of the log", error)

    def names(self, folder: str) -> list[str]:
        try:
            return os.listdir(f"{self._root}/{folder}")  # noqa: PTH208 - twice for each tile
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            return _unreadable("a folder of the log", error)

    def size(self) -> int | None:
        """How many leaves there are to read, if that can be told."""
        from tocsin.record import checkpoint

        try:
            return checkpoint.read(self.read("checkpoint") or b"")[0].size
        except ValueError:
            return None


def _trust(given: Iterable[str], policy: Path | None) -> _Trust:
    from tocsin.record import trust

    keys = tuple(dict.fromkeys(found for one in given for found in _keys(one)))
    if policy is None:
        return _Trust(keys=keys, policy=None)
    try:
        parsed = trust.parse(_read(str(policy), trust.MAX_POLICY_BYTES + 1))
    except ValueError as error:
        refuse(
            Code.EXPORT_INVALID,
            f"Nothing was verified: the policy cannot be read: {error}.",
            "Give a policy as C2SP tlog-policy describes it.",
        )
    return _Trust(keys=keys, policy=parsed)


def _keys(given: str) -> list[VerifierKey]:
    """The keys that `given` spells, one a line, or that stand in the file it names."""
    try:
        return _spelled(given)
    except ValueError:
        text = _read(given, _KEY_FILE_BYTES).decode("ascii", "replace")
    try:
        return _spelled(text)
    except ValueError:
        refuse(
            Code.EXPORT_INVALID,
            "Nothing was verified: that is not a Tocsin log key.",
            "Give the lines that `tocsin key` prints, or a file that holds them.",
        )


def _spelled(text: str) -> list[VerifierKey]:
    lines = [line.strip() for line in text.splitlines()]
    found = [VerifierKey.from_text(line) for line in lines if line and not line.startswith("#")]
    if not found:
        raise ValueError("no key")
    return found


def _elsewhere(folder: Path, files: Iterable[Path]) -> None:
    """Refuse whatever lies beside the log that it is to vouch for."""
    beside = any(_lies_in(folder, file) for file in files)
    if beside:
        refuse(
            Code.EXPORT_INVALID,
            "Nothing was verified: a key, a policy, a certificate or a saved checkpoint lies "
            "inside the log's folder.",
            "Whoever changes the log changes it too. Take it from where the log does not reach.",
        )


def _lies_in(folder: Path, file: Path) -> bool:
    try:
        # A link from inside the folder is the folder's word too.
        return file.exists() and (
            file.absolute().is_relative_to(folder.absolute())
            or file.resolve().is_relative_to(folder.resolve())
        )
    except OSError:  # a key's own text, longer than any file's name
        return False


def _saved(path: Path) -> "Checkpoint":
    from tocsin.record import checkpoint
    from tocsin.record.note import MAX_NOTE_BYTES

    try:
        data = _read(str(path), MAX_NOTE_BYTES + 1)
        found, _ = checkpoint.read(_note(data) or data)
    except ValueError:
        refuse(
            Code.EXPORT_INVALID,
            "Nothing was verified: what --since names is not a signed checkpoint.",
            "Give the file as it was saved, with its signature lines.",
        )
    return found


def _anchor_time(paths: Iterable[Path]) -> "AnchorTime | None":
    """How to read timestamps by these authorities; None without any."""
    files = [_read(str(path), _KEY_FILE_BYTES) for path in paths]
    if not files:
        return None
    from cryptography.x509 import load_pem_x509_certificates

    from tocsin.record.timestamps import verify_token

    try:
        roots = [root for file in files for root in load_pem_x509_certificates(file)]
    except ValueError:
        refuse(
            Code.EXPORT_INVALID,
            "Nothing was verified: what --tsa names holds no certificate.",
            "Give the authority's root certificate as PEM.",
        )
    return lambda token, message: verify_token(token, message, roots)


def _read(name: str, most: int) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(name).open("rb") as file:
            return file.read(most)
    except OSError as error:
        return _unreadable("the file", error)


def _unreadable(what: str, error: OSError) -> NoReturn:
    refuse(
        Code.EXPORT_INVALID,
        f"Nothing was verified: {what} cannot be read ({type(error).__name__}).",
        "Check its name and that you may read it.",
    )
