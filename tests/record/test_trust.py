"""A policy says whom to trust in one way, or is refused with the line at fault."""

from dataclasses import replace
from hashlib import sha256
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.record.note import KeyType, VerifierKey
from tocsin.record.trust import (
    MAX_ENTRIES,
    MAX_POLICY_BYTES,
    Group,
    Log,
    TrustPolicy,
    Witness,
    parse,
)


def a_key(number: int, kind: KeyType = KeyType.ED25519_COSIGNATURE) -> VerifierKey:
    length = 1312 if kind is KeyType.ML_DSA_44 else 32
    body = sha256(str(number).encode()).digest()[:31].ljust(length, b"\x07")
    return VerifierKey(name=f"key.example/{number}", type=kind, key=body)


LOG = a_key(0, KeyType.ED25519)
PQ_LOG = a_key(1, KeyType.ML_DSA_44)
X1, X2, X3, Y1, Y2, Y3 = WITNESSES = tuple(map(a_key, range(2, 8)))
POLICY = f"""\
# C2SP tlog-policy's own example, with keys
log {LOG.text} https://log.example/
  log\t{PQ_LOG.text}

witness X1 {X1.text} https://x1.example/
witness X2 {X2.text}
witness X3 {X3.text}
group X-witnesses 2 X1 X2 X3
witness Y1 {Y1.text}
witness Y2 {Y2.text}
witness Y3 {Y3.text}
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
\t # and its quorum
quorum X-and-Y
"""
WITNESS = f"witness w {X1.text}\n"


def spelled(policy: TrustPolicy) -> bytes:
    def entry(*items: str | None) -> bytes:
        return b" ".join(item.encode("latin-1") for item in items if item is not None) + b"\n"

    return b"".join(
        (
            *(entry("log", log.key.text, log.url) for log in policy.logs),
            *(entry("witness", each.name, each.key.text, each.url) for each in policy.witnesses),
            *(
                entry("group", group.name, str(group.threshold), *group.members)
                for group in policy.groups
            ),
            entry("quorum", policy.quorum),
        )
    )


@st.composite
def policies(draw: st.DrawFn) -> TrustPolicy:
    octets = st.sampled_from(b"aZ09#+-./:_\x80\x85\xa0\xff").map(chr)
    words = st.text(octets, min_size=1, max_size=6).filter(lambda word: word != "none")
    names = draw(st.lists(words, unique=True, max_size=9))
    many = draw(st.integers(0, len(names)))
    free, groups = names[:many], []
    for name in names[many:]:
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), unique=True, min_size=1))
        threshold = draw(st.integers(1, len(members)))
        groups.append(Group(name=name, threshold=threshold, members=tuple(members)))
        free = [*(other for other in free if other not in members), name]
    kinds = st.sampled_from([KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44])
    urls = st.none() | st.just("https://w.example/")
    return TrustPolicy(
        logs=tuple(Log(key=a_key(-1, KeyType.ED25519)) for _ in range(draw(st.integers(0, 1)))),
        witnesses=tuple(
            Witness(name=name, key=a_key(number, draw(kinds)), url=draw(urls))
            for number, name in enumerate(names[:many])
        ),
        groups=tuple(groups),
        quorum=draw(st.sampled_from(["none", *free])),
    )


def test_the_example_is_read_as_it_is_meant():
    policy = parse(POLICY.encode())
    assert policy.log_keys == (LOG, PQ_LOG)
    assert policy.witness_keys == WITNESSES
    assert policy.keys == (LOG, PQ_LOG, *WITNESSES)
    assert policy.logs[0].url == "https://log.example/"
    assert policy.witnesses[:2] == (
        Witness(name="X1", key=X1, url="https://x1.example/"),
        Witness(name="X2", key=X2),
    )
    assert policy.groups == (
        Group(name="X-witnesses", threshold=2, members=("X1", "X2", "X3")),
        Group(name="Y-witnesses", threshold=1, members=("Y1", "Y2", "Y3")),
        Group(name="X-and-Y", threshold=2, members=("X-witnesses", "Y-witnesses")),
    )
    assert policy.quorum == "X-and-Y"


def test_the_quorum_counts_organisations_and_never_a_log_or_a_stranger():
    policy = parse(POLICY.encode())
    for count in range(len(WITNESSES) + 1):
        for keys in combinations(WITNESSES, count):
            meant = len({X1, X2, X3} & {*keys}) >= 2 and bool({Y1, Y2, Y3} & {*keys})
            assert policy.met_by((*keys, LOG, PQ_LOG, a_key(99))) is meant
    renamed = replace(X1, name="key.example/other")
    assert not policy.met_by((renamed, X2, Y1))


def test_no_quorum_is_met_by_nobody_unless_it_is_none():
    assert not parse(f"{WITNESS}quorum w\n".encode()).met_by(())
    assert parse(f"{WITNESS}quorum w\n".encode()).met_by((X1,))
    assert parse(b"quorum none\n") == TrustPolicy(logs=(), witnesses=(), groups=(), quorum="none")
    assert parse(b"quorum none").met_by(())
    assert parse(f"{WITNESS}quorum none\n".encode()).met_by(())


@given(policies())
def test_a_policy_reads_back_from_its_text(policy):
    assert parse(spelled(policy)) == policy


@given(policies(), st.sets(st.integers(0, 9)), st.integers(0, 9))
def test_one_more_witness_never_breaks_a_quorum(policy, chosen, another):
    keys = [witness.key for witness in policy.witnesses]
    some = [keys[number] for number in chosen if number < len(keys)]
    more = some + keys[another : another + 1]
    assert policy.met_by(more) >= policy.met_by(some)
    assert policy.met_by(keys)
    assert policy.met_by(()) is (policy.quorum == "none")


@given(st.binary() | st.binary().map(lambda data: WITNESS.encode() + data + b"\nquorum w\n"))
def test_arbitrary_octets_are_a_policy_or_a_value_error(data):
    try:
        policy = parse(data)
    except ValueError:
        return
    assert policy.quorum in {"none", *(entry.name for entry in (*policy.witnesses, *policy.groups))}


def test_names_are_octets_and_only_spaces_and_tabs_separate():
    kelvin, no_break = b"\xe2\x84\xaa", b"a\xa0b\x85c"
    lines = (
        b"witness K %b" % X1.text.encode(),
        b" witness \t%b  %b\t" % (kelvin, X2.text.encode()),
        b"group %b any K %b" % (no_break, kelvin),
        b"quorum %b" % no_break,
    )
    policy = parse(b"\n".join(lines))
    assert [witness.name for witness in policy.witnesses] == ["K", kelvin.decode("latin-1")]
    assert policy.quorum == no_break.decode("latin-1")
    assert policy.met_by((X2,))


def test_a_url_is_utf_8_and_what_is_not_cannot_pass_for_one():
    for octets, url in (
        ("https://b\xfccher.example/".encode(), "https://b\xfccher.example/"),
        (b"https://b\xfccher.example/", "https://b\\xfccher.example/"),
    ):
        policy = parse(b"log %b %b\nquorum none\n" % (LOG.text.encode(), octets))
        assert policy.logs[0].url == url


def test_a_key_keeps_its_own_name():
    key = replace(X1, name="zeuge.example/\xe9")
    assert parse(f"witness w {key.text}\nquorum w\n".encode()).witness_keys == (key,)
    with pytest.raises(ValueError, match="line 1"):
        parse(f"witness w {key.text}\nquorum w\n".encode("latin-1"))


@pytest.mark.parametrize("octet", [*(n for n in range(32) if n not in (9, 10)), 127])
def test_no_other_control_character_is_allowed_even_in_a_comment(octet):
    with pytest.raises(ValueError, match="control"):
        parse(b"# %c\nquorum none\n" % octet)


TWO = WITNESS + f"witness v {X2.text}\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "says what its quorum is"),
        (f"{WITNESS}", "says what its quorum is"),
        ("quorum none\nquorum none\n", "line 2: a second quorum"),
        ("quorum w\n" + WITNESS, "line 1: a second quorum, or one that is not defined"),
        (f"{WITNESS}quorum w w\n", "line 2: not a log"),
        ("quorum\n", "line 1: not a log"),
        ("Quorum none\n", "line 1: not a log"),
        ("quorum none # a comment has its own line\n", "line 1: not a log"),
        (f"log {LOG.text} https://a.example/ more\nquorum none\n", "line 1: not a log"),
        ("log\nquorum none\n", "line 1: not a log"),
        (f"log {X1.text}\nquorum none\n", "line 1: a witness's key"),
        (f"witness w {LOG.text}\nquorum w\n", "line 1: a log's key"),
        (f"witness w {X1.text[:-1]}\nquorum w\n", "line 1: "),
        ("witness w\nquorum none\n", "line 1: not a log"),
        (f"witness none {X1.text}\nquorum none\n", "defined twice"),
        (f"{WITNESS}witness w {X2.text}\nquorum w\n", "defined twice"),
        (f"{WITNESS}group w any w\nquorum w\n", "defined twice"),
        (f"{WITNESS}group none any w\nquorum none\n", "defined twice"),
        (f"log {LOG.text}\nlog {LOG.text}\nquorum none\n", "key stands in the policy twice"),
        (f"{WITNESS}witness v {X1.text}\nquorum w\n", "key stands in the policy twice"),
        (f"{TWO}group g any\nquorum g\n", "line 3: a group needs at least one"),
        (f"{TWO}group g all\nquorum g\n", "line 3: a group needs at least one"),
        (f"{TWO}group g 0 w\nquorum g\n", "line 3: a group needs any"),
        (f"{TWO}group g 3 w v\nquorum g\n", "line 3: a group needs at least one"),
        (f"{TWO}group g 01 w\nquorum g\n", "line 3: a group needs any"),
        (f"{TWO}group g +1 w\nquorum g\n", "line 3: a group needs any"),
        (f"{TWO}group g \xb2 w v\nquorum g\n", "line 3: a group needs any"),
        (f"{TWO}group g {'9' * 5000} w\nquorum g\n", "line 3: a group needs any"),
        (f"{TWO}group g w\nquorum g\n", "line 3: a group needs any"),
        (f"{TWO}group g any w none\nquorum g\n", "a member is not defined before, or"),
        (f"{TWO}group g any w x\nquorum g\n", "line 3: a member is not defined before"),
        (f"{TWO}group g any w g\nquorum g\n", "line 3: a member is not defined before"),
        (f"group g any w\n{WITNESS}quorum g\n", "line 1: a member is not defined before"),
        (f"{TWO}group g any w w\nquorum g\n", "in a group already"),
        (f"{TWO}group g any w\ngroup h all w v\nquorum h\n", "in a group already"),
    ],
)
def test_what_the_grammar_does_not_allow_is_refused_with_its_line(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse(text.encode())


@pytest.mark.parametrize("kind", [KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44])
def test_one_underlying_key_is_one_party_whatever_its_name_or_kind(kind):
    # The same 32 bytes sign as a log and as a witness; the same ML-DSA-44 key as both.
    log = a_key(5, KeyType.ML_DSA_44 if kind is KeyType.ML_DSA_44 else KeyType.ED25519)
    witness = VerifierKey(name="other.example", type=kind, key=log.key)
    assert witness.id != log.id
    with pytest.raises(ValueError, match="twice"):
        parse(f"log {log.text}\nwitness w {witness.text}\nquorum w\n".encode())
    with pytest.raises(ValueError, match="twice"):
        parse(f"witness v {a_key(5, kind).text}\nwitness w {witness.text}\nquorum w\n".encode())


def test_a_policy_is_bounded_and_large_enough():
    many = [Witness(name=f"w{n}", key=a_key(n)) for n in range(MAX_ENTRIES + 1)]
    most = TrustPolicy(logs=(), witnesses=tuple(many[:-1]), groups=(), quorum="w0")
    assert parse(spelled(most)) == most
    with pytest.raises(ValueError, match="at most 256"):
        replace(most, witnesses=tuple(many))
    padding = b"#" * (MAX_POLICY_BYTES - len(b"\nquorum none\n"))
    assert parse(padding + b"\nquorum none\n").quorum == "none"
    with pytest.raises(ValueError, match="too large"):
        parse(padding + b"#\nquorum none\n")


def test_an_error_does_not_repeat_the_policy():
    with pytest.raises(ValueError, match="line 2") as caught:
        parse(b"quorum none\nwitness hush-hush hush-hush\n")
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_two_keys_of_one_witness_are_never_two_witnesses():
    ours = [
        a_key(number, kind)
        for number, kind in ((1, KeyType.ED25519_COSIGNATURE), (2, KeyType.ML_DSA_44))
    ]
    twice = [VerifierKey(name="one.example", type=key.type, key=key.key) for key in ours]
    lines = "".join(f"witness w{at} {key.text}\n" for at, key in enumerate([*twice, X2, X3]))
    for groups in ("group g 2 w0 w1 w2", "group a any w0 w2\ngroup b any w1 w3\ngroup g all a b"):
        with pytest.raises(ValueError, match="count twice"):
            parse(f"{lines}{groups}\nquorum g\n".encode())
    both = parse(f"{lines}group one all w0 w1\ngroup g all one w2\nquorum g\n".encode())
    assert both.met_by([*twice, X2])
    assert not both.met_by(twice)
    either = parse(f"{lines}group one any w0 w1\ngroup g 2 one w2 w3\nquorum g\n".encode())
    assert not either.met_by(twice)
    assert either.met_by([twice[0], X3])
