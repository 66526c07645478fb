"""A proof that travels alone has one spelling, and nothing else is one."""

import contextlib
from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.record.tlog_proof import MAX_BYTES, MAX_EXTRA_BYTES, TlogProof, parse, spell

NOTE = "tocsin/example\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— log.example AAAAAA==\n"
NODE = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="
HEAD = "c2sp.org/tlog-proof@v1\n"
SPELLED = f"{HEAD}extra dm9ucyB0b2kK\nindex 73894\n{NODE}\n{NODE}\n\n{NOTE}"

PROOFS = st.builds(
    TlogProof,
    index=st.integers(0, 2**63 - 1),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=64).map(tuple),
    checkpoint=st.text(st.characters(codec="utf-8"), max_size=80).map(lambda text: text + "\n"),
    extra=st.binary(max_size=80),
)


def test_a_proof_is_spelled_as_the_specification_has_it():
    proof = parse(SPELLED.encode())
    assert (proof.index, proof.extra, proof.checkpoint) == (73894, b"vons toi\n", NOTE)
    assert [b64encode(node).decode() for node in proof.proof] == [NODE, NODE]
    assert spell(proof) == SPELLED


def test_the_smallest_proof_has_neither_extra_nor_hashes():
    proof = TlogProof(index=0, proof=(), checkpoint=NOTE)
    assert spell(proof) == f"{HEAD}index 0\n\n{NOTE}"
    assert parse(spell(proof).encode()) == proof


@given(PROOFS)
def test_every_proof_comes_back_from_its_text(proof):
    assert parse(spell(proof).encode()) == proof


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"index 0\n\n{NOTE}",
        f"wrong-header\nindex 0\n\n{NOTE}",
        f"{HEAD}index 0\n{NOTE}",
        f"{HEAD}\n\n{NOTE}",
        f"{HEAD}index 0\n\n",
        f"{HEAD}index 0\n\n{NOTE[:-1]}",
        f"{HEAD}index notanumber\n\n{NOTE}",
        f"{HEAD}index -5\n\n{NOTE}",
        f"{HEAD}index 05\n\n{NOTE}",
        f"{HEAD}index +5\n\n{NOTE}",
        f"{HEAD}index ٥\n\n{NOTE}",
        f"{HEAD}index  5\n\n{NOTE}",
        f"{HEAD}index 5 \n\n{NOTE}",
        f"{HEAD}index {2**63}\n\n{NOTE}",
        f"{HEAD}index {'9' * 5000}\n\n{NOTE}",
        f"{HEAD}extra !!notbase64!!\nindex 0\n\n{NOTE}",
        f"{HEAD}extra \nindex 0\n\n{NOTE}",
        f"{HEAD}extra YQ\nindex 0\n\n{NOTE}",
        f"{HEAD}extra YR==\nindex 0\n\n{NOTE}",
        f"{HEAD}extra YQ==YQ==\nindex 0\n\n{NOTE}",
        f"{HEAD}extra YQ==\nextra YQ==\nindex 0\n\n{NOTE}",
        f"{HEAD}index 0\nextra YQ==\n\n{NOTE}",
        f"{HEAD}index 0\n!!notbase64!!\n\n{NOTE}",
        f"{HEAD}index 0\n{b64encode(bytes(64)).decode()}\n\n{NOTE}",
        f"{HEAD}index 0\n{b64encode(bytes(31)).decode()}\n\n{NOTE}",
        f"{HEAD}index 0\n{NODE[:-2]}t=\n\n{NOTE}",
        f"{HEAD}index 0\n {NODE}\n\n{NOTE}",
        f"{HEAD}index 0\n{NODE}\n" + f"{NODE}\n" * 64 + f"\n{NOTE}",
        SPELLED.replace("\n", "\r\n"),
        f"\ufeff{SPELLED}",
        SPELLED.replace("v1", "v2"),
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text.encode())


def test_a_proof_is_bounded():
    most = TlogProof(
        index=0, proof=(bytes(32),) * 64, checkpoint="a" * (2**20 - 1) + "\n", extra=bytes(49_152)
    )
    assert parse(spell(most).encode()) == most
    assert MAX_EXTRA_BYTES == 49_152
    for wrong in (
        {"index": 2**63},
        {"index": -1},
        {"proof": (bytes(32),) * 65},
        {"proof": (bytes(31),)},
        {"checkpoint": "a" * 2**20 + "\n"},
        {"checkpoint": ""},
        {"extra": bytes(49_153)},
    ):
        with pytest.raises(ValueError, match=r"proof|leaf|checkpoint"):
            TlogProof(**{"index": 0, "proof": (), "checkpoint": NOTE, **wrong})
    with pytest.raises(ValueError, match="longer"):
        parse(SPELLED.encode().ljust(MAX_BYTES + 1, b"\n"))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b"\xff\xfe")
def test_data_from_outside_is_a_proof_or_refused(data):
    with contextlib.suppress(ValueError):
        assert spell(parse(data)).encode() == data


@given(st.integers(0, len(SPELLED) - 1), st.characters(codec="utf-8"))
def test_a_changed_character_is_refused_or_kept_as_it_is(place, character):
    text = SPELLED[:place] + character + SPELLED[place + 1 :]
    with contextlib.suppress(ValueError):
        assert spell(parse(text.encode())) == text


def test_no_refusal_repeats_what_was_given():
    for data in (b"the chapel on the hill", b"\xffthe chapel", SPELLED.replace("7", "x").encode()):
        with pytest.raises(ValueError, match=r".") as refused:
            parse(data)
        assert "chapel" not in str(refused.value)
        assert refused.value.__cause__ is None
