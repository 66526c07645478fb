"""What a log and a witness say to each other is read in one spelling only."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.small_log import AT_S, SmallLog
from tocsin.record.note import KeyType, SignatureLine
from tocsin.record.signing import Signer
from tocsin.record.witnessing import (
    CLOCKS_APART_S,
    MAX_PROOF_LINES,
    MAX_REPLY_BYTES,
    MAX_REQUEST_BYTES,
    Request,
    cosignatures,
    parse,
    plausible,
    read_reply,
    read_size,
)

LOG = SmallLog()
HASH = b64encode(bytes(32))
W1, W2 = (
    Signer(name=f"witness.example/{n}", type=KeyType.ED25519_COSIGNATURE, secret=bytes([n]) * 32)
    for n in (1, 2)
)
POST_QUANTUM = Signer(name="witness.example/1", type=KeyType.ML_DSA_44, secret=bytes(32))

requests = st.builds(
    Request,
    old_size=st.integers(0, 2**63 - 1),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_PROOF_LINES).map(tuple),
    note=st.text(st.characters(codec="utf-8")),
)
near_bodies = st.lists(
    st.sampled_from([b"old ", b"0", b"12", b"\n", HASH, HASH[:-1], b"=", b" ", b"\r", b"\xff"])
).map(b"".join)


@given(requests)
def test_a_request_reads_back_as_it_was_spelled(request: Request) -> None:
    assert parse(request.spelled) == request


@given(st.binary() | near_bodies)
def test_whatever_else_arrives_is_refused_or_has_this_one_spelling(body: bytes) -> None:
    try:
        request = parse(body)
    except ValueError:
        return
    assert request.spelled == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\nnote\n",
        b"old 00\n\nnote\n",
        b"old -1\n\nnote\n",
        b"old 9223372036854775808\n\nnote\n",
        b"old \xd9\xa1\n\nnote\n",
        b"old 1 \n\nnote\n",
        b"OLD 1\n\nnote\n",
        b"old 1\r\n\r\nnote\n",
        b"old 1\n" + HASH[:-2] + b"B=\n\nnote\n",
        b"old 1\n" + HASH + b" \n\nnote\n",
        b"old 1\n" + b64encode(bytes(31)) + b"\n\nnote\n",
        b"old 1\n" + (HASH + b"\n") * (MAX_PROOF_LINES + 1) + b"\nnote\n",
        b"old 1\n\n\xff\n",
        b"old 0\n\n" + b"a" * MAX_REQUEST_BYTES,
    ],
)
def test_a_body_in_any_other_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"request|large|lines|hash"):
        parse(body)


def test_63_proof_lines_are_taken() -> None:
    body = b"old 1\n" + (HASH + b"\n") * MAX_PROOF_LINES + b"\nnote\n"
    assert len(parse(body).proof) == MAX_PROOF_LINES


def test_a_reply_reads_as_its_lines() -> None:
    lines = tuple(each.sign(LOG.checkpoint(5), AT_S) for each in (W1, POST_QUANTUM))
    assert read_reply("".join(line.text for line in lines).encode()) == lines


@given(st.binary() | st.text().map(str.encode))
def test_a_reply_of_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"lines|large"):
        read_reply(body)


def test_a_reply_without_end_is_refused() -> None:
    line = W1.sign(LOG.checkpoint(5), AT_S).text.encode()
    for body in (line * 65, line[:-1], line + b"\n", line * MAX_REPLY_BYTES):
        with pytest.raises(ValueError, match=r"lines|large"):
            read_reply(body)


def test_a_size_has_one_spelling() -> None:
    assert [read_size(body) for body in (b"0\n", b"20852014\n")] == [0, 20852014]
    for body in (b"", b"1", b"01\n", b"-1\n", b"1\n\n", b"1 \n", b"9" * 20 + b"\n", b"\xd9\xa1\n"):
        with pytest.raises(ValueError, match="size"):
            read_size(body)


@pytest.mark.parametrize(
    ("apart_s", "accepted"),
    [(0, True), (CLOCKS_APART_S, True), (CLOCKS_APART_S + 1, False), (365 * 86_400, False)],
)
def test_a_clock_more_than_an_hour_from_ours_is_not_believed(apart_s: int, accepted: bool) -> None:
    assert plausible(AT_S + apart_s, AT_S) is accepted
    assert plausible(AT_S - apart_s, AT_S) is accepted


def test_of_a_reply_only_lines_of_known_witnesses_are_taken() -> None:
    checkpoint = LOG.checkpoint(5)
    known = [W1.sign(checkpoint, AT_S), POST_QUANTUM.sign(checkpoint, AT_S)]
    lines = [known[0], W2.sign(checkpoint, AT_S), known[1]]
    keys = [W1.verifier_key, POST_QUANTUM.verifier_key]
    assert cosignatures(lines, checkpoint, keys, now_s=AT_S + 9) == tuple(known)
    assert cosignatures(lines, checkpoint, [], now_s=AT_S) == ()


def test_a_known_witness_that_signs_something_else_is_refused() -> None:
    line = W1.sign(LOG.checkpoint(4), AT_S)
    with pytest.raises(ValueError, match="wrong"):
        cosignatures([line], LOG.checkpoint(5), [W1.verifier_key], now_s=AT_S)


@pytest.mark.parametrize("signer", [W1, POST_QUANTUM])
@pytest.mark.parametrize("off_s", [-365 * 86_400, 365 * 86_400])
def test_a_witness_whose_clock_is_a_year_off_is_refused(signer: Signer, off_s: int) -> None:
    line = signer.sign(LOG.checkpoint(5), AT_S + off_s)
    with pytest.raises(ValueError, match="clock"):
        cosignatures([line], LOG.checkpoint(5), [signer.verifier_key], now_s=AT_S)


def test_a_line_that_states_no_time_is_refused() -> None:
    line = POST_QUANTUM.sign(LOG.checkpoint(5), 0)
    with pytest.raises(ValueError, match="clock"):
        cosignatures([line], LOG.checkpoint(5), [POST_QUANTUM.verifier_key], now_s=AT_S)


def test_a_line_of_another_length_is_wrong() -> None:
    line = W1.sign(LOG.checkpoint(5), AT_S)
    short = SignatureLine(name=line.name, key_id=line.key_id, signature=line.signature[:-1])
    with pytest.raises(ValueError, match="wrong"):
        cosignatures([short], LOG.checkpoint(5), [W1.verifier_key], now_s=AT_S)
