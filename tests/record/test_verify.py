"""Whatever is done to an export is caught, and the event it was done to is named."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.record.builders import (
    EVENTS,
    HOUSE_KEY,
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
    hashes_of,
    the_next,
)
from tocsin.record.export import MAX_EXPORT_BYTES, build
from tocsin.record.faults import FaultCode
from tocsin.record.leaf import LEAF_BYTES, case_pseudonym, decode, encode
from tocsin.record.log_faults import Quorum
from tocsin.record.note import KeyType
from tocsin.record.signing import Signer
from tocsin.record.verify import LogState, SignatureState, verify

GOLDEN = Path(__file__).parent / "golden/case-export-2.json"
EXPORT = an_export()
PLACES = st.integers(0, EVENTS - 1)


def check(data, keys=KEYS, policy=POLICY):
    return verify(data, keys=keys, policy=policy)


def opened():
    return json.loads(EXPORT)


@cache
def other_case():
    return json.loads(an_export(a_case("OTHER"), case_id="OTHER"))


def found(tree):
    """(code, event) of every fault, in the file spelled canonically again."""
    return [(fault.code, fault.case_seq) for fault in check(rfc8785.dumps(tree)).faults]


def changed_text(text, place):
    place %= len(text)
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]


def test_an_untouched_export_verifies():
    report = check(EXPORT)
    assert report.faults == ()
    assert (report.events, report.signature) == (EVENTS, SignatureState.CHECKED)
    assert (report.log, report.quorum) == (LogState.CHECKED, Quorum.MET)
    assert (report.destroyed, report.withheld, report.partly_shown) == (0, 0, 0)
    assert (report.case_id, report.exported_at_us) == ("7F3K", 1_710_000_100_000_000)
    assert report.log_size == len(hashes_of(a_case()))


def test_without_keys_it_only_agrees_with_itself():
    report = check(EXPORT, keys=(), policy=None)
    assert (report.faults, report.signature) == ((), SignatureState.NOT_CHECKED)
    assert (report.log, report.quorum) == (LogState.NOT_CHECKED, Quorum.NOT_ASKED)


def test_golden_bytes_pin_the_form():
    golden = GOLDEN.read_bytes()
    assert check(golden).faults == ()
    entries = a_case(events=2)
    # ML-DSA-44 signs anew each time: the note is taken as it stands.
    assert an_export(entries, checkpoint=json.loads(golden)["checkpoint"]) == golden


@given(st.integers(0, len(EXPORT) * 8 - 1))
def test_any_flipped_bit_is_caught_and_the_event_named_if_it_can_still_be_read(bit):
    data = bytearray(EXPORT)
    data[bit // 8] ^= 1 << bit % 8
    faults = check(bytes(data)).faults
    assert faults
    inside = EXPORT.index(b'"entries"') < bit // 8 < EXPORT.index(b'"format"')
    if inside and faults[0].code is not FaultCode.MALFORMED:
        event = max(1, EXPORT[: bit // 8 + 1].count(b'{"case_seq"'))
        # Without its number an entry has no name; the event that it was is then missing.
        nameless = (FaultCode.ENTRY_UNREADABLE, None)
        named = {f.case_seq for f in faults if (f.code, f.case_seq) != nameless}
        assert named == {event}


@pytest.mark.parametrize("name", ["body", "seed", "leaf"])
@given(PLACES, st.integers(0, 10_000))
def test_a_changed_body_seed_or_leaf_is_named(name, place, character):
    tree = opened()
    entry = tree["entries"][place]
    entry = entry if name == "leaf" else entry["opened"]
    entry[name] = changed_text(entry[name], character)
    assert {event for _, event in found(tree)} == {place + 1}


@given(PLACES, st.integers(0, LEAF_BYTES * 8 - 1))
def test_a_flipped_bit_in_a_leaf_is_named_once(place, bit):
    tree = opened()
    leaf = bytearray(b64decode(tree["entries"][place]["leaf"]))
    leaf[bit // 8] ^= 1 << bit % 8
    tree["entries"][place]["leaf"] = b64encode(leaf).decode()
    [(code, event)] = found(tree)
    assert event == place + 1
    assert code in {FaultCode.LEAF_CHANGED, FaultCode.OTHER_CASE}


@given(PLACES, st.integers(-1, EVENTS + 3))
def test_another_number_or_position_is_named(place, number):
    for name, code in (
        ("case_seq", FaultCode.NUMBER_CHANGED),
        ("position", FaultCode.POSITION_CHANGED),
    ):
        tree = opened()
        same = tree["entries"][place][name] == number
        tree["entries"][place][name] = number
        assert found(tree) == ([] if same else [(code, place + 1)])


@given(st.sets(PLACES, min_size=1, max_size=EVENTS - 1))
def test_dropped_events_are_named_the_tail_too(dropped):
    tree = opened()
    tree["entries"] = [e for place, e in enumerate(tree["entries"]) if place not in dropped]
    assert found(tree) == [(FaultCode.MISSING, place + 1) for place in sorted(dropped)]


@given(PLACES, st.integers(0, EVENTS))
def test_a_repeated_event_is_named(place, target):
    tree = opened()
    tree["entries"].insert(target, tree["entries"][place])
    assert (FaultCode.DUPLICATED, place + 1) in found(tree)


@given(st.permutations(range(EVENTS)))
def test_reordered_events_are_named(order):
    tree = opened()
    tree["entries"] = [tree["entries"][place] for place in order]
    moved = [(FaultCode.MOVED, at + 1) for place, at in enumerate(order) if at != place]
    assert found(tree) == moved


@given(PLACES, PLACES)
def test_an_entry_of_another_case_is_named_inserted_or_put_in_place(place, source):
    foreign = other_case()["entries"][source]
    tree = opened()
    tree["entries"].insert(place, foreign)
    assert found(tree) == [(FaultCode.OTHER_CASE, source + 1)]
    tree = opened()
    tree["entries"][place] = foreign | {"case_seq": place + 1}
    assert found(tree) == [(FaultCode.OTHER_CASE, place + 1)]


def test_an_event_forged_after_the_last_is_named():
    tree = opened()
    tree["entries"].append(json.loads(an_export(a_case(events=EVENTS + 1)))["entries"][-1])
    assert found(tree) == [(FaultCode.ADDED, EVENTS + 1)]


@pytest.mark.parametrize("value", [None, [], {}, {"case_seq": 3}, {"case_seq": True}])
def test_an_entry_without_the_form_of_one_is_named(value):
    tree = opened()
    tree["entries"][2] = value
    [(code, event), *rest] = found(tree)
    assert code is FaultCode.ENTRY_UNREADABLE
    assert event == 3 or rest == [(FaultCode.MISSING, 3)]


@pytest.mark.parametrize(
    "name", ["case_id", "case_pseudonym", "exported_at_us", "policy_packs", "events"]
)
def test_a_changed_head_is_no_longer_signed(name):
    tree = opened()
    tree["head"][name] = other_case()["head"][name]
    tree["head"]["exported_at_us"] += name == "exported_at_us"
    if name == "policy_packs":
        tree["head"][name].append("00" * 32)
    assert found(tree)[0] == (FaultCode.SIGNATURE_WRONG, None)


def test_a_tail_cut_from_entries_and_head_alike_is_no_longer_signed():
    tree = opened()
    del tree["entries"][-1], tree["head"]["events"][-1]
    assert found(tree) == [(FaultCode.SIGNATURE_WRONG, None)]


def test_a_twin_signed_by_another_key_is_caught_even_under_our_name():
    forger = Signer(name=ORIGIN, type=KeyType.ED25519, secret=bytes(32))
    twin = an_export(a_case(events=EVENTS - 1), signer=forger, signers=(forger, WITNESS))
    assert check(twin, [forger.verifier_key]).faults == ()
    assert check(twin).signature is SignatureState.WRONG
    tree = json.loads(twin)
    tree["signature"]["key_id"] = LOG.verifier_key.id.hex()
    codes = [FaultCode.SIGNATURE_WRONG, FaultCode.CHECKPOINT_WRONG, FaultCode.QUORUM_NOT_MET]
    assert found(tree) == [(code, None) for code in codes]


@pytest.mark.parametrize("key", [WITNESS, LOG_PQ, replace(LOG, name="tocsin/other")])
def test_no_other_kind_or_name_of_key_vouches_for_a_case(key):
    assert check(EXPORT, [key.verifier_key]).signature is SignatureState.WRONG


def test_a_row_rewritten_in_the_database_is_exported_and_named():
    entries = a_case()
    words = entries[2].body.replace("yes", "no")
    altered = [*entries[:2], replace(entries[2], body=words), *entries[3:]]
    assert names(altered) == [(FaultCode.BODY_CHANGED, 3)]
    leaf = encode(replace(decode(entries[2].leaf), at_us=1))
    altered = [*entries[:2], replace(entries[2], leaf=leaf), *entries[3:]]
    [fault] = check(an_export(altered)).faults
    assert (fault.code, fault.case_seq) == (FaultCode.CHAIN_BROKEN, 3)
    assert "event 4" in fault.sentence


def names(entries):
    return [(fault.code, fault.case_seq) for fault in check(an_export(entries)).faults]


def test_rows_deleted_swapped_or_damaged_in_the_database_are_named():
    entries = a_case()
    assert names([*entries[:2], *entries[4:]]) == [(FaultCode.MISSING, 3)]
    swapped = replace(entries[1], case_seq=3), replace(entries[2], case_seq=2)
    codes = names([entries[0], swapped[1], swapped[0], *entries[3:]])
    assert {(FaultCode.NUMBER_CHANGED, 2), (FaultCode.NUMBER_CHANGED, 3)} <= set(codes)
    damaged = replace(entries[1], leaf=entries[1].leaf[:-1] + b"\1")
    assert (FaultCode.LEAF_CHANGED, 2) in names([entries[0], damaged, *entries[2:]])
    back = replace(entries[1], position=0)
    assert names([entries[0], back, *entries[2:]]) == [(FaultCode.POSITION_CHANGED, 2)]
    foreign = a_case("OTHER")[0]
    assert (FaultCode.OTHER_CASE, 1) in names([foreign, *entries[1:]])


def test_a_decision_under_a_pack_that_the_head_does_not_list_is_named():
    faults = check(an_export(packs=[sha256(b"another").digest()])).faults
    named = [(fault.code, fault.case_seq) for fault in faults]
    assert named == [(FaultCode.POLICY_UNKNOWN, number) for number in range(1, EVENTS + 1)]


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-5, 5)
        | st.text(st.sampled_from("a0+=\0"), max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["entries", "format", "head", "signature"]), inner)
        ),
    ).map(rfc8785.dumps)
)
def test_hostile_bytes_are_one_fault_and_never_an_error(data):
    [fault] = check(data).faults
    assert fault.code is FaultCode.MALFORMED


@given(st.data())
def test_any_value_anywhere_in_the_tree_is_a_fault_and_never_an_error(data):
    tree = opened()
    node = tree
    while True:
        steps = list(node) if isinstance(node, dict) else range(len(node))
        step = data.draw(st.sampled_from(steps))
        inner = node[step]
        if not (isinstance(inner, (dict, list)) and inner and data.draw(st.booleans())):
            break
        node = inner
    odd = [None, True, -1, 2**53 - 1, "", "\x00", "zz", [], [[]], {}, {"case_seq": 2}]
    node[step] = data.draw(st.sampled_from([value for value in odd if value != inner]))
    assert found(tree)


def test_a_head_with_a_vast_gap_is_one_fault():
    tree = opened()
    tree["head"]["events"][-1]["case_seq"] = 2**53 - 1
    assert (FaultCode.MISSING, EVENTS) in found(tree)


def test_a_file_over_the_bound_is_not_read():
    [fault] = check(bytes(MAX_EXPORT_BYTES + 1)).faults
    assert fault.code is FaultCode.TOO_LARGE


def test_no_sentence_repeats_the_records_words():
    tree = opened()
    for entry in tree["entries"]:
        entry["opened"]["body"] = entry["opened"]["body"].replace("yes", "no")
    report = check(rfc8785.dumps(tree))
    assert len(report.faults) == EVENTS
    assert report.faults[2].sentence == (
        "Event 3 was changed: what is shown of it does not match its commitment."
    )
    assert "tonight" not in repr(report)


def test_an_event_that_says_it_is_of_another_case_is_named():
    entries = a_case(events=2)
    entries.append(the_next(entries, "7F3K", {"kind": "Noted", "case_id": "OTHER"}))
    assert names(entries) == [(FaultCode.OTHER_CASE, 3)]


def test_what_is_not_one_ordered_case_is_not_exported():
    entries = a_case()
    for wrong in ([], entries[::-1], [entries[0]] * 2):
        with pytest.raises(ValueError, match=r"."):
            export_of(wrong)
    with pytest.raises(ValueError, match="shorter"):
        export_of(entries, proofs=[()])


def export_of(entries, **change):
    """An export with proofs that prove nothing."""
    given = {
        "case_id": "7F3K",
        "case_pseudonym": case_pseudonym(HOUSE_KEY, "7F3K"),
        "policy_packs": [],
        "exported_at_us": 0,
        "signer": LOG,
        "checkpoint": a_checkpoint(hashes_of(a_case())),
        "proofs": [()] * len(entries),
    }
    return build([as_opened(entry) for entry in entries], **given | change)


def test_a_long_case_verifies():
    entries = []
    for _ in range(300):
        entries.append(the_next(entries, "7F3K", {"kind": "Noted"}))
    assert check(an_export(entries)).faults == ()
