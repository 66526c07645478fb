"""A case stands in a log that others watch, and may be shown without all that it says."""

import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.record.builders import (
    EVENTS,
    KEYS,
    LOG,
    LOG_PQ,
    ORIGIN,
    POLICY,
    WITNESS,
    a_case,
    a_checkpoint,
    an_export,
    as_opened,
    gone,
    hashes_of,
    the_next,
)
from tocsin.record.disclosure import Disclosure
from tocsin.record.faults import FaultCode
from tocsin.record.log_faults import Quorum
from tocsin.record.note import KeyType
from tocsin.record.signing import Signer
from tocsin.record.trust import Log
from tocsin.record.verify import LogState, SignatureState, verify

EXPORT = an_export()
SECRETS = ("officer-12", "tonight", "credible")
WRONG_CHECKPOINT = [(FaultCode.CHECKPOINT_WRONG, None), (FaultCode.QUORUM_NOT_MET, None)]


def check(data, keys=KEYS, policy=POLICY):
    return verify(data, keys=keys, policy=policy)


def found(tree):
    return [(fault.code, fault.case_seq) for fault in check(rfc8785.dumps(tree)).faults]


def named(entries, **kwargs):
    return [(fault.code, fault.case_seq) for fault in check(an_export(entries, **kwargs)).faults]


@pytest.mark.parametrize(
    "change", [lambda proof: proof[1:], lambda proof: proof[::-1], lambda _: []]
)
def test_a_wrong_proof_names_the_event(change):
    tree = json.loads(EXPORT)
    tree["entries"][2]["proof"] = change(tree["entries"][2]["proof"])
    assert found(tree) == [(FaultCode.NOT_IN_LOG, 3)]
    assert check(rfc8785.dumps(tree)).log is LogState.WRONG
    unsigned = check(rfc8785.dumps(tree), keys=(), policy=None)
    assert [fault.code for fault in unsigned.faults] == [FaultCode.NOT_IN_LOG]


def test_an_event_that_the_log_does_not_hold_is_named():
    entries = a_case()
    hashes = hashes_of(entries)
    hashes[entries[4].position] = bytes(32)
    assert named(entries, checkpoint=a_checkpoint(hashes))[:6] == [
        (FaultCode.NOT_IN_LOG, number) for number in range(1, EVENTS + 1)
    ]


def test_an_event_beyond_the_checkpoint_is_named():
    entries = a_case()
    short = a_checkpoint(hashes_of(entries)[: entries[-1].position])
    assert (FaultCode.NOT_IN_LOG, EVENTS) in named(entries, checkpoint=short)


@pytest.mark.parametrize(
    ("signers", "faults"),
    [
        ((LOG, LOG_PQ), [(FaultCode.QUORUM_NOT_MET, None)]),
        ((LOG, WITNESS), WRONG_CHECKPOINT),
        ((LOG_PQ, WITNESS), WRONG_CHECKPOINT),
        ((WITNESS,), WRONG_CHECKPOINT),
        ((replace(LOG, secret=bytes(32)), LOG_PQ, WITNESS), WRONG_CHECKPOINT),
    ],
)
def test_a_checkpoint_needs_each_kind_of_key_and_the_quorum(signers, faults):
    assert named(a_case(), signers=signers) == faults


def test_one_key_of_the_log_is_enough_where_only_one_was_given():
    data = an_export(signers=(LOG,))
    report = check(data, [LOG.verifier_key], policy=None)
    assert (report.faults, report.log) == ((), LogState.CHECKED)


def test_keys_of_the_log_may_come_with_the_policy():
    policy = replace(POLICY, logs=tuple(Log(key=key) for key in KEYS))
    report = check(EXPORT, keys=(), policy=policy)
    assert (report.faults, report.quorum) == ((), Quorum.MET)
    assert (report.signature, report.log) == (SignatureState.CHECKED, LogState.CHECKED)


def test_a_checkpoint_that_the_head_does_not_name_is_refused():
    tree = json.loads(EXPORT)
    tree["checkpoint"] = a_checkpoint([*hashes_of(a_case()), bytes(32)])
    assert found(tree) == WRONG_CHECKPOINT
    tree["checkpoint"] = tree["checkpoint"].replace(ORIGIN, "tocsin/other")
    assert found(tree) == WRONG_CHECKPOINT


@given(st.integers(0, 3_000))
def test_no_character_of_a_checkpoint_can_be_changed(place):
    tree = json.loads(EXPORT)
    text = tree["checkpoint"]
    place %= len(text)
    tree["checkpoint"] = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert found(tree)


def a_destroyed_case(last=4):
    entries = a_case(events=5)
    fields = {"kind": "CaseDestroyed", "reason": "tonight", "last_seq_destroyed": last}
    entries.append(the_next(entries, "7F3K", fields))
    return [*map(gone, entries[:4]), *map(as_opened, entries[4:])]


@pytest.mark.parametrize("show", [None, frozenset()])
def test_destroyed_events_are_believed_where_a_later_event_destroyed_them(show):
    data = an_export(a_destroyed_case(), show=show)
    report = check(data)
    assert report.faults == ()
    assert (report.destroyed, report.partly_shown) == (4, 0 if show is None else 2)
    assert show is None or b"tonight" not in data


def test_an_event_emptied_without_a_destruction_is_named():
    case = a_case()
    entries = [*map(as_opened, case[:2]), gone(case[2]), *map(as_opened, case[3:])]
    assert named(entries) == [(FaultCode.DESTRUCTION_UNPROVEN, 3)]
    assert named(a_destroyed_case(last=2)) == [
        (FaultCode.DESTRUCTION_UNPROVEN, 3),
        (FaultCode.DESTRUCTION_UNPROVEN, 4),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "Noted", "last_seq_destroyed": 4},
        {"kind": "CaseDestroyed", "last_seq_destroyed": "4"},
        {"kind": "CaseDestroyed", "last_seq_destroyed": True},
        {"kind": "CaseDestroyed", "first_seq_destroyed": 4},
    ],
)
def test_no_other_event_destroys(fields):
    entries = a_case(events=2)
    entries.append(the_next(entries, "7F3K", fields))
    first, *rest = map(as_opened, entries)
    assert named([replace(first, body=None, seed=None), *rest]) != []


def test_nothing_destroys_itself_or_what_comes_after():
    *events, last = a_destroyed_case(last=6)
    emptied = replace(last, body=None, seed=None)
    assert len(named([*events, emptied])) == 5
    entries = a_destroyed_case(last=9)
    follows = gone(the_next(entries, "7F3K", {"kind": "Noted"}))
    assert named([*entries, follows]) == [(FaultCode.DESTRUCTION_UNPROVEN, 7)]


def test_a_destruction_that_was_tampered_with_destroys_nothing():
    tree = json.loads(an_export(a_destroyed_case(last=3)))
    body = tree["entries"][5]["opened"]["body"]
    tree["entries"][5]["opened"]["body"] = body.replace(":3", ":4")
    faults = found(tree)
    assert (FaultCode.BODY_CHANGED, 6) in faults
    assert (FaultCode.DESTRUCTION_UNPROVEN, 4) in faults


def test_withheld_events_are_counted_and_shown_nowhere():
    case = a_case()
    entries = [replace(as_opened(one), withheld=one.case_seq > 1) for one in case]
    data = an_export(entries)
    assert (check(data).faults, check(data).withheld) == ((), EVENTS - 1)
    assert all(entry.seed.hex().encode() not in data for entry in case[1:])
    assert data.count(b"tonight") == 1


@given(st.sets(st.sampled_from(["actor", "basis", "findings", "unknown"])))
def test_only_the_fields_asked_for_are_in_the_file(names):
    data = an_export(show=frozenset(names))
    report = check(data)
    assert (report.faults, report.partly_shown) == ((), EVENTS)
    assert data.count(b"FindingsProposed") == EVENTS
    fields = dict(zip(("actor", "basis", "findings"), SECRETS, strict=True))
    for name, secret in fields.items():
        assert data.count(secret.encode()) == (EVENTS if name in names else 0)
    assert all(entry.seed.hex().encode() not in data for entry in a_case())


@pytest.mark.parametrize(
    ("step", "value"),
    [("salt", "00" * 16), ("value", '"Warned"'), ("value", '"Warned'), ("value", None)],
)
def test_a_forged_field_names_the_event(step, value):
    tree = json.loads(an_export(show=frozenset()))
    tree["entries"][1]["opened"]["disclosure"]["shown"]["kind"][step] = value
    assert found(tree) == [(FaultCode.BODY_CHANGED, 2)]


def test_of_what_kind_an_event_is_cannot_be_hidden():
    tree, entry = json.loads(an_export(show=frozenset())), a_case()[1]
    value = Disclosure.of(entry.leaf, entry.body, entry.seed, {"actor"}).to_value()
    del value["leaf"]
    tree["entries"][1]["opened"]["disclosure"] = value
    assert found(tree) == [(FaultCode.BODY_CHANGED, 2)]


def test_an_event_shown_in_part_says_of_which_case_it_is():
    entries = a_case()
    fields = {"kind": "Noted", "case_id": "7F3K", "by": "officer-12"}
    entries.append(the_next(entries, "7F3K", fields))
    whole = check(an_export(entries, show=frozenset()))
    assert (whole.faults, whole.partly_shown) == ((), EVENTS + 1)
    lent = an_export([*entries[:-1], the_next(entries[:-1], "7F3K", fields | {"case_id": "2A"})],
                     show=frozenset())  # fmt: skip
    assert [fault.code for fault in check(lent).faults] == [FaultCode.OTHER_CASE]


def test_what_is_shown_of_one_event_opens_no_other():
    tree = json.loads(an_export(show=frozenset()))
    tree["entries"][1]["opened"] = tree["entries"][2]["opened"]
    assert found(tree) == [(FaultCode.BODY_CHANGED, 2)]


@pytest.mark.parametrize(
    "change",
    [
        {"closed": "withheld"},
        {"closed": None, "opened": None},
        {"closed": "lost", "opened": None},
        {"opened": {"disclosure": {}}},
        {"opened": {"disclosure": {"hidden": [], "leaf": "", "shown": {}}}},
        {"opened": {"body": ""}},
        {"proof": ["AA=="]},
        {"proof": ["A" * 43 + "="] * 127},
    ],
)
def test_an_entry_is_opened_or_closed_and_nothing_else(change):
    tree = json.loads(EXPORT)
    tree["entries"][3] |= change
    assert found(tree) == [(FaultCode.ENTRY_UNREADABLE, 4)]


def test_a_key_that_only_looks_like_the_logs_is_refused():
    forger = Signer(name=ORIGIN, type=KeyType.ED25519, secret=bytes(32))
    report = check(EXPORT, [forger.verifier_key])
    assert (report.signature, report.log) == (SignatureState.WRONG, LogState.WRONG)
