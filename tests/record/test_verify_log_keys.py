"""A log is believed by the keys given, by those they were handed on to, and by no others."""

from dataclasses import replace

import pytest

from tests.record.logs import (
    AUTHORITY,
    KEYS,
    ORIGIN,
    WITNESSES,
    LogBuilder,
    a_log,
    a_signer,
    check,
    closed,
    keys_of,
    log_signers,
    named,
)
from tocsin.record import trust
from tocsin.record.canonical import canonical
from tocsin.record.disclosure import Disclosure
from tocsin.record.log_faults import LogFaultCode, Quorum
from tocsin.record.log_keys import MAX_ROTATION_BYTES
from tocsin.record.note import KeyType

PUBLISHED = a_log().published()


def test_only_the_keys_given_count():
    stranger = keys_of(log_signers(1, "elsewhere"))
    assert named(PUBLISHED, keys=stranger) == [(LogFaultCode.KEY_UNKNOWN, None)]
    assert named(PUBLISHED, keys=()) == [(LogFaultCode.KEY_UNKNOWN, None)]
    impostors = keys_of(log_signers(9))
    assert named(PUBLISHED, keys=impostors)[0] == (LogFaultCode.SIGNATURE_WRONG, None)


@pytest.mark.parametrize("number", [0, 1])
def test_each_of_the_logs_keys_must_have_signed(number):
    log = LogBuilder(signers=log_signers()[number : number + 1])
    log.fill(3)
    published = closed(log)
    missing = KEYS[1 - number]
    report = check(published)
    assert any(missing.id.hex() in fault.sentence for fault in report.faults)
    assert report.leaves == 3
    assert check(published, keys=KEYS[number : number + 1]).faults == ()


def test_a_checkpoint_without_the_quorum_is_a_fault_only_under_a_policy():
    log = LogBuilder(witnesses=WITNESSES[:1])
    log.fill(3)
    published = closed(log)
    assert {code for code, _ in named(published)} == {LogFaultCode.QUORUM_NOT_MET}
    assert check(published).quorum is Quorum.NOT_MET
    alone = check(published, policy=None)
    assert (alone.faults, alone.quorum, len(alone.unknown)) == ((), Quorum.NOT_ASKED, 1)
    any_of = trust.parse(
        b"".join(f"witness {one.name} {one.verifier_key.text}\n".encode() for one in WITNESSES)
        + f"group any any {' '.join(one.name for one in WITNESSES)}\nquorum any\n".encode()
    )
    assert check(published, policy=any_of).faults == ()


def test_old_keys_lead_to_new_ones_and_new_ones_back_to_old():
    log = a_log(100, every=10)
    log.rotate()
    log.fill(5)
    published = closed(log)
    for generation in (1, 2, 3):
        assert check(published, keys=keys_of(log_signers(generation))).faults == ()
    both = keys_of((*log_signers(1), *log_signers(2)))
    assert check(published, keys=both).rotations == 2
    assert check(published, keys=both).faults == ()
    assert check(published, keys=KEYS[:1]).faults == ()


@pytest.mark.parametrize(
    "change",
    [
        {"by": [a_signer(ORIGIN, kind, "thief") for kind in (KeyType.ED25519, KeyType.ML_DSA_44)]},
        {"by": log_signers()[:1]},
        {"generation": 7},
        {"kind": "Cover"},
        {"new": [AUTHORITY.verifier_key.text]},
        {"old": []},
        {"signed_by_new": "x"},
    ],
)
def test_a_rotation_that_old_and_new_did_not_both_sign_changes_nothing(change):
    log = LogBuilder()
    log.fill(5)
    index = log.rotate(**change)
    found = named(closed(log))
    assert (LogFaultCode.ROTATION_WRONG, index) in found
    assert (LogFaultCode.SIGNATURE_WRONG, None) in found


def test_a_rotation_of_another_leaf_changes_nothing():
    log = LogBuilder()
    log.fill(5)
    index = log.rotate()
    log.files[f"rotations/{index - 1}.json"] = log.files.pop(f"rotations/{index}.json")
    log.files["rotations/999.json"] = log.files[f"rotations/{index - 1}.json"]
    found = named(closed(log))
    assert (LogFaultCode.ROTATION_WRONG, index - 1) in found
    assert (LogFaultCode.ROTATION_WRONG, 999) in found


def test_who_rotated_the_keys_is_not_published():
    (path,) = (path for path in PUBLISHED.files if path.startswith("rotations/"))
    assert b"yearly" in PUBLISHED.files[path]
    assert b"somebody" not in PUBLISHED.files[path]


def test_a_rotation_that_opens_another_leaf_changes_nothing():
    log = LogBuilder()
    log.fill(5)
    index = log.rotate()
    other = Disclosure.of(log.leaves[5], *log.bodies[5], {"kind"})
    elsewhere = replace(other, leaf=log.leaves[4])
    log.files[f"rotations/{index}.json"] = canonical(elsewhere.to_value())
    assert (LogFaultCode.ROTATION_WRONG, index) in named(closed(log))


def test_a_rotation_of_any_size_is_refused_before_it_is_read():
    log = LogBuilder()
    log.fill(5)
    index = log.rotate(reason="x" * MAX_ROTATION_BYTES)
    found = check(closed(log)).faults
    assert any("too large" in fault.sentence and fault.leaf == index for fault in found)
