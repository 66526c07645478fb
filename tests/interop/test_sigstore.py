"""Sigstore's two clients judge our proofs by our checkpoint.

Neither knows proofs of growth or tiles; Go does (test_go.py).
"""

import json

import pytest

from tests.interop.published import SAMPLED
from tests.interop.tools import HERE, sigstore_js, sigstore_python
from tests.interop.twins import TWINS

CLIENTS = [
    pytest.param(sigstore_js, id="npm"),
    pytest.param(sigstore_python, id="pypi"),
]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("index", SAMPLED)
def test_sigstore_accepts_a_records_proof(log, client, index):
    assert client(log.claim(index)).accepts


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("twin", TWINS)
def test_sigstore_refuses_a_tampered_proof(log, client, twin):
    assert client(TWINS[twin](log, log.claim(640))).why


def test_the_lock_file_names_no_registry_but_every_package_by_its_hash():
    lock = json.loads((HERE / "npm/package-lock.json").read_bytes())
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert not any("resolved" in entry for entry in packages)
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)
