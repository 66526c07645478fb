"""Files that a house wrote before it kept a log still verify."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.record.builders import LOG, POLICY, a_case, an_export_1
from tocsin.record.faults import FaultCode
from tocsin.record.log_faults import Quorum
from tocsin.record.note import VerifierKey
from tocsin.record.verify import LogState, SignatureState, verify

GOLDEN = (Path(__file__).parent / "golden/case-export-1.json").read_bytes()
# As the house printed it then.
KEY = VerifierKey.from_text("tocsin-log-key+ac17bcc2+AXm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk")


def found(data, keys=(KEY,)):
    return [(fault.code, fault.case_seq) for fault in verify(data, keys=keys).faults]


def test_golden_bytes_pin_the_form():
    assert an_export_1(a_case(events=2)) == GOLDEN


@pytest.mark.parametrize("key", [KEY, LOG.verifier_key])
def test_it_verifies_by_the_old_text_of_a_key_and_by_the_new(key):
    report = verify(GOLDEN, keys=[key])
    assert (report.faults, report.events) == ((), 2)
    assert (report.signature, report.log) == (SignatureState.CHECKED, LogState.ABSENT)


def test_another_key_does_not_verify_it():
    stranger = replace(KEY, key=VerifierKey.from_text(KEY.text).key[::-1])
    assert found(GOLDEN, [stranger]) == [(FaultCode.SIGNATURE_WRONG, None)]
    assert found(GOLDEN, []) == []


def test_no_witness_has_seen_it():
    report = verify(GOLDEN, keys=[KEY], policy=POLICY)
    assert report.quorum is Quorum.NOT_MET
    assert [fault.code for fault in report.faults] == [FaultCode.QUORUM_NOT_MET]


@given(st.integers(0, len(GOLDEN) * 8 - 1))
def test_any_flipped_bit_is_caught(bit):
    data = bytearray(GOLDEN)
    data[bit // 8] ^= 1 << bit % 8
    assert found(bytes(data))


def test_what_is_done_to_an_event_is_named():
    whole = json.loads(GOLDEN)
    first, second = whole["entries"]
    for entries, fault in (
        ([first], (FaultCode.MISSING, 2)),
        ([first, second | {"body": first["body"]}], (FaultCode.BODY_CHANGED, 2)),
        ([first, second | {"position": 5}], (FaultCode.POSITION_CHANGED, 2)),
        ([first, second, second], (FaultCode.DUPLICATED, 2)),
        ([second | {"seed": first["seed"]}, first], (FaultCode.BODY_CHANGED, 2)),
    ):
        assert fault in found(rfc8785.dumps(whole | {"entries": entries}))


@pytest.mark.parametrize("extra", [{"checkpoint": ""}, {"format": "tocsin-case-export-2"}])
def test_it_does_not_pass_for_the_other_format(extra):
    assert found(rfc8785.dumps(json.loads(GOLDEN) | extra)) == [(FaultCode.MALFORMED, None)]


def test_a_key_that_was_not_given_is_told_from_a_signature_that_is_wrong():
    stranger = replace(KEY, key=VerifierKey.from_text(KEY.text).key[::-1])
    (unknown,) = verify(GOLDEN, keys=[stranger]).faults
    assert "names a key that was not given" in unknown.sentence
    spoilt = json.loads(GOLDEN)
    spoilt["head"]["exported_at_us"] += 1
    (wrong, *_) = verify(rfc8785.dumps(spoilt), keys=[KEY]).faults
    assert "is not signed with the key given" in wrong.sentence
