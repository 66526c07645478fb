"""One record is in the log and says what the file shows, or the file is refused."""

from base64 import b64decode
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.logs import (
    KEYS,
    ORIGIN,
    POLICY,
    WITNESSES,
    LogBuilder,
    a_proof,
    keys_of,
    log_signers,
)
from tocsin.record.canonical import canonical
from tocsin.record.disclosure import Disclosure
from tocsin.record.log_faults import LogFaultCode, Quorum
from tocsin.record.tlog_proof import parse, spell
from tocsin.record.verify_proof import extra_of_leaf, verify_proof

INDEX = 11
SECRET = "The warehouse on the quay"


def a_logbook(witnesses=WITNESSES, late_s=0):
    log = LogBuilder(witnesses=witnesses)
    log.fill(INDEX)
    log.now_s += late_s
    log.append("7F3K", place=SECRET, waiver=None, intended_victim="a night watchman")
    log.now_s -= late_s
    log.fill(20)
    log.checkpoint()
    return log


LOG = a_logbook()


PROOF = a_proof(LOG, INDEX)


def check(proof, *, keys=KEYS, policy=POLICY):
    data = proof if isinstance(proof, bytes) else spell(proof).encode()
    return verify_proof(data, keys=keys, policy=policy)


def named(proof, **more):
    return [fault.code for fault in check(proof, **more).faults]


def test_a_record_is_shown_field_by_field():
    report = check(PROOF)
    assert report.faults == ()
    assert (report.origin, report.index, report.size) == (ORIGIN, INDEX, 32)
    assert (report.quorum, report.cosigned_at_s) == (Quorum.MET, LOG.now_s)
    assert (report.case_seq, report.hidden) == (1, 3)
    assert report.shown == {"kind": "Cover", "intended_victim": "a night watchman"}
    assert SECRET.encode() not in PROOF.extra


def test_a_record_may_be_proved_without_showing_any_of_it():
    report = check(a_proof(LOG, INDEX, ()))
    assert (report.faults, report.shown, report.hidden) == ((), {}, 5)


def test_a_proof_that_opens_nothing_does_not_even_tell_how_many_fields_there_are():
    bare = replace(PROOF, extra=extra_of_leaf(LOG.leaves[INDEX]))
    report = check(bare)
    assert (report.faults, report.shown, report.hidden, report.case_seq) == ((), {}, None, 1)
    other = replace(PROOF, extra=extra_of_leaf(LOG.leaves[INDEX - 1]))
    assert named(other) == [LogFaultCode.LEAF_CHANGED]
    assert named(replace(PROOF, extra=b'{"leaf":"AAAA"}')) == [LogFaultCode.LEAF_MALFORMED]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"index": INDEX - 1}, LogFaultCode.LEAF_CHANGED),
        ({"index": 99}, LogFaultCode.LEAF_CHANGED),
        ({"proof": PROOF.proof[1:]}, LogFaultCode.LEAF_CHANGED),
        ({"proof": ()}, LogFaultCode.LEAF_CHANGED),
        ({"extra": b""}, LogFaultCode.LEAF_MALFORMED),
        ({"extra": b"{}"}, LogFaultCode.LEAF_MALFORMED),
        ({"checkpoint": "not a note\n"}, LogFaultCode.MALFORMED),
    ],
)
def test_whatever_is_changed_is_named(change, code):
    assert named(replace(PROOF, **change)) == [code]


def test_fields_that_the_leaf_does_not_commit_to_are_not_shown():
    value = Disclosure.of(LOG.leaves[INDEX], *LOG.bodies[INDEX], ("kind",)).to_value()
    value["shown"]["kind"]["value"] = '"WaiverGranted"'
    report = check(replace(PROOF, extra=canonical(value)))
    assert [fault.code for fault in report.faults] == [LogFaultCode.BODY_CHANGED]
    assert report.shown == {}


def test_only_the_keys_given_count():
    assert named(PROOF, keys=()) == [LogFaultCode.KEY_UNKNOWN]
    assert named(PROOF, keys=keys_of(log_signers(9))) == [LogFaultCode.SIGNATURE_WRONG] * 2
    alone = a_proof(a_logbook(WITNESSES[:1]), INDEX)
    assert named(alone) == [LogFaultCode.QUORUM_NOT_MET]
    assert named(alone, policy=None) == []
    assert check(PROOF, policy=None).unknown == tuple(
        f"{key.name}+{key.id.hex()}" for key in keys_of(WITNESSES)
    )


def test_a_record_cannot_claim_to_be_younger_than_its_witnesses_saw_it():
    assert named(a_proof(a_logbook(late_s=7_200), INDEX)) == [LogFaultCode.CLOCK]
    assert named(a_proof(a_logbook(late_s=3_000), INDEX)) == []


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 8 * len(spell(PROOF).encode()) - 1))
def test_no_flipped_bit_passes(bit):
    data = bytearray(spell(PROOF).encode())
    data[bit // 8] ^= 1 << bit % 8
    assert named(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500), st.binary(max_size=500))
def test_nothing_in_a_file_raises(data, extra):
    assert named(data)
    assert named(replace(PROOF, extra=extra))


def test_the_extra_data_is_the_disclosure_and_nothing_else():
    encoded = next(line for line in spell(PROOF).split("\n") if line.startswith("extra "))
    value = canonical(Disclosure.of(LOG.leaves[INDEX], *LOG.bodies[INDEX],
                                    ("kind", "intended_victim")).to_value())  # fmt: skip
    assert b64decode(encoded.removeprefix("extra ")) == parse(spell(PROOF).encode()).extra == value
