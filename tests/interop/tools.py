"""Other people's tools, as the project pins them: each says whether it accepts, and why not."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.interop.published import Claim
from tests.support.missing import missing
from tocsin.record.checkpoint import read

HERE = Path(__file__).parent
SUMDB = {
    # The wheel holds what Go itself is built from; Debian packages a release of the same module.
    "go": "src/cmd/vendor/golang.org/x/mod/sumdb",
    "debian": "/usr/share/gocode/src/golang.org/x/mod/sumdb",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the tool said: `why` is empty where it accepts."""

    accepts: bool
    why: str


def verdict(command: list[str], *, told: str = "") -> Verdict:
    """Ask a program that ends with `accepted` or `refused: ...`; any other end is an error."""
    done = subprocess.run(
        command, input=told, capture_output=True, text=True, timeout=60, check=False
    )
    word, _, why = done.stdout.strip().partition(": ")
    if word not in {"accepted", "refused"}:
        raise RuntimeError(f"{Path(command[0]).name} did not judge: {done.stdout}{done.stderr}")
    return Verdict(accepts=word == "accepted", why=why)


def go_checker(source: str, folder: Path) -> Path:
    """Our few lines of Go around golang.org/x/mod/sumdb, built in `folder`, once."""
    found = find_spec("go")
    go = Path(found.origin).parent if found and found.origin else missing("Go is not installed")
    sumdb = go / SUMDB[source]
    if not sumdb.exists():
        missing("Debian's golang-golang-x-mod-dev is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    # Several processes may run these tests, and Go takes its time when it builds for the first.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "interop").exists():
            _build(go, sumdb, folder)
    return folder / "interop"


def _build(go: Path, sumdb: Path, folder: Path) -> None:
    for name in ("go.mod", "main.go"):
        shutil.copy(HERE / "go" / name, folder)
    for name in ("note", "tlog"):
        shutil.copytree(sumdb / name, folder / "mod/sumdb" / name)
    (folder / "mod/go.mod").write_text("module golang.org/x/mod\n\ngo 1.22\n")
    environment = {
        "CGO_ENABLED": "0",
        "GOCACHE": str(Path(sys.prefix) / "go-cache"),  # goes with the virtual environment
        "GOENV": "off",
        "GOFLAGS": "-mod=mod",
        "GOPATH": str(folder / "path"),
        "GOPROXY": "off",
        "GOROOT": str(go),
        "GOTELEMETRY": "off",
        "GOTOOLCHAIN": "local",
        "PATH": os.environ["PATH"],
    }
    subprocess.run(
        [go / "bin/go", "build", "-trimpath", "-o", "interop", "."],
        cwd=folder,
        env=environment,
        check=True,
        timeout=300,
    )


def sigstore_js(claim: Claim) -> Verdict:
    """npm's @sigstore/verify, in the Node that Playwright brings."""
    from playwright._impl._driver import compute_driver_executable

    if not (HERE / "npm/node_modules/@sigstore/verify").exists():
        missing("npm's @sigstore/verify is not installed: run tools/interop.sh")
    node, _ = compute_driver_executable()
    log = {
        "baseUrl": claim.key.name,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {"rawBytes": _base64(_spki(claim)), "keyDetails": "PKIX_ED25519"},
        "logId": {"keyId": _base64(claim.key.id)},
    }
    told = json.dumps({"log": log, "entry": _entry(claim)})
    return verdict([str(node), str(HERE / "npm/verify.cjs")], told=told)


def sigstore_python(claim: Claim) -> Verdict:
    """PyPI's sigstore. What it offers to everybody takes only entries of Sigstore's own kinds,
    so this asks what it asks itself about the proof and the checkpoint of every entry."""
    from pydantic import ValidationError
    from sigstore._internal.trust import Keyring, RekorKeyring
    from sigstore.errors import Error
    from sigstore.models import TransparencyLogEntry
    from sigstore_models.common.v1 import PublicKey
    from sigstore_models.rekor.v1 import TransparencyLogEntry as Spelled

    key = {"rawBytes": _base64(_spki(claim)), "keyDetails": "PKIX_ED25519"}
    keyring = RekorKeyring(Keyring([PublicKey.from_json(json.dumps(key))]))
    try:
        spelled = Spelled.from_json(json.dumps(_entry(claim)))
        TransparencyLogEntry(spelled)._verify(keyring)
    except (Error, ValidationError) as error:
        return Verdict(accepts=False, why=str(error))
    return Verdict(accepts=True, why="")


def _entry(claim: Claim) -> Mapping[str, Any]:
    """The claim in Sigstore's JSON. `kindVersion` names no kind that Sigstore has."""
    checkpoint, _ = read(claim.proof.checkpoint.encode())
    return {
        "logIndex": str(claim.proof.index),
        "logId": {"keyId": _base64(claim.key.id)},
        "kindVersion": {"kind": "tocsin", "version": "1"},
        "inclusionProof": {
            "logIndex": str(claim.proof.index),
            "rootHash": _base64(checkpoint.root),
            "treeSize": str(checkpoint.size),
            "hashes": list(map(_base64, claim.proof.proof)),
            "checkpoint": {"envelope": claim.proof.checkpoint},
        },
        "canonicalizedBody": _base64(claim.leaf),
    }


def _spki(claim: Claim) -> bytes:
    key = Ed25519PublicKey.from_public_bytes(claim.key.key)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
