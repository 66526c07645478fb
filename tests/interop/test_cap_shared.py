"""Alerts of real publishers: each read, or refused with a reason, and judged as its index says.

Collected only with `--shared-data DIR` (or TOCSIN_DATA), the folder with interop/cap in it.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import rnc2rng
from cryptography import x509
from lxml import etree

from tests.builders import DAY, NOW
from tests.feeds.cap.publications import a_publication
from tests.support.missing import missing
from tocsin.domain.refusal import Code, Refusal
from tocsin.feeds import read_report
from tocsin.feeds.cap.atom import FeedHead, entry_of, feed
from tocsin.feeds.cap.document import DSIG, parse, schema_lines
from tocsin.feeds.cap.model import Alert, FaultCode
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.sign import Judgement, verify
from tocsin.feeds.cap.write import render

FOLDERS = ("dev", "own", "feeds", "edxl")
SCHEMAS = {"1.0": "cap10.xsd", "1.1": "cap11.xsd", "1.2": "cap12.xsd"}


def pytest_generate_tests(metafunc):
    if "sample" in metafunc.fixturenames:
        base = folder(metafunc.config)
        found = [path for name in FOLDERS for path in sorted((base / name).iterdir())]
        samples = [path for path in found if path.suffix != ".json"]
        assert samples
        metafunc.parametrize("sample", samples, ids=lambda path: f"{path.parent.name}-{path.stem}")


def folder(config) -> Path:
    return Path(config.getoption("--shared-data")) / "interop/cap"


@pytest.fixture
def cap(request) -> Path:
    return folder(request.config)


@cache
def indexed(path: Path) -> dict[str, dict[str, object]]:
    return json.loads(path.read_bytes())


def read_or_refused(sample: Path) -> Alert | Code:
    try:
        return read(sample.read_bytes())
    except Refusal as refusal:
        return refusal.code


def test_every_file_is_read_or_refused_and_read_again_the_same(sample):
    alert = read_or_refused(sample)
    if alert is Code.REPORT_UNREADABLE:
        assert sample.parent.name != "own"
        return
    kept = {"faults": (), "signed": False, "version": "1.2"}
    assert replace(read(render(alert)), **kept) == replace(alert, **kept)
    if sample.parent.name == "own":
        assert alert.faults == ()


def test_the_schemas_verdict_is_that_of_the_index(sample):
    entry = indexed(sample.parent / "index.json").get(sample.name) if _has_index(sample) else None
    alert = read_or_refused(sample)
    if alert is Code.REPORT_UNREADABLE:
        # An alert with a DOCTYPE is one that we refuse and the index judges.
        assert not entry or entry["xsd_valid"] is not True
        return
    expected = entry["xsd_valid"] if entry else True
    assert _is_valid(sample, alert) == expected
    assert (FaultCode.SCHEMA in {fault.code for fault in alert.faults}) == (
        alert.version == "1.2" and not expected
    )
    if entry:
        assert (alert.version, alert.signed) == (entry["version"], entry["signed"])


def _has_index(sample: Path) -> bool:
    return (sample.parent / "index.json").exists()


def _is_valid(sample: Path, alert: Alert) -> bool:
    root = parse(sample.read_bytes())
    if alert.version == "1.2":
        return not schema_lines(root)
    schema = sample.parents[1] / "schema" / SCHEMAS[alert.version]
    return bool(etree.XMLSchema(etree.parse(schema)).validate(root))


@pytest.mark.parametrize("name", ["own/alert_public.xml", "feeds/xee.atom", "edxl/bushfire.edxlde"])
def test_each_kind_of_file_is_taken_in_as_a_report(cap, name):
    assert read_report((cap / name).read_bytes()).text


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_signature_is_genuine_exactly_where_xmlsec1_says_so(sample):
    if read_or_refused(sample) is Code.REPORT_UNREADABLE:
        return
    carried = list(certificates(sample.read_bytes()))
    at = [x509.load_pem_x509_certificate(one).not_valid_before_utc + DAY for one in carried]
    tool = shutil.which("xmlsec1") or missing("xmlsec1 is not installed")
    command = [tool, "--verify", "--insecure", str(sample)]
    theirs = subprocess.run(command, capture_output=True, check=False, timeout=60)
    ours = verify(sample.read_bytes(), carried, max(at, default=NOW)).judgement
    assert (ours is Judgement.GENUINE) == (theirs.returncode == 0)
    assert verify(sample.read_bytes(), [], NOW).judgement is Judgement.CANNOT_VERIFY


def certificates(data: bytes) -> Iterator[bytes]:
    """Those that an alert carries and that can be loaded at all."""
    for carried in parse(data).iter(f"{{{DSIG}}}X509Certificate"):
        pem = f"-----BEGIN CERTIFICATE-----\n{carried.text.strip()}\n-----END CERTIFICATE-----\n"
        with suppress(ValueError):
            x509.load_pem_x509_certificate(pem.encode())
            yield pem.encode()


def test_our_feed_passes_the_schema_of_atom(cap):
    grammar = rnc2rng.loads((cap / "schema/atom_rfc4287.rng").read_text())
    # libxml2 takes no prefix for "no namespace", and the schema needs none once translated.
    translated = rnc2rng.dumps(grammar).replace(' xmlns:local=""', "")
    schema = etree.RelaxNG(etree.fromstring(translated.encode()))
    head = FeedHead(
        title="Public warnings", author="Example Warning Office", since=NOW,
        address="https://warnings.example/feed", page="https://warnings.example/",
    )  # fmt: skip
    entry = entry_of(a_publication(), cap="https://warnings.example/1.xml",
                     page="https://warnings.example/1")  # fmt: skip
    for entries in ([], [entry], [replace(entry, identifier=f"m{n}") for n in range(101)]):
        schema.assertValid(etree.fromstring(feed(entries, head)))
