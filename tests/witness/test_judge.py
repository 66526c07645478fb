"""A witness cosigns what only grew, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.small_log import AT_S, SmallLog
from tests.witness.conftest import FORK, LOG
from tocsin.record import merkle
from tocsin.record.checkpoint import issue
from tocsin.record.note import KeyType, Note, SignatureLine
from tocsin.record.signing import Signer
from tocsin.record.witnessing import Request
from tocsin.witness.judge import Finding, Ruling, Unfit, admit, judge

KNOWN = {LOG.origin: LOG.keys}
sizes = st.integers(0, 40)


def ruled(request: Request, log: SmallLog, size: int, held: int | None) -> Ruling:
    latest = None if held is None else LOG.checkpoint(held)
    return judge(request, log.checkpoint(size), latest)


def status_of(body: bytes) -> int:
    with pytest.raises(Unfit) as unfit:
        admit(body, KNOWN)
    return unfit.value.status


@given(sizes, sizes)
def test_honest_growth_is_cosigned(one: int, other: int) -> None:
    held, size = sorted((one, other))
    assert ruled(LOG.request(held, size), LOG, size, held) == Ruling(status=200, held_size=held)
    assert ruled(LOG.request(0, size), LOG, size, None).status == 200


@given(sizes, sizes, sizes, st.integers(0, 20))
def test_no_rewritten_history_is_cosigned_whatever_is_claimed(
    held: int, old: int, size: int, turn: int
) -> None:
    fork = SmallLog(rewritten_at=turn)
    ruling = ruled(fork.request(old, size), fork, size, held)
    if fork.checkpoint(held) != LOG.checkpoint(held):
        assert ruling.status in {400, 409, 422}
    if ruling.status == 200:
        assert (old, fork.checkpoint(held)) == (held, LOG.checkpoint(held))


@pytest.mark.parametrize(
    ("old", "size", "held", "status"),
    [
        (6, 5, 5, 400),
        (6, 5, 9, 400),
        (0, 9, 5, 409),
        (4, 9, 5, 409),
        (6, 9, 5, 409),
        (0, 5, 5, 409),
        (3, 5, None, 409),
    ],
)
def test_a_wrong_old_size_is_refused_with_the_right_one(
    old: int, size: int, held: int | None, status: int
) -> None:
    expected = Ruling(status=status, held_size=held or 0)
    assert ruled(LOG.request(old, size), LOG, size, held) == expected


@pytest.mark.parametrize("old", [0, 5, 7])
def test_another_tree_of_the_same_size_is_found_out_whatever_old_size_it_names(old: int) -> None:
    ruling = ruled(FORK.request(old, 5), FORK, 5, 5)
    assert ruling.status == (400 if old > 5 else 409)
    assert ruling.finding is Finding.TWO_ROOTS


def test_growth_from_another_tree_is_found_out() -> None:
    expected = Ruling(status=422, held_size=5, finding=Finding.GROWTH_NOT_SHOWN)
    assert ruled(FORK.request(5, 9), FORK, 9, 5) == expected


@pytest.mark.parametrize(("held", "size"), [(0, 5), (5, 5)])
def test_a_proof_where_none_is_wanted_is_refused_and_accuses_nobody(held: int, size: int) -> None:
    request = Request(old_size=held, proof=(bytes(32),), note=LOG.note(size))
    assert ruled(request, LOG, size, held) == Ruling(status=422, held_size=held)


@given(st.binary())
def test_a_hostile_body_is_a_bad_request(body: bytes) -> None:
    assert status_of(body) == 400


@given(st.integers(0, len(LOG.body(3, 5)) - 1), st.integers(1, 255))
def test_a_body_with_any_byte_changed_is_refused_or_asks_for_the_same_checkpoint(
    place: int, flip: int
) -> None:
    body = bytearray(LOG.body(3, 5))
    body[place] ^= flip
    try:
        _, signed = admit(bytes(body), KNOWN)
    except Unfit as unfit:
        assert unfit.status in {400, 403, 404}  # noqa: PT017 - any of them, and no other error
    else:
        assert signed.checkpoint == LOG.checkpoint(5)


def test_a_log_that_is_not_known_is_not_found() -> None:
    assert status_of(SmallLog(origin="other.example/log").body(0, 5)) == 404


def test_a_checkpoint_that_no_known_key_signed_is_forbidden() -> None:
    assert status_of(SmallLog(seed=b"stranger").body(0, 5)) == 403


def test_a_line_that_a_known_key_did_not_make_is_forbidden_even_beside_a_good_one() -> None:
    good, bad = (log.request(0, 5).note for log in (LOG, FORK))
    swapped = good.splitlines()[:-1] + bad.splitlines()[-1:]
    request = Request(old_size=0, note="\n".join(swapped) + "\n")
    assert status_of(request.spelled) == 403


def test_either_key_of_a_log_is_enough_and_lines_of_strangers_are_dropped() -> None:
    stranger = Signer(name=LOG.origin, type=KeyType.ED25519, secret=bytes(32))
    for signer in LOG.signers:
        note = issue(LOG.checkpoint(5), [stranger, signer], at_s=AT_S)
        request, signed = admit(Request(old_size=0, note=note).spelled, KNOWN)
        assert [line.key_id for line in signed.note.signatures] == [signer.verifier_key.id]
        assert request.note == signed.note.spelled
        assert [each.key for each in signed.verified] == [signer.verifier_key]


def test_nothing_a_stranger_adds_to_a_note_is_kept() -> None:
    junk = SignatureLine(name="junk", key_id=bytes(4), signature=bytes(500_000))
    text = LOG.checkpoint(5).text
    line = LOG.signers[0].sign(LOG.checkpoint(5), AT_S)
    padded = Note(text=text, signatures=(junk, line)).spelled
    request, _ = admit(Request(old_size=0, note=padded).spelled, KNOWN)
    assert len(request.note) < 1_000


def test_a_tree_without_leaves_has_one_root() -> None:
    assert LOG.checkpoint(0).root == merkle.EMPTY_ROOT
    assert ruled(LOG.request(0, 0), LOG, 0, None).status == 200
